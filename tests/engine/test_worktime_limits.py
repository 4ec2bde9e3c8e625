"""Limits of every unit, both conventions, and what pauses and extensions do to them."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.worktime import (
    Calendar,
    ClockEvent,
    ClockKind,
    ClockStatus,
    Convention,
    Limit,
    Pause,
    Unit,
    add,
    between,
    fold,
    merged,
)
from engine.worktime.calendars import spans_on
from tests.engine.calendar_2026 import OFFICE
from tests.engine.test_worktime_clock import THREE_O_CLOCK, VECTORS, at

instants = st.datetimes(datetime(2026, 1, 1), datetime(2026, 11, 30), timezones=st.just(UTC))  # noqa: DTZ001
minutes = st.integers(0, 20 * 8 * 60)
limits = st.one_of(
    st.builds(
        Limit,
        st.sampled_from([Unit.WORKING_DAY, Unit.CALENDAR_DAY]),
        st.integers(1, 40).map(lambda days: f"P{days}D"),
        st.sampled_from([None, THREE_O_CLOCK]),
        st.sampled_from(Convention),
    ),
    st.builds(
        Limit,
        st.sampled_from([Unit.WORKING_HOUR, Unit.HOUR]),
        st.integers(1, 200).map(lambda hours: f"PT{hours}H"),
        st.sampled_from([None, THREE_O_CLOCK]),
    ),
    st.builds(Limit, st.just(Unit.MONTH), st.integers(1, 3).map(lambda months: f"P{months}M")),
    st.builds(Limit, st.just(Unit.SAME_DAY), day_ends_at=st.sampled_from([None, THREE_O_CLOCK])),
)


@pytest.mark.parametrize(("received", "days", "by_hours", "by_rule", "by_days"), VECTORS)
def test_the_reference_vectors_hold_in_both_conventions(received, days, by_hours, by_rule, by_days):
    amount, start = f"P{days}D", at(received)
    whole = Convention.WHOLE_DAYS

    assert Limit(Unit.WORKING_DAY, amount).due_at(start, OFFICE) == at(by_hours)
    assert Limit(Unit.WORKING_DAY, amount, THREE_O_CLOCK).due_at(start, OFFICE) == at(by_rule)
    by_whole_days = Limit(Unit.WORKING_DAY, amount, THREE_O_CLOCK, whole)
    assert by_whole_days.due_at(start, OFFICE) == at(by_days)


@pytest.mark.parametrize(
    ("limit", "received", "due"),
    [
        (Limit(Unit.WORKING_HOUR, "PT4H"), "18 Nov 15:30", "19 Nov 09:30"),
        (Limit(Unit.WORKING_DAY, "P0.25D"), "18 Nov 16:30", "19 Nov 08:30"),
        (Limit(Unit.HOUR, "PT24H"), "18 Nov 10:00", "19 Nov 10:00"),
        (Limit(Unit.HOUR, "PT24H"), "20 Nov 10:00", "23 Nov 07:30"),  # ends on a Saturday
        (Limit(Unit.CALENDAR_DAY, "P7D"), "10 Nov 09:15", "17 Nov 09:15"),
        (Limit(Unit.CALENDAR_DAY, "P7D"), "10 Nov 20:00", "18 Nov 07:30"),
        (Limit(Unit.CALENDAR_DAY, "P7D"), "10 Nov 12:00", "17 Nov 13:30"),
        (Limit(Unit.CALENDAR_DAY, "P7D"), "17 Nov 09:15", "25 Nov 07:30"),  # Culture Day
        (
            Limit(Unit.CALENDAR_DAY, "P7D", None, Convention.WHOLE_DAYS),
            "10 Nov 09:15",
            "17 Nov 17:30",
        ),
        (Limit(Unit.MONTH, "P1M"), "31 Jan 09:00", "2 Mar 07:30"),  # 28 Feb is a Saturday
        (Limit(Unit.SAME_DAY), "18 Nov 10:00", "18 Nov 17:30"),
        (Limit(Unit.SAME_DAY, day_ends_at=time(15)), "20 Nov 16:00", "23 Nov 17:30"),
    ],
)
def test_every_unit_is_due_in_working_time(limit, received, due):
    assert limit.due_at(at(received), OFFICE) == at(due)


@given(instants, minutes, minutes)
def test_adding_in_two_parts_equals_adding_at_once(start, one, other):
    first = add(start, timedelta(minutes=one), OFFICE)

    in_two = add(first, timedelta(minutes=other), OFFICE)

    assert between(start, in_two, OFFICE) == timedelta(minutes=one + other)
    if other:  # nothing added leaves the last instant of a session where it is
        assert in_two == add(start, timedelta(minutes=one + other), OFFICE)


@given(instants, limits)
def test_due_instants_never_fall_outside_working_time(start, limit):
    due = limit.due_at(start, OFFICE)

    assert due is not None
    assert any(begin <= due <= end for begin, end in _spans(due))


@given(instants, limits, st.integers(0, 60 * 24 * 40))
def test_a_pause_of_zero_changes_nothing(start, limit, later):
    moment = start + timedelta(minutes=later)

    paused = limit.due_at(start, OFFICE, [Pause(moment, moment)])

    assert paused == limit.due_at(start, OFFICE)


@given(instants, limits, st.integers(0, 60 * 24 * 9), st.integers(0, 60 * 24 * 9))
def test_a_pause_never_makes_a_limit_end_earlier(start, limit, later, length):
    begin = start + timedelta(minutes=later)
    pause = Pause(begin, begin + timedelta(minutes=length))

    moved, plain = limit.due_at(start, OFFICE, [pause]), limit.due_at(start, OFFICE)

    assert moved is not None
    assert plain is not None
    assert moved >= plain


def test_a_pause_in_whole_days_costs_the_working_days_after_its_first():
    limit = Limit(Unit.WORKING_DAY, "P3D", None, Convention.WHOLE_DAYS)
    pause = Pause(at("18 Nov 10:00"), at("20 Nov 09:00"))

    assert limit.due_at(at("16 Nov 09:00"), OFFICE, [pause]) == at("23 Nov 17:30")


def test_pauses_that_overlap_count_once():
    limit = Limit(Unit.WORKING_DAY, "P2D")
    pauses = [
        Pause(at("18 Nov 08:30"), at("18 Nov 10:30")),
        Pause(at("18 Nov 09:30"), at("18 Nov 11:30")),
    ]

    assert limit.due_at(at("18 Nov 07:30"), OFFICE, pauses) == at("20 Nov 10:30")
    assert len(merged(pauses, at("18 Nov 07:30"))) == 1


def test_a_week_that_changes_counts_by_its_new_sessions_from_its_date_on():
    morning = ((time(8), time(12)),)
    calendar = Calendar(
        OFFICE.tz, OFFICE.week, later_weeks=((at("19 Nov 00:00").date(), (morning,) * 7),)
    )

    due = Limit(Unit.WORKING_HOUR, "PT6H").due_at(at("18 Nov 13:30"), calendar)

    assert due == at("19 Nov 10:00")


def test_a_make_up_day_may_have_sessions_of_its_own():
    saturday = at("21 Nov 00:00").date()
    calendar = Calendar(
        OFFICE.tz,
        OFFICE.week,
        extra_days={saturday: "Sáng thứ Bảy"},
        extra_sessions={saturday: ((time(7, 30), time(11, 30)),)},
    )

    due = Limit(Unit.WORKING_HOUR, "PT6H").due_at(at("20 Nov 16:30"), calendar)

    assert due == at("23 Nov 08:30")


def folded(*events, limit=None, now="23 Nov 09:00", calendars=None, waits=False):
    calendar_of = (calendars or {}).get
    return fold(
        [ClockEvent(kind, at(when), **more) for kind, when, more in events],
        limit or Limit(Unit.WORKING_DAY, "P3D"),
        lambda revision: calendar_of(revision) or OFFICE,
        at=at(now),
        waits_for_start=waits,
    )


RECEIVED = (ClockKind.RECEIVED, "18 Nov 09:00", {})


def test_a_running_clock_tells_what_is_spent_and_left():
    state = folded(RECEIVED, now="19 Nov 09:00")

    assert (state.status, state.due) == (ClockStatus.RUNNING, at("23 Nov 09:00"))
    assert (state.spent, state.remaining) == (timedelta(hours=8), timedelta(hours=16))


def test_a_paused_clock_has_no_due_instant_and_spends_nothing():
    pause = (ClockKind.PAUSED, "18 Nov 11:00", {"key": "a"})

    state = folded(RECEIVED, pause, now="20 Nov 11:00")

    assert (state.status, state.due) == (ClockStatus.PAUSED, None)
    assert (state.spent, state.promised) == (timedelta(hours=2), at("23 Nov 09:00"))
    assert state.remaining == timedelta(hours=22)


def test_an_extension_keeps_the_original_due_instant():
    more = (ClockKind.EXTENDED, "20 Nov 09:00", {"amount": "P2D", "reason": "Mưa bão"})

    state = folded(RECEIVED, more)

    assert state.original_due == at("23 Nov 09:00")
    assert state.due == at("26 Nov 09:00")
    assert [(e.old_due, e.new_due) for e in state.extensions] == [
        (at("23 Nov 09:00"), at("26 Nov 09:00"))
    ]


def test_a_pause_after_an_extension_to_a_date_moves_that_date():
    state = folded(
        RECEIVED,
        (ClockKind.PAUSED, "18 Nov 10:00", {"key": "a"}),
        (ClockKind.RESUMED, "18 Nov 11:00", {"key": "a"}),
        (ClockKind.EXTENDED, "20 Nov 09:00", {"new_due": at("26 Nov 17:30")}),
        (ClockKind.PAUSED, "20 Nov 10:00", {"key": "b"}),
        (ClockKind.RESUMED, "23 Nov 10:00", {"key": "b"}),
    )

    assert state.due == at("27 Nov 17:30")


def test_a_changed_calendar_moves_what_is_due_and_not_what_was_due():
    earlier = Calendar(OFFICE.tz, OFFICE.week)
    change = (ClockKind.CALENDAR_CHANGED, "19 Nov 09:00", {"revision": 2})
    limit = Limit(Unit.WORKING_DAY, "P5D")

    state = folded(RECEIVED, change, limit=limit, calendars={0: earlier})

    assert state.original_due == at("25 Nov 09:00")
    assert state.due == at("26 Nov 09:00")


def test_a_clock_that_waits_for_its_start_is_due_from_there():
    start = (ClockKind.STARTED, "19 Nov 09:00", {})

    assert folded(RECEIVED, waits=True).status == ClockStatus.NOT_STARTED
    assert folded(RECEIVED, start, waits=True).due == at("25 Nov 09:00")


def test_a_restarted_clock_gives_the_whole_limit_again():
    again = (ClockKind.RESTARTED, "20 Nov 09:00", {})

    assert folded(RECEIVED, again).due == at("26 Nov 09:00")


@pytest.mark.parametrize(
    ("finished", "convention", "status"),
    [
        ("20 Nov 09:00", Convention.HOURS, ClockStatus.EARLY),
        ("23 Nov 09:00", Convention.HOURS, ClockStatus.ON_TIME),
        ("23 Nov 09:01", Convention.HOURS, ClockStatus.LATE),
        ("20 Nov 17:30", Convention.WHOLE_DAYS, ClockStatus.EARLY),
        ("23 Nov 08:00", Convention.WHOLE_DAYS, ClockStatus.ON_TIME),
        ("25 Nov 08:00", Convention.WHOLE_DAYS, ClockStatus.LATE),
    ],
)
def test_a_finished_dossier_is_early_on_time_or_late(finished, convention, status):
    limit = Limit(Unit.WORKING_DAY, "P3D", None, convention)

    state = folded(RECEIVED, (ClockKind.FINISHED, finished, {}), limit=limit, now="27 Nov 09:00")

    assert state.status == status


def test_an_open_dossier_after_its_due_instant_is_overdue():
    assert folded(RECEIVED, now="23 Nov 09:01").status == ClockStatus.OVERDUE


def test_supplements_handed_in_after_the_due_instant_do_not_move_it():
    state = folded(
        RECEIVED,
        (ClockKind.PAUSED, "25 Nov 10:00", {"key": "a"}),
        (ClockKind.RESUMED, "26 Nov 10:00", {"key": "a"}),
        now="27 Nov 09:00",
    )

    assert (state.due, state.status) == (at("23 Nov 09:00"), ClockStatus.OVERDUE)


@given(st.lists(st.integers(0, 365 * 24 * 60), min_size=2, max_size=12, unique=True), limits)
def test_in_a_year_of_dossiers_the_total_is_working_time_minus_pauses(moments, limit):
    assume(limit.in_office_time)
    first = datetime(2026, 1, 1, tzinfo=UTC)
    start, *inner, end = (first + timedelta(minutes=one) for one in sorted(moments))
    kinds = [ClockKind.PAUSED, ClockKind.RESUMED] * len(inner)
    happened = [ClockEvent(ClockKind.RECEIVED, start)]
    happened += [
        ClockEvent(kind, moment, key="k") for kind, moment in zip(kinds, inner, strict=False)
    ]
    happened.append(ClockEvent(ClockKind.FINISHED, end))

    state = fold(happened, limit, lambda _: OFFICE, at=end)

    begin = limit.begins(start, OFFICE)
    still = [*inner, end] if len(inner) % 2 else inner
    stretches = zip([start, *still[1::2]], [*still[::2], end], strict=False)
    counted = sum(
        (between(max(a, begin), b, OFFICE) for a, b in stretches if b > max(a, begin)), timedelta()
    )
    assert state.spent == counted


def _spans(due):
    return spans_on(OFFICE, OFFICE.local(due).date())
