"""A stored example of every feature, as each format wrote it: all of them still run to their end.

An example is never written again. ``python -m tests.engine.test_snapshot_examples`` writes those
that are missing, when a feature or a format is new.
"""

from decimal import Decimal
from pathlib import Path

import pytest

import engine
from engine.snapshot import FORMAT
from tests.engine.instances import NINE, Reloading, run
from tests.engine.sketches import compiled, flows, process

FOLDER = Path(__file__).parent / "snapshots"
FORMATS = range(2, FORMAT + 1)  # the first has one example, in test_kernel_snapshots
ENDS = '<startEvent id="s"/><endEvent id="e"/>'
TIMER = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
INSIDE = f'<startEvent id="t"/><userTask id="b"/>{flows("t b")}'
MODELS = {  # name: (process, user tasks to complete before it is stored)
    "multi-instance": (
        compiled(
            f'{ENDS}<userTask id="a"><multiInstanceLoopCharacteristics camunda:collection="= items"'
            ' camunda:elementVariable="item"/></userTask>',
            "s a e",
        ),
        ["a"],
    ),
    "data-state": (
        compiled(
            f'{ENDS}<dataObject id="d" name="paper"/><dataObjectReference id="r" name="paper"'
            ' dataObjectRef="d"><dataState name="signed"/></dataObjectReference><userTask id="a">'
            "<dataOutputAssociation><targetRef>r</targetRef></dataOutputAssociation></userTask>"
            '<userTask id="b"><dataInputAssociation><sourceRef>r</sourceRef>'
            '<targetRef>r</targetRef></dataInputAssociation></userTask><userTask id="c"/>',
            "s a c b e",
        ),
        ["a"],
    ),
    "loop": (
        compiled(
            f'{ENDS}<userTask id="a"><standardLoopCharacteristics loopMaximum="3"/></userTask>',
            "s a e",
        ),
        ["a"],
    ),
    "boundary": (
        compiled(
            f'{ENDS}<userTask id="a"/><boundaryEvent id="l" attachedToRef="a">{TIMER}'
            '</boundaryEvent><endEvent id="f"/>',
            "s a e",
            "l f",
        ),
        [],
    ),
    "event-sub-process": (
        compiled(
            f'{ENDS}<userTask id="a"/><subProcess id="es" triggeredByEvent="true">'
            '<startEvent id="hs"><messageEventDefinition messageRef="M"/></startEvent>'
            f'<userTask id="h"/>{flows("hs h")}</subProcess>',
            "s a e",
        ),
        [],
    ),
    "sub-process": (
        compiled(f'{ENDS}<subProcess id="q">{INSIDE}</subProcess>', "s q e"),
        [],
    ),
    "call": (
        compiled(
            f'{ENDS}<callActivity id="k" calledElement="other"/>',
            "s k e",
            more=process('<startEvent id="t"/><userTask id="b"/>', "t b", key="other"),
        ),
        [],
    ),
    "compensation": (
        compiled(
            f'{ENDS}<userTask id="a"/><boundaryEvent id="ab" attachedToRef="a">'
            "<compensateEventDefinition/></boundaryEvent>"
            '<userTask id="u" isForCompensation="true"/><association sourceRef="ab" targetRef="u"/>'
            '<userTask id="b"/><intermediateThrowEvent id="c"><compensateEventDefinition/>'
            "</intermediateThrowEvent>",
            "s a b c e",
        ),
        ["a"],
    ),
    "ad-hoc": (
        compiled(
            f'{ENDS}<adHocSubProcess id="q" ordering="Sequential"><userTask id="a"/>'
            '<userTask id="b"/></adHocSubProcess>',
            "s q e",
        ),
        [],
    ),
    "parallel-join": (
        compiled(
            f'{ENDS}<parallelGateway id="g"/><userTask id="a"/><userTask id="b"/>'
            '<parallelGateway id="j"/>',
            "s g a j e",
            "g b j",
        ),
        ["a"],
    ),
    "inclusive-join": (
        compiled(
            f'{ENDS}<inclusiveGateway id="g"/><userTask id="a"/><userTask id="b"/>'
            '<inclusiveGateway id="j"/>',
            "s g",
            "g a ? = true",
            "g b ? = true",
            "a j e",
            "b j",
        ),
        ["a"],
    ),
    "event-gateway": (
        compiled(
            f'{ENDS}<eventBasedGateway id="g"/><intermediateCatchEvent id="m">'
            '<messageEventDefinition messageRef="M"/></intermediateCatchEvent>'
            f'<intermediateCatchEvent id="w">{TIMER}</intermediateCatchEvent>',
            "s g m e",
            "g w e",
        ),
        [],
    ),
}
SINCE = {"data-state": 3}  # the first format that could hold it
CASES = [
    (number, name) for number in FORMATS for name in sorted(MODELS) if number >= SINCE.get(name, 2)
]
LONG = {"note": "đã đối chiếu bản chính " * 20, "area": Decimal("124.5")}  # behind the rest


@pytest.mark.parametrize(("number", "name"), CASES)
def test_an_instance_that_was_stored_then_goes_on_to_its_end_now(number, name):
    model, _ = MODELS[name]
    snapshot = (FOLDER / f"format-{number}-{name}.json").read_bytes()
    instance = _stored(model, name)
    instance.outcome = engine.resting(model, snapshot, at=NINE)
    assert instance.outcome.status == "active"
    if number > 2:
        assert engine.variables_of(model, snapshot).items() >= LONG.items()

    for _ in range(10):
        _go_on(instance)

    assert instance.status == "completed"


def _stored(model, name):
    instance = run(Reloading, model, {"items": ["x", "y", "z"], **LONG})
    for element_id in MODELS[name][1]:
        instance.complete(element_id)
    return instance


def _go_on(instance):
    outcome = instance.outcome
    if outcome.user_tasks:
        instance.complete(outcome.user_tasks[0].element_id)
    elif outcome.messages:
        instance.deliver(outcome.messages[0].element_id, outcome.messages[0].name)


if __name__ == "__main__":
    for name in MODELS:
        path = FOLDER / f"format-{FORMAT}-{name}.json"
        if not path.exists():
            path.write_bytes(_stored(MODELS[name][0], name).outcome.snapshot)
