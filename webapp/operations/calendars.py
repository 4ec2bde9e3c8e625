"""Calendars of agencies: added, taken over for a year, changed day by day; outages announced.

Every change is a revision with the decision behind it; nothing is overwritten. A worker then
counts open deadlines anew, see ``recounting``.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from engine.texts import N_
from webapp import agency_calendars
from webapp.actors import Actor
from webapp.calendars import FIRST_YEAR, LAST_YEAR, agency_calendar
from webapp.errors import ConflictError, NotFoundError, RejectedError
from webapp.models import CalendarChange, CalendarDay, CalendarWeek, OfficeCalendar, Outage

KINDS = ("off", "work", "week")
ROOT_NAME = "Cả nước"
MAX_DAYS = 400  # of one import


@dataclass(frozen=True, slots=True)
class DayEntry:
    """A day that differs from its week. ``kind`` is off, work, or week (as its weekday says).

    ``sessions`` of a make-up day are pairs of times; none means a full day.
    """

    day: date
    kind: str
    name: str
    sessions: tuple[tuple[str, str], ...] = ()


def add_calendar(
    session: Session, code: str, name: str, parent_code: str, *, actor: Actor, at: datetime
) -> None:
    """Give an agency a calendar of its own, which inherits what it does not say itself.

    Raises RejectedError for a missing code or name, ConflictError where it has one, NotFoundError
    for an unknown parent.
    """
    ensure_root(session, actor=actor, at=at)
    if not code.strip() or not name.strip():
        raise RejectedError(N_("Enter the agency's code and the calendar's name."))
    if session.get(OfficeCalendar, code.strip()) is not None:
        raise ConflictError(N_("The agency %(code)s has a calendar already."), code=code)
    _get(session, parent_code)
    session.add(OfficeCalendar(code=code.strip(), name=name.strip(), parent_code=parent_code))
    session.flush()
    _forget(session)


def ensure_root(session: Session, *, actor: Actor, at: datetime) -> None:
    """Write the calendar that all agencies inherit from, as the ``holidays`` package knows it."""
    root = agency_calendars.ROOT
    if session.get(OfficeCalendar, root) is not None:
        return
    seed = agency_calendar()
    session.add(OfficeCalendar(code=root, name=ROOT_NAME, parent_code=None))
    session.flush()
    change = _change(session, root, agency_calendars.SEED_DECISION, [{"kind": "seed"}], actor, at)
    change.counted_at = at  # what counted before counts on
    first = date(FIRST_YEAR, 1, 1)
    session.add(_week_row(root, first, [_texts(one) for one in seed.week], change))
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        session.add_all(
            _day_row(root, one, agency_calendars.SEED_DECISION, change) for one in seed_of(year)
        )
    session.flush()
    _forget(session)


def seed_of(year: int) -> tuple[DayEntry, ...]:
    """Return the holidays and make-up days of a year as the ``holidays`` package knows them."""
    seed = agency_calendar()
    off = [DayEntry(day, "off", name) for day, name in seed.holidays.items()]
    work = [DayEntry(day, "work", name) for day, name in seed.extra_days.items()]
    return tuple(sorted((one for one in off + work if one.day.year == year), key=lambda d: d.day))


def change_days(
    session: Session,
    code: str,
    entries: Sequence[DayEntry],
    decision: str,
    *,
    actor: Actor,
    at: datetime,
    remove: Sequence[date] = (),
) -> int:
    """Set days of a calendar, or take its own entries back; return the revision.

    Raises NotFoundError for an unknown calendar, RejectedError without decision or days, and for
    an entry that means nothing.
    """
    _get(session, code)
    if not decision.strip():
        raise RejectedError(N_("Name the decision that announced the days."))
    if not entries and not remove:
        raise RejectedError(N_("Name at least one day."))
    for one in entries:
        _check(one)
    touched = {one.day for one in entries} | set(remove)
    summary = [{"kind": one.kind, "day": one.day.isoformat(), "name": one.name} for one in entries]
    summary += [{"kind": "removed", "day": day.isoformat(), "name": ""} for day in remove]
    change = _change(session, code, decision, summary, actor, at)
    for row in _own_days(session, code):
        if row.day in touched:
            row.removed_by = change.id
    session.add_all(_day_row(code, one, decision.strip(), change) for one in entries)
    session.flush()
    _forget(session)
    return change.id


def change_week(
    session: Session,
    code: str,
    valid_from: date,
    sessions: Sequence[Sequence[tuple[str, str]]],
    decision: str,
    *,
    actor: Actor,
    at: datetime,
) -> int:
    """Set the sessions of Monday to Sunday from a day on; return the revision.

    Raises NotFoundError; RejectedError without decision, for sessions that overlap or end before
    they begin, and for a week without any.
    """
    _get(session, code)
    if not decision.strip():
        raise RejectedError(N_("Name the decision that announced the days."))
    for one in sessions:
        _check_sessions(one)
    if not any(sessions):
        raise RejectedError(N_("A week needs at least one session."))
    summary = [{"kind": "week", "day": valid_from.isoformat(), "name": ""}]
    change = _change(session, code, decision, summary, actor, at)
    known = session.scalars(
        select(CalendarWeek).where(
            CalendarWeek.calendar_code == code,
            CalendarWeek.valid_from == valid_from,
            CalendarWeek.removed_by.is_(None),
        )
    )
    for row in known:
        row.removed_by = change.id
    row = _week_row(code, valid_from, [[list(pair) for pair in one] for one in sessions], change)
    row.decision = decision.strip()
    session.add(row)
    session.flush()
    _forget(session)
    return change.id


def read_days(text: str) -> tuple[DayEntry, ...]:
    """Return the days of pasted lines or a CSV file: day, kind, name, sessions.

    The kind is off, work or week, or nghỉ, làm bù, bình thường; sessions as 07:30-11:30. Raises
    RejectedError that names the line.
    """
    entries = tuple(_read_lines(text))
    if not entries:
        raise RejectedError(N_("There is no day in what you pasted."))
    if len(entries) > MAX_DAYS:
        raise RejectedError(N_("Import at most %(num)s days at once."), num=MAX_DAYS)
    return entries


def read_day(text: str) -> date:
    """Return the day that 24/11/2026 or 2026-11-24 names. Raises RejectedError."""
    found = _read_day(text.strip())
    if found is None:
        raise RejectedError(N_("“%(text)s” is no date. Write 24/11/2026."), text=text[:40])
    return found


def read_sessions(text: str) -> tuple[tuple[str, str], ...]:
    """Return the sessions of a day written as 07:30-11:30 13:30-17:30; none for an empty text."""
    return tuple(_read_spans(text))


def announce_outage(
    session: Session,
    code: str,
    started_at: datetime,
    ended_at: datetime,
    reason: str,
    legal_basis: str,
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """Announce that the system failed from then to then: a worker pauses the clocks it touched.

    Raises RejectedError without reason, or where the end does not lie after the start.
    """
    if not reason.strip():
        raise RejectedError(N_("Say what happened; applicants read it."))
    if ended_at <= started_at:
        raise RejectedError(N_("The outage must end after it began."))
    session.add(
        Outage(
            calendar_code=code,
            started_at=started_at,
            ended_at=ended_at,
            reason=reason.strip(),
            legal_basis=legal_basis.strip(),
            announced_at=at,
            announced_by=actor.user_id,
            announced_by_name=actor.name,
            dossiers=0,
        )
    )
    session.flush()


_KIND_WORDS = {
    "nghỉ": "off",
    "nghi": "off",
    "làm bù": "work",
    "lam bu": "work",
    "làm việc": "work",
    "bình thường": "week",
}


def _read_lines(text: str) -> Iterator[DayEntry]:
    delimiter = max("\t;,", key=text.count)
    for number, cells in enumerate(csv.reader(io.StringIO(text), delimiter=delimiter), 1):
        cells = [one.strip() for one in cells]
        if not any(cells) or (number == 1 and not any(sign.isdigit() for sign in cells[0])):
            continue
        yield _read_line(number, [*cells, "", "", ""])


def _read_line(number: int, cells: Sequence[str]) -> DayEntry:
    day = _read_day(cells[0])
    kind = _KIND_WORDS.get(cells[1].casefold(), cells[1].casefold() or "off")
    entry = DayEntry(day or date.min, kind, cells[2] or cells[1], tuple(_read_spans(cells[3])))
    try:
        if day is None:
            raise RejectedError(N_("“%(text)s” is no date. Write 24/11/2026."), text=cells[0][:40])
        _check(entry)
    except (RejectedError, ValueError) as error:
        why = error.message % error.params if isinstance(error, RejectedError) else cells[3]
        raise RejectedError(
            N_("Line %(line)s cannot be read: %(why)s"), line=number, why=why
        ) from error
    return entry


def _read_day(text: str) -> date | None:
    for form in ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007
        except ValueError:
            continue
    return None


def _read_spans(text: str) -> Iterator[tuple[str, str]]:
    for span in text.replace(";", " ").split():
        start, _, end = span.partition("-")
        yield start.strip(), end.strip()


def _check(entry: DayEntry) -> None:
    if entry.kind not in KINDS:
        raise RejectedError(N_("A day is off, work or week, not %(kind)s."), kind=entry.kind[:40])
    if not entry.name.strip():
        raise RejectedError(N_("Give the day %(day)s a name."), day=entry.day)
    if entry.sessions and entry.kind != "work":
        raise RejectedError(N_("Only a make-up day has sessions of its own."))
    _check_sessions(entry.sessions)


def _check_sessions(sessions: Sequence[tuple[str, str]]) -> None:
    last = time(0)
    for start, end in sessions:
        try:
            begin, finish = time.fromisoformat(start), time.fromisoformat(end)
        except ValueError as error:
            raise RejectedError(N_("Write sessions as 07:30-11:30 13:30-17:30.")) from error
        if begin < last or finish <= begin:
            raise RejectedError(N_("Sessions must follow each other and end after they begin."))
        last = finish


def _get(session: Session, code: str) -> OfficeCalendar:
    found = session.get(OfficeCalendar, code)
    if found is None:
        raise NotFoundError(N_("There is no such calendar."))
    return found


def _change(
    session: Session,
    code: str,
    decision: str,
    summary: list[Mapping[str, Any]] | list[dict[str, Any]] | list[dict[str, str]],
    actor: Actor,
    at: datetime,
) -> CalendarChange:
    change = CalendarChange(
        calendar_code=code,
        made_at=at,
        made_by=actor.user_id,
        made_by_name=actor.name,
        decision=decision.strip(),
        summary=[dict(one) for one in summary],
    )
    session.add(change)
    session.flush()
    return change


def _own_days(session: Session, code: str) -> list[CalendarDay]:
    return list(
        session.scalars(
            select(CalendarDay).where(
                CalendarDay.calendar_code == code, CalendarDay.removed_by.is_(None)
            )
        )
    )


def _day_row(code: str, one: DayEntry, decision: str, change: CalendarChange) -> CalendarDay:
    return CalendarDay(
        calendar_code=code,
        day=one.day,
        kind=one.kind,
        name=one.name.strip(),
        sessions=[list(pair) for pair in one.sessions] or None,
        decision=decision,
        added_by=change.id,
    )


def _week_row(code: str, day: date, sessions: list[Any], change: CalendarChange) -> CalendarWeek:
    return CalendarWeek(
        calendar_code=code,
        valid_from=day,
        sessions=sessions,
        decision=change.decision,
        added_by=change.id,
    )


def _texts(sessions: Sequence[tuple[time, time]]) -> list[list[str]]:
    return [[f"{start:%H:%M}", f"{end:%H:%M}"] for start, end in sessions]


def _forget(session: Session) -> None:
    """Count by the new rows in this transaction; read anew when it ends, whichever way."""
    agency_calendars.forget(session)
    for moment in ("after_commit", "after_rollback"):
        event.listen(session, moment, agency_calendars.forget, once=True)
