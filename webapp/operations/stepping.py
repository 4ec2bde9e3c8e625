"""One command given to the engine: with its process, its calendar, its time taken."""

from datetime import datetime

from sqlalchemy.orm import Session

import engine
from engine import Command
from webapp import agency_calendars, metrics
from webapp.models import ProcessInstance
from webapp.operations.definitions import compiled
from webapp.operations.suspension import refuse_suspended


def advanced(
    session: Session, instance: ProcessInstance, command: Command, at: datetime
) -> engine.Outcome:
    """Return what one command makes of an instance; nothing is stored yet.

    Raises RejectedError where the instance is suspended, and what engine.advance raises.
    """
    refuse_suspended(instance, command)
    process = compiled(session, instance.definition_id)
    calendar = agency_calendars.current(session, instance.calendar_code)
    with metrics.step(type(command).__name__):
        return engine.advance(process, instance.snapshot, command, at=at, calendar=calendar)
