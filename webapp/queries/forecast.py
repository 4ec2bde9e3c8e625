"""When a dossier will probably be decided, from how long others took from the same element."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median, quantiles

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import worktime
from webapp import agency_calendars
from webapp.models import Dossier, ElementTiming, ProcessDefinition, UserTask, UserTaskStatus

MOST_CASES = 500  # the newest ones
FEWEST_CASES = 5  # fewer tell nothing, and might tell of a person


@dataclass(frozen=True, slots=True)
class Forecast:
    """The probable instants of the decision: one half of like cases and nine tenths were faster.

    ``left`` amounts are office time from the entry into the present element.
    """

    cases: int
    element_id: str
    median_left: timedelta
    most_left: timedelta  # 90th percentile
    median_at: datetime
    most_at: datetime


def forecast(session: Session, dossier: Dossier, at: datetime) -> Forecast | None:
    """Return the forecast of an open dossier; None where too few cases passed where it is now."""
    present = session.execute(
        select(UserTask.element_id, UserTask.created_at)
        .where(UserTask.instance_id == dossier.instance_id, UserTask.status == UserTaskStatus.OPEN)
        .order_by(UserTask.created_at.desc())
        .limit(1)
    ).first()
    if present is None or dossier.decided_at is not None:
        return None
    calendar = agency_calendars.current(session, dossier.calendar_code)
    left = _left(session, dossier, present.element_id, calendar)
    if len(left) < FEWEST_CASES:
        return None
    half, most = median(left), quantiles(left, n=10, method="inclusive")[-1]
    half_left, most_left = timedelta(seconds=half), timedelta(seconds=most)
    begin = worktime.clock_start(present.created_at, calendar)
    return Forecast(
        len(left),
        present.element_id,
        half_left,
        most_left,
        max(at, worktime.add(begin, half_left, calendar)),
        max(at, worktime.add(begin, most_left, calendar)),
    )


def _left(
    session: Session, dossier: Dossier, element_id: str, calendar: worktime.Calendar
) -> list[float]:
    """Return the office seconds that decided dossiers of the procedure needed from an element."""
    key = select(ProcessDefinition.key).where(ProcessDefinition.id == dossier.definition_id)
    versions = select(ProcessDefinition.id).where(ProcessDefinition.key == key.scalar_subquery())
    found = session.execute(
        select(ElementTiming.entered_at, Dossier.decided_at)
        .join(Dossier, Dossier.instance_id == ElementTiming.instance_id)
        .where(
            ElementTiming.definition_id.in_(versions),
            ElementTiming.element_id == element_id,
            Dossier.decided_at >= ElementTiming.entered_at,
            Dossier.id != dossier.id,
        )
        .order_by(Dossier.decided_at.desc())
        .limit(MOST_CASES)
    ).all()
    spans = (worktime.between(row.entered_at, row.decided_at, calendar) for row in found)
    return [span.total_seconds() for span in spans]
