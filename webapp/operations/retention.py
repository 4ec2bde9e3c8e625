"""Forgetting whose a dossier was, when its rule says so: statistics stay, people go.

What stays: code, dates, states, clocks, timings, agencies, who of the staff did what when.
What goes: applicant, answers, variables, drafts, notes, files, papers made, and every value in
the log that does not belong to a clock or state.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from dateutil.relativedelta import relativedelta
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engine.texts import N_
from webapp.actors import Actor, Role
from webapp.errors import ConflictError, NotAllowedError, NotFoundError, RejectedError
from webapp.models import Attachment, Dossier, ProcessDefinition, RetentionRule, Slip
from webapp.operations import emptying, events

MOST_MONTHS = 12 * 100
AT_ONCE = 50  # dossiers in one transaction
UPLOADS_KEPT = timedelta(days=7)  # for a dossier that nobody began


@dataclass(frozen=True, slots=True)
class Due:
    """A dossier whose time has come, and the rule that says so."""

    dossier_id: UUID
    rule_id: UUID


def add_rule(
    session: Session,
    process_key: str,
    months: int,
    basis: str,
    *,
    data_stores: bool = False,
    actor: Actor,
    at: datetime,
) -> UUID:
    """Set a rule and return its id; ``process_key`` is empty for every other procedure.

    ``data_stores``: what the dossiers wrote into data stores goes, too; else it stays, as a
    register with a period of its own.

    Raises RejectedError for a rule without basis or a period out of bounds, ConflictError where
    the procedure has a rule.
    """
    _require_administrator(actor)
    if not 0 < months <= MOST_MONTHS:
        raise RejectedError(N_("Enter a number of months from 1 to %(most)s."), most=MOST_MONTHS)
    if not basis.strip():
        raise RejectedError(N_("Enter the legal basis."))
    if _in_force(session, process_key) is not None:
        raise ConflictError(N_("There is a rule for this procedure; end it first."))
    row = RetentionRule(
        process_key=process_key,
        months=months,
        basis=basis.strip(),
        data_stores=data_stores,
        created_at=at,
        created_by=actor.user_id,
    )
    session.add(row)
    session.flush()
    return row.id


def end_rule(session: Session, rule_id: UUID, *, actor: Actor, at: datetime) -> None:
    """Let a rule hold no longer; what it did cannot be undone."""
    _require_administrator(actor)
    row = session.get(RetentionRule, rule_id)
    if row is None:
        raise NotFoundError(N_("There is no such rule."))
    row.ended_at = row.ended_at or at
    session.flush()


def due(session: Session, at: datetime, *, limit: int = AT_ONCE) -> list[Due]:
    """Return dossiers whose rule's time has come, longest ended first."""
    rules = session.scalars(select(RetentionRule).where(RetentionRule.ended_at.is_(None))).all()
    own = [rule.process_key for rule in rules if rule.process_key]
    found: list[tuple[datetime, Due]] = []
    for rule in rules:
        key = ProcessDefinition.key
        meant = key == rule.process_key if rule.process_key else key.not_in(own)
        rows = session.execute(
            select(Dossier.id, Dossier.ended_at)
            .join(ProcessDefinition, ProcessDefinition.id == Dossier.definition_id)
            .where(
                meant,
                Dossier.anonymised_at.is_(None),
                Dossier.ended_at < at - relativedelta(months=rule.months),
            )
            .order_by(Dossier.ended_at)
            .limit(limit)
        )
        found += [(row.ended_at, Due(row.id, rule.id)) for row in rows]
    return [one for _, one in sorted(found, key=lambda pair: pair[0])[:limit]]


def anonymise(
    session: Session, dossier_id: UUID, rule_id: UUID, *, actor: Actor, at: datetime
) -> set[str]:
    """Take the personal data out of one dossier; return the hashes of files it named.

    The caller deletes those that nobody names any more, after the commit (``unnamed``).
    Raises ConflictError for a dossier that has not ended.
    """
    dossier = session.get(Dossier, dossier_id, with_for_update=True)
    rule = session.get(RetentionRule, rule_id)
    if dossier is None or rule is None:
        raise NotFoundError(N_("There is no such dossier."))
    if dossier.ended_at is None:
        raise ConflictError(N_("A dossier that has not ended keeps its data."))
    hashes = emptying.empty(session, dossier, at, data_stores=rule.data_stores)
    events.append(
        session,
        dossier.instance_id,
        events.DOSSIER_ANONYMISED,
        actor=actor,
        at=at,
        data={
            "rule_id": rule.id,
            "months": rule.months,
            "basis": rule.basis,
            "data_stores": rule.data_stores,
        },
    )
    session.flush()
    return hashes


def forget_uploads(session: Session, at: datetime) -> set[str]:
    """Forget files that were uploaded for a dossier which never began; return their hashes."""
    left = delete(Attachment).where(
        Attachment.instance_id.is_(None), Attachment.uploaded_at < at - UPLOADS_KEPT
    )
    return set(session.scalars(left.returning(Attachment.sha256)))


def unnamed(session: Session, hashes: Iterable[str]) -> set[str]:
    """Return those hashes that no dossier names any more."""
    wanted = set(hashes)
    named: set[str] = set()
    for column in (Attachment.sha256, Slip.sha256):
        named.update(session.scalars(select(column).where(column.in_(wanted))))
    return wanted - named


def _in_force(session: Session, process_key: str) -> RetentionRule | None:
    return session.scalar(
        select(RetentionRule).where(
            RetentionRule.process_key == process_key, RetentionRule.ended_at.is_(None)
        )
    )


def _require_administrator(actor: Actor) -> None:
    if actor.user_id is not None and not actor.has(Role.ADMIN):
        raise NotAllowedError(N_("Only an administrator may change how long data is kept."))
