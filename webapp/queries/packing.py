"""Everything that is stored about one dossier, row by row, to be handed on."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from webapp.db import Base
from webapp.models import (
    Attachment,
    Dossier,
    DossierAction,
    DossierExtension,
    DossierLook,
    DossierNote,
    DossierPause,
    InstanceEvent,
    ProcessDefinition,
    ProcessInstance,
    Slip,
    UserTask,
)

_OF_DOSSIER = {
    "pauses": DossierPause,
    "extensions": DossierExtension,
    "actions": DossierAction,
    "notes": DossierNote,
    "looks": DossierLook,
    "papers_made": Slip,
}
_SECRET = frozenset({"tracking_token", "search_text", "draft"})


@dataclass(frozen=True, slots=True)
class PackedFile:
    folder: str  # files or papers
    name: str
    sha256: str
    scan_pending: bool = False


def everything(session: Session, dossier_id: UUID) -> dict[str, Any]:
    """Return the rows of a dossier by kind: columns by their names, events in their order."""
    dossier = session.get_one(Dossier, dossier_id)
    definition = session.get_one(ProcessDefinition, dossier.definition_id)
    ids = _instances(session, dossier)
    rows: dict[str, Any] = {
        "dossier": _row(dossier),
        "procedure": {"key": definition.key, "version": definition.version},
    }
    for name, model in _OF_DOSSIER.items():
        table = inspect(model).local_table
        chosen = select(model).where(table.c.dossier_id == dossier_id).order_by(table.c.id)
        rows[name] = _rows(session.scalars(chosen))
    tasks = select(UserTask).where(UserTask.instance_id.in_(ids)).order_by(UserTask.created_at)
    files = select(Attachment).where(Attachment.instance_id.in_(ids))
    events = select(InstanceEvent).where(InstanceEvent.instance_id.in_(ids))
    rows["tasks"] = _rows(session.scalars(tasks))
    rows["files"] = _rows(session.scalars(files.order_by(Attachment.uploaded_at)))
    rows["events"] = _rows(session.scalars(events.order_by(InstanceEvent.id)))
    return rows


def files(session: Session, dossier_id: UUID) -> tuple[PackedFile, ...]:
    """Return the files of a dossier and the papers made of it, in the order in which they came."""
    dossier = session.get_one(Dossier, dossier_id)
    ids = _instances(session, dossier)
    came = session.scalars(
        select(Attachment).where(Attachment.instance_id.in_(ids)).order_by(Attachment.uploaded_at)
    )
    made = session.scalars(
        select(Slip).where(Slip.dossier_id == dossier_id).order_by(Slip.made_at, Slip.id)
    )
    return (
        *(PackedFile("files", one.name, one.sha256, one.scan_pending) for one in came),
        *(PackedFile("papers", f"{one.purpose} {one.symbol}.pdf", one.sha256) for one in made),
    )


def _instances(session: Session, dossier: Dossier) -> list[UUID]:
    called = session.scalars(
        select(ProcessInstance.id).where(ProcessInstance.root_id == dossier.instance_id)
    )
    return [dossier.instance_id, *called]


def _rows(found: Iterable[Base]) -> list[dict[str, Any]]:
    return [_row(one) for one in found]


def _row(one: Base) -> dict[str, Any]:
    columns = inspect(type(one)).column_attrs
    return {each.key: getattr(one, each.key) for each in columns if each.key not in _SECRET}
