"""When a dossier will probably be decided, from how long others took from the same element."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median, quantiles
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from engine import worktime
from webapp import agency_calendars
from webapp.models import (
    Dossier,
    ElementTiming,
    ProcessDefinition,
    ProcessInstance,
    UserTask,
    UserTaskStatus,
)

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
    present = session.scalars(
        select(UserTask)
        .where(
            UserTask.belongs_to_any([dossier.instance_id]), UserTask.status == UserTaskStatus.OPEN
        )
        .order_by(UserTask.created_at.desc())
        .limit(1)
    ).first()
    if present is None or dossier.decided_at is not None:
        return None
    calendar = agency_calendars.current(session, dossier.calendar_code)
    left = _left(session, dossier, present, calendar)
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
    session: Session, dossier: Dossier, present: UserTask, calendar: worktime.Calendar
) -> list[float]:
    """Return the office seconds that decided dossiers needed from an element, in any version."""
    decided = (
        select(Dossier.instance_id, Dossier.decided_at)
        .where(
            Dossier.definition_id.in_(_versions(dossier.definition_id)),
            Dossier.decided_at.is_not(None),
            Dossier.id != dossier.id,
        )
        .order_by(Dossier.decided_at.desc())
        .limit(MOST_CASES)
        .subquery()
    )
    stays = select(ElementTiming.entered_at, decided.c.decided_at).where(
        ElementTiming.definition_id.in_(_versions(present.definition_id)),
        ElementTiming.element_id == present.element_id,
        ElementTiming.entered_at <= decided.c.decided_at,
    )
    if present.root_instance_id is None:
        stays = stays.join(decided, decided.c.instance_id == ElementTiming.instance_id)
    else:  # it waits in a process that the dossier's own calls
        stays = stays.join(ProcessInstance, ProcessInstance.id == ElementTiming.instance_id)
        stays = stays.join(decided, decided.c.instance_id == ProcessInstance.root_id)
    spans = (worktime.between(begin, end, calendar) for begin, end in session.execute(stays))
    return [span.total_seconds() for span in spans]


def _versions(definition_id: UUID) -> Select[UUID]:
    key = select(ProcessDefinition.key).where(ProcessDefinition.id == definition_id)
    return select(ProcessDefinition.id).where(ProcessDefinition.key == key.scalar_subquery())
