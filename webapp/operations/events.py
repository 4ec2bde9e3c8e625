"""Appending to an instance's event log."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from webapp.actors import Actor
from webapp.models import InstanceEvent, UserTask
from webapp.operations.adding import add_rows
from webapp.storable import storable

DOSSIER_RECEIVED = "dossier.received"  # data: code, promised_at
DOSSIER_STATE_CHANGED = "dossier.state_changed"  # data: before, after
INSTANCE_SUSPENDED = "instance.suspended"  # data: reason
INSTANCE_RESUMED = "instance.resumed"  # data: reason
DOSSIER_ACTED = "dossier.acted"  # data: action, action_id, reason_code, reason, basis, explanation
DOSSIER_RATED = "dossier.rated"  # by the applicant; data: rating, text
DOSSIER_SUPPLIED = "dossier.supplied"  # by the applicant; data: text, files
DOSSIER_PAPER_REUSED = "dossier.paper_reused"  # data: paper, file, sha256, from_code
DOSSIER_NOTED = "dossier.noted"  # data: note_id, is_instruction, mentions
DOSSIER_HANDED_OVER = "dossier.handed_over"  # data: handover_id, number, to_group, accepted
DOSSIER_MONEY_CHANGED = "dossier.money_changed"  # data: before, after, note, amount (đồng, if told)
DOSSIER_DELIVERY_CHANGED = "dossier.delivery_changed"  # data: before, after, note
SLIP_MADE = "slip.made"  # data: slip_id, purpose, symbol
SLIP_VOIDED = "slip.voided"  # data: slip_id, purpose, symbol, reason
DOSSIER_PAUSED = "dossier.paused"  # data: state, key, reason, legal_basis; an outage: ended_at
DOSSIER_RESUMED = "dossier.resumed"  # data: key, office_seconds, promised_at
DOSSIER_EXTENDED = "dossier.extended"  # data: old_due_at, new_due_at, amount, reason, signer
DOSSIER_CLOCK_RESTARTED = "dossier.clock_restarted"  # data: reason, promised_at
DOSSIER_CALENDAR_CHANGED = "dossier.calendar_changed"  # data: revision, before, after, days
INSTANCE_CALENDAR_CHANGED = "instance.calendar_changed"  # data: revision, days, tasks, timers
DOSSIER_DECIDED = "dossier.decided"  # the clock ended; data: status, promised_at
DOSSIER_DUE_SOON = "dossier.due_soon"  # data: promised_at
DOSSIER_ANONYMISED = "dossier.anonymised"  # data: rule_id, months, basis
INSTANCE_MIGRATED = "instance.migrated"  # data: reason, before, after (version numbers)
USER_TASK_CLAIMED = "user_task.claimed"
USER_TASK_RELEASED = "user_task.released"
USER_TASK_ASSIGNED = "user_task.assigned"  # data: before, after (names), why, note
USER_TASK_DELEGATED = "user_task.delegated"  # data: before, after, note
USER_TASK_RETURNED = "user_task.returned"  # data: before, after, note
USER_TASK_COMPLETED = "user_task.completed"
JOB_FAILED = "job.failed"  # data: message, retries_left
INCIDENT_OPENED = "incident.opened"  # data: message, kind
INCIDENT_RESOLVED = "incident.resolved"  # data: resolution, note


def append(
    session: Session,
    instance_id: UUID,
    kind: str,
    *,
    actor: Actor,
    at: datetime,
    element_id: str | None = None,
    token_id: str | None = None,
    data: Mapping[str, Any] | None = None,
) -> InstanceEvent:
    """Add one fact to the log of an instance."""
    row = InstanceEvent(
        instance_id=instance_id,
        kind=kind,
        element_id=element_id,
        token_id=token_id,
        actor_id=actor.user_id,
        actor_name=actor.name,
        occurred_at=at,
        data=storable(data or {}),
    )
    session.add(row)
    return row


def append_all(
    session: Session,
    instance_id: UUID,
    told: Iterable[tuple[str, Mapping[str, Any]]],
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """Add facts in their order: of each its kind, and its element_id, token_id and data."""
    shared = {
        "instance_id": instance_id,
        "actor_id": actor.user_id,
        "actor_name": actor.name,
        "occurred_at": at,
    }
    rows = [{"kind": kind, **where, "data": storable(where["data"])} for kind, where in told]
    add_rows(session, InstanceEvent, rows, shared=shared)


def about(task: UserTask) -> dict[str, Any]:
    """Return what the log says about a user task."""
    return {"user_task_id": task.id, "name": task.name}
