"""Moving an instance by one command, and whoever it sends a message to."""

from collections import deque
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

import engine
from engine.commands import Command, DeliverMessage, DeliverSignal
from engine.events import Event, EventKind
from engine.texts import N_
from webapp.actors import Actor
from webapp.calendars import agency_calendar
from webapp.errors import NotFoundError
from webapp.models import InstanceEvent, MessageSubscription, ProcessInstance
from webapp.operations.definitions import compiled
from webapp.operations.recording import record

MAX_HOPS = 50  # messages that one command may set off, so that two processes cannot play tennis
_Step = tuple[UUID, Command]


def locked_instance(session: Session, instance_id: UUID) -> ProcessInstance:
    """Return an instance for writing, fresh from the database. Raises NotFoundError.

    The lock makes writers queue on PostgreSQL, but lets events be added by whoever claims a task
    meanwhile; SQLite writes one at a time anyway. The revision still decides, should both fail.
    """
    instance = session.get(
        ProcessInstance, instance_id, with_for_update={"key_share": True}, populate_existing=True
    )
    if instance is None:
        raise NotFoundError(N_("There is no such dossier."))
    return instance


def begin(
    session: Session,
    definition_id: UUID,
    variables: Mapping[str, Any],
    *,
    actor: Actor,
    at: datetime,
) -> tuple[ProcessInstance, engine.Outcome]:
    """Start an instance and store its row; the caller settles the outcome afterwards.

    Raises engine.ExecutionError when the first tokens cannot go on.
    """
    process = compiled(session, definition_id)
    outcome = engine.start(process, dict(variables), at=at, calendar=agency_calendar())
    instance = ProcessInstance(
        id=uuid4(),
        definition_id=definition_id,
        status=outcome.status,
        snapshot=outcome.snapshot,
        started_at=at,
        started_by=actor.user_id,
    )
    session.add(instance)
    session.flush()
    return instance, outcome


def move(
    session: Session, instance: ProcessInstance, command: Command, *, actor: Actor, at: datetime
) -> None:
    """Give one command to an instance, record it and deliver the messages it sends.

    Raises engine.CommandRejectedError or engine.ExecutionError; then nothing may be kept.
    """
    settle(session, instance, _advanced(session, instance, command, at), actor=actor, at=at)


def settle(
    session: Session,
    instance: ProcessInstance,
    outcome: engine.Outcome,
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """Record an outcome and bring what it sent to the tokens that wait for it, anywhere."""
    rows = record(session, instance, outcome, actor=actor, at=at)
    steps: deque[_Step] = deque(_deliveries(session, outcome, rows))
    for _hop in range(MAX_HOPS):
        if not steps:
            return
        instance_id, command = steps.popleft()
        other = locked_instance(session, instance_id)
        following = _advanced(session, other, command, at)
        stored = record(session, other, following, actor=actor, at=at)
        steps.extend(_deliveries(session, following, stored))


def _advanced(
    session: Session, instance: ProcessInstance, command: Command, at: datetime
) -> engine.Outcome:
    return engine.advance(
        compiled(session, instance.definition_id),
        instance.snapshot,
        command,
        at=at,
        calendar=agency_calendar(),
    )


def _deliveries(
    session: Session, outcome: engine.Outcome, rows: list[InstanceEvent]
) -> list[_Step]:
    steps: list[_Step] = []
    for event, row in zip(outcome.events, rows, strict=True):
        if event.kind == EventKind.MESSAGE_SENT:
            steps += _message_steps(session, event, row)
        elif event.kind == EventKind.SIGNAL_SENT:
            steps += _signal_steps(session, event, row)
    return steps


def _message_steps(session: Session, event: Event, row: InstanceEvent) -> list[_Step]:
    wait = _find_waiting(session, event.data.get("name"), event.data.get("correlation_key"))
    row.data = {**row.data, "delivered_to": str(wait.instance_id) if wait else None}
    if wait is None:
        return []
    variables = dict(event.data.get("variables") or {})
    return [(wait.instance_id, DeliverMessage(wait.token_id, wait.name, variables))]


def _signal_steps(session: Session, event: Event, row: InstanceEvent) -> list[_Step]:
    """Return the deliveries to every other instance; the engine has served its own already."""
    waits = session.scalars(
        select(MessageSubscription).where(
            MessageSubscription.name == event.data.get("name"),
            MessageSubscription.is_signal,
            MessageSubscription.instance_id != row.instance_id,
        )
    )
    variables = dict(event.data.get("variables") or {})
    return [
        (wait.instance_id, DeliverSignal(wait.token_id, wait.name, variables)) for wait in waits
    ]


def _find_waiting(
    session: Session, name: str | None, correlation_key: str | None
) -> MessageSubscription | None:
    """Return who waits for a message of that name and key; nobody when several could be meant."""
    found = session.scalars(
        select(MessageSubscription)
        .where(
            MessageSubscription.name == name,
            MessageSubscription.correlation_key.is_not_distinct_from(correlation_key),
            MessageSubscription.is_signal.is_(False),
        )
        .limit(2)
    ).all()
    return found[0] if len(found) == 1 else None
