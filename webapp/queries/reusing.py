"""Papers that a person handed in before, for the counter."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from webapp.folding import fold
from webapp.models import Attachment, Dossier, ProcessDefinition
from webapp.queries.names import ProcedureNames

PAPER = "paper-"  # of the fields of files that belong to a paper
_LOOKED_AT = 200  # files, newest first
_SHOWN = 3  # files for one paper


@dataclass(frozen=True, slots=True)
class EarlierPaper:
    """A file of an earlier dossier of the same person."""

    id: UUID
    name: str
    code: str
    procedure: ProcedureNames
    received_at: datetime


def earlier_papers(
    session: Session, identity: str, key: str, listed: Sequence[Mapping[str, Any]]
) -> dict[str, tuple[EarlierPaper, ...]]:
    """Return, by field, files that may stand for the papers of a list, newest first.

    The same paper: the same id in the same procedure, or the same name in any. A number of fewer
    than nine digits is nobody's. Files that wait for the scanner are not offered.
    """
    if len(identity) < 9 or not identity.isdigit():
        return {}
    rows = session.execute(
        select(Attachment, Dossier, ProcessDefinition)
        .join(Dossier, Dossier.instance_id == Attachment.instance_id)
        .join(ProcessDefinition, ProcessDefinition.id == Dossier.definition_id)
        .where(
            Dossier.applicant_identity == identity,
            Attachment.field.startswith(PAPER),
            Attachment.scan_pending.is_(False),
        )
        .order_by(Dossier.received_at.desc(), Attachment.uploaded_at.desc())
        .limit(_LOOKED_AT)
    ).all()
    found: dict[str, dict[str, EarlierPaper]] = {}
    for attachment, dossier, definition in rows:
        names = ProcedureNames(
            definition.key, definition.version, definition.name, definition.facts
        )
        paper_id = attachment.field.removeprefix(PAPER)
        before = _names(definition.facts.get("papers", ()), paper_id)
        for one in listed:
            wanted = str(one.get("id", ""))
            same = definition.key == key and wanted == paper_id
            if same or before & _names(listed, wanted):
                field = found.setdefault(PAPER + wanted, {})
                if attachment.sha256 not in field and len(field) < _SHOWN:
                    field[attachment.sha256] = EarlierPaper(
                        attachment.id, attachment.name, dossier.code, names, dossier.received_at
                    )
    return {field: tuple(files.values()) for field, files in found.items()}


def foreign_file(session: Session, ids: Collection[UUID], identity: str) -> str:
    """Return the name of the first of these files that came from somebody else's dossier, or "".

    Somebody else has another identity number; nobody without one hands in again.
    """
    if not ids:
        return ""
    before = aliased(Attachment)
    theirs = select(Attachment.name, Dossier.applicant_identity)
    rows = session.execute(
        theirs.join(before, before.id == Attachment.reused_from)
        .outerjoin(Dossier, Dossier.instance_id == before.instance_id)
        .where(Attachment.id.in_(ids))
        .order_by(Attachment.uploaded_at)
    )
    return next((name for name, number in rows if not identity or number != identity), "")


def _names(listed: Sequence[Mapping[str, Any]], paper_id: str) -> frozenset[str]:
    """The names of a paper in all languages, without accents and case."""
    for one in listed:
        if str(one.get("id", "")) == paper_id:
            name = one.get("name")
            words = name.values() if isinstance(name, Mapping) else (name,)
            return frozenset(fold(str(word)) for word in words if word)
    return frozenset()
