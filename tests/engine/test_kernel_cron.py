"""Timer cycles written as cron."""

from datetime import UTC, datetime, timedelta

import pytest

from engine import ExecutionError
from engine.kernel.cron import following, is_cron
from tests.engine.instances import NINE
from tests.engine.sketches import compiled


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0 0 8 * * *", "2026-11-24 08:00"),
        ("0 30 9 * * ?", "2026-11-23 09:30"),
        ("0 0/15 * * * *", "2026-11-23 09:15"),
        ("0 0 8 * * MON-FRI", "2026-11-24 08:00"),
        ("0 0 8 * * SAT,SUN", "2026-11-28 08:00"),
        ("0 0 8 * * 7", "2026-11-29 08:00"),
        ("0 0 8 1 JAN ?", "2027-01-01 08:00"),
        ("0 0 8 L * ?", "2026-11-30 08:00"),
        ("0 0 8 29 2 ?", "2028-02-29 08:00"),
        ("0 0 8 1 1 ? 2030", "2030-01-01 08:00"),
        ("30 8 * * 1", "2026-11-30 08:30"),
        ("*/20 * * * * *", "2026-11-23 09:00:20"),
    ],
)
def test_a_cron_text_comes_round_when_it_says(text, expected):
    assert following(text, NINE) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["", "* * *", "61 * * * * *", "0 0 8 * * XYZ", "0 0 8 5-2 * *", "*/0 * * * * *", "PT1H"]
)
def test_what_is_no_cron_text_is_not_read_as_one(text):
    assert not is_cron(text)


def test_a_day_that_never_comes_is_never_due():
    assert following("0 0 8 31 2 ?", NINE) is None


def cycle(text: str):
    definition = f"<timerEventDefinition><timeCycle>{text}</timeCycle></timerEventDefinition>"
    return compiled(
        '<startEvent id="s"/><userTask id="a"/><boundaryEvent id="t" attachedToRef="a"'
        f' cancelActivity="false">{definition}</boundaryEvent><userTask id="b"/>',
        "s a",
        "t b",
    )


def test_a_boundary_event_by_cron_comes_again_and_again(running):
    instance = running(cycle("0 0 8 * * MON-FRI"))

    due = []
    for _ in range(3):
        due.append(instance.outcome.timers[0].due_at)
        instance.fire("t")

    eight = NINE.replace(hour=8)
    assert due == [eight + timedelta(days=days) for days in (1, 2, 3)]
    assert instance.tasks == ["a", "b", "b", "b"]


def test_a_cron_text_that_never_comes_is_an_error_at_the_event(running):
    with pytest.raises(ExecutionError) as failed:
        running(cycle("0 0 8 31 2 ?"))

    assert failed.value.element_id == "t"
