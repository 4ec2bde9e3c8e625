"""Tokens that found no process to call or no decision to ask: told, and asked again later."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.orm import Session

import engine
from engine.events import EventKind
from engine.texts import N_
from webapp.errors import NotFoundError
from webapp.models import Incident, IncidentKind, OutsideKind, OutsideWait, ProcessInstance
from webapp.operations.incidents import Trouble, open_incident
from webapp.told import told

LEASE = timedelta(seconds=60)
_MESSAGES = {
    OutsideKind.CALL: N_("The process %(what)s is not published, so that it cannot be called."),
    OutsideKind.CANCELLED: N_("The called process %(what)s was cancelled; a retry begins it anew."),
    OutsideKind.DECISION: N_("The decision %(what)s is not published, so that it cannot be made."),
}
_LEFT = (EventKind.ELEMENT_COMPLETED, EventKind.ELEMENT_CANCELLED)
_ASKING = frozenset({"callActivity", "businessRuleTask"})


@dataclass(frozen=True, slots=True)
class Missing:
    """A process or decision that a token asked for and that was not to be found."""

    kind: OutsideKind
    token_id: str
    element_id: str
    key: str
    version: str | None = None


def follow(
    session: Session,
    instance: ProcessInstance,
    process: engine.CompiledProcess,
    outcome: engine.Outcome,
    at: datetime,
) -> None:
    """Bring the rows of an instance in line with an outcome."""
    for event in outcome.events:
        node = process.elements.get(event.element_id or "")
        if event.kind in _LEFT and node is not None and node.kind in _ASKING:
            forget(session, instance.id, event.token_id or "")
    missing = (
        Missing(OutsideKind.DECISION, one.token_id, one.element_id, one.decision, one.version)
        for one in outcome.decisions
    )
    note(session, instance, missing, at=at)


def note(
    session: Session, instance: ProcessInstance, missing: Iterable[Missing], *, at: datetime
) -> None:
    """Write down what was not to be found, with an incident unless there is an open one."""
    for one in missing:
        row = session.scalar(
            select(OutsideWait).where(
                OutsideWait.instance_id == instance.id, OutsideWait.token_id == one.token_id
            )
        )
        if row is None:
            row = OutsideWait(
                instance_id=instance.id,
                token_id=one.token_id,
                element_id=one.element_id,
                kind=one.kind,
                key=one.key,
                attempts=0,
                created_at=at,
            )
            session.add(row)
            session.flush()
        row.attempts += 1
        row.due_at = row.leased_until = None
        _tell(session, row, one, at)


def forget(session: Session, instance_id: UUID, token_id: str) -> None:
    """Drop the row of a token that found what it asked for, or left."""
    session.execute(
        delete(OutsideWait).where(
            OutsideWait.instance_id == instance_id, OutsideWait.token_id == token_id
        )
    )


def wake(session: Session, kind: OutsideKind, keys: Collection[str], *, at: datetime) -> None:
    """Let everyone ask again who waits for what was published just now."""
    session.execute(
        update(OutsideWait)
        .where(OutsideWait.kind == kind, OutsideWait.key.in_(keys))
        .values(due_at=at)
    )


def claim_due(session: Session, *, at: datetime, limit: int = 20) -> tuple[UUID, ...]:
    """Lease the rows that shall be asked again, oldest first; return their ids."""
    free = and_(
        OutsideWait.due_at <= at,
        or_(OutsideWait.leased_until.is_(None), OutsideWait.leased_until <= at),
    )
    due = select(OutsideWait.id).where(free).order_by(OutsideWait.due_at).limit(limit)
    ids = session.scalars(due.with_for_update(skip_locked=True)).all()
    return tuple(
        session.scalars(
            update(OutsideWait)
            .where(OutsideWait.id.in_(ids), free)
            .values(leased_until=at + LEASE)
            .returning(OutsideWait.id)
            .execution_options(synchronize_session=False)
        )
    )


def _tell(session: Session, row: OutsideWait, missing: Missing, at: datetime) -> None:
    is_open = session.scalar(
        select(Incident.id).where(Incident.subject_id == row.id, Incident.resolved_at.is_(None))
    )
    if is_open is not None:
        return
    what = f"“{missing.key}” ({missing.version})" if missing.version else f"“{missing.key}”"
    trouble = Trouble(
        told(NotFoundError(_MESSAGES[missing.kind], what=what)),
        IncidentKind.OUTSIDE,
        instance_id=row.instance_id,
        element_id=row.element_id,
        subject_id=row.id,
        attempts=row.attempts,
    )
    open_incident(session, trouble, at=at)
