"""Gateways and the flows of activities: who goes where, who waits for whom."""

import pytest

from engine import EventKind, ExecutionError
from tests.engine.sketches import compiled, compiled_unchecked

EXCLUSIVE = compiled(
    '<startEvent id="s"/><exclusiveGateway id="g" default="g_c"/><userTask id="a"/>'
    '<userTask id="b"/><userTask id="c"/><exclusiveGateway id="m"/><endEvent id="e"/>',
    "s g",
    "g a ? = n > 10",
    "g b ? = n > 5",
    "g c",
    "a m e",
    "b m",
    "c m",
)
PARALLEL = compiled(
    '<startEvent id="s"/><parallelGateway id="f"/><userTask id="a"/><userTask id="b"/>'
    '<parallelGateway id="j"/><userTask id="c"/><endEvent id="e"/>',
    "s f a j c e",
    "f b j",
)
INCLUSIVE = compiled(
    '<startEvent id="s"/><inclusiveGateway id="f" default="f_c"/><userTask id="a"/>'
    '<userTask id="b"/><userTask id="c"/><inclusiveGateway id="j"/><userTask id="d"/>'
    '<endEvent id="e"/>',
    "s f",
    "f a ? = x",
    "f b ? = y",
    "f c",
    "a j d e",
    "b j",
    "c j",
)


@pytest.mark.parametrize(("n", "taken"), [(11, "a"), (6, "b"), (1, "c")])
def test_an_exclusive_gateway_takes_the_first_true_flow_else_the_default(running, n, taken):
    instance = running(EXCLUSIVE, {"n": n})

    assert instance.tasks == [taken]


def test_an_exclusive_gateway_takes_each_token_by_itself(running):
    instance = running(EXCLUSIVE, {"n": 1})

    instance.complete("c")

    assert instance.status == "completed"
    assert instance.completed == ["s", "g", "c", "m", "e"]


def test_no_true_condition_and_no_default_is_an_error_with_the_element(running):
    process = compiled_unchecked(
        '<startEvent id="s"/><exclusiveGateway id="g" name="Which?"/><endEvent id="e"/>',
        "s g",
        "g e ? = false",
    )

    with pytest.raises(ExecutionError, match="Which") as refused:
        running(process)

    assert refused.value.element_id == "g"


def test_a_parallel_join_waits_for_every_flow(running):
    instance = running(PARALLEL)
    assert instance.tasks == ["a", "b"]

    instance.complete("b")
    assert instance.tasks == ["a"]
    instance.complete("a")

    assert instance.tasks == ["c"]
    assert instance.completed.count("j") == instance.happened(EventKind.ELEMENT_ENTERED).count("j")


def test_a_parallel_join_does_not_take_two_tokens_of_one_flow_for_all(running):
    process = compiled_unchecked(
        '<startEvent id="s"/><userTask id="a"/><userTask id="twin"/><userTask id="b"/>'
        '<exclusiveGateway id="m"/><parallelGateway id="j"/><userTask id="c"/><endEvent id="e"/>',
        "s a m j c e",
        "s twin m",
        "s b j",
    )
    instance = running(process)

    instance.complete("a")
    instance.complete("twin")
    assert instance.tasks == ["b"]
    instance.complete("b")

    assert instance.tasks == ["c"]


@pytest.mark.parametrize(
    ("x", "y", "taken"),
    [(True, False, ["a"]), (False, True, ["b"]), (True, True, ["a", "b"]), (False, False, ["c"])],
)
def test_an_inclusive_gateway_takes_all_true_flows_and_joins_just_those(running, x, y, taken):
    instance = running(INCLUSIVE, {"x": x, "y": y})
    assert instance.tasks == taken

    for element in taken:
        assert "d" not in instance.tasks
        instance.complete(element)

    assert instance.tasks == ["d"]


def test_an_inclusive_join_inside_a_loop_works_in_every_round(running):
    process = compiled(
        '<startEvent id="s"/><exclusiveGateway id="m"/><inclusiveGateway id="f"/>'
        '<userTask id="a"/><userTask id="b"/><inclusiveGateway id="j"/>'
        '<exclusiveGateway id="g" default="g_m"/><endEvent id="e"/>',
        "s m f",
        "f a ? = true",
        "f b ? = round = 2",
        "a j g",
        "b j",
        "g e ? = round = 3",
        "g m",
    )
    instance = running(process, {"round": 1})

    instance.complete("a", round=2)
    assert instance.tasks == ["a", "b"]
    instance.complete("b")
    assert instance.tasks == ["a"]
    instance.complete("a", round=3)

    assert instance.status == "completed"


def test_an_inclusive_join_waits_for_a_token_that_may_come_from_a_boundary(running):
    process = compiled(
        '<startEvent id="s"/><parallelGateway id="f"/><userTask id="a"/><userTask id="b"/>'
        '<boundaryEvent id="t" attachedToRef="b"><timerEventDefinition>'
        "<timeDuration>PT1H</timeDuration></timerEventDefinition></boundaryEvent>"
        '<userTask id="late"/><inclusiveGateway id="j"/><userTask id="c"/><endEvent id="e"/>'
        '<endEvent id="done"/>',
        "s f a j c e",
        "f b done",
        "t late j",
    )
    instance = running(process)

    instance.complete("a")
    assert instance.tasks == ["b"]
    instance.fire("t")
    assert instance.tasks == ["late"]
    instance.complete("late")

    assert instance.tasks == ["c"]


def test_an_inclusive_join_waits_for_a_token_that_may_come_by_an_error(running):
    process = compiled(
        '<startEvent id="s"/><parallelGateway id="f"/><userTask id="a"/><userTask id="b"/>'
        '<boundaryEvent id="x" attachedToRef="b"><errorEventDefinition errorRef="E"/>'
        '</boundaryEvent><inclusiveGateway id="j"/><userTask id="c"/><endEvent id="e"/>'
        '<endEvent id="done"/>',
        "s f a j c e",
        "f b done",
        "x j",
    )
    instance = running(process)

    instance.complete("a")
    assert instance.tasks == ["b"]
    instance.throw("b", "refused")

    assert instance.tasks == ["c"]


def test_an_inclusive_join_goes_on_when_the_expected_token_is_gone(running):
    process = compiled(
        '<startEvent id="s"/><parallelGateway id="f"/><userTask id="a"/><userTask id="b"/>'
        '<exclusiveGateway id="g" default="g_out"/><endEvent id="out"/>'
        '<inclusiveGateway id="j"/><userTask id="c"/><endEvent id="e"/>',
        "s f a j c e",
        "f b g out",
        "g j ? = yes",
    )
    instance = running(process, {"yes": False})

    instance.complete("a")
    assert instance.tasks == ["b"]
    instance.complete("b")

    assert instance.tasks == ["c"]


def test_flows_of_a_task_are_taken_when_true_and_the_default_when_none_is(running):
    process = compiled(
        '<startEvent id="s"/><userTask id="a" default="a_z"/><userTask id="x"/>'
        '<userTask id="y"/><userTask id="z"/><endEvent id="e"/>',
        "s a",
        "a x ? = n > 1",
        "a y ? = n > 2",
        "a z",
        "x e",
        "y e",
        "z e",
    )
    many, none = running(process), running(process)

    many.complete("a", n=3)
    none.complete("a", n=0)

    assert many.tasks == ["x", "y"]
    assert none.tasks == ["z"]


def test_several_plain_flows_of_a_task_run_side_by_side(running):
    process = compiled_unchecked(
        '<startEvent id="s"/><task id="a"/><userTask id="x"/><userTask id="y"/><endEvent id="e"/>',
        "s a x e",
        "a y e",
    )

    instance = running(process)
    instance.complete("x")
    instance.complete("y")

    assert instance.status == "completed"
    assert instance.completed.count("e") == 2


def test_an_event_based_gateway_follows_the_first_event_and_forgets_the_others(running):
    process = compiled(
        '<startEvent id="s"/><eventBasedGateway id="g"/>'
        '<intermediateCatchEvent id="m"><messageEventDefinition messageRef="M"/>'
        "</intermediateCatchEvent><intermediateCatchEvent id='t'><timerEventDefinition>"
        "<timeDuration>P5D</timeDuration></timerEventDefinition></intermediateCatchEvent>"
        '<receiveTask id="r" messageRef="N"/>'
        '<userTask id="a"/><userTask id="b"/><userTask id="c"/><endEvent id="e"/>',
        "s g m a e",
        "g t b e",
        "g r c e",
    )
    first, second, third = running(process), running(process), running(process)

    first.deliver("m", "papers", sheets=3)
    second.fire("t")
    third.deliver("r", "answer")

    assert (first.tasks, second.tasks, third.tasks) == (["a"], ["b"], ["c"])
    assert first.variables == {"sheets": 3}
    assert not first.outcome.timers
    assert not first.outcome.messages
    assert first.completed == ["s", "g", "m"]
    assert first.cancelled == []
