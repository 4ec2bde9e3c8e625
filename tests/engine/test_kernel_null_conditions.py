"""Null where a condition is asked: it counts as not true, and the record says so."""

import pytest

from engine import EventKind
from engine.errors import ExecutionError
from tests.engine.sketches import compiled

LOOP = (
    '<startEvent id="s"/><userTask id="a"/><exclusiveGateway id="g"/><userTask id="b"/>'
    '<endEvent id="e"/>'
)


def nulls(instance):
    return [
        (event.element_id, event.data["expression"])
        for event in instance.events
        if event.kind is EventKind.CONDITION_NULL
    ]


def test_a_null_condition_is_not_true_and_written_down_once_per_command(running):
    drawn = compiled(
        LOOP.replace('id="g"', 'id="g" default="g_a"'),
        *("s a g", "g b ? = amount > 3", "g e ? = amount > 9", "g a", "b e"),
    )
    instance = running(drawn)

    instance.complete("a")
    first = nulls(instance)
    instance.complete("a")

    assert instance.tasks == ["a"]
    assert first == [("g", "= amount > 3")]
    assert nulls(instance) == first * 2


def test_a_condition_that_is_false_is_not_written_down(running):
    drawn = compiled(
        LOOP.replace('id="g"', 'id="g" default="g_a"'),
        *("s a g", "g b ? = amount > 3", "g e ? = amount > 9", "g a", "b e"),
    )
    instance = running(drawn, {"amount": 1})

    instance.complete("a")

    assert instance.tasks == ["a"]
    assert nulls(instance) == []


def test_a_loop_whose_condition_is_null_ends_and_says_so(running):
    loop = "<standardLoopCharacteristics><loopCondition>= more > 1</loopCondition>"
    drawn = compiled(
        f'<startEvent id="s"/><userTask id="a">{loop}</standardLoopCharacteristics></userTask>'
        '<endEvent id="e"/>',
        "s a e",
    )
    instance = running(drawn)

    instance.complete("a")

    assert instance.status == "completed"
    assert nulls(instance) == [("a", "= more > 1")]


def test_what_waits_for_a_condition_says_so(running):
    condition = "<conditionalEventDefinition><condition>= n &gt; 1</condition>"
    process = compiled(
        f'<startEvent id="s"/><intermediateCatchEvent id="c">{condition}'
        '</conditionalEventDefinition></intermediateCatchEvent><userTask id="z"/>',
        "s c z",
    )

    instance = running(process, {"n": 1})

    assert [(one.element_id, one.expression) for one in instance.outcome.conditions] == [
        ("c", "= n > 1")
    ]


def test_a_condition_event_tells_of_null_once_while_it_waits(running):
    condition = "<conditionalEventDefinition><condition>= n &gt; 1</condition>"
    process = compiled(
        '<startEvent id="s"/><parallelGateway id="g"/><userTask id="a"/><userTask id="b"/>'
        f'<intermediateCatchEvent id="c">{condition}'
        '</conditionalEventDefinition></intermediateCatchEvent><userTask id="z"/>',
        "s g a",
        "g b",
        "g c z",
    )
    instance = running(process)
    instance.complete("a", m=1)

    assert nulls(instance) == [("c", "= n > 1")]
    instance.complete("b", n=2)
    assert instance.tasks == ["z"]


def test_the_behaviour_of_many_instances_tells_of_null(running):
    many = (
        '<multiInstanceLoopCharacteristics behavior="Complex"><loopCardinality>2</loopCardinality>'
        "<complexBehaviorDefinition><condition>= n &gt; 1</condition>"
        '<event id="ev"><signalEventDefinition signalRef="S"/></event>'
        "</complexBehaviorDefinition></multiInstanceLoopCharacteristics>"
    )
    process = compiled(f'<startEvent id="s"/><userTask id="a">{many}</userTask>', "s a")
    instance = running(process)

    instance.complete("a")

    assert nulls(instance) == [("a", "= n > 1")]


def test_the_end_of_an_ad_hoc_sub_process_tells_of_null(running):
    process = compiled(
        '<startEvent id="s"/><adHocSubProcess id="q"><userTask id="a" '
        'camunda:candidateGroups="d"/><completionCondition>= n &gt; 1</completionCondition>'
        "</adHocSubProcess>",
        "s q",
    )
    instance = running(process)

    instance.complete("a")

    assert nulls(instance) == [("q", "= n > 1")]


def test_a_time_that_is_null_is_told_in_words(running):
    drawn = compiled(
        '<startEvent id="s"/><intermediateCatchEvent id="t"><timerEventDefinition>'
        "<timeDate>= deadline</timeDate></timerEventDefinition></intermediateCatchEvent>"
        '<endEvent id="e"/>',
        "s t e",
    )

    with pytest.raises(ExecutionError, match="is null: a variable that it reads has no value"):
        running(drawn)
    with pytest.raises(ExecutionError, match="“true” is no date"):
        running(drawn, {"deadline": True})
