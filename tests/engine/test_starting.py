"""What starts a process without a person."""

from datetime import UTC, datetime, timedelta

import pytest

from engine import compile_process
from engine.errors import ExecutionError
from engine.starting import StartKind, StartTrigger, following_start, start_triggers
from engine.worktime import ALWAYS
from tests.engine.model_files import chain, diagram

AT = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
ROOTS = '<message id="m" name="M"/><signal id="g" name="G"/>'
MESSAGE = '<messageEventDefinition messageRef="m"/>'
CONDITION = "<conditionalEventDefinition><condition>= x</condition></conditionalEventDefinition>"
SIGNAL = '<signalEventDefinition signalRef="g"/>'


def test_a_plain_start_is_started_by_nobody_but_a_person():
    assert _triggers("startEvent s") == ()


def test_each_of_several_events_of_a_start_starts_the_process():
    triggers = _triggers(f"startEvent s|{MESSAGE}{SIGNAL}")

    assert triggers == (
        StartTrigger("s", StartKind.MESSAGE, "M"),
        StartTrigger("s", StartKind.SIGNAL, "G"),
    )


@pytest.mark.parametrize(
    "start",
    [
        f'startEvent s parallelMultiple="true"|{MESSAGE}{SIGNAL}',
        f"startEvent s|{CONDITION}",
    ],
    ids=["all of several", "condition"],
)
def test_what_nothing_can_bring_about_alone_starts_nothing(start):
    assert _triggers(start) == ()


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


def test_a_timer_that_reads_a_variable_cannot_be_armed():
    with pytest.raises(ExecutionError):
        _triggers(_timed("<timeDate>= when</timeDate>"))


def _timed(when):
    return f"startEvent s|<timerEventDefinition>{when}</timerEventDefinition>"


def _triggers(first):
    files = {"m.bpmn": diagram(chain(first, "endEvent e"), roots=ROOTS)}
    return start_triggers(compile_process(files, "p"), at=AT, calendar=ALWAYS)
