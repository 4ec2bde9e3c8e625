"""Saved filters of a list: one's own, then those of one's desks."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from webapp.actors import Actor
from webapp.models import DefaultView, SavedView, UserGroup
from webapp.models.views import Listing


@dataclass(frozen=True, slots=True)
class ViewRow:
    id: UUID
    name: str
    desk: str  # name of the desk that shares it; "" for one's own
    filters: Mapping[str, str]
    made_by: UUID
    is_default: bool


def saved_views(session: Session, actor: Actor, listing: Listing) -> tuple[ViewRow, ...]:
    """Return what the actor sees of one list, own ones first, by name."""
    own_default = and_(DefaultView.view_id == SavedView.id, DefaultView.user_id == actor.user_id)
    rows = session.execute(
        select(SavedView, UserGroup.name.label("desk"), DefaultView.view_id)
        .outerjoin(UserGroup, UserGroup.key == SavedView.group_key)
        .outerjoin(DefaultView, own_default)
        .where(
            SavedView.listing == listing,
            or_(SavedView.user_id == actor.user_id, SavedView.group_key.in_(actor.groups)),
        )
    )
    found = [
        ViewRow(
            id=row.SavedView.id,
            name=row.SavedView.name,
            desk=row.desk or "",
            filters=row.SavedView.filters,
            made_by=row.SavedView.created_by,
            is_default=row.view_id is not None,
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda one: (bool(one.desk), one.name.casefold(), one.desk)))


def desks_of(session: Session, actor: Actor) -> tuple[tuple[str, str], ...]:
    """Return key and name of the actor's desks, by name."""
    rows = session.execute(
        select(UserGroup.key, UserGroup.name)
        .where(UserGroup.key.in_(actor.groups))
        .order_by(UserGroup.name)
    )
    return tuple((row.key, row.name) for row in rows)
