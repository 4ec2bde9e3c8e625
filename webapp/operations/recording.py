"""Writing down what the engine did: snapshot, waits, events, timings, dossier. One function.

Every operation that moves a token ends here, so the five can never disagree.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

import engine
from webapp.actors import Actor
from webapp.models import Dossier, InstanceEvent, ProcessInstance
from webapp.operations import events, progress, timings, waits
from webapp.operations.definitions import compiled


def record(
    session: Session,
    instance: ProcessInstance,
    outcome: engine.Outcome,
    *,
    actor: Actor,
    at: datetime,
) -> list[InstanceEvent]:
    """Store one outcome and return its rows of the event log. The caller owns the transaction.

    The instance's revision rises; a second writer of the same revision fails at the flush.
    """
    instance.snapshot = outcome.snapshot
    flag_modified(instance, "snapshot")  # even an equal snapshot must raise the revision
    instance.status = outcome.status
    if outcome.status != engine.InstanceStatus.ACTIVE:
        instance.ended_at = at
    with session.no_autoflush:  # one flush at the end; the queries in between need none
        rows = _log(session, instance, outcome, actor, at)
        waits.sync(session, instance, outcome, at)
        process = compiled(session, instance.definition_id)
        timings.project(session, instance, process, outcome, at)
        dossier = session.scalar(select(Dossier).where(Dossier.instance_id == instance.id))
        if dossier is not None:
            progress.follow(session, dossier, process, outcome, actor=actor, at=at)
    session.flush()
    return rows


def _log(
    session: Session, instance: ProcessInstance, outcome: engine.Outcome, actor: Actor, at: datetime
) -> list[InstanceEvent]:
    return [
        events.append(
            session,
            instance.id,
            event.kind,
            actor=actor,
            at=at,
            element_id=event.element_id,
            token_id=event.token_id,
            data=event.data,
        )
        for event in outcome.events
    ]
