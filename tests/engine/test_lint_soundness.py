"""What exploring a model shows: loops without a rest and work that is never begun."""

import pytest

from engine.lint import lint
from tests.engine.lint_case import SPLIT, TIMER, USER, choice, flow
from tests.engine.model_files import diagram

MAPPING = (
    '<extensionElements><camunda:inputOutput><camunda:outputParameter name="x">${x + 1}'
    "</camunda:outputParameter></camunda:inputOutput></extensionElements>"
)


def rules(content: bytes) -> dict[str, str | None]:
    return {one.rule: one.element_id for one in lint({"m.bpmn": content})}


def test_work_behind_a_join_that_never_completes_is_dead():
    model = choice(SPLIT, flow("f1", "g", "a", "= x"), flow("f2", "g", "b"))
    model = model.replace(b'<exclusiveGateway id="m"/>', b'<parallelGateway id="m"/>')
    behind = f'<userTask id="w" {USER}/>{flow("f6", "w", "e")}'.encode()
    model = model.replace(b'sourceRef="m" targetRef="e"', b'sourceRef="m" targetRef="w"')
    model = model.replace(b"</process>", behind + b"</process>")

    found = rules(model)

    assert found["join-never-completes"] == "m"
    assert found["dead-element"] == "w"


@pytest.mark.parametrize(
    "inside",
    [
        f'<userTask id="a" {USER}/>',
        '<scriptTask id="a" camunda:resultVariable="x"><script>x + 1</script></scriptTask>',
        '<serviceTask id="a" camunda:type="external" camunda:topic="t"/>',
        f'<intermediateCatchEvent id="a">{TIMER}</intermediateCatchEvent>',
        f'<task id="a">{MAPPING}</task>',
    ],
    ids=["person", "script", "program", "timer", "mapping"],
)
def test_a_loop_in_which_something_waits_or_changes_is_no_livelock(inside):
    model = diagram(
        f'<startEvent id="s"/>{inside}<endEvent id="e"/><exclusiveGateway id="g" default="f3"/>'
        + flow("f1", "s", "g")
        + flow("f2", "g", "a", "= x &lt; 3")
        + flow("f3", "g", "e")
        + flow("f4", "a", "g")
    )

    assert "livelock" not in rules(model)


def test_a_loop_over_a_link_is_seen():
    model = diagram(
        '<startEvent id="s"/><exclusiveGateway id="g" default="f3"/><endEvent id="e"/>'
        '<intermediateThrowEvent id="t"><linkEventDefinition name="again"/>'
        '</intermediateThrowEvent><intermediateCatchEvent id="c">'
        '<linkEventDefinition name="again"/></intermediateCatchEvent>'
        + flow("f1", "s", "g")
        + flow("f2", "g", "t", "= x")
        + flow("f3", "g", "e")
        + flow("f4", "c", "g")
    )

    assert rules(model)["livelock"] == "g"
