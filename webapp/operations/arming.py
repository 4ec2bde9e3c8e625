"""Arming the start events of a published version, and finding who listens for an event."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

import engine
from engine import starting
from webapp import agency_calendars
from webapp.models import ProcessDefinition, StartTrigger

RETRIES = 5


def arm(
    session: Session,
    definition: ProcessDefinition,
    process: engine.CompiledProcess,
    *,
    at: datetime,
) -> None:
    """Let this version listen from now on; no earlier one does any more.

    Raises engine.ExecutionError when a timer of a start event cannot be read.
    """
    session.execute(delete(StartTrigger).where(StartTrigger.process_key == definition.key))
    found = starting.start_triggers(process, at=at, calendar=agency_calendars.current(session))
    session.add_all(_row(definition, one) for one in found)


def listeners(session: Session, kind: starting.StartKind, name: str) -> tuple[StartTrigger, ...]:
    """Return the start events that listen for a message or signal, newest version first."""
    found = session.scalars(
        select(StartTrigger)
        .join(ProcessDefinition, ProcessDefinition.id == StartTrigger.definition_id)
        .where(StartTrigger.kind == kind, StartTrigger.name == name)
        .order_by(ProcessDefinition.published_at.desc(), StartTrigger.process_key)
    )
    return tuple(found)


def _row(definition: ProcessDefinition, trigger: starting.StartTrigger) -> StartTrigger:
    timer = trigger.timer
    return StartTrigger(
        definition_id=definition.id,
        process_key=definition.key,
        element_id=trigger.element_id,
        kind=trigger.kind,
        name=trigger.name,
        due_at=timer.due_at if timer else None,
        firings_left=timer.firings_left if timer else -1,
        period=timer.period if timer else None,
        working_time=timer.working_time if timer else False,
        retries_left=RETRIES,
    )
