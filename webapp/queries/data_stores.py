"""Data stores as administrators look at them: what stands in them, who wrote it when."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.snapshot import read_value
from engine.texts import N_
from webapp.errors import NotFoundError
from webapp.models import DataStore, DataStoreItem, Dossier, ProcessInstance
from webapp.storable import storable

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class StoreView:
    """One data store and how much it holds."""

    id: str
    name: str
    items: int
    revision: int
    written_at: datetime | None


@dataclass(frozen=True, slots=True)
class ItemView:
    """One item; ``value`` in JSON types, ``code`` of the dossier that wrote it, if it has one."""

    key: str
    value: object
    written_at: datetime
    written_by: str
    dossier_id: UUID | None
    code: str


def stores(session: Session) -> tuple[StoreView, ...]:
    """Return every data store that was ever written, by name."""
    count = (
        select(func.count())
        .where(DataStoreItem.store_id == DataStore.id)
        .correlate(DataStore)
        .scalar_subquery()
    )
    rows = session.execute(select(DataStore, count).order_by(DataStore.name, DataStore.id))
    return tuple(
        StoreView(row.id, row.name, items, row.revision, row.written_at) for row, items in rows
    )


def get_store(session: Session, store_id: str) -> StoreView:
    """Return one data store. Raises NotFoundError."""
    for one in stores(session):
        if one.id == store_id:
            return one
    raise NotFoundError(N_("There is no such data store."))


def items(session: Session, store_id: str, page: int = 1) -> tuple[ItemView, ...]:
    """Return one page of what stands in a data store, by key; PAGE_SIZE at most."""
    rows = session.execute(
        select(DataStoreItem, Dossier.id, Dossier.code)
        .outerjoin(ProcessInstance, ProcessInstance.id == DataStoreItem.instance_id)
        .outerjoin(
            Dossier,
            Dossier.instance_id == func.coalesce(ProcessInstance.root_id, ProcessInstance.id),
        )
        .where(DataStoreItem.store_id == store_id)
        .order_by(DataStoreItem.key)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    return tuple(
        ItemView(
            row.key,
            storable(read_value(row.value.encode())),
            row.written_at,
            row.written_by,
            dossier_id,
            code or "",
        )
        for row, dossier_id, code in rows
    )
