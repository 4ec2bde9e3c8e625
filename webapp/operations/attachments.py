"""Files that people add to dossiers: checked by what they hold, not by what they are called."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import PurePath
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.texts import N_
from webapp.actors import Actor, may_work
from webapp.errors import NotAllowedError, NotFoundError, RejectedError
from webapp.filestore import FileStore, FileTooLargeError, StoredFile
from webapp.models import Attachment, UserTask, UserTaskStatus

MAX_BYTES = 10 * 1024 * 1024
MAX_NAME_LENGTH = 150  # characters
_OFFICE = "application/vnd.openxmlformats-officedocument."
_KINDS: dict[str, tuple[tuple[bytes, ...], str]] = {
    # ending: (first bytes, media type)
    ".pdf": ((b"%PDF-",), "application/pdf"),
    ".png": ((b"\x89PNG\r\n\x1a\n",), "image/png"),
    ".jpg": ((b"\xff\xd8\xff",), "image/jpeg"),
    ".jpeg": ((b"\xff\xd8\xff",), "image/jpeg"),
    ".docx": ((b"PK\x03\x04",), _OFFICE + "wordprocessingml.document"),
    ".xlsx": ((b"PK\x03\x04",), _OFFICE + "spreadsheetml.sheet"),
    ".zip": ((b"PK\x03\x04", b"PK\x05\x06"), "application/zip"),
    ".txt": ((b"",), "text/plain"),
}
ENDINGS = tuple(_KINDS)


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
) -> UUID:
    """Keep a file for a form field or paper and return the attachment's id.

    Without ``instance_id`` it waits for the dossier that is about to be started.
    Raises RejectedError for a kind that is not allowed, a wrong content or too many bytes.
    """
    plain, ending = _plain_name(name)
    kept = _kept(file_store, plain, ending, chunks)
    row = Attachment(
        id=uuid4(),
        instance_id=instance_id,
        user_task_id=user_task_id,
        field=field,
        name=plain,
        media_type=_KINDS[ending][1],
        size_bytes=kept.size_bytes,
        sha256=kept.sha256,
        uploaded_by=actor.user_id,
        uploaded_at=at,
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


def _plain_name(name: str) -> tuple[str, str]:
    plain = PurePath(name.replace("\\", "/")).name[-MAX_NAME_LENGTH:]
    ending = PurePath(plain).suffix.lower()
    if ending not in _KINDS:
        raise RejectedError(
            N_("%(file)s is of a kind that is not accepted. Accepted are: %(kinds)s."),
            file=plain,
            kinds=", ".join(ENDINGS),
        )
    return plain, ending


def _kept(file_store: FileStore, name: str, ending: str, chunks: Iterable[bytes]) -> StoredFile:
    try:
        kept = file_store.put(chunks, max_bytes=MAX_BYTES)
    except FileTooLargeError as error:
        raise RejectedError(
            N_("%(file)s is larger than %(size)s MB."), file=name, size=MAX_BYTES // 1024**2
        ) from error
    if not kept.size_bytes:
        raise RejectedError(N_("%(file)s is empty."), file=name)
    if not _is_what_it_says(ending, kept.head):
        raise RejectedError(
            N_("%(file)s does not hold what its name says. Save it again and retry."), file=name
        )
    return kept


def _is_what_it_says(ending: str, head: bytes) -> bool:
    if ending == ".txt":
        return b"\x00" not in head
    return head.startswith(_KINDS[ending][0])
