"""The instances that call activities of a dossier started."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.models import ProcessInstance
from webapp.queries.names import ProcedureNames, procedure_names


@dataclass(frozen=True, slots=True)
class CalledInstance:
    """One called instance; ``business_key`` is empty where the call gives none."""

    id: UUID
    definition_id: UUID
    names: ProcedureNames
    status: str
    business_key: str
    started_at: datetime
    ended_at: datetime | None


def called_instances(session: Session, root_id: UUID) -> Mapping[UUID, CalledInstance]:
    """Return what an instance called, at whatever depth, by id, the oldest first."""
    rows = session.execute(
        select(
            ProcessInstance.id,
            ProcessInstance.definition_id,
            ProcessInstance.status,
            ProcessInstance.business_key,
            ProcessInstance.started_at,
            ProcessInstance.ended_at,
        )
        .where(ProcessInstance.root_id == root_id)
        .order_by(ProcessInstance.started_at, ProcessInstance.id)
    ).all()
    names = procedure_names(session, {row.definition_id for row in rows})
    return {
        row.id: CalledInstance(
            row.id,
            row.definition_id,
            names[row.definition_id],
            row.status,
            row.business_key or "",
            row.started_at,
            row.ended_at,
        )
        for row in rows
    }
