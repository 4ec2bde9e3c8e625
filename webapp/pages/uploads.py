"""Files posted beside a form: stored at once, so that no error loses them."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from uuid import UUID

from flask import request
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from webapp import stores
from webapp.actors import Actor
from webapp.errors import RejectedError
from webapp.filestore import FileStore
from webapp.forms.messages import Message
from webapp.operations import attachments
from webapp.pages.product import config, database
from webapp.queries.dossiers import AttachmentView

PREFIX = "file-"  # of file inputs; the field follows
REMOVE = "remove-file:"  # of the button that takes a file away; its id follows
_CHUNK = 64 * 1024  # bytes
FilesByField = Mapping[str, list[AttachmentView]]


def file_store() -> FileStore:
    """Return where the bytes of attachments lie."""
    return stores.file_store(config())


def store_posted(
    *,
    actor: Actor,
    at: datetime,
    instance_id: UUID | None = None,
    user_task_id: UUID | None = None,
) -> tuple[list[UUID], dict[str, Message]]:
    """Keep every file of this request; return their ids and what was refused, by field."""
    kept: list[UUID] = []
    refused: dict[str, Message] = {}
    for field, posted in _posted():
        try:
            with database().transaction() as session:
                kept.append(
                    attachments.store(
                        session,
                        file_store(),
                        posted.filename or "",
                        _chunks(posted),
                        field=field,
                        actor=actor,
                        at=at,
                        instance_id=instance_id,
                        user_task_id=user_task_id,
                    )
                )
        except RejectedError as error:
            refused[field] = Message(error.message, error.params)
    return kept, refused


def remove_posted(action: str, *, actor: Actor) -> UUID | None:
    """Take away the file that the pressed button names; return its id."""
    if not action.startswith(REMOVE):
        return None
    try:
        attachment_id = UUID(action.removeprefix(REMOVE))
    except ValueError:
        return None
    with database().transaction() as session:
        _remove(session, attachment_id, actor)
    return attachment_id


def by_field(files: Iterable[AttachmentView]) -> dict[str, list[AttachmentView]]:
    """Return files grouped by the field or paper they belong to."""
    grouped: dict[str, list[AttachmentView]] = {}
    for one in files:
        grouped.setdefault(one.field, []).append(one)
    return grouped


def as_values(files: FilesByField) -> dict[str, list[dict[str, str]]]:
    """Return files as the values of their form fields."""
    return {
        field: [{"id": str(one.id), "name": one.name} for one in several]
        for field, several in files.items()
    }


def _posted() -> Iterator[tuple[str, FileStorage]]:
    for name, posted in request.files.items(multi=True):
        if name.startswith(PREFIX) and posted.filename:
            yield name.removeprefix(PREFIX), posted


def _chunks(posted: FileStorage) -> Iterator[bytes]:
    while chunk := posted.stream.read(_CHUNK):
        yield chunk


def _remove(session: Session, attachment_id: UUID, actor: Actor) -> None:
    attachments.remove(session, attachment_id, actor=actor)
