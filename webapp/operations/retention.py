"""Forgetting whose a dossier was, when its rule says so: statistics stay, people go.

What stays: code, dates, states, clocks, timings, agencies, who of the staff did what when.
What goes: applicant, answers, variables, drafts, notes, files, papers made, and every value in
the log that does not belong to a clock or state.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from dateutil.relativedelta import relativedelta
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

import engine
from engine.texts import N_
from webapp.actors import Actor, Role
from webapp.errors import ConflictError, NotAllowedError, NotFoundError, RejectedError
from webapp.models import (
    Attachment,
    Dossier,
    DossierAction,
    DossierExtension,
    DossierLook,
    DossierNote,
    DossierPause,
    Incident,
    InstanceEvent,
    Job,
    ProcessDefinition,
    ProcessInstance,
    RetentionRule,
    Slip,
    UserTask,
)
from webapp.operations import before_end, events

MOST_MONTHS = 12 * 100
AT_ONCE = 50  # dossiers in one transaction
_KEPT_FACTS = frozenset(
    {
        events.DOSSIER_RECEIVED,
        events.DOSSIER_STATE_CHANGED,
        events.DOSSIER_RESUMED,
        events.DOSSIER_CALENDAR_CHANGED,
        events.DOSSIER_DECIDED,
        events.DOSSIER_DUE_SOON,
        events.DOSSIER_PAUSED,
        events.DOSSIER_EXTENDED,
        events.DOSSIER_CLOCK_RESTARTED,
        events.DOSSIER_RATED,
        events.INSTANCE_MIGRATED,
    }
)
_TYPED_FACTS = ("reason", "note", "signer", "text")  # what people wrote freely, inside kept facts


@dataclass(frozen=True, slots=True)
class Due:
    """A dossier whose time has come, and the rule that says so."""

    dossier_id: UUID
    rule_id: UUID


def add_rule(
    session: Session, process_key: str, months: int, basis: str, *, actor: Actor, at: datetime
) -> UUID:
    """Set a rule and return its id; ``process_key`` is empty for every other procedure.

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
    _forget_applicant(dossier, at)
    _forget_values(session, dossier)
    hashes = _forget_files(session, dossier)
    events.append(
        session,
        dossier.instance_id,
        events.DOSSIER_ANONYMISED,
        actor=actor,
        at=at,
        data={"rule_id": rule.id, "months": rule.months, "basis": rule.basis},
    )
    session.flush()
    return hashes


def unnamed(session: Session, hashes: Iterable[str]) -> set[str]:
    """Return those hashes that no dossier names any more."""
    wanted = set(hashes)
    named: set[str] = set()
    for column in (Attachment.sha256, Slip.sha256):
        named.update(session.scalars(select(column).where(column.in_(wanted))))
    return wanted - named


def _forget_applicant(dossier: Dossier, at: datetime) -> None:
    dossier.applicant_name = dossier.applicant_identity = dossier.applicant_phone = ""
    dossier.applicant_email = dossier.applicant_address = dossier.subject = ""
    dossier.assisted_by = None
    dossier.answers = {}
    dossier.search_text = dossier.code.lower()
    dossier.anonymised_at = at


def _forget_values(session: Session, dossier: Dossier) -> None:
    """Empty the instance of a dossier and those that its call activities started."""
    root = ProcessInstance.id == dossier.instance_id
    called = ProcessInstance.root_id == dossier.instance_id
    found = session.scalars(select(ProcessInstance).where(root | called)).all()
    for instance in found:
        instance.snapshot = engine.forget_variables(instance.snapshot)
    before_end.forget(session, dossier.instance_id)
    ids = [instance.id for instance in found]
    session.execute(
        update(UserTask)
        .where(UserTask.instance_id.in_(ids))
        .values(answers=None, draft=None, hand_note=None)
    )
    session.execute(
        update(Job)
        .where(Job.instance_id.in_(ids))
        .values(variables={}, last_error=None, error_details=None)
    )
    session.execute(  # what failed may have been told in the words of the applicant
        update(Incident)
        .where(Incident.instance_id.in_(ids))
        .values(message="–", sentence=None, details=None, note=None)
    )
    _forget_words(session, dossier)
    for row in session.scalars(select(InstanceEvent).where(InstanceEvent.instance_id.in_(ids))):
        row.data = _kept_facts(row)


def _forget_words(session: Session, dossier: Dossier) -> None:
    session.execute(
        update(DossierAction)
        .where(DossierAction.dossier_id == dossier.id)
        .values(explanation="", points=[])
    )
    for table, column in (
        (DossierNote, "text"),
        (DossierPause, "note"),
        (DossierExtension, "reason"),
        (Slip, "void_reason"),
    ):
        mine = update(table).where(table.dossier_id == dossier.id)
        session.execute(mine.values({column: ""}))


def _kept_facts(row: InstanceEvent) -> dict[str, object]:
    if row.kind not in _KEPT_FACTS:
        return {}
    return {name: value for name, value in row.data.items() if name not in _TYPED_FACTS}


def _forget_files(session: Session, dossier: Dossier) -> set[str]:
    of_dossier = Slip.dossier_id == dossier.id
    called = select(ProcessInstance.id).where(ProcessInstance.root_id == dossier.instance_id)
    attached = (Attachment.instance_id == dossier.instance_id) | Attachment.instance_id.in_(called)
    hashes = set(session.scalars(select(Attachment.sha256).where(attached)))
    hashes |= set(session.scalars(select(Slip.sha256).where(of_dossier)))
    session.execute(delete(Attachment).where(attached))
    session.execute(update(Slip).where(of_dossier).values(content={}, sha256="", size_bytes=0))
    session.execute(
        update(DossierLook)
        .where(DossierLook.dossier_id == dossier.id, DossierLook.subject != "dossier")
        .values(subject="file")
    )
    return hashes - {""}


def _in_force(session: Session, process_key: str) -> RetentionRule | None:
    return session.scalar(
        select(RetentionRule).where(
            RetentionRule.process_key == process_key, RetentionRule.ended_at.is_(None)
        )
    )


def _require_administrator(actor: Actor) -> None:
    if actor.user_id is not None and not actor.has(Role.ADMIN):
        raise NotAllowedError(N_("Only an administrator may change how long data is kept."))
