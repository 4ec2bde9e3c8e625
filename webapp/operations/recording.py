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
from webapp.operations import completing, events, following, snapshots
from webapp.operations.completing import Completion
from webapp.operations.known import known_of
from webapp.prepared import gathering

SENT = (EventKind.MESSAGE_SENT, EventKind.SIGNAL_SENT)


def record(
    session: Session,
    instance: ProcessInstance,
    outcome: engine.Outcome,
    *,
    actor: Actor,
    at: datetime,
    completed: Completion | None = None,
) -> list[InstanceEvent]:
    """Store one outcome; return the log's rows of what was sent. The caller owns the transaction.

    ``completed`` is the user task whose completion was the command: the log says who did it.
    What is there is read first, then everything is written, at once where the database can.
    The instance's revision rises; a second writer of the same revision gets a ConflictError,
    from here or from the end of the transaction.
    """
    known = known_of(session, instance, is_new=instance.revision == 1)  # nothing recorded before
    with gathering(session):
        with session.no_autoflush:  # one flush at the end; the queries in between need none
            if completed is not None:
                completing.keep(session, completed, instance, known.waits, actor=actor, at=at)
            sent = _log(session, instance, outcome, completed, actor, at)
            following.follow(session, instance, outcome, known, actor=actor, at=at)
        session.flush()
        snapshots.keep(session, instance, outcome, at)
    return sent


def _log(
    session: Session,
    instance: ProcessInstance,
    outcome: engine.Outcome,
    completed: Completion | None,
    actor: Actor,
    at: datetime,
) -> list[InstanceEvent]:
    """Append the events in their order: by one statement, unless rows are needed as objects."""
    task = completed.task if completed else None
    told = [_told(event, task) for event in outcome.events]
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
