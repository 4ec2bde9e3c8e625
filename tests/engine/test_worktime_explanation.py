"""Durations and the lines that explain a due instant."""

from datetime import date, time, timedelta

import pytest

from engine.errors import InvalidModelError
from engine.worktime import Pause, explain, parse_duration, parse_limit
from tests.engine.calendar_2026 import OFFICE
from tests.engine.test_worktime_clock import at


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
    lines = explain(at("20 Nov 16:00"), parse_limit("P3D"), OFFICE, day_ends_at=time(15))

    assert [line.kind for line in lines] == [
        "received", "starts", "limit", "holiday", "days_off", "due",
    ]  # fmt: skip
    assert lines[3].params == {"name": "Ngày Văn hóa Việt Nam"}
    assert lines[4].params == {"count": 2}
    assert lines[-1].at == at("26 Nov 17:30")


def test_the_explanation_names_a_make_up_day_that_counts():
    lines = explain(at("21 Aug 15:30"), parse_limit("P1D"), OFFICE)

    assert [(line.kind, line.day) for line in lines if line.day] == [
        ("extra_day", date(2026, 8, 22))
    ]


def test_the_explanation_of_a_standing_clock_ends_with_the_pause():
    pauses = [Pause(at("18 Nov 16:30"), reason="Chờ bổ sung giấy tờ")]

    lines = explain(at("18 Nov 07:30"), parse_limit("P2D"), OFFICE, pauses)

    assert [line.kind for line in lines][-2:] == ["pause", "stopped"]


def test_every_line_can_be_filled():
    pauses = [Pause(at("18 Nov 16:30"), at("19 Nov 16:30"), "Chờ bổ sung")]

    lines = explain(at("14 Nov 16:00"), parse_limit("P9D"), OFFICE, pauses)

    assert all(line.text % line.params for line in lines)
