"""Failed dossiers brought back to where they were: the whole tree of callers and called."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

import engine
from engine.model import InstanceStatus
from engine.texts import N_
from webapp import agency_calendars
from webapp.actors import Actor
from webapp.errors import ConflictError
from webapp.models import (
    InstanceBeforeEnd,
    ProcessInstance,
    UserTask,
    UserTaskCandidate,
    UserTaskStatus,
)
from webapp.operations import before_end
from webapp.operations.definitions import compiled
from webapp.operations.moving import locked_instance, move, settle
from webapp.operations.waits import CLAIMED

_Kept = dict[UUID, InstanceBeforeEnd]


def bring_back(session: Session, root_id: UUID, *, actor: Actor, at: datetime) -> None:
    """Let a failed outermost instance, and all that it called, be as before the failure.

    A called instance that failed as it began is begun anew. Raises ConflictError where the
    instance has not failed (any more), or where it had failed as it began.
    """
    root = locked_instance(session, root_id)
    kept = before_end.of_tree(session, root_id)
    if root.status != InstanceStatus.FAILED:
        raise ConflictError(N_("This dossier has gone on or has been ended meanwhile."))
    if root_id not in kept:
        raise ConflictError(
            N_(
                "The process failed as it began, so there is nothing to go back to. Let it go on "
                "at an element, by hand."
            )
        )
    asking = _restore(session, root, kept, actor, at)
    for instance_id, token_id in asking:
        caller = locked_instance(session, instance_id)
        if caller.status == InstanceStatus.ACTIVE:
            move(session, caller, engine.AskAgain(token_id), actor=actor, at=at)


def _restore(
    session: Session, instance: ProcessInstance, kept: _Kept, actor: Actor, at: datetime
) -> list[tuple[UUID, str]]:
    """Restore an instance and what it called; return the calls that have nothing to restore."""
    row = kept[instance.id]
    process = compiled(session, instance.definition_id)
    calendar = agency_calendars.current(session, instance.calendar_code)
    outcome = engine.brought_back(
        process, row.snapshot, instance.snapshot, at=at, calendar=calendar
    )
    instance.ended_at = None
    instance.suspended_at, instance.suspended_by = row.suspended_at, row.suspended_by
    instance.suspension_reason = row.suspension_reason
    settle(session, instance, outcome, actor=actor, at=at)
    _hand_back(session, instance, outcome, at)
    asking: list[tuple[UUID, str]] = []
    for call in outcome.calls:
        called = _called(session, instance.id, call.token_id, kept)
        if called is None:
            asking.append((instance.id, call.token_id))
        else:
            asking += _restore(session, called, kept, actor, at)
    return asking


def _called(
    session: Session, caller_id: UUID, token_id: str, kept: _Kept
) -> ProcessInstance | None:
    """Return the instance that worked for a call when the failure took it away."""
    return session.scalar(
        select(ProcessInstance)
        .where(
            ProcessInstance.id.in_(kept),
            ProcessInstance.parent_id == caller_id,
            ProcessInstance.parent_token_id == token_id,
        )
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )


def _hand_back(
    session: Session, instance: ProcessInstance, outcome: engine.Outcome, at: datetime
) -> None:
    """Give tasks that are there again to whom they belonged, with what was typed so far."""
    for wait in outcome.user_tasks:
        rows = session.scalars(
            select(UserTask)
            .where(
                UserTask.instance_id == instance.id,
                UserTask.token_id == wait.token_id,
                UserTask.element_id == wait.element_id,
            )
            .order_by(UserTask.completed_at.desc())
        ).all()
        again = next(row for row in rows if row.status == UserTaskStatus.OPEN)
        before = next((row for row in rows if row.status != UserTaskStatus.OPEN), None)
        if before is None:
            continue
        again.draft, again.draft_revision = before.draft, before.draft_revision
        again.draft_saved_at, again.draft_saved_by = before.draft_saved_at, before.draft_saved_by
        if again.assignee_id is None and before.assignee_id is not None:
            again.assignee_id, again.claimed_at = before.assignee_id, at
            again.owner_id, again.hand = before.owner_id, before.hand
            _mark_claimed(session, again)
    session.flush()


def _mark_claimed(session: Session, task: UserTask) -> None:
    rows = session.scalars(
        select(UserTaskCandidate).where(UserTaskCandidate.user_task_id == task.id)
    )
    for row in rows:
        row.status = CLAIMED
