"""What the stays of one day add up to: the only place that counts them, read by both sides."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from engine import worktime
from webapp import agency_calendars
from webapp.calendars import TIMEZONE
from webapp.models import (
    Dossier,
    DossierPause,
    ElementTiming,
    ProcessInstance,
    UserTask,
    UserTaskCandidate,
)

Key = tuple[date, UUID, str, str, UUID | None, str]


@dataclass(slots=True)
class Sums:
    """Of some stays; seconds of office time but for ``elapsed_seconds``."""

    stays: int = 0
    waiting_seconds: int = 0
    working_seconds: int = 0
    paused_seconds: int = 0
    elapsed_seconds: int = 0
    limited: int = 0
    over: int = 0

    def add(self, other: "Sums") -> None:
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))


def day_of(instant: datetime) -> date:
    """Return the day of an instant by the office's own clock."""
    return instant.astimezone(ZoneInfo(TIMEZONE)).date()


def instants(since: date, until: date) -> tuple[datetime, datetime]:
    """Return the first instant of a day and the first one after another."""
    first, after = (
        datetime.combine(day, time(), ZoneInfo(TIMEZONE)).astimezone(UTC)
        for day in (since, until + timedelta(days=1))
    )
    return first, after


def sums_of(session: Session, since: date, until: date) -> dict[Key, Sums]:
    """Return what the stays that ended on these days add up to, by day, element, desk and so on."""
    rows = _stays(session, *instants(since, until))
    pauses = _pauses(session, {row.dossier_id for row in rows})
    found: dict[Key, Sums] = {}
    for row in rows:
        key = (
            day_of(row.completed_at),
            row.definition_id,
            row.element_id,
            row.desk or "",
            row.agency_id,
            row.channel or "",
        )
        found.setdefault(key, Sums()).add(_one(session, row, pauses.get(row.dossier_id, ())))
    return found


def _stays(session: Session, first: datetime, after: datetime) -> Sequence[Any]:
    desk = (
        select(func.min(UserTaskCandidate.group_key))
        .join(UserTask, UserTask.id == UserTaskCandidate.user_task_id)
        .where(
            UserTask.instance_id == ElementTiming.instance_id,
            UserTask.token_id == ElementTiming.token_id,
            UserTask.element_id == ElementTiming.element_id,
        )
        .scalar_subquery()
    )
    return session.execute(
        select(
            ElementTiming.definition_id,
            ElementTiming.element_id,
            ElementTiming.entered_at,
            ElementTiming.completed_at,
            ElementTiming.due_at,
            ElementTiming.waiting_seconds,
            ElementTiming.working_seconds,
            Dossier.id.label("dossier_id"),
            func.coalesce(Dossier.deciding_agency_id, Dossier.received_agency_id).label(
                "agency_id"
            ),
            Dossier.channel,
            Dossier.calendar_code,
            desk.label("desk"),
        )
        .join(ProcessInstance, ProcessInstance.id == ElementTiming.instance_id)
        .outerjoin(Dossier, Dossier.instance_id == ProcessInstance.dossier_instance())
        .where(ElementTiming.completed_at >= first, ElementTiming.completed_at < after)
    ).all()


def _pauses(session: Session, dossier_ids: set[UUID | None]) -> Mapping[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = {}
    ids = [one for one in dossier_ids if one is not None]
    for start in range(0, len(ids), 1000):
        for row in session.execute(
            select(DossierPause.dossier_id, DossierPause.started_at, DossierPause.ended_at).where(
                and_(DossierPause.dossier_id.in_(ids[start : start + 1000]))
            )
        ):
            found.setdefault(row.dossier_id, []).append(row)
    return found


def _one(session: Session, row: Any, pauses: Sequence[Any]) -> Sums:
    limited = row.due_at is not None
    calendar = agency_calendars.current(session, row.calendar_code or "")
    return Sums(
        stays=1,
        waiting_seconds=row.waiting_seconds or 0,
        working_seconds=row.working_seconds or 0,
        paused_seconds=_paused(row, pauses, calendar),
        elapsed_seconds=round((row.completed_at - row.entered_at).total_seconds()),
        limited=int(limited),
        over=int(limited and row.completed_at > row.due_at),
    )


def _paused(row: Any, pauses: Sequence[Any], calendar: worktime.Calendar) -> int:
    """Return the office seconds of a stay in which the legal clock stood still, counted once."""
    spans = sorted(
        (
            max(one.started_at, row.entered_at),
            min(one.ended_at or row.completed_at, row.completed_at),
        )
        for one in pauses
    )
    total, counted_to = timedelta(), row.entered_at
    for start, end in spans:
        begin = max(start, counted_to)
        if begin < end:
            total += worktime.between(begin, end, calendar)
            counted_to = end
    return round(total.total_seconds())
