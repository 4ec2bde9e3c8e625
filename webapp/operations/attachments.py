"""Files that people add to dossiers: checked by what they hold, not by what they are called."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import PurePath
from typing import BinaryIO
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.texts import N_
from webapp.actors import Actor, may_work
from webapp.errors import NotAllowedError, NotFoundError, RejectedError
from webapp.filekinds import KINDS, begins_as, holds
from webapp.filestore import FileStore, FileTooLargeError, StoredFile
from webapp.models import Attachment, UserTask, UserTaskStatus

MAX_BYTES = 10 * 1024 * 1024
MAX_NAME_LENGTH = 150  # characters
_NOT_WHAT_IT_SAYS = N_("%(file)s does not hold what its name says. Save it again and retry.")
ENDINGS = tuple(KINDS)


def check_name(name: str, accept: str = "") -> tuple[str, str]:
    """Return a file's plain name and its ending. Raises RejectedError where it is not accepted.

    ``accept`` is what the field takes, ".pdf,.jpg"; without it every kind that we know.
    """
    wanted = {one.strip().lower() for one in accept.split(",")} & set(KINDS) or set(KINDS)
    plain = PurePath(name.replace("\\", "/")).name[-MAX_NAME_LENGTH:]
    ending = PurePath(plain).suffix.lower()
    if ending not in wanted:
        raise RejectedError(
            N_("%(file)s is of a kind that is not accepted. Accepted are: %(kinds)s."),
            file=plain,
            kinds=", ".join(one for one in ENDINGS if one in wanted),
        )
    return plain, ending


def check_content(plain: str, ending: str, stream: BinaryIO) -> None:
    """Raise RejectedError where a whole file is not what its name says."""
    if not holds(ending, stream):
        raise RejectedError(_NOT_WHAT_IT_SAYS, file=plain)


def released(session: Session, attachment_id: UUID) -> None:
    """Let a file be opened that waited for the scanner."""
    row = session.get(Attachment, attachment_id)
    if row is not None:
        row.scan_pending = False


def store(
    session: Session,
    file_store: FileStore,
    name: str,
    chunks: Iterable[bytes],
    *,
    field: str,
    actor: Actor,
    at: datetime,
    instance_id: UUID | None = None,
    user_task_id: UUID | None = None,
    max_bytes: int = MAX_BYTES,
    scan_pending: bool = False,
) -> UUID:
    """Keep a file for a form field or paper and return the attachment's id.

    Without ``instance_id`` it waits for the dossier that is about to be started.
    Raises RejectedError for a kind that is not allowed, a wrong content or too many bytes.
    """
    plain, ending = check_name(name)
    kept = _kept(file_store, plain, ending, chunks, max_bytes)
    row = Attachment(
        id=uuid4(),
        instance_id=instance_id,
        user_task_id=user_task_id,
        field=field,
        name=plain,
        media_type=KINDS[ending][1],
        size_bytes=kept.size_bytes,
        sha256=kept.sha256,
        uploaded_by=actor.user_id,
        uploaded_at=at,
        scan_pending=scan_pending,
    )
    session.add(row)
    session.flush()
    return row.id


def remove(session: Session, attachment_id: UUID, *, actor: Actor) -> None:
    """Take one's own file back while its task is open or its dossier not yet started."""
    row = session.get(Attachment, attachment_id)
    if row is None or row.uploaded_by != actor.user_id:
        raise NotFoundError(N_("There is no such file."))
    task = session.get(UserTask, row.user_task_id) if row.user_task_id else None
    is_open = task is not None and task.status == UserTaskStatus.OPEN
    if row.instance_id is not None and not (
        is_open and task is not None and may_work(actor, task.assignee_id)
    ):
        raise NotAllowedError(N_("A file that was handed in stays in the dossier."))
    session.delete(row)
    session.flush()


def bind(
    session: Session, attachment_ids: Iterable[UUID], instance_id: UUID, *, actor: Actor
) -> None:
    """Give files that were uploaded before the dossier existed to its instance."""
    wanted = list(attachment_ids)
    if not wanted:
        return
    rows = session.scalars(select(Attachment).where(Attachment.id.in_(wanted))).all()
    for row in rows:
        if row.instance_id is not None or row.uploaded_by != actor.user_id:
            raise NotAllowedError(N_("A file that was handed in stays in the dossier."))
        row.instance_id = instance_id


def _kept(
    file_store: FileStore, name: str, ending: str, chunks: Iterable[bytes], max_bytes: int
) -> StoredFile:
    try:
        kept = file_store.put(chunks, max_bytes=max_bytes)
    except FileTooLargeError as error:
        raise RejectedError(
            N_("%(file)s is larger than %(size)s MB."), file=name, size=f"{max_bytes / 1024**2:g}"
        ) from error
    if not kept.size_bytes:
        raise RejectedError(N_("%(file)s is empty."), file=name)
    if not begins_as(ending, kept.head):
        raise RejectedError(_NOT_WHAT_IT_SAYS, file=name)
    return kept
