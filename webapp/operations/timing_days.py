"""The timings of days that are over, added up once: a projection that can be made anew."""

from dataclasses import asdict
from datetime import date, datetime, timedelta
from uuid import uuid4

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from webapp.models import ElementTiming, TimingDay, TimingSummed
from webapp.stay_days import Key, Sums, day_of, instants, sums_of

SETTLE = timedelta(minutes=10)
"""So long after midnight a transaction of the day before may still be open."""


def has_days(session: Session, at: datetime) -> bool:
    """Whether a day that is over waits to be added up."""
    return _next(session, at) is not None


def sum_some(session: Session, *, at: datetime) -> int:
    """Add up the next day that is over; return 1, or 0 where none waits."""
    day = _next(session, at)
    if day is None:
        return 0
    _keep(session, sums_of(session, day, day))
    session.add(TimingSummed(day=day, summed_at=at))
    session.flush()
    return 1


def rebuild(session: Session) -> None:
    """Forget every sum; the worker makes them anew, and pages count without them until then."""
    session.execute(delete(TimingDay))
    session.execute(delete(TimingSummed))


def differing(session: Session) -> list[date]:
    """Return the days whose sums are not what their stays give."""
    days = session.scalars(select(TimingSummed.day).order_by(TimingSummed.day)).all()
    return [day for day in days if differs(session, day)]


def differs(session: Session, day: date) -> bool:
    """Whether the sums of a day are not what its stays give."""
    return _stored(session, day) != sums_of(session, day, day)


def sum_again(session: Session, day: date) -> None:
    """Put the sums of a day that was added up before in their place."""
    session.execute(delete(TimingDay).where(TimingDay.day == day))
    _keep(session, sums_of(session, day, day))


def _next(session: Session, at: datetime) -> date | None:
    """Return the first day before today with stays that are not added up."""
    last = session.scalar(select(func.max(TimingSummed.day)))
    today = day_of(at - SETTLE)
    first_instant = instants(last, last)[1] if last else None
    chosen = select(func.min(ElementTiming.completed_at))
    if first_instant is not None:
        chosen = chosen.where(ElementTiming.completed_at >= first_instant)
    found = session.scalar(chosen)
    if found is None:
        return None
    day = day_of(found)
    return day if day < today else None


def _keep(session: Session, sums: dict[Key, Sums]) -> None:
    rows = [
        {
            "id": uuid4(),
            "day": day,
            "definition_id": definition_id,
            "element_id": element_id,
            "desk": desk,
            "agency_id": agency_id,
            "channel": channel,
            **asdict(one),
        }
        for (day, definition_id, element_id, desk, agency_id, channel), one in sums.items()
    ]
    if rows:
        session.execute(insert(TimingDay), rows)


def _stored(session: Session, day: date) -> dict[Key, Sums]:
    rows = session.scalars(select(TimingDay).where(TimingDay.day == day))
    return {
        (one.day, one.definition_id, one.element_id, one.desk, one.agency_id, one.channel): Sums(
            one.stays,
            one.waiting_seconds,
            one.working_seconds,
            one.paused_seconds,
            one.elapsed_seconds,
            one.limited,
            one.over,
        )
        for one in rows
    }
