"""Called instances that go on after their end: only while their caller waits for them."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

import engine
from engine.model import InstanceStatus
from engine.texts import N_
from webapp.errors import ConflictError
from webapp.models import ProcessInstance
from webapp.operations import outside
from webapp.operations.definitions import compiled


def expect_again(session: Session, instance: ProcessInstance, at: datetime) -> None:
    """Let the caller wait for an ended instance that is about to go on; of others nothing.

    Raises ConflictError where the caller has gone on, has ended, or has another one in its place.
    """
    caller_id, token_id = instance.parent_id, instance.parent_token_id
    if caller_id is None or token_id is None:
        return
    caller = session.get_one(ProcessInstance, caller_id)
    outcome = engine.resting(compiled(session, caller.definition_id), caller.snapshot, at=at)
    if token_id not in {call.token_id for call in outcome.calls}:
        raise ConflictError(
            N_(
                "The process that called this one does not wait for it any more. Let that one go "
                "on at the call; it starts another."
            )
        )
    in_its_place = select(ProcessInstance.id).where(
        ProcessInstance.parent_id == caller_id,
        ProcessInstance.parent_token_id == token_id,
        ProcessInstance.status == InstanceStatus.ACTIVE,
    )
    if session.scalar(in_its_place.limit(1)) is not None:
        raise ConflictError(N_("Another one was started in its place."))
    outside.forget(session, caller_id, token_id)
