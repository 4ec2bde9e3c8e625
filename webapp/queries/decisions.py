"""Published decisions and their versions."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.texts import N_
from webapp.errors import NotFoundError
from webapp.models import DecisionDefinition, UserAccount


@dataclass(frozen=True, slots=True)
class DecisionVersion:
    """One published version of a decision."""

    deployment_id: UUID
    key: str
    number: int
    name: str
    file_name: str
    version_tag: str
    note: str
    published_at: datetime
    published_by: str


def decision_versions(session: Session, key: str | None = None) -> tuple[DecisionVersion, ...]:
    """Return the versions of one decision, or of all by name; newest first."""
    chosen = (
        select(DecisionDefinition, UserAccount.name)
        .outerjoin(UserAccount, UserAccount.id == DecisionDefinition.published_by)
        .order_by(
            DecisionDefinition.name, DecisionDefinition.key, DecisionDefinition.version.desc()
        )
    )
    if key is not None:
        chosen = chosen.where(DecisionDefinition.key == key)
    return tuple(
        DecisionVersion(
            deployment_id=row.deployment_id,
            key=row.key,
            number=row.version,
            name=row.name,
            file_name=row.file_name,
            version_tag=row.version_tag or "",
            note=row.note,
            published_at=row.published_at,
            published_by=name or "",
        )
        for row, name in session.execute(chosen)
    )


def latest_of(versions: Collection[DecisionVersion]) -> tuple[DecisionVersion, ...]:
    """Return the newest version of each decision, in the order given."""
    newest: dict[str, DecisionVersion] = {}
    for one in versions:
        if one.key not in newest or newest[one.key].number < one.number:
            newest[one.key] = one
    return tuple(newest.values())


def get_decision(session: Session, key: str, number: int) -> DecisionVersion:
    """Return one version of one decision. Raises NotFoundError."""
    for one in decision_versions(session, key):
        if one.number == number:
            return one
    raise NotFoundError(N_("There is no such version of this decision."))


def highest_version(session: Session, keys: Collection[str]) -> int:
    """Return the highest number that one of these decisions has; 0 where none is published."""
    highest = select(func.max(DecisionDefinition.version)).where(DecisionDefinition.key.in_(keys))
    return session.scalar(highest) or 0
