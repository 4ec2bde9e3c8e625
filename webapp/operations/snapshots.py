"""Storing the snapshot of an instance over the revision that was read."""

from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Uuid, bindparam, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified, set_committed_value

import engine
from engine.texts import N_
from webapp.errors import ConflictError
from webapp.models import ProcessInstance
from webapp.prepared import Prepared

_INSTANCE: Any = ProcessInstance.__table__
_SNAPSHOT = Prepared(
    update(_INSTANCE)
    .where(
        _INSTANCE.c.id == bindparam("instance_id", type_=Uuid()),
        _INSTANCE.c.revision == bindparam("read_revision", type_=Integer()),
    )
    .values({name: bindparam(name) for name in ("snapshot", "status", "revision", "ended_at")})
)


def keep(
    session: Session, instance: ProcessInstance, outcome: engine.Outcome, at: datetime
) -> None:
    """Store what an outcome left, and raise the revision.

    A second writer of the same revision gets a ConflictError, from here or from the end of the
    transaction.
    """
    is_active = outcome.status == engine.InstanceStatus.ACTIVE
    new: dict[str, Any] = {
        "snapshot": outcome.snapshot,
        "status": outcome.status,
        "ended_at": instance.ended_at if is_active else at,
    }
    if session.in_nested_transaction():  # where it is taken back the object must follow
        for name, value in new.items():
            setattr(instance, name, value)
        flag_modified(instance, "snapshot")  # even an equal snapshot must raise the revision
        session.flush()
        return
    new["revision"] = instance.revision + 1
    where = {"instance_id": instance.id, "read_revision": instance.revision}
    _SNAPSHOT.run(session, {**where, **new}, otherwise=_overtaken)
    for name, value in new.items():
        set_committed_value(instance, name, value)


def _overtaken() -> ConflictError:
    return ConflictError(N_("Somebody else changed this meanwhile."))
