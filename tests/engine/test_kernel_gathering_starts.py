"""Starts that want several events: the first creates the instance, the others are waited for."""

import pytest

from engine import CommandRejectedError, EventKind, Occurrence
from engine.lint import lint
from tests.engine.sketches import compiled
from tests.engine.standard_case import inside

BOTH = compiled(
    '<startEvent id="s" parallelMultiple="true"><messageEventDefinition messageRef="M"/>'
    '<signalEventDefinition signalRef="S"/></startEvent><userTask id="a"/><endEvent id="e"/>',
    "s a e",
)
PAPERS, STORM = Occurrence("message", "papers"), Occurrence("signal", "storm")
GROUPS = compiled(
    '<receiveTask id="r" messageRef="M" instantiate="true"/>'
    '<eventBasedGateway id="g" instantiate="true"/>'
    '<intermediateCatchEvent id="c"><messageEventDefinition messageRef="N"/>'
    '</intermediateCatchEvent><intermediateCatchEvent id="d">'
    '<signalEventDefinition signalRef="S"/></intermediateCatchEvent>'
    '<userTask id="a"/><userTask id="b"/><endEvent id="e"/>',
    "r a e",
    "g c b e",
    "g d b",
    more='<correlationProperty id="P" name="no">'
    '<correlationPropertyRetrievalExpression messageRef="M"><messagePath>= no</messagePath>'
    "</correlationPropertyRetrievalExpression><correlationPropertyRetrievalExpression"
    ' messageRef="N"><messagePath>= no</messagePath></correlationPropertyRetrievalExpression>'
    '</correlationProperty><collaboration id="k"><correlationKey id="K">'
    "<correlationPropertyRef>P</correlationPropertyRef></correlationKey></collaboration>",
)


def test_the_first_event_creates_the_instance_which_waits_for_the_other(running):
    instance = running(BOTH, {"paper": 1}, begun=("s", PAPERS))

    assert (instance.tasks, instance.status) == ([], "active")
    assert [wait.name for wait in instance.outcome.signals] == ["storm"]
    assert instance.outcome.messages == ()


def test_it_goes_on_when_the_last_event_has_happened_whichever_was_first(running):
    instance = running(BOTH, begun=("s", STORM))

    instance.deliver("s", "papers", paper=1)

    assert instance.tasks == ["a"]
    assert instance.variables["paper"] == 1
    assert instance.happened(EventKind.INSTANCE_STARTED) == [""]


def test_the_same_event_twice_is_not_the_other_one(running):
    instance = running(BOTH, begun=("s", PAPERS))

    with pytest.raises(CommandRejectedError):
        instance.deliver("s", "papers")

    assert instance.tasks == []


def test_who_starts_by_hand_vouches_for_all_of_the_events(running):
    assert running(BOTH).tasks == ["a"]


def test_timers_and_conditions_count_from_the_first_event(running):
    process = compiled(
        '<startEvent id="s" parallelMultiple="true"><messageEventDefinition messageRef="M"/>'
        "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
        "<conditionalEventDefinition><condition>n &gt; 1</condition></conditionalEventDefinition>"
        "<conditionalEventDefinition><condition>n &gt; 2</condition></conditionalEventDefinition>"
        '</startEvent><userTask id="a"/><endEvent id="e"/>',
        "s a e",
    )
    instance = running(process, {"n": 3}, begun=("s", PAPERS))
    assert instance.tasks == []

    instance.fire("s")

    assert instance.tasks == ["a"]


def test_one_event_of_each_group_of_a_conversation_comes_to_the_same_instance(running):
    instance = running(GROUPS, {"no": "7"}, begun=("r", PAPERS))

    (wait,) = instance.outcome.messages
    assert (instance.tasks, wait.name) == (["a"], "answer")
    instance.complete("a")
    assert instance.status == "active"
    instance.deliver("c", "answer", no="7")
    assert (instance.tasks, instance.outcome.signals) == (["b"], ())


def test_rounds_of_several_timers_belong_to_no_common_start():
    cycle = "<timerEventDefinition><timeCycle>R/PT1H</timeCycle></timerEventDefinition>"
    start = f'<startEvent id="s" parallelMultiple="true">{cycle}{cycle}</startEvent>'
    model = inside("start-not-triggered", "s", f'{start}<endEvent id="e"/>').content

    found = {one.rule: one.element_id for one in lint({"m.bpmn": model})}

    assert found["start-not-triggered"] == "s"
