"""Writing down what the engine did: snapshot, waits, events, timings, dossier. One function.

Every operation that moves a token ends here, so the five can never disagree.
"""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

import engine
from engine.events import Event, EventKind
from webapp.actors import Actor
from webapp.models import InstanceEvent, ProcessInstance, UserTask
from webapp.operations import data_stores, events, outside, progress, snapshots, timings, waits
from webapp.operations.definitions import compiled

SENT = (EventKind.MESSAGE_SENT, EventKind.SIGNAL_SENT)


def record(
    session: Session,
    instance: ProcessInstance,
    outcome: engine.Outcome,
    *,
    actor: Actor,
    at: datetime,
    completed: UserTask | None = None,
) -> list[InstanceEvent]:
    """Store one outcome; return the log's rows of what was sent. The caller owns the transaction.

    ``completed`` is the user task whose completion was the command: the log says who did it.
    The instance's revision rises; a second writer of the same revision gets a ConflictError,
    from here or from the end of the transaction.
    """
    known = instance.revision > 1  # recorded before, so there may be rows about it
    with session.no_autoflush:  # one flush at the end; the queries in between need none
        sent = _log(session, instance, outcome, completed, actor, at)
        if outcome.stored:
            data_stores.keep(session, instance.id, outcome.stored, actor=actor, at=at)
        waits.sync(session, instance, outcome, at, is_new=not known)
        process = compiled(session, instance.definition_id)
        timings.project(session, instance, process, outcome, at)
        if completed is not None:
            timings.keep(session, completed, completed_at=at)
        outside.follow(session, instance, process, outcome, at)
        progress.follow(session, instance, process, outcome, actor=actor, at=at)
    session.flush()
    snapshots.keep(session, instance, outcome, at)
    return sent


def _log(
    session: Session,
    instance: ProcessInstance,
    outcome: engine.Outcome,
    completed: UserTask | None,
    actor: Actor,
    at: datetime,
) -> list[InstanceEvent]:
    """Append the events in their order: by one statement, unless rows are needed as objects."""
    told = [_told(event, completed) for event in outcome.events]
    if any(event.kind in SENT for event in outcome.events):
        rows = [
            events.append(session, instance.id, kind, actor=actor, at=at, **where)
            for kind, where in told
        ]
        session.flush()
        return [row for row in rows if row.kind in SENT]
    events.append_all(session, instance.id, told, actor=actor, at=at)
    return []


def _told(event: Event, completed: UserTask | None) -> tuple[str, dict[str, Any]]:
    """Return kind and facts of a row: what a person completed is told as theirs, once."""
    where = {"element_id": event.element_id, "token_id": event.token_id, "data": event.data}
    if (
        completed is not None
        and event.kind == EventKind.ELEMENT_COMPLETED
        and (event.token_id, event.element_id) == (completed.token_id, completed.element_id)
    ):
        return events.USER_TASK_COMPLETED, {**where, "data": events.about(completed)}
    return event.kind, where
