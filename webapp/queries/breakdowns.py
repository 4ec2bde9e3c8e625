"""Where the time of a period went: by element, desk, agency, version or channel."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.models import ElementTiming, ProcessDefinition, TimingDay, TimingSummed
from webapp.stay_days import Key, Sums, day_of, sums_of

DIMENSIONS = ("element", "desk", "agency", "version", "channel")
_SUMMED = [one.name for one in fields(Sums)]


@dataclass(frozen=True, slots=True)
class StayFilter:
    """Which stays: those that ended on these days; ``agencies`` and ``channel`` narrow them."""

    definition_ids: tuple[UUID, ...]
    since: date
    until: date
    agencies: frozenset[UUID] | None = None
    channel: str = ""

    def before(self) -> "StayFilter":
        """Return the same for as many days before."""
        days = (self.until - self.since).days + 1
        return StayFilter(
            self.definition_ids,
            self.since - timedelta(days=days),
            self.since - timedelta(days=1),
            self.agencies,
            self.channel,
        )


@dataclass(frozen=True, slots=True)
class Share:
    """One line: ``key`` is an element, group, agency id, version or channel."""

    key: str
    sums: Sums
    before: Sums  # the period before


def shares(session: Session, wanted: StayFilter, dimension: str) -> tuple[Share, ...]:
    """Return what each element, desk and so on took, the longest altogether first."""
    now = _sums(session, wanted, dimension)
    earlier = _sums(session, wanted.before(), dimension)
    rows = [Share(key, one, earlier.get(key, Sums())) for key, one in now.items()]
    return tuple(sorted(rows, key=lambda one: (-total(one.sums), one.key)))


def total(sums: Sums) -> int:
    """Return the office seconds altogether."""
    return sums.waiting_seconds + sums.working_seconds


def _sums(session: Session, wanted: StayFilter, dimension: str) -> dict[str, Sums]:
    versions = _versions(session, wanted.definition_ids) if dimension == "version" else {}
    found: dict[str, Sums] = {}
    for key, sums in _stored(session, wanted, dimension):
        text = str(versions.get(key, key) or "")
        found.setdefault(text, Sums()).add(sums)
    for key, sums in _fresh(session, wanted).items():
        value = _value(key, dimension)
        text = str(versions.get(value, value) or "")
        found.setdefault(text, Sums()).add(sums)
    return found


def _stored(session: Session, wanted: StayFilter, dimension: str) -> list[tuple[Any, Sums]]:
    column = {
        "element": TimingDay.element_id,
        "desk": TimingDay.desk,
        "agency": TimingDay.agency_id,
        "version": TimingDay.definition_id,
        "channel": TimingDay.channel,
    }[dimension]
    chosen = select(column, *(func.sum(getattr(TimingDay, name)) for name in _SUMMED)).where(
        TimingDay.definition_id.in_(wanted.definition_ids),
        TimingDay.day.between(wanted.since, wanted.until),
    )
    if wanted.agencies is not None:
        chosen = chosen.where(TimingDay.agency_id.in_(wanted.agencies))
    if wanted.channel:
        chosen = chosen.where(TimingDay.channel == wanted.channel)
    rows = session.execute(chosen.group_by(column))
    return [(row[0], Sums(*(int(value) for value in row[1:]))) for row in rows]


def _fresh(session: Session, wanted: StayFilter) -> dict[Key, Sums]:
    """Return the sums of days that are not added up yet: today, as a rule."""
    since = _unsummed_since(session)
    if since is None or since > wanted.until:
        return {}
    found = sums_of(session, max(since, wanted.since), wanted.until)
    return {key: sums for key, sums in found.items() if _fits(key, wanted)}


def _unsummed_since(session: Session) -> date | None:
    last: date | None = session.scalar(select(func.max(TimingSummed.day)))
    if last is not None:
        return last + timedelta(days=1)
    first = session.scalar(select(func.min(ElementTiming.completed_at)))
    return day_of(first) if first else None


def _fits(key: Key, wanted: StayFilter) -> bool:
    _, definition_id, _, _, agency_id, channel = key
    if definition_id not in wanted.definition_ids:
        return False
    if wanted.agencies is not None and agency_id not in wanted.agencies:
        return False
    return not wanted.channel or channel == wanted.channel


def _value(key: Key, dimension: str) -> Any:
    _, definition_id, element_id, desk, agency_id, channel = key
    values = (element_id, desk, agency_id, definition_id, channel)
    return dict(zip(DIMENSIONS, values, strict=True))[dimension]


def _versions(session: Session, ids: Collection[UUID]) -> dict[Any, int]:
    rows = session.execute(
        select(ProcessDefinition.id, ProcessDefinition.version).where(ProcessDefinition.id.in_(ids))
    )
    return {row.id: row.version for row in rows}
