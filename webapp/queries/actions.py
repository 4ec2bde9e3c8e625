"""What was done to a dossier besides its tasks, and what may be given as a reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.models import DossierAction, LegalReason


@dataclass(frozen=True, slots=True)
class ActionView:
    """One action as it was done, in the words of that day."""

    id: UUID
    kind: str
    reason_code: str
    reason: str
    basis: str
    explanation: str
    points: tuple[Mapping[str, Any], ...]
    old_due_at: datetime | None
    new_due_at: datetime | None
    actor_name: str
    happened_at: datetime
    actor_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ReasonView:
    """A coded reason; ``uses`` counts the actions that gave it."""

    id: UUID
    action: str
    code: str
    name: str
    name_en: str
    basis: str
    process_key: str
    valid_from: date
    valid_to: date | None
    uses: int = 0

    def title(self, language: str) -> str:
        """Return the reason in a language; Vietnamese where it has no other words."""
        return self.name_en if language == "en" and self.name_en else self.name


def actions_of(session: Session, dossier_id: UUID) -> tuple[ActionView, ...]:
    """Return what was done to a dossier, newest first."""
    found = session.scalars(
        select(DossierAction)
        .where(DossierAction.dossier_id == dossier_id)
        .order_by(DossierAction.happened_at.desc())
    )
    return tuple(
        ActionView(
            id=one.id,
            kind=one.kind,
            reason_code=one.reason_code,
            reason=one.reason,
            basis=one.basis,
            explanation=one.explanation,
            points=tuple(one.points),
            old_due_at=one.old_due_at,
            new_due_at=one.new_due_at,
            actor_name=one.actor_name,
            happened_at=one.happened_at,
            actor_id=one.actor_id,
        )
        for one in found
    )


def all_reasons(session: Session) -> tuple[ReasonView, ...]:
    """Return every reason, ended ones too, by action and code, with how often it was given."""
    uses = (
        select(DossierAction.reason_id, func.count(DossierAction.id).label("uses"))
        .group_by(DossierAction.reason_id)
        .subquery()
    )
    rows = session.execute(
        select(LegalReason, uses.c.uses)
        .outerjoin(uses, uses.c.reason_id == LegalReason.id)
        .order_by(LegalReason.action, LegalReason.code, LegalReason.valid_from)
    )
    return tuple(reason_view(one, count or 0) for one, count in rows)


def reason_view(one: LegalReason, uses: int = 0) -> ReasonView:
    """Return a reason as pages show it."""
    return ReasonView(
        id=one.id,
        action=one.action,
        code=one.code,
        name=one.name,
        name_en=one.name_en,
        basis=one.basis,
        process_key=one.process_key,
        valid_from=one.valid_from,
        valid_to=one.valid_to,
        uses=uses,
    )
