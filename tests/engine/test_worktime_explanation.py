"""Durations and the lines that explain a due instant."""

from datetime import date, time, timedelta

import pytest

from engine.errors import InvalidModelError
from engine.worktime import (
    ClockEvent,
    ClockKind,
    ClockLine,
    Limit,
    Unit,
    explain,
    fold,
    parse_duration,
    parse_limit,
)
from tests.engine.calendar_2026 import OFFICE
from tests.engine.test_worktime_clock import at


def lines_of(start, limit, *more, now=None) -> tuple[ClockLine, ...]:
    """Return the lines of a clock to which more happened than its start."""
    happened = [ClockEvent(ClockKind.RECEIVED, start), *more]
    state = fold(happened, limit, lambda _: OFFICE, at=now or start)
    return explain(state, limit, OFFICE)


def paused(start, end=None, reason="Chờ bổ sung giấy tờ"):
    happened = [ClockEvent(ClockKind.PAUSED, start, reason=reason)]
    return happened + [ClockEvent(ClockKind.RESUMED, end)] * (end is not None)


def working_days(days, day_ends_at=None):
    return Limit(Unit.WORKING_DAY, f"P{days}D", day_ends_at)


@pytest.mark.parametrize(
    ("text", "hours"), [("P3D", 24), ("P0.25D", 2), ("PT4H", 4), ("P1DT2H", 10), ("P1W", 40)]
)
def test_a_day_of_a_limit_has_eight_office_hours(text, hours):
    assert parse_limit(text) == timedelta(hours=hours)


@pytest.mark.parametrize("text", ["", "3 ngày", "P", "PT", "P1M", "-P1D", "P3DT", "P99999D"])
def test_what_is_not_a_limit_is_refused(text):
    with pytest.raises(InvalidModelError):
        parse_limit(text)


def test_an_elapsed_month_keeps_the_day_as_far_as_it_can():
    assert parse_duration("P3M").after(at("30 Nov 10:00")).date() == date(2027, 2, 28)


def test_more_than_ten_years_are_refused():
    with pytest.raises(InvalidModelError, match="ten years"):
        parse_duration("P11Y")


def test_the_explanation_names_the_late_reception_the_holiday_and_the_weekend():
    lines = lines_of(at("20 Nov 16:00"), working_days(3, time(15)))

    assert [line.kind for line in lines] == [
        "received", "after_closing", "limit", "holiday", "days_off", "due",
    ]  # fmt: skip
    assert lines[3].params == {"name": "Ngày Văn hóa Việt Nam"}
    assert lines[4].params == {"count": 2}
    assert lines[-1].at == at("26 Nov 17:30")


def test_the_explanation_names_a_make_up_day_that_counts():
    lines = lines_of(at("21 Aug 15:30"), working_days(1))

    assert [(line.kind, line.day) for line in lines if line.day] == [
        ("extra_day", date(2026, 8, 22))
    ]


def test_the_explanation_of_a_standing_clock_ends_with_the_pause():
    lines = lines_of(at("18 Nov 07:30"), working_days(2), *paused(at("18 Nov 16:30")))

    assert [line.kind for line in lines][-2:] == ["pause", "stopped"]


def test_every_line_can_be_filled():
    more = [
        *paused(at("18 Nov 16:30"), at("19 Nov 16:30")),
        ClockEvent(ClockKind.EXTENDED, at("20 Nov 10:00"), amount="P2D", reason="Mưa bão"),
        ClockEvent(ClockKind.FINISHED, at("27 Nov 10:00")),
    ]

    lines = lines_of(at("14 Nov 16:00"), working_days(9), *more)

    assert [line.kind for line in lines] == [
        "received", "starts", "limit", "pause", "extension", "holiday", "days_off", "due",
        "finished",
    ]  # fmt: skip
    assert all(line.text % line.params for line in lines)


def test_a_limit_in_calendar_days_says_why_it_ends_later_than_its_sum():
    lines = lines_of(at("16 Nov 09:00"), Limit(Unit.CALENDAR_DAY, "P6D"))

    assert [line.kind for line in lines] == ["received", "limit", "moved_on", "due"]
    assert lines[2].day == date(2026, 11, 22)  # a Sunday
    assert lines[3].at == at("23 Nov 07:30")
