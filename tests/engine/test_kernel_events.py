"""Events: timers, messages, signals, errors, links, terminate; at borders and in between."""

from datetime import time, timedelta

import pytest

from engine import (
    CommandRejectedError,
    DeliverMessage,
    DeliverSignal,
    EventKind,
    ExecutionError,
    FireTimer,
    RecountTimers,
)
from engine.worktime import Calendar
from tests.engine.instances import NINE
from tests.engine.sketches import compiled, compiled_unchecked, flows


def boundary(definition: str, *, cancels: bool = True) -> str:
    flag = str(cancels).lower()
    start_tag = f'<boundaryEvent id="t" attachedToRef="a" cancelActivity="{flag}">'
    return f"{start_tag}{definition}</boundaryEvent>"


def timer(kind: str, text: str, attributes: str = "") -> str:
    return f"<timerEventDefinition {attributes}><{kind}>{text}</{kind}></timerEventDefinition>"


def watched(definition: str, *, cancels: bool = True):
    """A user task ``a`` with a boundary event ``t`` that leads to the user task ``b``."""
    return compiled(
        f'<startEvent id="s"/><userTask id="a"/>{boundary(definition, cancels=cancels)}'
        '<userTask id="b"/><endEvent id="e"/><endEvent id="f"/>',
        "s a e",
        "t b f",
    )


def between(definition: str, *, kind: str = "intermediateCatchEvent"):
    """An intermediate event ``c`` before a user task ``a``."""
    return compiled(
        f'<startEvent id="s"/><{kind} id="c">{definition}</{kind}>'
        '<userTask id="a"/><endEvent id="e"/>',
        "s c a e",
    )


@pytest.mark.parametrize(
    ("kind", "text", "due_at"),
    [
        ("timeDuration", "PT90M", NINE + timedelta(minutes=90)),
        ("timeDuration", "P1M", NINE.replace(month=12)),
        ("timeDuration", '= duration("P2D")', NINE + timedelta(days=2)),
        ("timeDuration", "= wanted", NINE + timedelta(hours=4)),
        ("timeDate", "2026-12-24T08:00:00+07:00", NINE.replace(month=12, day=24, hour=1)),
        ("timeDate", "= now() + duration(wanted)", NINE + timedelta(hours=4)),
        ("timeCycle", "R3/PT1H", NINE + timedelta(hours=1)),
    ],
)
def test_a_timer_is_due_when_its_text_or_expression_says(running, kind, text, due_at):
    instance = running(between(timer(kind, text)), {"wanted": "PT4H"})

    assert [one.due_at for one in instance.outcome.timers] == [due_at]
    assert instance.tasks == []


def test_a_timer_fires_when_it_is_due_and_not_before(running):
    instance = running(between(timer("timeDuration", "PT1H")))
    command = FireTimer(instance.outcome.timers[0].timer_id)
    instance.wait(minutes=59)

    with pytest.raises(CommandRejectedError):
        instance.do(command)
    instance.wait(minutes=1)
    instance.do(command)

    assert instance.tasks == ["a"]
    assert instance.happened(EventKind.TIMER_FIRED) == ["c"]


OFFICE_TIME = 'motcua:calendar="working"'
DAY = ((time(8), time(12)), (time(13), time(17)))
WEEK = ((DAY,) * 5) + ((), ())


@pytest.mark.parametrize("text", ["P2D", '= duration("P2D")'])
def test_a_timer_in_office_time_is_counted_anew_by_a_changed_calendar(running, text):
    before = Calendar("UTC", WEEK)
    instance = running(watched(timer("timeDuration", text, OFFICE_TIME)), calendar=before)
    timers = [instance.outcome.timers[0]]
    instance.wait(hours=5)
    instance.calendar = Calendar("UTC", WEEK, holidays={NINE.date() + timedelta(days=1): "Storm"})

    # twice: from when it was armed, not from when it was counted last
    timers += [instance.do(RecountTimers()).timers[0] for _ in range(2)]
    instance.calendar = before
    timers += instance.do(RecountTimers()).timers

    assert len({one.timer_id for one in timers}) == 1
    days = [(one.due_at - NINE).days for one in timers]
    assert days == [2, 3, 3, 2]
    assert instance.tasks == ["a"]
    instance.fire("t")
    assert instance.tasks == ["b"]


def test_elapsed_time_and_instants_are_not_counted_anew(running):
    instance = running(watched(timer("timeDuration", "PT10H"), cancels=False))
    due = instance.outcome.timers[0].due_at
    instance.calendar = Calendar("UTC", WEEK)

    assert instance.do(RecountTimers()).timers[0].due_at == due


def test_a_timer_that_has_fired_cannot_fire_again(running):
    instance = running(between(timer("timeDuration", "PT1H")))
    command = FireTimer(instance.outcome.timers[0].timer_id)
    instance.fire("c")

    with pytest.raises(CommandRejectedError):
        instance.do(command)


def test_a_timer_text_that_is_no_duration_is_an_error_with_the_element(running):
    with pytest.raises(ExecutionError) as refused:
        running(between(timer("timeDuration", "= n")), {"n": 42})

    assert refused.value.element_id == "c"


def test_an_interrupting_timer_takes_its_task_away(running):
    instance = running(watched(timer("timeDuration", "P3D")))
    assert instance.tasks == ["a"]

    instance.fire("t")

    assert instance.tasks == ["b"]
    assert instance.cancelled == ["a"]
    assert instance.completed == ["s", "t"]


def test_a_boundary_event_goes_with_its_task(running):
    instance = running(watched(timer("timeDuration", "P3D")))

    instance.complete("a")

    assert instance.status == "completed"
    assert not instance.outcome.timers
    assert instance.happened(EventKind.ELEMENT_ENTERED) == ["s", "a", "e"]


def test_a_timer_that_does_not_interrupt_fires_once_beside_its_task(running):
    instance = running(watched(timer("timeDuration", "P3D"), cancels=False))

    instance.fire("t")

    assert instance.tasks == ["a", "b"]
    assert not instance.outcome.timers


def test_a_repeating_timer_fires_as_often_as_it_says_each_time_under_a_new_id(running):
    instance = running(watched(timer("timeCycle", "R3/PT1H"), cancels=False))
    ids, due = [], []

    for _ in range(3):
        ids.append(instance.outcome.timers[0].timer_id)
        due.append(instance.outcome.timers[0].due_at - NINE)
        instance.fire("t")

    assert not instance.outcome.timers
    assert len(set(ids)) == 3
    assert due == [timedelta(hours=1), timedelta(hours=2), timedelta(hours=3)]
    assert instance.tasks == ["a", "b", "b", "b"]


def test_a_repeating_timer_that_fires_late_keeps_its_rhythm(running):
    instance = running(watched(timer("timeCycle", "R3/PT1H"), cancels=False))
    instance.wait(minutes=90)

    instance.fire("t")

    assert [one.due_at for one in instance.outcome.timers] == [NINE + timedelta(hours=2)]


def test_a_cycle_without_a_number_goes_on_while_its_task_is_open(running):
    instance = running(watched(timer("timeCycle", "R/PT1H"), cancels=False))
    for _ in range(5):
        instance.fire("t")

    instance.complete("a")

    assert instance.tasks == ["b"] * 5
    assert not instance.outcome.timers


def test_a_message_reaches_the_catcher_that_waits_for_it(running):
    instance = running(between('<messageEventDefinition messageRef="M"/>'))
    [waiting] = instance.outcome.messages
    assert (waiting.element_id, waiting.name) == ("c", "papers")

    instance.deliver("c", "papers", sheets=2)

    assert instance.tasks == ["a"]
    assert instance.variables == {"sheets": 2}
    assert instance.happened(EventKind.MESSAGE_RECEIVED) == ["c"]


def test_a_message_of_another_name_is_refused(running):
    instance = running(between('<messageEventDefinition messageRef="M"/>'))

    with pytest.raises(CommandRejectedError):
        instance.deliver("c", "answer")


def test_a_catcher_tells_the_correlation_key_of_its_instance(running):
    process = compiled_unchecked(
        '<startEvent id="s"/><receiveTask id="r" messageRef="M" motcua:correlationKey="= code"/>'
        '<endEvent id="e"/>',
        "s r e",
    )

    instance = running(process, {"code": "H99-1"})

    assert [one.correlation_key for one in instance.outcome.messages] == ["H99-1"]


def test_a_message_that_does_not_interrupt_comes_every_time(running):
    definition = '<messageEventDefinition messageRef="M"/>'
    instance = running(watched(definition, cancels=False))

    instance.deliver("t", "papers")
    instance.deliver("t", "papers")

    assert instance.tasks == ["a", "b", "b"]
    assert len(instance.outcome.messages) == 1


def test_a_message_that_interrupts_takes_its_task_away(running):
    instance = running(watched('<messageEventDefinition messageRef="M"/>'))

    instance.deliver("t", "papers", late=True)

    assert instance.tasks == ["b"]
    assert instance.variables == {"late": True}


@pytest.mark.parametrize("kind", ["intermediateThrowEvent", "sendTask"])
def test_a_thrown_message_is_an_event_with_what_is_mapped(running, kind):
    definition = '<messageEventDefinition messageRef="M"/>'
    element = (
        f'<{kind} id="c">{definition}</{kind}>'
        if kind != "sendTask"
        else '<sendTask id="c" messageRef="M"><extensionElements><camunda:inputOutput>'
        '<camunda:inputParameter name="total">${fee}</camunda:inputParameter>'
        "</camunda:inputOutput></extensionElements></sendTask>"
    )
    process = compiled(f'<startEvent id="s"/>{element}<endEvent id="e"/>', "s c e")

    instance = running(process, {"fee": 8000})

    [sent] = [one for one in instance.events if one.kind is EventKind.MESSAGE_SENT]
    assert (sent.element_id, sent.data["name"]) == ("c", "papers")
    assert sent.data["variables"] == ({"total": 8000} if kind == "sendTask" else {})


def test_a_signal_reaches_every_catcher_of_the_instance_and_is_told_to_the_others(running):
    catch = '<signalEventDefinition signalRef="S"/>'
    process = compiled_unchecked(
        '<startEvent id="s"/><parallelGateway id="f"/>'
        f'<intermediateCatchEvent id="x">{catch}</intermediateCatchEvent><userTask id="a"/>'
        f"{boundary(catch)}<userTask id='go'/><endEvent id='e'/>"
        f'<intermediateThrowEvent id="throw">{catch}</intermediateThrowEvent>',
        "s f x e",
        "f a e",
        "f go throw e",
        "t e",
    )
    instance = running(process)

    instance.complete("go")

    assert instance.status == "completed"
    assert instance.cancelled == ["a"]
    assert instance.happened(EventKind.SIGNAL_SENT) == ["throw"]


def test_a_signal_that_interrupts_the_activity_it_is_thrown_in_leads_nowhere_else(running):
    signal = '<signalEventDefinition signalRef="S"/>'
    process = compiled_unchecked(
        f'<startEvent id="s"/><subProcess id="p1"><startEvent id="s1"/>'
        f'<intermediateThrowEvent id="throw">{signal}</intermediateThrowEvent>'
        f'<userTask id="never"/>{flows("s1 throw never")}</subProcess>'
        f'<boundaryEvent id="t" attachedToRef="p1">{signal}</boundaryEvent>'
        '<userTask id="b"/><endEvent id="e"/>',
        "s p1 e",
        "t b e",
    )

    instance = running(process)

    assert instance.tasks == ["b"]
    assert "never" not in instance.happened(EventKind.ELEMENT_ENTERED)
    assert instance.cancelled == ["throw", "p1"]


def test_a_signal_from_another_instance_is_delivered_by_a_command(running):
    instance = running(between('<signalEventDefinition signalRef="S"/>'))
    token = instance.outcome.signals[0].token_id
    with pytest.raises(CommandRejectedError):
        instance.do(DeliverSignal(token, "calm"))

    instance.do(DeliverSignal(token, "storm", {"wind": 12}))

    assert instance.tasks == ["a"]
    assert instance.variables == {"wind": 12}


def test_a_link_goes_on_at_the_catch_of_its_name_and_both_ends_show(running):
    process = compiled(
        '<startEvent id="s"/><userTask id="a"/><endEvent id="e"/>'
        '<intermediateThrowEvent id="out"><linkEventDefinition name="L"/></intermediateThrowEvent>'
        '<intermediateCatchEvent id="in"><linkEventDefinition name="L"/></intermediateCatchEvent>',
        "s out",
        "in a e",
    )

    instance = running(process)

    assert instance.tasks == ["a"]
    assert instance.completed == ["s", "out", "in"]


def test_a_terminate_end_takes_everything_away_at_once(running):
    process = compiled(
        '<startEvent id="s"/><parallelGateway id="f"/><userTask id="a"/><userTask id="b"/>'
        '<endEvent id="e"/><endEvent id="x"><terminateEventDefinition/></endEvent>',
        "s f a e",
        "f b x",
    )
    instance = running(process)

    instance.complete("b")

    assert instance.status == "completed"
    assert instance.cancelled == ["a"]
    assert instance.completed[-1] == "x"


ERRORS = compiled(
    '<startEvent id="s"/><subProcess id="sub"><startEvent id="s2"/><userTask id="a"/>'
    '<userTask id="side"/><parallelGateway id="f"/><endEvent id="e3"/>'
    '<exclusiveGateway id="g" default="g_ok"/><endEvent id="ok"/>'
    '<endEvent id="x"><errorEventDefinition errorRef="E"/></endEvent>'
    '<endEvent id="y"><errorEventDefinition errorRef="F"/></endEvent>'
    '<sequenceFlow id="1" sourceRef="s2" targetRef="f"/>'
    '<sequenceFlow id="2" sourceRef="f" targetRef="a"/>'
    '<sequenceFlow id="3" sourceRef="f" targetRef="side"/>'
    '<sequenceFlow id="4" sourceRef="side" targetRef="e3"/>'
    '<sequenceFlow id="5" sourceRef="a" targetRef="g"/>'
    '<sequenceFlow id="g_ok" sourceRef="g" targetRef="ok"/>'
    '<sequenceFlow id="6" sourceRef="g" targetRef="x"><conditionExpression>= how = "refused"'
    "</conditionExpression></sequenceFlow>"
    '<sequenceFlow id="7" sourceRef="g" targetRef="y"><conditionExpression>= how = "lost"'
    "</conditionExpression></sequenceFlow></subProcess>"
    '<boundaryEvent id="any" attachedToRef="sub"><errorEventDefinition/></boundaryEvent>'
    '<boundaryEvent id="refused" attachedToRef="sub"><errorEventDefinition errorRef="E"/>'
    '</boundaryEvent><userTask id="b"/><userTask id="c"/><userTask id="d"/><endEvent id="e"/>',
    "s sub b e",
    "refused c e",
    "any d e",
)


@pytest.mark.parametrize(("how", "there"), [("refused", ["c"]), ("lost", ["d"])])
def test_an_error_end_interrupts_the_activity_that_catches_its_code(running, how, there):
    instance = running(ERRORS)

    instance.complete("a", how=how)

    assert instance.tasks == there
    assert instance.cancelled == ["side", "sub"]
    assert len(instance.happened(EventKind.ERROR_THROWN)) == 1


def test_without_an_error_the_sub_process_ends_when_all_its_tokens_have(running):
    instance = running(ERRORS)

    instance.complete("a", how="well")
    assert instance.tasks == ["side"]
    instance.complete("side")

    assert instance.tasks == ["b"]


def test_an_error_that_nothing_catches_fails_the_instance(running):
    process = compiled_unchecked(
        '<startEvent id="s"/><parallelGateway id="f"/><userTask id="a"/><userTask id="b"/>'
        '<endEvent id="e"/><endEvent id="x"><errorEventDefinition errorRef="E"/></endEvent>',
        "s f a e",
        "f b x",
    )
    instance = running(process)

    instance.complete("b")

    assert instance.status == "failed"
    assert instance.events[-1].kind is EventKind.INSTANCE_FAILED
    assert instance.events[-1].data["code"] == "refused"
    assert instance.cancelled == ["a"]
    assert not instance.outcome.user_tasks


def test_a_user_task_can_end_with_an_error_and_its_values_reach_the_catcher(running):
    instance = running(watched('<errorEventDefinition errorRef="E"/>'))

    instance.throw("a", "refused", why="no paper")

    assert instance.tasks == ["b"]
    assert instance.variables == {"why": "no paper"}


def test_an_error_of_another_code_passes_by(running):
    instance = running(watched('<errorEventDefinition errorRef="E"/>'))

    instance.throw("a", "lost")

    assert instance.status == "failed"


def test_a_message_goes_only_to_a_token_that_waits_for_messages(running):
    instance = running(watched(timer("timeDuration", "PT1H")))

    with pytest.raises(CommandRejectedError):
        instance.do(DeliverMessage(instance.token_at("a"), "papers"))
