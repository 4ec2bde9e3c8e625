"""Coded legal reasons for actions on dossiers: dated data that administrators keep."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.texts import N_
from webapp.actors import Actor, Role
from webapp.errors import ConflictError, NotAllowedError, NotFoundError, RejectedError
from webapp.models import LegalReason

_CODE = re.compile(r"[A-Z0-9][A-Z0-9.-]{1,19}")
MAX_LENGTH = 300  # characters


class ActionKind(StrEnum):
    """What people may do to a dossier besides its tasks; the values of ``motcua:action``."""

    SUPPLEMENT = "supplement"
    REFUSAL = "refusal"
    STOP = "stop"
    WITHDRAWAL = "withdrawal"
    EXTENSION = "extension"
    CORRECTION = "correction"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonFacts:
    """A reason as typed. ``process_key`` is empty where it holds for every procedure."""

    action: str
    code: str
    name: str
    name_en: str = ""
    basis: str = ""
    process_key: str = ""


def add(session: Session, facts: ReasonFacts, valid_from: date, *, actor: Actor) -> UUID:
    """Let a reason be given from a day on and return its id.

    Raises RejectedError for malformed facts and ConflictError for a code in force that day.
    """
    _require_administrator(actor)
    if facts.action not in set(ActionKind):
        raise RejectedError(N_("There is no action %(action)s."), action=facts.action)
    if not _CODE.fullmatch(facts.code):
        raise RejectedError(N_("A reason's code has capital letters and digits, such as BS01."))
    if not facts.name.strip() or not facts.basis.strip():
        raise RejectedError(N_("Enter the reason and its legal basis."))
    if any(len(text) > MAX_LENGTH for text in (facts.name, facts.name_en, facts.basis)):
        raise RejectedError(
            N_("A reason and its basis have at most %(length)s characters."), length=MAX_LENGTH
        )
    open_now = session.scalar(
        select(LegalReason.id).where(
            LegalReason.action == facts.action,
            LegalReason.code == facts.code,
            LegalReason.valid_to.is_(None) | (LegalReason.valid_to >= valid_from),
        )
    )
    if open_now is not None:
        raise ConflictError(
            N_("The code %(code)s is in force then; end it before it means something else."),
            code=facts.code,
        )
    row = LegalReason(
        action=facts.action,
        code=facts.code,
        name=facts.name.strip(),
        name_en=facts.name_en.strip(),
        basis=facts.basis.strip(),
        process_key=facts.process_key.strip(),
        valid_from=valid_from,
    )
    session.add(row)
    session.flush()
    return row.id


def end(session: Session, reason_id: UUID, last_day: date, *, actor: Actor) -> None:
    """Let a reason be given until a day, no longer; what was given stays."""
    _require_administrator(actor)
    row = session.get(LegalReason, reason_id)
    if row is None:
        raise NotFoundError(N_("There is no such reason."))
    if last_day < row.valid_from:
        raise RejectedError(N_("The last day must not be before the reason began."))
    row.valid_to = last_day
    session.flush()


def in_force(session: Session, action: str, process_key: str, day: date) -> list[LegalReason]:
    """Return the reasons that may be given for an action in a procedure on a day, by code."""
    return list(
        session.scalars(
            select(LegalReason)
            .where(
                LegalReason.action == action,
                LegalReason.process_key.in_(("", process_key)),
                LegalReason.valid_from <= day,
                LegalReason.valid_to.is_(None) | (LegalReason.valid_to >= day),
            )
            .order_by(LegalReason.code)
        )
    )


def _require_administrator(actor: Actor) -> None:
    if actor.user_id is not None and not actor.has(Role.ADMIN):
        raise NotAllowedError(N_("Only an administrator may change legal reasons."))
