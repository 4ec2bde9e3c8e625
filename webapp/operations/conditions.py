"""Conditional start events: asked when somebody tells how things stand."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

import engine
from engine import starting
from webapp import agency_calendars
from webapp.actors import Actor
from webapp.models import StartTrigger
from webapp.operations.beginning import begin_by_event
from webapp.operations.definitions import compiled
from webapp.operations.messages import require_sender
from webapp.operations.moving import settle

CONDITION = engine.Occurrence(starting.StartKind.CONDITIONAL)


def tell(
    session: Session, variables: Mapping[str, Any], *, actor: Actor, at: datetime
) -> tuple[UUID, ...]:
    """Start an instance at every conditional start event that is true for these variables.

    The newest versions listen; each started instance gets the variables. Returns the instances'
    ids. Raises engine.ExecutionError when a condition is neither true, false nor null, and
    NotAllowedError for people who do not tell what happened outside.
    """
    require_sender(actor)
    begun = []
    for definition_id, element_id in _met(session, variables, at):
        instance, outcome = begin_by_event(
            session,
            definition_id,
            element_id,
            variables,
            instance_id=uuid4(),
            at=at,
            cause=CONDITION,
        )
        settle(session, instance, outcome, actor=actor, at=at)
        begun.append(instance.id)
    return tuple(begun)


def _met(
    session: Session, variables: Mapping[str, Any], at: datetime
) -> tuple[tuple[UUID, str], ...]:
    listening = session.scalars(
        select(StartTrigger.definition_id)
        .where(StartTrigger.kind == starting.StartKind.CONDITIONAL)
        .order_by(StartTrigger.process_key)
    )
    calendar = agency_calendars.current(session)
    return tuple(
        (definition_id, element_id)
        for definition_id in dict.fromkeys(listening)
        for element_id in starting.conditions_met(
            compiled(session, definition_id), variables, at=at, calendar=calendar
        )
    )
