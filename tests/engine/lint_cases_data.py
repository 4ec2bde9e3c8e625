"""Broken models about variables, forms and errors: one per rule."""

import json

from tests.engine.lint_case import HINT, USER, WARNING, Case, flow
from tests.engine.model_files import HERE, chain, diagram


def form(form_id: str, *keys: str, hidden_by: str = "") -> dict[str, bytes]:
    """Return a form with these fields, the last one hidden by a condition."""
    fields: list[dict[str, object]] = [
        {"type": "textfield", "id": f"f_{key}", "key": key, "label": key} for key in keys
    ]
    if hidden_by:
        fields[-1]["conditional"] = {"hide": f"= {hidden_by} = 1"}
    content = {"id": form_id, "type": "default", "schemaVersion": 19, "components": fields}
    return {f"{form_id}.form": json.dumps(content).encode()}


def deciding(on: str, more: str = "") -> bytes:
    """Return a task with the form ``don`` before a decision on this variable."""
    return diagram(
        f'<startEvent id="s"/><userTask id="t" {USER} camunda:formRef="don"/>{more}'
        '<exclusiveGateway id="g" default="f3"/><endEvent id="e"/>\n'
        + flow("f1", "s", "t")
        + flow("f2", "t", "g")
        + flow("f4", "g", "e", f"= {on}").replace("</seq", f"{HERE}</seq")
        + flow("f3", "g", "e")
    )


def at_once(first: str, second: str) -> bytes:
    """Return two tasks with these forms on parallel branches."""
    return diagram(
        '<startEvent id="s"/><parallelGateway id="g"/><parallelGateway id="j"/>'
        '<endEvent id="e"/>\n'
        f'<userTask id="t" {USER} camunda:formRef="{first}"/>\n'
        f'<userTask id="u" {USER} camunda:formRef="{second}"/>{HERE}\n'
        + flow("f1", "s", "g")
        + flow("f2", "g", "t")
        + flow("f3", "g", "u")
        + flow("f4", "t", "j")
        + flow("f5", "u", "j")
        + flow("f6", "j", "e")
    )


CASES = (
    Case("variable-unknown", "f4", deciding("y = 1"), WARNING, form("don", "x")),
    Case(
        "variable-unknown",
        "f4",
        deciding("y = 1")
        .replace(
            b'<startEvent id="s"/>', b'<startEvent id="s"/><receiveTask id="r" messageRef="m"/>'
        )
        .replace(b"<process", b'<message id="m" name="M"/><process')
        .replace(b'id="f1" sourceRef="s"', b'id="f1" sourceRef="r"')
        .replace(
            b'<sequenceFlow id="f1"', flow("f0", "s", "r").encode() + b'<sequenceFlow id="f1"'
        ),
        HINT,
        form("don", "x"),
    ),
    Case(
        "form-reads-unknown",
        "t",
        diagram(
            chain("startEvent s", f'userTask t {USER} camunda:formRef="don"|{HERE}', "endEvent e")
        ),
        WARNING,
        form("don", "x", hidden_by="y"),
    ),
    Case(
        "variable-written-at-once", "u", at_once("a", "b"), WARNING, form("a", "x") | form("b", "x")
    ),
    Case(
        "error-not-caught",
        "i",
        diagram(
            chain(
                "startEvent s",
                'subProcess u|<startEvent id="h"/><endEvent id="i">'
                f'<errorEventDefinition errorRef="er"/>{HERE}</endEvent>{flow("f9", "h", "i")}',
                "endEvent e",
            ),
            roots='<error id="er" errorCode="E1"/>',
        ),
        WARNING,
    ),
    Case(
        "data-store-capacity",
        "t",
        diagram(
            f'<dataStoreReference id="r" dataStoreRef="ds"/>{HERE}\n'
            + chain(
                "startEvent s",
                f'userTask t {USER}|<dataOutputAssociation id="o"><sourceRef>x</sourceRef>'
                "<targetRef>r</targetRef></dataOutputAssociation>",
                "endEvent e",
            ),
            roots='<dataStore id="ds" name="Sổ" capacity="0" isUnlimited="false"/>',
        ),
    ),
)
