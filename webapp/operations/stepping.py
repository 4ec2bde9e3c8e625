"""One instance for writing, and one command to it: with its process, its calendar, its time."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

import engine
from engine import Command
from engine.texts import N_
from webapp import agency_calendars, metrics
from webapp.errors import NotFoundError
from webapp.models import ProcessInstance
from webapp.operations.definitions import compiled
from webapp.operations.surroundings import Surroundings
from webapp.operations.suspension import refuse_suspended


def locked_instance(session: Session, instance_id: UUID) -> ProcessInstance:
    """Return an instance for writing, fresh from the database. Raises NotFoundError.

    The lock makes writers queue on PostgreSQL, but lets events be added by whoever claims a task
    meanwhile; SQLite writes one at a time anyway. The revision still decides, should both fail.
    The outermost caller of an instance is locked before it, so that all who move something of one
    dossier queue at the same place and cannot wait for each other in a circle.
    """
    root = select(ProcessInstance.root_id).where(ProcessInstance.id == instance_id)
    found = session.scalars(
        select(ProcessInstance)
        .where(or_(ProcessInstance.id == instance_id, ProcessInstance.id == root.scalar_subquery()))
        .order_by(ProcessInstance.root_id.is_not(None))
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    if not found:
        raise NotFoundError(N_("There is no such dossier."))
    return found[-1]


def advanced(
    session: Session, instance: ProcessInstance, command: Command, at: datetime
) -> engine.Outcome:
    """Return what one command makes of an instance; nothing is stored yet.

    Raises ConflictError where the instance, or the dossier that it works for, is suspended, and
    what engine.advance raises.
    """
    refuse_suspended(instance, command)
    if instance.root_id is not None:
        refuse_suspended(session.get_one(ProcessInstance, instance.root_id), command)
    process = compiled(session, instance.definition_id)
    calendar = agency_calendars.current(session, instance.calendar_code)
    with metrics.step(type(command).__name__):
        return engine.advance(
            process,
            instance.snapshot,
            command,
            at=at,
            calendar=calendar,
            surroundings=Surroundings(session),
        )
