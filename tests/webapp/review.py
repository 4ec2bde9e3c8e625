"""A small procedure for tests: appraise, perhaps supplement, number, release."""

import json

_NS = (
    'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
    'xmlns:motcua="https://motcua.org/schema/1" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)

REVIEW_BPMN = f"""<?xml version="1.0" encoding="UTF-8"?>
<definitions {_NS} id="Definitions_Review" targetNamespace="https://motcua.org/test">
  <process id="Process_Review" name="Xét duyệt đơn" isExecutable="true">
    <startEvent id="Start" name="Nhận đơn" camunda:formRef="start-review"/>
    <sequenceFlow id="f1" sourceRef="Start" targetRef="Task_Appraise"/>
    <userTask id="Task_Appraise" name="Thẩm định" camunda:candidateGroups="xay-dung"
              camunda:formRef="appraise" motcua:limit="P1D" motcua:state="4"/>
    <boundaryEvent id="Timer_Late" attachedToRef="Task_Appraise" cancelActivity="false">
      <timerEventDefinition id="Timer_Late_Def" motcua:calendar="working">
        <timeDuration xsi:type="tFormalExpression">P2D</timeDuration>
      </timerEventDefinition>
    </boundaryEvent>
    <sequenceFlow id="f2" sourceRef="Timer_Late" targetRef="Task_Remind"/>
    <userTask id="Task_Remind" name="Đôn đốc" camunda:candidateGroups="mot-cua"/>
    <sequenceFlow id="f3" sourceRef="Task_Remind" targetRef="End_Reminded"/>
    <endEvent id="End_Reminded" name="Đã đôn đốc"/>
    <sequenceFlow id="f4" sourceRef="Task_Appraise" targetRef="Gateway_Result"/>
    <exclusiveGateway id="Gateway_Result" name="Kết quả?" default="f_ok"/>
    <sequenceFlow id="f_more" sourceRef="Gateway_Result" targetRef="Task_Supplement">
      <conditionExpression xsi:type="tFormalExpression">= ket_qua = "bo_sung"</conditionExpression>
    </sequenceFlow>
    <sequenceFlow id="f_no" sourceRef="Gateway_Result" targetRef="End_Refused">
      <conditionExpression xsi:type="tFormalExpression">= ket_qua = "tu_choi"</conditionExpression>
    </sequenceFlow>
    <sequenceFlow id="f_ok" sourceRef="Gateway_Result" targetRef="Job_Number"/>
    <userTask id="Task_Supplement" name="Chờ bổ sung" camunda:candidateGroups="mot-cua"
              motcua:state="5"/>
    <sequenceFlow id="f5" sourceRef="Task_Supplement" targetRef="Task_Appraise"/>
    <serviceTask id="Job_Number" name="Lấy số" camunda:type="external"
                 camunda:topic="document-number"/>
    <sequenceFlow id="f6" sourceRef="Job_Number" targetRef="Task_Release"/>
    <userTask id="Task_Release" name="Ban hành" camunda:candidateGroups="van-thu"
              motcua:state="9"/>
    <sequenceFlow id="f7" sourceRef="Task_Release" targetRef="End_Done"/>
    <endEvent id="End_Done" name="Đã trả kết quả" motcua:state="10"/>
    <endEvent id="End_Refused" name="Từ chối" motcua:state="3"/>
  </process>
</definitions>
"""

_RESULTS = [
    {"label": "Đạt", "value": "dat"},
    {"label": "Bổ sung", "value": "bo_sung"},
    {"label": "Từ chối", "value": "tu_choi"},
]


def _form(form_id: str, *components: dict[str, object]) -> bytes:
    form = {"type": "default", "id": form_id, "schemaVersion": 18, "components": components}
    return json.dumps(form, ensure_ascii=False).encode()


def _both(vi: str, en: str) -> dict[str, str]:
    return {"vi": vi, "en": en}


REVIEW_FACTS = {
    "process_id": "Process_Review",
    "code": "1.000001",
    "name": _both("Xét duyệt đơn", "Review of a request"),
    "field": _both("Xây dựng", "Construction"),
    "level": "commune",
    "decision": "1/QĐ-UBND",
    "legal_basis": [_both("Luật mẫu", "Sample law")],
    "limit": {
        "amount": "P3D",
        "unit": "working_day",
        "day_ends_at": "15:00",
        "text": _both("3 ngày làm việc", "3 working days"),
        "basis": _both("Điều 1", "Article 1"),
    },
    "fee": {"amount": 0, "text": _both("Không", "None")},
    "papers": [],
    "results": [{"code": "KQ.G00.000001", "name": _both("Quyết định", "Decision")}],
    "applicants": _both("Cá nhân", "Persons"),
    "stages": [
        {
            "id": "appraisal",
            "name": _both("Thẩm định", "Appraisal"),
            "doing": _both("Cán bộ đang thẩm định.", "An officer is appraising it."),
            "elements": ["Task_Appraise", "Task_Supplement"],
        },
        {
            "id": "release",
            "name": _both("Trả kết quả", "Release"),
            "doing": _both("Văn thư đang ban hành.", "The clerk is releasing it."),
            "elements": ["Job_Number", "Task_Release"],
        },
    ],
    "source": "made up for tests",
}

REVIEW_FILES = {
    "review.bpmn": REVIEW_BPMN.encode(),
    "start-review.form": _form(
        "start-review",
        {"type": "textfield", "id": "c1", "key": "noi_dung", "label": "Nội dung"},
    ),
    "appraise.form": _form(
        "appraise",
        {
            "type": "radio",
            "id": "c1",
            "key": "ket_qua",
            "label": "Kết quả",
            "values": _RESULTS,
            "validate": {"required": True},
        },
        {
            "type": "textarea",
            "id": "c2",
            "key": "can_bo_sung",
            "label": "Cần bổ sung",
            "properties": {"public": "yes"},
        },
        {"type": "textfield", "id": "c3", "key": "noi_bo", "label": "Ghi chú nội bộ"},
    ),
    "facts.json": json.dumps(REVIEW_FACTS, ensure_ascii=False).encode(),
}
