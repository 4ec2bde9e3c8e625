"""What follows from an outcome besides log and snapshot: stored items, waits, timings, dossier."""

from datetime import datetime

from sqlalchemy.orm import Session

import engine
from webapp.actors import Actor
from webapp.models import ProcessInstance
from webapp.operations import data_stores, outside, progress, timings, waits
from webapp.operations.definitions import compiled
from webapp.operations.known import Known


def follow(
    session: Session,
    instance: ProcessInstance,
    outcome: engine.Outcome,
    known: Known,
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """Bring every row about an instance, ``known``, in line with an outcome."""
    process = compiled(session, instance.definition_id)
    if outcome.stored:
        data_stores.keep(session, instance.id, outcome.stored, actor=actor, at=at)
    waits.sync(session, instance, outcome, known.waits, at)
    timings.project(session, instance, process, outcome, at)
    outside.follow(session, instance, process, outcome, at)
    progress.follow(session, instance, process, outcome, known.dossier, actor=actor, at=at)
