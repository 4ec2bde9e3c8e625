"""A second small procedure: papers at the counter, a form with every kind of field, a remark."""

import json
from typing import Any

from webapp.actors import Actor
from webapp.db import Database
from webapp.operations import deployments

KEY = "Process_Permit"

_BPMN = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:motcua="https://motcua.org/schema/1"
  id="Definitions_Permit" targetNamespace="https://motcua.org/test">
  <process id="Process_Permit" name="Cấp phép" isExecutable="true">
    <startEvent id="Start" name="Nhận" camunda:formRef="permit-start"/>
    <sequenceFlow id="f1" sourceRef="Start" targetRef="Task_Check"/>
    <userTask id="Task_Check" name="Thẩm tra" camunda:candidateGroups="xay-dung"
              camunda:formRef="permit-check" motcua:limit="P1D" motcua:state="4"/>
    <sequenceFlow id="f2" sourceRef="Task_Check" targetRef="Task_Remark"/>
    <userTask id="Task_Remark" name="Đóng dấu" camunda:candidateGroups="van-thu"/>
    <sequenceFlow id="f3" sourceRef="Task_Remark" targetRef="End"/>
    <endEvent id="End" name="Đã cấp" motcua:state="9"/>
  </process>
</definitions>
"""
_REQUIRED = {"validate": {"required": True}}


def _form(form_id: str, *components: dict[str, Any]) -> bytes:
    form = {"type": "default", "id": form_id, "schemaVersion": 19, "components": components}
    return json.dumps(form, ensure_ascii=False).encode()


def _option(value: str, label: str) -> dict[str, str]:
    return {"value": value, "label": label}


_START = _form(
    "permit-start",
    {"type": "textfield", "key": "dia_diem", "label": "Địa điểm", **_REQUIRED},
    {
        "type": "number",
        "key": "dien_tich",
        "label": "Diện tích",
        "validate": {"required": True, "max": 1000},
        "appearance": {"suffixAdorner": "m²"},
        "properties": {"en.label": "Area"},
    },
)
_CHECK = _form(
    "permit-check",
    {"type": "number", "key": "mat_do", "label": "Mật độ", "validate": {"min": 1, "max": 100}},
    {"type": "datetime", "subtype": "date", "key": "ngay", "dateLabel": "Ngày kiểm tra"},
    {
        "type": "radio",
        "key": "ket_luan",
        "label": "Kết luận",
        "values": [_option("dat", "Đạt"), _option("khong", "Không đạt")],
        "properties": {"en.label": "Conclusion", "en.values": '{"dat": "Approve"}'},
        **_REQUIRED,
    },
    {
        "type": "textarea",
        "key": "ly_do",
        "label": "Lý do",
        "conditional": {"hide": '= ket_luan != "khong"'},
        **_REQUIRED,
    },
    {"type": "checkbox", "key": "thuc_dia", "label": "Đã xem thực địa"},
    {"type": "filepicker", "key": "bien_ban", "label": "Biên bản", "multiple": True},
)


def _both(vi: str, en: str) -> dict[str, str]:
    return {"vi": vi, "en": en}


_FACTS = {
    "process_id": KEY,
    "code": "1.000002",
    "name": _both("Cấp phép", "Permit"),
    "field": _both("Xây dựng", "Construction"),
    "level": "commune",
    "decision": "2/QĐ-UBND",
    "legal_basis": [_both("Luật mẫu", "Sample law")],
    "results": [{"code": "KQ.G00.000002", "name": _both("Giấy phép", "Permit")}],
    "applicants": _both("Cá nhân", "Persons"),
    "source": "made up for tests",
    "limit": {
        "amount": "P3D",
        "unit": "working_day",
        "day_ends_at": None,
        "text": _both("3 ngày làm việc", "3 working days"),
        "basis": _both("Điều 2", "Article 2"),
    },
    "fee": {"amount": 0, "text": _both("Không", "None")},
    "papers": [
        {
            "id": "don",
            "name": _both("Đơn đề nghị", "Application"),
            "form": "original",
            "copies": 1,
            "required": True,
            "note": _both("", ""),
        },
        {
            "id": "cam_ket",
            "name": _both("Bản cam kết", "Commitment"),
            "form": "copy",
            "copies": 2,
            "required": False,
            "note": _both("Khi có công trình liền kề", "With adjoining buildings"),
        },
    ],
    "stages": [
        {
            "id": "check",
            "name": _both("Thẩm tra", "Check"),
            "doing": _both("Cán bộ đang thẩm tra.", "An officer is checking it."),
            "elements": ["Task_Check"],
        },
        {
            "id": "seal",
            "name": _both("Cấp phép", "Permit"),
            "doing": _both("Văn thư đang đóng dấu.", "The clerk is sealing it."),
            "elements": ["Task_Remark"],
        },
    ],
    "element_names": {"en": {"Task_Check": "Check the request", "Task_Remark": "Seal"}},
}
PERMIT_FILES = {
    "permit.bpmn": _BPMN.encode(),
    "permit-start.form": _START,
    "permit-check.form": _CHECK,
    "facts.json": json.dumps(_FACTS, ensure_ascii=False).encode(),
}
INTAKE = {
    "applicant-name": "Đặng Hữu Phước",
    "applicant-phone": "0905 123 478",
    "applicant-channel": "counter",
    "paper-don": "complete",
    "paper-cam_ket": "not_applicable",
    "dia_diem": "45 Lê Lợi",
    "dien_tich": "86,4",
}


def publish_permit(database: Database, analyst: Actor, at: Any) -> str:
    """Publish the procedure and return its key."""
    with database.transaction() as session:
        draft = deployments.save_draft(session, PERMIT_FILES, "permit.zip", actor=analyst, at=at)
        deployments.publish(session, draft, note="first", actor=analyst, at=at)
    return KEY
