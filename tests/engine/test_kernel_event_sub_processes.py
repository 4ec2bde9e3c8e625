"""Event sub-processes, escalations, conditions, several triggers: what listens to a whole scope."""

import pytest

from engine import CommandRejectedError, DeliverSignal, EventKind, Reopen
from tests.engine.sketches import compiled, flows


def listening(definition: str, *, interrupts: bool = True, body: str = '<userTask id="h"/>') -> str:
    """An event sub-process ``es`` that offers the user task ``h``."""
    return (
        '<subProcess id="es" triggeredByEvent="true">'
        f'<startEvent id="hs" isInterrupting="{str(interrupts).lower()}">{definition}</startEvent>'
        f'{body}<endEvent id="he"/>{flows("hs h he")}</subProcess>'
    )


def scope(definition: str, *, interrupts: bool = True, work: str = '<userTask id="a"/>'):
    """A process that does ``a`` and then ``b``, and listens meanwhile."""
    return compiled(
        f'<startEvent id="s"/>{work}<userTask id="b"/><endEvent id="e"/>'
        + listening(definition, interrupts=interrupts),
        "s a b e",
    )


def nested(definition: str, *, interrupts: bool = True, work: str = '<userTask id="a"/>'):
    """The same inside a sub-process ``q``, before a user task ``z``."""
    inner = f'<startEvent id="s"/>{work}<userTask id="b"/><endEvent id="e"/>{flows("s a b e")}'
    return compiled(
        f'<startEvent id="o"/><subProcess id="q">{inner}'
        f'{listening(definition, interrupts=interrupts)}</subProcess><userTask id="z"/>',
        "o q z",
    )


MESSAGE = '<messageEventDefinition messageRef="M"/>'
SIGNAL = '<signalEventDefinition signalRef="S"/>'
ERROR = '<errorEventDefinition errorRef="E"/>'
ESCALATION = '<escalationEventDefinition escalationRef="C"/>'
TIMER = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
CYCLE = "<timerEventDefinition><timeCycle>R2/PT1H</timeCycle></timerEventDefinition>"
CONDITION = (
    "<conditionalEventDefinition><condition>= n > 2</condition></conditionalEventDefinition>"
)


def throwing(definition: str, kind: str = "intermediateThrowEvent") -> str:
    return f'<{kind} id="a">{definition}</{kind}>'


@pytest.mark.parametrize("build", [scope, nested])
def test_an_interrupting_message_takes_the_place_of_all_that_runs(running, build):
    instance = running(build(MESSAGE))

    instance.deliver("hs", "papers", note="came")

    assert instance.tasks == ["h"]
    assert instance.cancelled == ["a"]
    assert instance.outcome.messages == ()
    instance.complete("h")
    assert instance.tasks == (["z"] if build is nested else [])


@pytest.mark.parametrize("build", [scope, nested])
def test_a_non_interrupting_message_runs_beside_every_time_it_comes(running, build):
    instance = running(build(MESSAGE, interrupts=False))

    instance.deliver("hs", "papers")
    instance.deliver("hs", "papers")

    assert instance.tasks == ["a", "h", "h"]
    for element in ("a", "b"):
        instance.complete(element)
    assert instance.status == "active"
    instance.complete("h")
    instance.complete("h")
    assert instance.tasks == (["z"] if build is nested else [])
    assert instance.outcome.messages == ()


def test_a_scope_that_ends_listens_no_more(running):
    instance = running(nested(MESSAGE, interrupts=False))

    instance.complete("a")
    instance.complete("b")

    assert instance.tasks == ["z"]
    assert instance.outcome.messages == ()


def test_a_timer_starts_an_event_sub_process_when_it_is_due(running):
    instance = running(scope(TIMER))

    instance.fire("hs")

    assert instance.tasks == ["h"]
    assert instance.happened(EventKind.TIMER_FIRED) == ["hs"]


def test_a_cycle_starts_an_event_sub_process_as_often_as_it_says(running):
    instance = running(scope(CYCLE, interrupts=False))

    instance.fire("hs")
    instance.fire("hs")

    assert instance.tasks == ["a", "h", "h"]
    assert instance.outcome.timers == ()


@pytest.mark.parametrize("interrupts", [True, False])
def test_a_signal_from_inside_starts_the_event_sub_process(running, interrupts):
    process = scope(SIGNAL, interrupts=interrupts, work=throwing(SIGNAL))

    instance = running(process)

    assert sorted(instance.tasks) == (["h"] if interrupts else ["b", "h"])


@pytest.mark.parametrize("build", [scope, nested])
def test_an_error_inside_is_caught_by_the_event_sub_process(running, build):
    instance = running(build(ERROR))

    instance.throw("a", "refused", why="incomplete")

    assert instance.tasks == ["h"]
    assert instance.variables["why"] == "incomplete"
    assert instance.status == "active"


def test_an_error_that_nothing_catches_fails_the_instance(running):
    instance = running(scope(ERROR))

    instance.throw("a", "lost")

    assert instance.status == "failed"


def test_an_error_thrown_by_the_handler_goes_further_out(running):
    body = f'<intermediateThrowEvent id="x"/><endEvent id="h">{ERROR}</endEvent>'
    inner = (
        f'<startEvent id="s"/><userTask id="a"/><endEvent id="e"/>{flows("s a e")}'
        '<subProcess id="es" triggeredByEvent="true">'
        f'<startEvent id="hs">{ERROR}</startEvent>{body}{flows("hs x h")}</subProcess>'
    )
    process = compiled(
        f'<startEvent id="o"/><subProcess id="q">{inner}</subProcess><userTask id="z"/>'
        f'<boundaryEvent id="t" attachedToRef="q">{ERROR}</boundaryEvent><userTask id="y"/>',
        "o q z",
        "t y",
    )
    instance = running(process)

    instance.throw("a", "refused")

    assert instance.tasks == ["y"]


@pytest.mark.parametrize("interrupts", [True, False])
@pytest.mark.parametrize("build", [scope, nested])
def test_an_escalation_starts_the_event_sub_process(running, build, interrupts):
    instance = running(build(ESCALATION, interrupts=interrupts, work=throwing(ESCALATION)))

    assert sorted(instance.tasks) == (["h"] if interrupts else ["b", "h"])
    assert instance.happened(EventKind.ESCALATION_THROWN) == ["a"]


def test_an_escalation_that_nothing_catches_changes_nothing(running):
    instance = running(
        compiled(f'<startEvent id="s"/>{throwing(ESCALATION)}<userTask id="b"/>', "s a b")
    )

    assert instance.tasks == ["b"]


@pytest.mark.parametrize(("code", "caught"), [("C", True), ("D", False)])
@pytest.mark.parametrize("cancels", ["true", "false"])
def test_an_escalation_end_reaches_the_boundary_event_of_its_code(running, code, caught, cancels):
    inner = (
        '<startEvent id="s"/><userTask id="a"/><parallelGateway id="g"/><userTask id="b"/>'
        f'<endEvent id="e"><escalationEventDefinition escalationRef="{code}"/></endEvent>'
        + flows("s a g b", "g e")
    )
    process = compiled(
        f'<startEvent id="o"/><subProcess id="q">{inner}</subProcess><userTask id="z"/>'
        f'<boundaryEvent id="t" attachedToRef="q" cancelActivity="{cancels}">{ESCALATION}'
        '</boundaryEvent><userTask id="y"/>',
        "o q z",
        "t y",
    )
    instance = running(process)

    instance.complete("a")

    interrupted = caught and cancels == "true"
    assert sorted(instance.tasks) == (["b"] if not interrupted else []) + (["y"] if caught else [])


def conditional(place: str = "intermediateCatchEvent"):
    definition = CONDITION
    return compiled(
        '<startEvent id="s"/><parallelGateway id="g"/><userTask id="u"/>'
        f'<{place} id="c">{definition}</{place}><userTask id="a"/>',
        "s g u",
        "g c a",
    )


def test_a_condition_is_asked_again_when_a_variable_changes(running):
    instance = running(conditional(), {"n": 1})

    assert instance.tasks == ["u"]
    instance.complete("u", n=3)

    assert instance.tasks == ["a"]


def test_a_condition_that_is_true_already_is_passed(running):
    instance = running(conditional(), {"n": 3})

    assert instance.tasks == ["u", "a"]


@pytest.mark.parametrize("build", [scope, nested])
def test_a_condition_starts_an_event_sub_process_each_time_it_becomes_true(running, build):
    instance = running(build(CONDITION, interrupts=False), {"n": 0})

    instance.complete("a", n=3)
    assert instance.tasks == ["b", "h"]
    instance.complete("h", n=4)
    assert instance.tasks == ["b"]
    instance.complete("b", n=0)

    assert instance.tasks == (["z"] if build is nested else [])


def test_a_condition_interrupts_its_activity_before_anyone_can_work_on_it(running):
    border = f'<boundaryEvent id="t" attachedToRef="a">{CONDITION}</boundaryEvent>'
    process = compiled(
        f'<startEvent id="s"/><userTask id="a"/>{border}<userTask id="b"/>', "s a", "t b"
    )

    instance = running(process, {"n": 3})

    assert instance.tasks == ["b"]


def several(attributes: str):
    return compiled(
        f'<startEvent id="s"/><intermediateCatchEvent id="c" {attributes}>{MESSAGE}{TIMER}{SIGNAL}'
        '</intermediateCatchEvent><userTask id="a"/>',
        "s c a",
    )


def test_of_several_triggers_the_first_is_enough(running):
    instance = running(several(""))

    instance.fire("c")

    assert instance.tasks == ["a"]
    assert instance.outcome.messages == ()


def test_a_parallel_multiple_event_waits_for_all_of_its_triggers(running):
    instance = running(several('parallelMultiple="true"'))

    instance.fire("c")
    instance.deliver("c", "papers")
    assert instance.tasks == []
    assert instance.outcome.messages == ()
    assert instance.outcome.timers == ()
    token = instance.outcome.signals[0].token_id
    instance.do(DeliverSignal(token, "storm"))

    assert instance.tasks == ["a"]


def test_a_throw_event_throws_all_it_has(running):
    process = compiled(
        f'<startEvent id="s"/>{throwing(SIGNAL + MESSAGE + ESCALATION)}<userTask id="b"/>', "s a b"
    )

    instance = running(process)

    assert instance.happened(EventKind.SIGNAL_SENT) == ["a"]
    assert instance.happened(EventKind.MESSAGE_SENT) == ["a"]
    assert instance.happened(EventKind.ESCALATION_THROWN) == ["a"]


@pytest.mark.parametrize("interrupts", [True, False])
def test_a_completed_instance_goes_on_where_a_message_would_start_its_event_sub_process(
    running, interrupts
):
    instance = running(scope(MESSAGE, interrupts=interrupts))
    instance.complete("a")
    instance.complete("b", n=1)

    instance.do(Reopen("hs", "a wrong name", {"wrong": "name"}))

    assert instance.status == "active"
    assert instance.tasks == ["h"]
    assert instance.variables == {"n": 1, "wrong": "name"}
    assert instance.outcome.events[0].kind is EventKind.INSTANCE_REOPENED
    instance.complete("h")
    assert instance.status == "completed"
    assert instance.outcome.messages == ()


@pytest.mark.parametrize(
    ("definition", "element_id", "reason", "said"),
    [
        (MESSAGE, "a", "why", "does not start"),
        (SIGNAL, "hs", "why", "does not start"),
        (MESSAGE, "hs", " ", "Give a reason"),
    ],
)
def test_an_instance_is_opened_again_by_a_message_start_and_with_a_reason_alone(
    running, definition, element_id, reason, said
):
    instance = running(scope(definition))
    instance.complete("a")
    instance.complete("b")

    with pytest.raises(CommandRejectedError, match=said):
        instance.do(Reopen(element_id, reason))

    assert instance.status == "completed"


def test_a_running_instance_is_not_opened_again(running):
    instance = running(scope(MESSAGE))

    with pytest.raises(CommandRejectedError, match="completed"):
        instance.do(Reopen("hs", "why"))
