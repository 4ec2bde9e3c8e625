"""Files posted beside a form: stored at once, so that no error loses them."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import BinaryIO
from uuid import UUID

from flask import request
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from engine.forms import Component, Form, inputs, part_of
from engine.texts import N_
from webapp import stores
from webapp.actors import Actor
from webapp.errors import RejectedError
from webapp.filestore import FileStore
from webapp.forms.messages import Message
from webapp.operations import attachments
from webapp.operations.once import once
from webapp.pages.product import config, database
from webapp.pages.repeats import part_key
from webapp.queries.dossiers import AttachmentView
from webapp.scanning import Verdict, scan

log = logging.getLogger(__name__)
_INFECTED = N_("%(file)s was not kept: the virus scanner found %(found)s.")
_NOT_SCANNED = N_(
    "%(file)s was not kept: the virus scanner does not answer just now. Try again in a few minutes."
)
_HELD = N_("This file waits for the virus scanner. It can be opened once the scanner answers.")
PREFIX = "file-"  # of file inputs; the field follows
REMOVE = "remove-file:"  # of the button that takes a file away; its id follows
_CHUNK = 64 * 1024  # bytes
Files = tuple[AttachmentView, ...]
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
    form: Form | None = None,
) -> tuple[list[UUID], dict[str, Message]]:
    """Keep every file of this request; return their ids and what was refused, by field.

    The fields of ``form`` say which kinds and how many bytes they take.
    """
    pickers = dict(file_fields(form)) if form else {}
    kept: list[UUID] = []
    refused: dict[str, Message] = {}
    for number, (field, posted) in enumerate(_posted()):
        picker = pickers.get(field)
        try:
            held = checked(posted, picker.accept if picker else "")
            store = partial(
                attachments.store,
                name=posted.filename or "",
                chunks=_chunks(posted),
                max_bytes=_limit(picker),
                scan_pending=held,
                field=field,
                actor=actor,
                at=at,
                instance_id=instance_id,
                user_task_id=user_task_id,
            )
            kept.append(_stored_once(number, store, actor, at))
        except RejectedError as error:
            refused[field] = Message(error.message, error.params)
    return kept, refused


def _stored_once(number: int, store: Callable[..., UUID], actor: Actor, at: datetime) -> UUID:
    """Store the file of that number of this request; sent twice, it is the one stored before."""
    with database().transaction() as session:
        key = part_key(f"file {number}")
        return UUID(once(session, key, actor, at, lambda: str(store(session, file_store()))))


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


def file_fields(form: Form, prefix: str = "") -> Iterator[tuple[str, Component]]:
    """Yield the file fields of a form by their names, those inside groups with a path, too."""
    for one in inputs(form):
        if one.is_record and not one.is_list:
            yield from file_fields(part_of(one), f"{prefix}{one.key}.")
        elif one.type == "filepicker":
            yield prefix + one.key, one


def let_open(attachment_id: UUID, sha256: str) -> None:
    """Ask the scanner about a file that waited for it. Raises RejectedError while it stays shut."""
    with file_store().open(sha256) as stream:
        if _scanned(stream, N_("This file")):
            raise RejectedError(_HELD)
    with database().transaction() as session:
        attachments.released(session, attachment_id)


def _limit(picker: Component | None) -> int:
    """How many bytes a file may have: what the field says, never more than the product takes."""
    written = picker.properties.get("maxSizeMb", "") if picker else ""
    own = int(float(written) * 1024**2) if written else attachments.MAX_BYTES
    return min(own, attachments.MAX_BYTES)


def checked(posted: FileStorage, accept: str) -> bool:
    """Check a whole file before it is kept; return whether it waits for the scanner."""
    plain, ending = attachments.check_name(posted.filename or "", accept)
    stream: BinaryIO = posted.stream  # type: ignore[assignment]  # a file of werkzeug's
    attachments.check_content(plain, ending, stream)
    return _scanned(stream, plain)


def _scanned(stream: BinaryIO, name: str) -> bool:
    scanner = config().scanner
    answer = scan(scanner, stream)
    if answer.verdict is Verdict.BAD:
        log.warning("file refused by scanner", extra={"found": answer.words})
        raise RejectedError(_INFECTED, file=name, found=answer.words)
    if answer.verdict is Verdict.UNKNOWN:
        log.error("scanner cannot be asked", extra={"reason": answer.words})
        if not scanner.holds:
            raise RejectedError(_NOT_SCANNED, file=name)
        return True
    return False


def _posted() -> Iterator[tuple[str, FileStorage]]:
    for name, posted in request.files.items(multi=True):
        if name.startswith(PREFIX) and posted.filename:
            yield name.removeprefix(PREFIX), posted


def _chunks(posted: FileStorage) -> Iterator[bytes]:
    while chunk := posted.stream.read(_CHUNK):
        yield chunk


def _remove(session: Session, attachment_id: UUID, actor: Actor) -> None:
    attachments.remove(session, attachment_id, actor=actor)
