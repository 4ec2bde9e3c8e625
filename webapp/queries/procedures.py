"""Published procedures, their versions and files, and drafts under review."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Subquery, func, select
from sqlalchemy.orm import Session

from engine.model import InstanceStatus
from engine.texts import N_
from webapp.actors import Role
from webapp.errors import NotFoundError
from webapp.models import (
    Deployment,
    DeploymentFile,
    ProcessDefinition,
    ProcessInstance,
    UserAccount,
)
from webapp.queries import people
from webapp.queries.decisions import (
    DecisionVersion,
    decision_versions,
    highest_version,
    latest_of,
)
from webapp.queries.names import ProcedureNames


@dataclass(frozen=True, slots=True)
class Version:
    """One published version and how many dossiers it has."""

    definition_id: UUID
    deployment_id: UUID
    names: ProcedureNames
    file_name: str
    checksum: str
    note: str
    published_at: datetime
    published_by: str
    running: int
    dossiers: int

    @property
    def number(self) -> int:
        return self.names.version


@dataclass(frozen=True, slots=True)
class Procedure:
    """A procedure by its latest version, with the counts of all versions."""

    latest: Version
    running: int
    dossiers: int


@dataclass(frozen=True, slots=True)
class StoredFile:
    name: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Draft:
    """An upload that is not published yet."""

    id: UUID
    name: str
    checksum: str
    uploaded_at: datetime
    uploaded_by: str


def procedures(session: Session) -> tuple[Procedure, ...]:
    """Every procedure by name, with its latest version."""
    by_key: dict[str, list[Version]] = {}
    for version in _versions(session):
        by_key.setdefault(version.names.key, []).append(version)
    found = [
        Procedure(rows[0], sum(v.running for v in rows), sum(v.dossiers for v in rows))
        for rows in by_key.values()
    ]
    return tuple(sorted(found, key=lambda row: row.latest.names.name))


def latest_decisions(session: Session) -> tuple[DecisionVersion, ...]:
    """Every published decision by name, with its latest version."""
    return latest_of(decision_versions(session))


def highest_decision(session: Session, keys: Collection[str]) -> int:
    """The highest version number that one of these decisions has; 0 where none is published."""
    return highest_version(session, keys)


def versions(session: Session, key: str) -> tuple[Version, ...]:
    """The versions of one procedure, newest first. Raises NotFoundError."""
    found = _versions(session, key)
    if not found:
        raise NotFoundError(N_("There is no such procedure."))
    return found


def get_version(session: Session, key: str, number: int) -> Version:
    """One version of one procedure. Raises NotFoundError."""
    for version in _versions(session, key):
        if version.number == number:
            return version
    raise NotFoundError(N_("There is no such version of this procedure."))


def latest_checksums(session: Session, keys: Collection[str]) -> Mapping[str, tuple[int, str]]:
    """Number and checksum of the latest version of each procedure that is published."""
    rows = session.execute(
        select(ProcessDefinition.key, ProcessDefinition.version, ProcessDefinition.checksum)
        .where(ProcessDefinition.key.in_(set(keys)))
        .order_by(ProcessDefinition.version)
    )
    return {row.key: (row.version, row.checksum) for row in rows}


def stored_files(session: Session, deployment_id: UUID) -> tuple[StoredFile, ...]:
    """The files of one upload, by name, without their contents."""
    rows = session.execute(
        select(DeploymentFile.name, DeploymentFile.size_bytes, DeploymentFile.sha256)
        .where(DeploymentFile.deployment_id == deployment_id)
        .order_by(DeploymentFile.name)
    )
    return tuple(StoredFile(*row) for row in rows)


def only_forms_differ(session: Session, before: Version, after: Version) -> bool:
    """Whether two versions differ in forms and in nothing else."""
    old = {(one.name, one.sha256) for one in stored_files(session, before.deployment_id)}
    new = {(one.name, one.sha256) for one in stored_files(session, after.deployment_id)}
    changed = {name for name, _ in old ^ new}
    return bool(changed) and all(name.lower().endswith(".form") for name in changed)


def movers(session: Session) -> tuple[str, ...]:
    """The names of the people who may move running dossiers to another version."""
    return people.names_with(session, Role.ADMIN)


def file_content(session: Session, deployment_id: UUID, name: str) -> bytes:
    """One file, byte for byte as uploaded. Raises NotFoundError."""
    content = session.scalar(
        select(DeploymentFile.content).where(
            DeploymentFile.deployment_id == deployment_id, DeploymentFile.name == name
        )
    )
    if content is None:
        raise NotFoundError(N_("There is no such file in this version."))
    return content


def diagram_xml(session: Session, definition_id: UUID) -> str:
    """The text of the .bpmn file a version was published from."""
    content = session.scalar(
        select(DeploymentFile.content)
        .join(ProcessDefinition, ProcessDefinition.deployment_id == DeploymentFile.deployment_id)
        .where(
            ProcessDefinition.id == definition_id,
            DeploymentFile.name == ProcessDefinition.file_name,
        )
    )
    return (content or b"").decode("utf-8", errors="replace")


def keys_of(session: Session, deployment_id: UUID) -> tuple[str, ...]:
    """The procedures that were published from one upload."""
    chosen = select(ProcessDefinition.key).where(ProcessDefinition.deployment_id == deployment_id)
    return tuple(session.scalars(chosen.order_by(ProcessDefinition.key)))


def groups_to_choose(session: Session) -> tuple[people.Group, ...]:
    """Return the groups that tasks without anybody may go to."""
    return people.groups(session)


def recorded_expressions(session: Session, deployment_id: UUID) -> list[dict[str, Any]] | None:
    """Return the expressions recorded at upload; None where that was before they were."""
    return session.scalar(select(Deployment.expressions).where(Deployment.id == deployment_id))


def get_draft(session: Session, deployment_id: UUID) -> Draft:
    """A draft that waits to be published. Raises NotFoundError."""
    row = session.execute(
        select(Deployment, UserAccount.name)
        .outerjoin(UserAccount, UserAccount.id == Deployment.uploaded_by)
        .where(Deployment.id == deployment_id, Deployment.published_at.is_(None))
    ).one_or_none()
    if row is None:
        raise NotFoundError(N_("There is no such draft. Drafts are kept for one day."))
    draft, uploaded_by = row
    return Draft(draft.id, draft.name, draft.checksum, draft.uploaded_at, uploaded_by or "")


def _versions(session: Session, key: str | None = None) -> tuple[Version, ...]:
    counts = _dossier_counts()
    chosen = (
        select(ProcessDefinition, UserAccount.name, counts.c.running, counts.c.dossiers)
        .outerjoin(UserAccount, UserAccount.id == ProcessDefinition.published_by)
        .outerjoin(counts, counts.c.definition_id == ProcessDefinition.id)
        .order_by(ProcessDefinition.key, ProcessDefinition.version.desc())
    )
    if key is not None:
        chosen = chosen.where(ProcessDefinition.key == key)
    return tuple(
        _version(row, name or "", running or 0, dossiers or 0)
        for row, name, running, dossiers in session.execute(chosen)
    )


def _dossier_counts() -> Subquery:
    return (
        select(
            ProcessInstance.definition_id,
            func.count().label("dossiers"),
            func.count().filter(ProcessInstance.status == InstanceStatus.ACTIVE).label("running"),
        )
        .where(ProcessInstance.root_id.is_(None))  # called ones work on their caller's dossier
        .group_by(ProcessInstance.definition_id)
        .subquery()
    )


def _version(row: ProcessDefinition, published_by: str, running: int, dossiers: int) -> Version:
    return Version(
        row.id,
        row.deployment_id,
        ProcedureNames(row.key, row.version, row.name, row.facts),
        row.file_name,
        row.checksum,
        row.note,
        row.published_at,
        published_by,
        running,
        dossiers,
    )
