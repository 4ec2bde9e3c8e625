"""Retention rules, and what they have done."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.models import Dossier, RetentionRule


@dataclass(frozen=True, slots=True)
class RuleRow:
    id: UUID
    process_key: str
    months: int
    basis: str
    data_stores: bool
    created_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class RetentionView:
    """The rules, newest first, and how many dossiers were anonymised."""

    rules: tuple[RuleRow, ...]
    anonymised: int


def retention(session: Session) -> RetentionView:
    """Return the rules and what they have done."""
    rows = session.scalars(select(RetentionRule).order_by(RetentionRule.created_at.desc()))
    done = select(func.count()).select_from(Dossier).where(Dossier.anonymised_at.is_not(None))
    return RetentionView(
        rules=tuple(
            RuleRow(
                one.id,
                one.process_key,
                one.months,
                one.basis,
                one.data_stores,
                one.created_at,
                one.ended_at,
            )
            for one in rows
        ),
        anonymised=session.scalar(done) or 0,
    )
