"""Data stores in the database: what instances read, and what they wrote.

Whoever may write a store locks its row before reading it, so that the next writer reads what this
one has written. On SQLite, where one transaction writes at a time, that holds anyway.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from engine import StoreWrite
from webapp.actors import Actor
from webapp.models import DataStore, DataStoreItem


def read(
    session: Session, store_id: str, key: str | None, *, for_writing: bool
) -> dict[str, bytes]:
    """Return all items of a store by key, or only that of one key, as the engine wrote them."""
    if for_writing:
        _lock(session, store_id, store_id)
    wanted = select(DataStoreItem.key, DataStoreItem.value).where(
        DataStoreItem.store_id == store_id
    )
    if key is not None:
        wanted = wanted.where(DataStoreItem.key == key)
    return {found: value.encode() for found, value in session.execute(wanted)}


def count(session: Session, store_id: str) -> int:
    """Return how many items a store holds; nobody else adds any before this transaction ends."""
    _lock(session, store_id, store_id)
    found = select(func.count()).where(DataStoreItem.store_id == store_id)
    return session.scalar(found) or 0


def keep(
    session: Session,
    instance_id: UUID,
    written: Iterable[StoreWrite],
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """Store what an instance wrote, in the order of the stores' ids, so that none wait in a ring.

    Only ``record`` calls this.
    """
    for one in sorted(written, key=lambda one: (one.store, one.key)):
        _lock(session, one.store, one.name)
        session.execute(
            update(DataStore)
            .where(DataStore.id == one.store)
            .values(name=one.name, revision=DataStore.revision + 1, written_at=at)
        )
        session.execute(
            delete(DataStoreItem).where(
                DataStoreItem.store_id == one.store, DataStoreItem.key == one.key
            )
        )
        if one.written is not None:
            session.add(
                DataStoreItem(
                    store_id=one.store,
                    key=one.key,
                    value=one.written.decode(),
                    written_at=at,
                    written_by=actor.name,
                    instance_id=instance_id,
                )
            )
            session.flush()


def _lock(session: Session, store_id: str, name: str) -> None:
    """Let nobody else write a store until this transaction ends; the first one makes its row."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    chosen = select(DataStore.revision).where(DataStore.id == store_id).with_for_update()
    if session.scalar(chosen) is None:
        row = {"id": store_id, "name": name, "revision": 0}
        session.execute(insert(DataStore.__table__).values(row).on_conflict_do_nothing())  # type: ignore[arg-type]  # a mapped table
        session.scalar(chosen)
