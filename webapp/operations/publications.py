"""What is published: versions of processes and decisions, found as a binding asks for them."""

from collections import OrderedDict
from threading import Lock
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from engine import dmn
from engine.model import Binding
from engine.surroundings import FoundDecision
from webapp.models import DecisionDefinition, DeploymentFile, ProcessDefinition

CACHE_SIZE = 64  # deployments with decisions
_lock = Lock()
_models: "OrderedDict[UUID, dict[str, dmn.DecisionModel]]" = OrderedDict()
_Definition = TypeVar("_Definition", ProcessDefinition, DecisionDefinition)


class Publications:
    """What one session sees as published; for the check of an upload."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def has_process(self, key: str, binding: Binding, version: str | None) -> bool:
        """Return whether a process of that id is published, under that number or tag."""
        return find_process(self._session, key, binding, version) is not None

    def has_decision(self, key: str, binding: Binding, version: str | None) -> bool:
        """Return whether a decision of that id is published, under that number or tag."""
        return find_definition(self._session, key, binding, version) is not None


def find_process(
    session: Session, key: str, binding: Binding, version: str | None
) -> ProcessDefinition | None:
    """Return the version of a process that a call means; the newest of several with a tag."""
    return session.scalar(_bound(ProcessDefinition, key, binding, version))


def find_definition(
    session: Session, key: str, binding: Binding, version: str | None
) -> DecisionDefinition | None:
    """Return the version of a decision that a task means; the newest of several with a tag."""
    return session.scalar(_bound(DecisionDefinition, key, binding, version))


def find_decision(
    session: Session, key: str, binding: Binding, version: str | None
) -> FoundDecision | None:
    """Return a published decision, ready to be made."""
    found = find_definition(session, key, binding, version)
    if found is None:
        return None
    model = dmn.find_model(_models_of(session, found.deployment_id), key)
    return None if model is None else FoundDecision(model, found.version)


def _bound(
    table: type[_Definition], key: str, binding: Binding, version: str | None
) -> Select[_Definition]:
    chosen = select(table).where(table.key == key).order_by(table.version.desc()).limit(1)
    if binding is Binding.VERSION:
        return chosen.where(table.version == _number(version))
    return chosen.where(table.version_tag == version) if binding is Binding.VERSION_TAG else chosen


def _number(version: str | None) -> int:
    """Return the number that a text spells; 0, which no version has, for any other."""
    written = (version or "").strip()
    return int(written) if written.isdecimal() and len(written) < 10 else 0


def _models_of(session: Session, deployment_id: UUID) -> dict[str, dmn.DecisionModel]:
    with _lock:
        found = _models.get(deployment_id)
        if found is not None:
            _models.move_to_end(deployment_id)
            return found
    rows = session.execute(
        select(DeploymentFile.name, DeploymentFile.content).where(
            DeploymentFile.deployment_id == deployment_id, DeploymentFile.name.endswith(".dmn")
        )
    )
    made = dmn.read_models({row.name: row.content for row in rows})
    with _lock:
        _models[deployment_id] = made
        while len(_models) > CACHE_SIZE:
            _models.popitem(last=False)
    return made
