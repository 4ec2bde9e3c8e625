"""Clocks of dossiers: stopped, extended, counted anew; the columns agree with the log."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from engine.worktime import ClockStatus
from tests.webapp.conftest import NINE
from tests.webapp.office import open_task, receive, work
from webapp import agency_calendars, legal_clock
from webapp.actors import Actor
from webapp.cli import checks
from webapp.db import Database
from webapp.errors import ConflictError, RejectedError
from webapp.models import (
    CalendarChange,
    Dossier,
    DossierExtension,
    InstanceEvent,
    OfficeCalendar,
    Outage,
    UserTask,
)
from webapp.operations import calendars, clocks, instances, modifying
from webapp.operations.calendars import DayEntry
from webapp.operations.recounting import SETTLE
from webapp.worker.loop import Worker

People = dict[str, Actor]
DUE = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # Monday nine o'clock: three working days
LATER = NINE + SETTLE + timedelta(seconds=1)
FRIDAY = date(2026, 11, 20)


@pytest.fixture
def dossier_id(database: Database, review: str, people: People) -> Iterator[UUID]:
    """A dossier received on Wednesday at nine; its columns agree with its log in the end."""
    found = receive(database, review, people["thu"], NINE)
    yield found
    assert checks.problems(database) == []


def _dossier(database: Database, dossier_id: UUID) -> Dossier:
    with database.reading() as session:
        return session.get_one(Dossier, dossier_id)


def _events(database: Database, kind: str) -> list[dict[str, Any]]:
    with database.reading() as session:
        wanted = select(InstanceEvent.data).where(InstanceEvent.kind == kind)
        return list(session.scalars(wanted.order_by(InstanceEvent.id)))


def _status(database: Database, dossier_id: UUID, at: datetime) -> ClockStatus:
    with database.reading() as session:
        dossier = session.get_one(Dossier, dossier_id)
        clock = legal_clock.clock_of(session, dossier, at=at)
    assert clock is not None
    return clock.state.status


def test_a_person_stops_the_clock_and_starts_it_again(
    database: Database, dossier_id: UUID, people: People
) -> None:
    actor = people["long"]
    with database.transaction() as session:
        clocks.pause(session, dossier_id, "confirmation", "Điều 3", actor=actor, at=NINE)
    assert _status(database, dossier_id, LATER) == ClockStatus.PAUSED

    tomorrow = NINE + timedelta(days=1)
    with database.transaction() as session:
        clocks.resume(session, dossier_id, actor=actor, at=tomorrow)

    found = _dossier(database, dossier_id)
    assert found.first_promised_at == DUE
    assert found.promised_at == datetime(2026, 11, 25, 2, 0, tzinfo=UTC)  # the 24th is free
    assert _status(database, dossier_id, tomorrow) == ClockStatus.RUNNING


def test_a_phase_ends_with_its_task_when_a_person_completes_it(
    database: Database, dossier_id: UUID, people: People
) -> None:
    phase = {"amount": "P1D", "unit": "working_day", "name": {"vi": "Thẩm định", "en": "Appraisal"}}
    marks = {"starts_at": "Task_Appraise", "ends_at": "Task_Appraise"}
    with database.transaction() as session:
        dossier = session.get_one(Dossier, dossier_id)
        dossier.clock_limit = {**(dossier.clock_limit or {}), "phases": [{**phase, **marks}]}
    at = NINE + timedelta(hours=2)
    work(database, dossier_id, "Task_Appraise", people["hanh"], at, ket_qua="dat")

    with database.reading() as session:
        dossier = session.get_one(Dossier, dossier_id)
        whole, appraisal = legal_clock.clocks_of(session, dossier, at=LATER)

    assert (whole.state.finished_at, whole.state.status) == (None, ClockStatus.RUNNING)
    assert (appraisal.state.finished_at, appraisal.state.status) == (at, ClockStatus.EARLY)


def test_what_a_pause_needs_is_asked_for(
    database: Database, dossier_id: UUID, people: People
) -> None:
    actor = people["long"]
    with pytest.raises(RejectedError, match="no reason lunch"), database.transaction() as session:
        clocks.pause(session, dossier_id, "lunch", "Điều 3", actor=actor, at=NINE)
    with pytest.raises(RejectedError, match="legal basis"), database.transaction() as session:
        clocks.pause(session, dossier_id, "payment", " ", actor=actor, at=NINE)
    with pytest.raises(ConflictError, match="continue"), database.transaction() as session:
        clocks.resume(session, dossier_id, actor=actor, at=NINE)


def test_an_extension_keeps_the_old_date_the_reason_and_the_signer(
    database: Database, dossier_id: UUID, people: People
) -> None:
    with database.transaction() as session:
        due = clocks.extend(
            session, dossier_id, "P2D", "Mưa bão", "Chủ tịch", actor=people["long"], at=NINE
        )

    with database.reading() as session:
        row = session.scalars(select(DossierExtension)).one()
        assert (row.old_due, row.new_due, row.signer) == (DUE, due, "Chủ tịch")
    assert _dossier(database, dossier_id).first_promised_at == DUE
    assert due == datetime(2026, 11, 26, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize("amount", ["two days", "P0D", NINE])
def test_an_extension_must_lead_to_a_later_date(
    database: Database, dossier_id: UUID, people: People, amount: str | datetime
) -> None:
    with pytest.raises(RejectedError), database.transaction() as session:
        clocks.extend(session, dossier_id, amount, "Lý do", "Ký", actor=people["long"], at=NINE)


def test_an_extension_to_an_evening_ends_when_the_office_closes(
    database: Database, dossier_id: UUID, people: People
) -> None:
    evening = datetime(2026, 11, 26, 14, 0, tzinfo=UTC)
    with database.transaction() as session:
        due = clocks.extend(
            session, dossier_id, evening, "Lý do", "Ký", actor=people["long"], at=NINE
        )

    assert due == datetime(2026, 11, 26, 10, 30, tzinfo=UTC)


def test_a_clock_that_ended_is_not_moved_any_more(
    database: Database, dossier_id: UUID, people: People
) -> None:
    work(database, dossier_id, "Task_Appraise", people["hanh"], NINE, ket_qua="tu_choi")

    assert _status(database, dossier_id, LATER) == ClockStatus.EARLY
    with pytest.raises(ConflictError, match="decided"), database.transaction() as session:
        clocks.pause(session, dossier_id, "payment", "Điều 3", actor=people["long"], at=NINE)


def _change(database: Database, actor: Actor, *entries: DayEntry, code: str = "") -> None:
    with database.transaction() as session:
        calendars.ensure_root(session, actor=actor, at=NINE)
        code = code or agency_calendars.ROOT
        calendars.change_days(session, code, entries, "Công văn 12", actor=actor, at=NINE)


def test_a_new_day_off_moves_open_deadlines_and_says_why(
    database: Database, dossier_id: UUID, people: People
) -> None:
    task_id = open_task(database, dossier_id, "Task_Appraise")
    _change(
        database,
        people["lan"],
        DayEntry(FRIDAY, "off", "Nghỉ bão"),
        DayEntry(date(2026, 11, 19), "off", "Nghỉ bão"),
    )

    Worker(database, now=lambda: LATER).run_once()

    found = _dossier(database, dossier_id)
    assert found.promised_at == datetime(2026, 11, 26, 2, 0, tzinfo=UTC)
    assert found.first_promised_at == DUE
    told = _events(database, "dossier.calendar_changed")
    assert len(told) == 1
    assert told[0]["decision"] == "Công văn 12"
    assert {one["name"] for one in told[0]["days"]} == {"Nghỉ bão"}
    with database.reading() as session:
        task = session.get_one(UserTask, task_id)
        assert task.due_at == datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # P1D from Wednesday nine
        assert session.scalars(select(CalendarChange.counted_at)).all() == [NINE, LATER]


def test_an_armed_timer_in_office_time_fires_by_the_changed_calendar(
    database: Database, dossier_id: UUID, people: People
) -> None:
    with database.transaction() as session:
        instance_id = session.get_one(Dossier, dossier_id).instance_id
        modifying.suspend(session, instance_id, reason="Chờ", actor=people["lan"], at=NINE)
    storm = (DayEntry(FRIDAY + timedelta(days=off), "off", "Nghỉ bão") for off in (-1, 0))
    _change(database, people["lan"], *storm)
    Worker(database, now=lambda: LATER).run_once()
    with database.transaction() as session:
        modifying.resume(session, instance_id, reason="Xong", actor=people["lan"], at=LATER)
    due = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)  # P2D from Wednesday; the 24th is a holiday

    Worker(database, now=lambda: due - timedelta(seconds=1)).run_once()

    told = _events(database, "dossier.calendar_changed")[0]["timers"]
    assert told == [
        {
            "element_id": "Timer_Late",
            "before": "2026-11-20T02:00:00+00:00",
            "after": due.isoformat(),
        }
    ]
    assert _events(database, "timer.fired") == []
    Worker(database, now=lambda: due).run_once()
    assert len(_events(database, "timer.fired")) == 1


def test_a_case_without_dossier_and_a_decided_one_are_counted_anew_too(
    database: Database, dossier_id: UUID, review: str, people: People
) -> None:
    with database.transaction() as session:
        instances.start(session, review, {}, actor=people["lan"], at=NINE)
        session.get_one(Dossier, dossier_id).decided_at = NINE
    _change(database, people["lan"], DayEntry(FRIDAY, "off", "Nghỉ bão"))

    Worker(database, now=lambda: LATER).run_once()

    told = _events(database, "instance.calendar_changed")
    assert [[one["element_id"] for one in line["timers"]] for line in told] == [["Timer_Late"]] * 2
    assert _events(database, "dossier.calendar_changed") == []
    with database.transaction() as session:
        session.get_one(Dossier, dossier_id).decided_at = None


def test_a_change_that_touches_no_deadline_leaves_no_line(
    database: Database, dossier_id: UUID, people: People
) -> None:
    _change(database, people["lan"], DayEntry(date(2027, 3, 1), "off", "Nghỉ"))

    Worker(database, now=lambda: LATER).run_once()

    assert _events(database, "dossier.calendar_changed") == []
    assert _dossier(database, dossier_id).promised_at == DUE


def test_an_agency_with_a_calendar_of_its_own_inherits_the_rest(
    database: Database, people: People
) -> None:
    actor = people["lan"]
    saturday = date(2026, 11, 21)
    with database.transaction() as session:
        calendars.add_calendar(session, "H99.26", "Phường", "VN", actor=actor, at=NINE)
    morning = DayEntry(saturday, "work", "Sáng thứ Bảy", (("07:30", "11:30"),))
    _change(database, actor, morning, code="H99.26")
    with database.reading() as session:
        own = agency_calendars.current(session, "H99.26")
        other = agency_calendars.current(session, "H15")

    assert len(own.sessions_on(saturday)) == 1
    assert other.sessions_on(saturday) == ()
    assert own.holidays[date(2026, 11, 24)] == other.holidays[date(2026, 11, 24)]


def test_an_earlier_revision_is_read_as_it_was(database: Database, people: People) -> None:
    with database.transaction() as session:
        calendars.ensure_root(session, actor=people["lan"], at=NINE)
        first = agency_calendars.revision(session)
    _change(database, people["lan"], DayEntry(FRIDAY, "off", "Nghỉ bão"))

    with database.reading() as session:
        assert agency_calendars.at_revision(session, "", first).is_working_day(FRIDAY)
        assert not agency_calendars.current(session).is_working_day(FRIDAY)


def test_a_change_that_is_rolled_back_counts_for_nobody(database: Database, people: People) -> None:
    def change_and_fail() -> None:
        with database.transaction() as session:
            calendars.ensure_root(session, actor=people["lan"], at=NINE)
            entry = DayEntry(FRIDAY, "off", "Nghỉ bão")
            calendars.change_days(session, "VN", [entry], "CV", actor=people["lan"], at=NINE)
            assert not agency_calendars.current(session).is_working_day(FRIDAY)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change_and_fail()

    with database.reading() as session:
        assert agency_calendars.current(session).is_working_day(FRIDAY)
        assert session.scalars(select(OfficeCalendar)).all() == []


def test_pasted_days_are_read_in_the_words_of_the_office() -> None:
    found = calendars.read_days(
        "ngày;loại;tên;giờ\n24/11/2026;nghỉ;Ngày Văn hóa;\n"
        "2026-08-22;làm bù;Bù 31/8;07:30-11:30 13:30-17:30\n"
    )

    assert found == (
        DayEntry(date(2026, 11, 24), "off", "Ngày Văn hóa"),
        DayEntry(date(2026, 8, 22), "work", "Bù 31/8", (("07:30", "11:30"), ("13:30", "17:30"))),
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "no day"),
        ("31/02/2026;nghỉ;x", "Line 1"),
        ("24/11/2026;holiday;x", "Line 1"),
        ("24/11/2026;nghỉ;x\n25/11/2026;làm bù;x;9-8", "Line 2"),
    ],
)
def test_lines_that_cannot_be_read_are_named(text: str, problem: str) -> None:
    with pytest.raises(RejectedError, match=problem):
        calendars.read_days(text)


def test_an_announced_outage_pauses_the_clocks_it_touched(
    database: Database, dossier_id: UUID, people: People
) -> None:
    with database.transaction() as session:
        calendars.announce_outage(
            session,
            "VN",
            NINE,
            NINE + timedelta(hours=2),
            "Mất điện",
            "Điều 3",
            actor=people["lan"],
            at=LATER,
        )
        calendars.ensure_root(session, actor=people["lan"], at=NINE)

    Worker(database, now=lambda: LATER).run_once()

    assert _dossier(database, dossier_id).promised_at == DUE + timedelta(hours=2)
    assert _events(database, "dossier.paused")[0]["note"] == "Mất điện"
    with database.reading() as session:
        assert session.scalars(select(Outage)).one().dossiers == 1


def test_before_a_limit_there_is_one_warning(
    database: Database, dossier_id: UUID, people: People
) -> None:
    warned_at = _dossier(database, dossier_id).warn_at
    assert warned_at == datetime(2026, 11, 20, 2, 0, tzinfo=UTC)  # one working day before

    for _ in range(2):
        Worker(database, now=lambda: DUE - timedelta(hours=1)).run_once()

    assert len(_events(database, "dossier.due_soon")) == 1


def test_the_check_finds_a_column_that_disagrees_with_the_log(
    database: Database, review: str, people: People
) -> None:
    dossier_id = receive(database, review, people["thu"], NINE)
    with database.transaction() as session:
        session.get_one(Dossier, dossier_id).promised_at = NINE

    assert any("clock" in one for one in checks.problems(database))
