"""Upload, draft, publish: how a procedure comes into the house."""

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

from sqlalchemy import String, bindparam, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

import engine
from engine.texts import N_
from webapp.actors import Actor, Role
from webapp.errors import ConflictError, NotAllowedError, NotFoundError, RejectedError
from webapp.facts import FACTS_FILE, lint_facts
from webapp.models import (
    DecisionDefinition,
    Deployment,
    DeploymentFile,
    OutsideKind,
    ProcessDefinition,
    UserGroup,
)
from webapp.operations import arming, basing, deciding, dialects, outside
from webapp.operations.publications import Publications

MAX_FILES = 60
MAX_FILE_BYTES = 5 * 1024 * 1024
MAX_TOTAL_BYTES = 20 * 1024 * 1024  # unpacked
MAX_RATIO = 100  # unpacked to packed; honest XML stays below 30
DRAFTS_LIVE = timedelta(hours=24)
_KINDS = (".bpmn", ".form", ".dmn", ".tests.json")
_MAC_FOLDER = "__MACOSX/"  # added by one packer, never meant
_ZIP_MAGIC = b"PK\x03\x04"


class LintFailedError(RejectedError):
    """The checks found errors; ``findings`` holds all remarks, errors first."""

    code = "lint_failed"

    def __init__(self, findings: tuple[engine.Finding, ...]) -> None:
        self.findings = findings
        errors = sum(f.severity == engine.Severity.ERROR for f in findings)
        super().__init__(
            N_("The checks found errors (%(errors)s). Correct them and upload again."),
            errors=errors,
        )


def read_upload(uploads: Iterable[tuple[str, bytes]]) -> dict[str, bytes]:
    """Return the files of an upload by their plain names; zip files are opened.

    Raises RejectedError saying which file breaks which rule.
    """
    files: dict[str, bytes] = {}
    total = 0
    for name, content in _unpacked(uploads):
        plain = _plain_name(name)
        total += len(content)
        if plain in files:
            raise RejectedError(N_("There are two files named %(file)s."), file=plain)
        if len(content) > MAX_FILE_BYTES:
            raise _too_large(plain)
        if len(files) >= MAX_FILES or total > MAX_TOTAL_BYTES:
            raise RejectedError(
                N_("An upload has at most %(files)s files and %(size)s MB unpacked."),
                files=MAX_FILES,
                size=MAX_TOTAL_BYTES // 1024**2,
            )
        files[plain] = content
    if not any(name.endswith((".bpmn", ".dmn")) for name in files):
        raise RejectedError(
            N_("There is no .bpmn or .dmn file in the upload. Export your model as BPMN or DMN.")
        )
    return files


def check(
    files: engine.Files, published: engine.Published | None = None
) -> tuple[engine.Finding, ...]:
    """Return every remark about an upload, errors first: models, forms and facts sheet.

    ``published`` says what other deployments offer to calls and decisions, where that is known.
    Raises engine.InvalidModelError when a model cannot be read at all.
    """
    engine.read_definitions(files)
    findings = (*engine.lint(files, published=published), *lint_facts(files))
    order = list(engine.Severity)
    return tuple(sorted(findings, key=lambda finding: order.index(finding.severity)))


def check_against(session: Session, files: engine.Files) -> tuple[engine.Finding, ...]:
    """Return every remark about an upload, knowing what is published now."""
    return check(files, Publications(session))


def save_draft(
    session: Session,
    files: engine.Files,
    name: str,
    *,
    actor: Actor,
    at: datetime,
    based_on: UUID | None = None,
) -> UUID:
    """Keep the files for review and return the draft's id.

    ``based_on`` is the published deployment that they change, where there is one.
    Raises engine.InvalidModelError when a model cannot even be read, so that it is not kept.
    """
    _require_analyst(actor)
    definitions = engine.read_definitions(files)
    draft = Deployment(
        name=name,
        checksum=_checksum(files),
        uploaded_by=actor.user_id,
        uploaded_at=at,
        expressions=dialects.recorded(definitions),
        based_on=based_on,
    )
    session.add(draft)
    session.flush()
    session.add_all(
        DeploymentFile(
            deployment_id=draft.id,
            name=file,
            content=content,
            size_bytes=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
        )
        for file, content in files.items()
    )
    session.flush()
    return draft.id


def names_nobody(findings: Iterable[engine.Finding]) -> bool:
    """Return whether there are tasks that nobody would see without a default group."""
    return any(finding.rule == "task-nobody-can-take" for finding in findings)


def publish(
    session: Session,
    deployment_id: UUID,
    *,
    note: str,
    actor: Actor,
    at: datetime,
    default_group: str = "",
) -> tuple[UUID, ...]:
    """Publish every process of a draft as the next version of its key; return their ids.

    ``default_group`` gets the tasks that name nobody. Raises LintFailedError while there are
    errors, RejectedError where such a group is needed and missing, and ConflictError when the draft
    or the version was published meanwhile, or nothing differs from the latest version.
    """
    _require_analyst(actor)
    draft = _open_draft(session, deployment_id)
    files = files_of(session, deployment_id)
    group = _group(session, default_group, _checked(files, Publications(session)))
    keys = _process_ids(files)
    latest = {key: find_latest(session, key) for key in keys}
    basing.refuse_overtaken(draft, latest.values())
    decisions = deciding.new_versions(session, draft, files, note.strip(), actor, at)
    known = (found is not None and found.checksum == draft.checksum for found in latest.values())
    if not decisions and all(known):
        raise ConflictError(N_("Nothing differs from the version that is published already."))
    ready = [engine.compile_process(files, key) for key in keys]
    rows = [
        _definition(draft, files, one, latest[one.process_id], note, actor, at) for one in ready
    ]
    for row in rows:
        row.default_group = group
    draft.published_at = at
    _add(session, [*rows, *decisions])
    for row, process in zip(rows, ready, strict=True):
        arming.arm(session, row, process, at=at)
    outside.wake(session, OutsideKind.CALL, keys, at=at)
    outside.wake(session, OutsideKind.DECISION, [one.key for one in decisions], at=at)
    return tuple(row.id for row in rows)


def _add(session: Session, rows: list[ProcessDefinition | DecisionDefinition]) -> None:
    session.add_all(rows)
    try:
        session.flush()
    except IntegrityError as error:  # unique (key, version): somebody published first
        raise basing.overtaken() from error


def files_of(session: Session, deployment_id: UUID) -> dict[str, bytes]:
    """Return the files of a deployment by name, byte for byte."""
    rows = session.execute(
        select(DeploymentFile.name, DeploymentFile.content)
        .where(DeploymentFile.deployment_id == deployment_id)
        .order_by(DeploymentFile.name)
    )
    return {name: content for name, content in rows}  # noqa: C416  (dict(rows) is not typed)


def versions(session: Session, deployment_id: UUID) -> tuple[str, ...]:
    """Return what a deployment published, as ``key version``."""
    rows = session.execute(
        select(ProcessDefinition.key, ProcessDefinition.version)
        .where(ProcessDefinition.deployment_id == deployment_id)
        .order_by(ProcessDefinition.key)
    )
    return tuple(f"{key} {version}" for key, version in rows)


_LATEST = (
    select(ProcessDefinition)
    .where(ProcessDefinition.key == bindparam("key", type_=String()))
    .order_by(ProcessDefinition.version.desc())
    .limit(1)
)


def find_latest(session: Session, key: str) -> ProcessDefinition | None:
    """Return the newest published version of a procedure."""
    return session.scalar(_LATEST, {"key": key})


def forget_old_drafts(session: Session, at: datetime) -> None:
    """Delete the drafts that nobody published within a day."""
    old = select(Deployment.id).where(
        Deployment.published_at.is_(None), Deployment.uploaded_at <= at - DRAFTS_LIVE
    )
    ids = list(session.scalars(old))
    session.execute(delete(DeploymentFile).where(DeploymentFile.deployment_id.in_(ids)))
    session.execute(delete(Deployment).where(Deployment.id.in_(ids)))


def _unpacked(uploads: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    for name, content in uploads:
        if name.lower().endswith(".zip"):
            yield from _zip_members(name, content)
        else:
            yield name, content


def _zip_members(archive: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as opened:
            members = [info for info in opened.infolist() if _is_wanted(info)]
            _check_sizes(archive, members)
            for info in members:
                with opened.open(info) as stream:
                    data = stream.read(MAX_FILE_BYTES + 1)
                if data.startswith(_ZIP_MAGIC):
                    raise _nested(info.filename)
                yield info.filename, data
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError) as error:
        # RuntimeError: encrypted, or packed in a way that we do not know.
        raise RejectedError(
            N_("%(file)s cannot be opened as a zip file. Pack it again without a password."),
            file=archive,
        ) from error


def _is_wanted(info: zipfile.ZipInfo) -> bool:
    return not info.is_dir() and not info.filename.startswith(_MAC_FOLDER)


def _check_sizes(archive: str, members: list[zipfile.ZipInfo]) -> None:
    for info in members:
        if info.filename.lower().endswith(".zip"):
            raise _nested(info.filename)
        if info.file_size > MAX_FILE_BYTES:
            raise _too_large(info.filename)
    unpacked = sum(info.file_size for info in members)
    packed = sum(info.compress_size for info in members)
    if len(members) > MAX_FILES or unpacked > MAX_TOTAL_BYTES or unpacked > MAX_RATIO * packed:
        raise RejectedError(
            N_("%(file)s unpacks to more than %(size)s MB, too many files, or a zip bomb."),
            file=archive,
            size=MAX_TOTAL_BYTES // 1024**2,
        )


def _nested(name: str) -> RejectedError:
    return RejectedError(
        N_("%(file)s is a zip file inside a zip file. Unpack it first."), file=name
    )


def _too_large(name: str) -> RejectedError:
    return RejectedError(
        N_("%(file)s is larger than %(size)s MB."), file=name, size=MAX_FILE_BYTES // 1024**2
    )


def _plain_name(name: str) -> str:
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in name or not name.isprintable():
        raise RejectedError(N_("%(file)s is not a plain file name."), file=name)
    plain = path.name
    if plain != FACTS_FILE and not plain.lower().endswith(_KINDS):
        raise RejectedError(
            N_(
                "%(file)s is of a kind that is not known here. A procedure consists of"
                " .bpmn, .form, .dmn and .tests.json files and one facts.json."
            ),
            file=plain,
        )
    return plain


def _open_draft(session: Session, deployment_id: UUID) -> Deployment:
    draft = session.get(Deployment, deployment_id)
    if draft is None:
        raise NotFoundError(N_("There is no such draft. Drafts are kept for one day."))
    if draft.published_at is not None:
        raise ConflictError(N_("This draft is published already."))
    return draft


def _checked(files: engine.Files, published: Publications) -> tuple[engine.Finding, ...]:
    findings = check(files, published)
    if any(finding.severity == engine.Severity.ERROR for finding in findings):
        raise LintFailedError(findings)
    return findings


def _group(session: Session, key: str, findings: tuple[engine.Finding, ...]) -> str | None:
    """Return the group for tasks that name nobody, where there are any."""
    if not names_nobody(findings):
        return None
    if session.get(UserGroup, key) is None:
        raise RejectedError(
            N_("Some tasks name nobody who does them. Choose the group that gets them.")
        )
    return key


def _require_analyst(actor: Actor) -> None:
    if actor.user_id is not None and not actor.has(Role.ANALYST):
        raise NotAllowedError(N_("Only a process analyst may upload and publish procedures."))


def _checksum(files: engine.Files) -> str:
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(f"{name}\0{len(files[name])}\0".encode())
        digest.update(files[name])
    return digest.hexdigest()


def _process_ids(files: engine.Files) -> list[str]:
    return [
        process_id
        for definitions in engine.read_definitions(files)
        for process_id, scope in definitions.processes.items()
        if scope.executable is not False
    ]


def _definition(
    draft: Deployment,
    files: engine.Files,
    process: engine.CompiledProcess,
    latest: ProcessDefinition | None,
    note: str,
    actor: Actor,
    at: datetime,
) -> ProcessDefinition:
    key = process.process_id
    facts = _facts(files, key)
    return ProcessDefinition(
        deployment_id=draft.id,
        key=key,
        version=latest.version + 1 if latest else 1,
        name=process.name or key,
        file_name=process.file,
        checksum=draft.checksum,
        start_form_ref=process.start_form_ref,
        facts=facts,
        note=note.strip(),
        published_at=at,
        published_by=actor.user_id,
        version_tag=process.version_tag,
    )


def _facts(files: engine.Files, key: str) -> dict[str, Any]:
    """Return the facts sheet (already checked) when it speaks of this process, else nothing."""
    facts: dict[str, Any] = json.loads(files.get(FACTS_FILE, b"{}"))
    return facts if facts.get("process_id") == key else {}
