"""What procedures and their elements are called, in the reader's language."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.models import ProcessDefinition

KNOWN_AT_MOST = 1000  # definitions; forgotten all at once
_known: "dict[UUID, ProcedureNames]" = {}


@dataclass(frozen=True, slots=True)
class ProcedureNames:
    """One version of a procedure by name; ``facts`` is its facts sheet, possibly empty."""

    key: str
    version: int
    name: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    start_form_ref: str | None = None

    @property
    def code(self) -> str:
        return str(self.facts.get("code", ""))

    def title(self, language: str) -> str:
        return words(self.facts.get("name"), language) or self.name

    def element(self, element_id: str | None, name: str, language: str) -> str:
        """Return the name of one element; ``name`` is the one drawn in the model."""
        translated = self.facts.get("element_names", {}).get(language, {})
        return str(translated.get(element_id) or name or element_id or "")


def procedure_names(session: Session, ids: Collection[UUID]) -> Mapping[UUID, ProcedureNames]:
    """Return the names of those process definitions, by id.

    Kept in memory once read: a published version never changes, and its id is never used again.
    """
    found = {one: names for one in set(ids) if (names := _known.get(one)) is not None}
    missing = set(ids) - found.keys()
    if missing:
        read = _read(session, missing)
        if len(_known) + len(read) > KNOWN_AT_MOST:
            _known.clear()
        _known.update(read)
        found.update(read)
    return found


def _read(session: Session, ids: Collection[UUID]) -> dict[UUID, ProcedureNames]:
    found = session.execute(
        select(
            ProcessDefinition.id,
            ProcessDefinition.key,
            ProcessDefinition.version,
            ProcessDefinition.name,
            ProcessDefinition.facts,
            ProcessDefinition.start_form_ref,
        ).where(ProcessDefinition.id.in_(ids))
    )
    return {
        row.id: ProcedureNames(row.key, row.version, row.name, row.facts, row.start_form_ref)
        for row in found
    }


def words(entry: object, language: str) -> str:
    """Return one language of a facts entry such as ``{"vi": "...", "en": "..."}``."""
    if isinstance(entry, Mapping):
        return str(entry.get(language) or entry.get("vi") or "")
    return str(entry or "")
