"""Office time: due instants, amounts, pauses."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import ExecutionError
from engine.worktime import (
    ALWAYS,
    Calendar,
    Pause,
    add,
    add_days,
    between,
    day_length,
    due_at,
    parse_limit,
)
from tests.engine.calendar_2026 import OFFICE

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
THREE_O_CLOCK = time(15)


def at(text: str) -> datetime:
    return datetime.strptime(f"2026-{text}", "%Y-%d %b %H:%M").replace(tzinfo=HANOI)


VECTORS = [
    # received, days, by hours, by hours with the 15:00 rule, by whole days with the 15:00 rule
    ("20 Nov 10:00", 3, "26 Nov 10:00", "26 Nov 10:00", "26 Nov 17:30"),
    ("20 Nov 16:00", 3, "26 Nov 16:00", "26 Nov 17:30", "27 Nov 17:30"),
    ("20 Aug 09:00", 7, "28 Aug 09:00", "28 Aug 09:00", "28 Aug 17:30"),
    ("21 Aug 15:30", 1, "22 Aug 15:30", "22 Aug 17:30", "24 Aug 17:30"),
    ("13 Feb 14:00", 2, "24 Feb 14:00", "24 Feb 14:00", "24 Feb 17:30"),
    ("24 Apr 08:00", 10, "13 May 08:00", "13 May 08:00", "13 May 17:30"),
]


@pytest.mark.parametrize(("received", "days", "by_hours", "by_rule", "by_days"), VECTORS)
def test_the_reference_limits_are_due_when_the_reference_says(
    received, days, by_hours, by_rule, by_days
):
    limit = parse_limit(f"P{days}D", OFFICE)

    start = at(received)

    assert add(start, limit, OFFICE) == at(by_hours)
    assert add(start, limit, OFFICE, day_ends_at=THREE_O_CLOCK) == at(by_rule)
    assert add_days(start, days, OFFICE, day_ends_at=THREE_O_CLOCK) == at(by_days)


def test_a_limit_that_ends_with_a_session_is_due_at_its_end():
    assert add(at("18 Nov 07:30"), timedelta(hours=4), OFFICE) == at("18 Nov 11:30")


def test_time_outside_office_hours_does_not_count():
    assert add(at("21 Nov 03:00"), timedelta(hours=1), OFFICE) == at("23 Nov 08:30")
    assert between(at("20 Nov 17:30"), at("23 Nov 07:30"), OFFICE) == timedelta()


def test_exactly_three_o_clock_is_not_after_three_o_clock():
    due = add(at("18 Nov 15:00"), timedelta(hours=8), OFFICE, day_ends_at=THREE_O_CLOCK)

    assert due == at("19 Nov 15:00")


def test_office_time_over_a_holiday_counts_only_what_is_worked():
    assert between(at("23 Nov 16:30"), at("25 Nov 08:30"), OFFICE) == timedelta(hours=2)


def test_office_time_backwards_is_negative():
    assert between(at("19 Nov 10:00"), at("18 Nov 10:00"), OFFICE) == timedelta(hours=-8)


def test_always_counts_the_time_that_passes():
    start = at("21 Nov 23:00")

    assert add(start, timedelta(days=2, hours=3), ALWAYS) == start + timedelta(days=2, hours=3)
    assert between(start, start + timedelta(days=9), ALWAYS) == timedelta(days=9)
    assert day_length(ALWAYS) == timedelta(days=1)


def test_a_due_instant_is_in_utc():
    assert add(at("20 Nov 10:00"), timedelta(hours=1), OFFICE).tzinfo is UTC


def test_an_instant_without_time_zone_is_not_guessed_at():
    with pytest.raises(ValueError, match="time zone"):
        add(datetime(2026, 11, 20, 10), timedelta(hours=1), OFFICE)  # noqa: DTZ001


def test_a_full_day_has_eight_hours():
    assert day_length(OFFICE) == timedelta(hours=8)


def test_a_night_shift_on_the_day_of_a_clock_change_has_its_real_length():
    night = Calendar("Europe/Berlin", (((time(0), time(8)),),) * 7)
    midnight = datetime(2026, 3, 29, tzinfo=ZoneInfo("Europe/Berlin"))

    assert between(midnight, midnight + timedelta(days=1), night) == timedelta(hours=7)


def test_a_calendar_without_office_hours_is_refused():
    never = Calendar("UTC", ((),) * 7)

    with pytest.raises(ExecutionError, match="no office hours"):
        add(at("20 Nov 10:00"), timedelta(hours=1), never)


def test_a_pause_moves_the_due_instant_by_the_office_time_it_took():
    pauses = [Pause(at("18 Nov 16:30"), at("20 Nov 08:30"))]

    assert due_at(at("18 Nov 07:30"), timedelta(hours=16), OFFICE, pauses) == at("23 Nov 09:30")


def test_while_a_pause_lasts_nothing_is_due():
    pauses = [Pause(at("18 Nov 16:30"))]

    assert due_at(at("18 Nov 07:30"), timedelta(hours=16), OFFICE, pauses) is None


def test_a_pause_after_the_due_instant_changes_nothing():
    pauses = [Pause(at("25 Nov 16:30"))]

    assert due_at(at("18 Nov 07:30"), timedelta(hours=8), OFFICE, pauses) == at("18 Nov 17:30")


@given(
    start=st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    minutes=st.integers(1, 250 * 8 * 60),
)
def test_the_office_time_up_to_a_due_instant_is_the_limit(start, minutes):
    due = add(start, timedelta(minutes=minutes), OFFICE)

    assert between(start, due, OFFICE) == timedelta(minutes=minutes)
