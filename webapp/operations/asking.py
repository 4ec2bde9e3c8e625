"""Asking once more for a process or decision that was not published before."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from engine.commands import AskAgain
from webapp.actors import SYSTEM
from webapp.models import IncidentKind, OutsideWait
from webapp.operations.incidents import Trouble, open_incident
from webapp.operations.moving import locked_instance, move


def ask_again(session: Session, wait_id: UUID, *, at: datetime) -> bool:
    """Let a token ask again; False when it left meanwhile.

    What is still not published is an incident again. Raises engine.EngineError when the process
    cannot go on from there.
    """
    wait = session.get(OutsideWait, wait_id)
    if wait is None:
        return False
    instance = locked_instance(session, wait.instance_id)
    wait = session.get(OutsideWait, wait_id, populate_existing=True)
    if wait is None:
        return False
    move(session, instance, AskAgain(wait.token_id), actor=SYSTEM, at=at)
    return True


def fail(session: Session, wait_id: UUID, message: str, *, at: datetime) -> None:
    """Write down that what was found could not be begun; a person may retry it."""
    wait = session.get(OutsideWait, wait_id, populate_existing=True)
    if wait is None:
        return
    wait.attempts += 1
    wait.due_at = wait.leased_until = None
    trouble = Trouble(
        message,
        IncidentKind.OUTSIDE,
        instance_id=wait.instance_id,
        element_id=wait.element_id,
        subject_id=wait.id,
        attempts=wait.attempts,
    )
    open_incident(session, trouble, at=at)
