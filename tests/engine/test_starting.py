"""What starts a process without a person."""

from datetime import UTC, datetime, timedelta

import pytest

from engine import compile_process
from engine.errors import ExecutionError, InvalidModelError
from engine.starting import (
    StartKind,
    StartTrigger,
    conditions_met,
    following_start,
    start_triggers,
)
from engine.worktime import ALWAYS
from tests.engine.model_files import chain, diagram

AT = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
ROOTS = '<message id="m" name="M"/><signal id="g" name="G"/>'
MESSAGE = '<messageEventDefinition messageRef="m"/>'
SIGNAL = '<signalEventDefinition signalRef="g"/>'


def test_a_plain_start_is_started_by_nobody_but_a_person():
    assert _triggers("startEvent s") == ()


def test_each_of_several_events_of_a_start_starts_the_process():
    triggers = _triggers(f"startEvent s|{MESSAGE}{SIGNAL}")

    assert triggers == (
        StartTrigger("s", StartKind.MESSAGE, "M"),
        StartTrigger("s", StartKind.SIGNAL, "G"),
    )


def test_the_first_of_several_events_of_a_start_begins_and_its_timer_does_not():
    timer = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"

    triggers = _triggers(f'startEvent s parallelMultiple="true"|{MESSAGE}{SIGNAL}{timer}')

    assert [(one.kind, one.name) for one in triggers] == [("message", "M"), ("signal", "G")]


def test_a_start_that_wants_several_timers_begins_with_the_last_of_them():
    timers = "".join(
        f"<timerEventDefinition><timeDuration>PT{hours}H</timeDuration></timerEventDefinition>"
        for hours in (2, 5, 1)
    )

    (trigger,) = _triggers(f'startEvent s parallelMultiple="true"|{timers}')

    assert trigger.timer is not None
    assert trigger.timer.due_at == AT + timedelta(hours=5)


def test_a_receive_task_that_instantiates_is_started_by_its_message():
    triggers = _triggers('receiveTask r instantiate="true" messageRef="m"')

    assert triggers == (StartTrigger("r", StartKind.MESSAGE, "M"),)


def test_a_cycle_goes_on_from_when_it_was_due_until_its_last_round():
    (trigger,) = _triggers(_timed("<timeCycle>R3/PT1H</timeCycle>"))

    due = []
    timer = trigger.timer
    while timer is not None:
        due.append(timer.due_at - AT)
        timer = following_start(timer, ALWAYS)

    assert due == [timedelta(hours=number) for number in (1, 2, 3)]


def test_rounds_that_had_passed_are_skipped_and_counted():
    (trigger,) = _triggers(_timed("<timeCycle>R5/2026-11-18T00:30:00Z/PT1H</timeCycle>"))

    assert trigger.timer is not None
    assert trigger.timer.due_at == AT + timedelta(minutes=30)
    assert trigger.timer.firings_left == 3


def test_a_timer_that_reads_a_variable_is_refused_before_it_is_armed():
    with pytest.raises(InvalidModelError, match="“when” has no value yet"):
        _triggers(_timed("<timeDate>= when</timeDate>"))


def test_a_timer_that_comes_to_nothing_cannot_be_armed():
    with pytest.raises(ExecutionError):
        _triggers(_timed('<timeDate>= date("yesterday")</timeDate>'))


def test_a_condition_starts_where_it_is_true_for_the_variables_told():
    condition = "<conditionalEventDefinition><condition>= water &gt; 3</condition>"
    first = f"startEvent s|{condition}</conditionalEventDefinition>"
    process = _compiled(first)

    (trigger,) = start_triggers(process, at=AT, calendar=ALWAYS)
    assert trigger == StartTrigger("s", StartKind.CONDITIONAL)
    assert conditions_met(process, {"water": 4}, at=AT, calendar=ALWAYS) == ("s",)
    assert conditions_met(process, {"water": 3}, at=AT, calendar=ALWAYS) == ()
    assert conditions_met(process, {}, at=AT, calendar=ALWAYS) == ()


def _timed(when):
    return f"startEvent s|<timerEventDefinition>{when}</timerEventDefinition>"


def _triggers(first):
    return start_triggers(_compiled(first), at=AT, calendar=ALWAYS)


def _compiled(first):
    return compile_process({"m.bpmn": diagram(chain(first, "endEvent e"), roots=ROOTS)}, "p")
