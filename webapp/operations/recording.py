"""Writing down what the engine did: snapshot, waits, events, timings, dossier. One function.

Every operation that moves a token ends here, so the five can never disagree.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Uuid, bindparam, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified, set_committed_value

import engine
from engine.events import Event, EventKind
from engine.texts import N_
from webapp.actors import Actor
from webapp.errors import ConflictError
from webapp.models import InstanceEvent, ProcessInstance, UserTask
from webapp.operations import data_stores, events, outside, progress, timings, waits
from webapp.operations.adding import add_rows
from webapp.operations.definitions import compiled
from webapp.prepared import Prepared
from webapp.storable import storable

SENT = (EventKind.MESSAGE_SENT, EventKind.SIGNAL_SENT)
_INSTANCE: Any = ProcessInstance.__table__
_SNAPSHOT = Prepared(
    update(_INSTANCE)
    .where(
        _INSTANCE.c.id == bindparam("instance_id", type_=Uuid()),
        _INSTANCE.c.revision == bindparam("read_revision", type_=Integer()),
    )
    .values({name: bindparam(name) for name in ("snapshot", "status", "revision", "ended_at")})
)


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
    The instance's revision rises; A second writer of the same revision gets a
    ConflictError, from here or from the end of the transaction.
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
    _keep(session, instance, outcome, at)
    return sent


def _keep(
    session: Session, instance: ProcessInstance, outcome: engine.Outcome, at: datetime
) -> None:
    """Store the snapshot over the revision that was read, or refuse where there is another one."""
    is_active = outcome.status == engine.InstanceStatus.ACTIVE
    new: dict[str, Any] = {
        "snapshot": outcome.snapshot,
        "status": outcome.status,
        "ended_at": instance.ended_at if is_active else at,
    }
    if session.in_nested_transaction():  # where it is taken back the object must follow
        for name, value in new.items():
            setattr(instance, name, value)
        flag_modified(instance, "snapshot")  # even an equal snapshot must raise the revision
        session.flush()
        return
    new["revision"] = instance.revision + 1
    where = {"instance_id": instance.id, "read_revision": instance.revision}
    if _SNAPSHOT.run(session, {**where, **new}).rowcount != 1:
        raise ConflictError(N_("Somebody else changed this meanwhile."))
    for name, value in new.items():
        set_committed_value(instance, name, value)


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
    shared = {
        "instance_id": instance.id,
        "actor_id": actor.user_id,
        "actor_name": actor.name,
        "occurred_at": at,
    }
    listed = [
        {**shared, "kind": kind, **where, "data": storable(where["data"])} for kind, where in told
    ]
    add_rows(session, InstanceEvent, listed)
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
