"""Process instances as programs see them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, tuple_
from sqlalchemy.orm import Session

from engine.texts import N_
from webapp.errors import NotFoundError
from webapp.models import ProcessDefinition, ProcessInstance

PAGE_SIZE = 100


@dataclass(frozen=True, slots=True)
class Instance:
    """One process instance without its variables."""

    id: UUID
    process_key: str
    process_version: int
    business_key: str | None
    status: str
    started_at: datetime
    ended_at: datetime | None


def get_instance(session: Session, instance_id: UUID) -> Instance:
    """Return one instance. Raises NotFoundError."""
    row = session.execute(_all().where(ProcessInstance.id == instance_id)).first()
    if row is None:
        raise NotFoundError(N_("There is no such instance."))
    return Instance(*row)


def instances(
    session: Session,
    *,
    process_key: str | None = None,
    business_key: str | None = None,
    after: UUID | None = None,
) -> tuple[Instance, ...]:
    """Return a page of instances, newest first; ``after`` is the last one of the page before."""
    chosen = _all().order_by(ProcessInstance.started_at.desc(), ProcessInstance.id.desc())
    if process_key is not None:
        chosen = chosen.where(ProcessDefinition.key == process_key)
    if business_key is not None:
        chosen = chosen.where(ProcessInstance.business_key == business_key)
    if after is not None:
        last = get_instance(session, after)
        place = tuple_(ProcessInstance.started_at, ProcessInstance.id)
        chosen = chosen.where(place < (last.started_at, last.id))
    return tuple(Instance(*row) for row in session.execute(chosen.limit(PAGE_SIZE)))


def _all() -> Select[*tuple[Any, ...]]:
    return select(
        ProcessInstance.id,
        ProcessDefinition.key,
        ProcessDefinition.version,
        ProcessInstance.business_key,
        ProcessInstance.status,
        ProcessInstance.started_at,
        ProcessInstance.ended_at,
    ).join(ProcessDefinition, ProcessDefinition.id == ProcessInstance.definition_id)
