"""The procedure that is measured: five user tasks, a decision and a supplement loop."""

import json
from typing import Any

PROCESS_ID = "benchmark"
FIRST, APPRAISE, SUPPLEMENT, APPROVE = "receive", "appraise", "supplement", "approve"
OFFICE = "benchmark-office"

_MODEL = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
    id="benchmark_definitions" targetNamespace="urn:motcua:benchmark">
  <process id="benchmark" name="Benchmark" isExecutable="true">
    <startEvent id="start"{start}/>
    <sequenceFlow id="f1" sourceRef="start" targetRef="receive"/>
    <userTask id="receive" name="Receive"{task}/>
    <sequenceFlow id="f2" sourceRef="receive" targetRef="appraise"/>
    <userTask id="appraise" name="Appraise"{task}/>
    <sequenceFlow id="f3" sourceRef="appraise" targetRef="decide"/>
    <exclusiveGateway id="decide" default="f6"/>
    <sequenceFlow id="f4" sourceRef="decide" targetRef="supplement">
      <conditionExpression xsi:type="tFormalExpression">{condition}</conditionExpression>
    </sequenceFlow>
    <userTask id="supplement" name="Supplement"{task}/>
    <sequenceFlow id="f5" sourceRef="supplement" targetRef="appraise"/>
    <sequenceFlow id="f6" sourceRef="decide" targetRef="approve"/>
    <userTask id="approve" name="Approve"{task}/>
    <sequenceFlow id="f7" sourceRef="approve" targetRef="hand_over"/>
    <userTask id="hand_over" name="Hand over"{task}/>
    <sequenceFlow id="f8" sourceRef="hand_over" targetRef="end"/>
    <endEvent id="end"/>
  </process>
</definitions>
"""


def our_files() -> dict[str, bytes]:
    """Return the procedure as it is uploaded to us: the model and the form of its tasks."""
    model = _MODEL.format(
        condition='= conclusion = "supplement"',
        start=' camunda:formRef="benchmark_start"',
        task=f' camunda:candidateGroups="{OFFICE}" camunda:formRef="benchmark_form"',
    )
    return {
        "benchmark.bpmn": model.encode(),
        "benchmark_start.form": _form("benchmark_start", "subject"),
        "benchmark_form.form": _form("benchmark_form", "conclusion", "note"),
    }


def stock_model() -> bytes:
    """Return the same procedure with the condition in the peer's language."""
    return _MODEL.format(condition="conclusion == 'supplement'", start="", task="").encode()


def two_kilobytes() -> dict[str, Any]:
    """Return variables of an ordinary dossier, two kilobytes as JSON."""
    papers = [
        {"id": f"paper_{n}", "name": "Bản sao giấy chứng nhận quyền sử dụng đất", "copies": 1}
        for n in range(14)
    ]
    return {
        "conclusion": "none",
        "subject": "Cấp giấy phép xây dựng nhà ở riêng lẻ",
        "applicant": {"name": "Nguyễn Thị Mai", "phone": "0905123456", "ward": "An Hòa"},
        "papers": papers,
        "area": 124.5,
        "floors": 3,
        "note": "Hồ sơ nộp trực tiếp tại bộ phận một cửa, đã đối chiếu bản chính. " * 4,
    }


def two_hundred_kilobytes() -> dict[str, Any]:
    """Return variables of a dossier with many papers, two hundred kilobytes as JSON."""
    few = two_kilobytes()
    papers = [{**few["papers"][0], "id": f"paper_{n}", "pages": n % 9} for n in range(1_900)]
    return {**few, "papers": papers}


def _form(form_id: str, *keys: str) -> bytes:
    fields = [
        {"type": "textfield", "id": key, "key": key, "label": key.capitalize()} for key in keys
    ]
    return json.dumps(
        {"type": "default", "id": form_id, "schemaVersion": 19, "components": fields}
    ).encode()
