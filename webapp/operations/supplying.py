"""What applicants answer to a supplement request themselves, where the model waits for it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.commands import DeliverMessage
from engine.forms import inputs
from engine.texts import N_
from webapp.actors import Actor
from webapp.errors import ConflictError, RejectedError
from webapp.filestore import FileStore
from webapp.models import Attachment, Dossier, MessageSubscription, UserTask, UserTaskStatus
from webapp.operations import attachments, definitions, events
from webapp.operations.moving import locked_instance, move

STATE = 5  # published: waiting for a supplement
MAX_TEXT = 2_000  # characters
MAX_FILES = 10  # of one answer
MAX_KEPT = 30  # of all answers to one dossier's requests
FIELD = "bo_sung"  # of files where the form of the desk has no place for them


@dataclass(frozen=True, slots=True)
class Place:
    """Where the model waits for the applicant: a task of a desk, or a message."""

    element_id: str
    field: str = FIELD
    user_task_id: UUID | None = None
    token_id: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as it came: its name, its bytes in pieces, whether it waits for the scanner."""

    name: str
    chunks: Iterable[bytes]
    is_held: bool = False


def waiting(session: Session, dossier: Dossier) -> Place | None:
    """Return where the model waits for a supplement now, or None.

    That is an open task, or a message that is waited for, at an element of published state 5.
    """
    process = definitions.compiled(session, dossier.definition_id)
    wanted = {key for key, node in process.elements.items() if node.public_state == STATE}
    return _task(session, dossier, wanted) or _message(session, dossier, wanted)


def is_awaited(session: Session, dossier_id: UUID) -> bool:
    """Tell whether the model waits for a supplement of this dossier now."""
    return waiting(session, session.get_one(Dossier, dossier_id)) is not None


def supply(
    session: Session,
    file_store: FileStore,
    dossier_id: UUID,
    text: str,
    files: Sequence[Sent],
    *,
    at: datetime,
) -> None:
    """Give the applicant's answer to the desk that waits, or to the message that is waited for.

    The desk compares it with the request and completes its task, as if it had come by post.
    Raises ConflictError when nothing is asked for any more, RejectedError for an empty answer,
    one that is too long and a file that is not accepted; then nothing of it is kept.
    """
    dossier = session.get_one(Dossier, dossier_id)
    instance = locked_instance(session, dossier.instance_id)
    session.refresh(dossier)
    place = waiting(session, dossier)
    if place is None:
        raise ConflictError(N_("Nothing is asked of you any more; the dossier has moved on."))
    written = text.strip()
    _check(session, dossier, written, files)
    applicant = Actor(None, "applicant", dossier.applicant_name)
    _keep(session, file_store, dossier, place, files, applicant, at)
    told = {"text": written, "files": [one.name for one in files]}
    events.append(
        session,
        dossier.instance_id,
        events.DOSSIER_SUPPLIED,
        actor=applicant,
        at=at,
        element_id=place.element_id,
        data=told,
    )
    session.flush()
    if place.user_task_id is None:
        answer = {FIELD: {"noi_dung": written, "tep": told["files"], "luc": at}}
        command = DeliverMessage(place.token_id, place.message, answer)
        move(session, instance, command, actor=applicant, at=at)


def _keep(
    session: Session,
    file_store: FileStore,
    dossier: Dossier,
    place: Place,
    files: Sequence[Sent],
    applicant: Actor,
    at: datetime,
) -> None:
    for one in files:
        attachments.store(
            session,
            file_store,
            one.name,
            one.chunks,
            field=place.field,
            actor=applicant,
            at=at,
            instance_id=dossier.instance_id,
            user_task_id=place.user_task_id,
            scan_pending=one.is_held,
        )


def _task(session: Session, dossier: Dossier, wanted: set[str]) -> Place | None:
    found = session.scalar(
        select(UserTask)
        .where(
            UserTask.instance_id == dossier.instance_id,
            UserTask.status == UserTaskStatus.OPEN,
            UserTask.element_id.in_(wanted),
        )
        .order_by(UserTask.created_at)
        .limit(1)
    )
    if found is None:
        return None
    form = definitions.form(session, dossier.definition_id, found.form_ref)
    pickers = [one.key for one in inputs(form) if one.type == "filepicker"] if form else []
    return Place(found.element_id, next(iter(pickers), FIELD), found.id)


def _message(session: Session, dossier: Dossier, wanted: set[str]) -> Place | None:
    found = session.scalar(
        select(MessageSubscription)
        .where(
            MessageSubscription.instance_id == dossier.instance_id,
            MessageSubscription.is_signal.is_(False),
            MessageSubscription.element_id.in_(wanted),
        )
        .limit(1)
    )
    if found is None:
        return None
    return Place(found.element_id, token_id=found.token_id, message=found.name)


def _check(session: Session, dossier: Dossier, written: str, files: Sequence[Sent]) -> None:
    if not written and not files:
        raise RejectedError(N_("Add a file, or write what you supply."))
    if len(written) > MAX_TEXT:
        raise RejectedError(N_("Write at most %(length)s characters."), length=MAX_TEXT)
    if len(files) > MAX_FILES:
        raise RejectedError(N_("Send at most %(num)s files at once."), num=MAX_FILES)
    kept = session.scalar(
        select(func.count(Attachment.id)).where(
            Attachment.instance_id == dossier.instance_id, Attachment.uploaded_by.is_(None)
        )
    )
    if (kept or 0) + len(files) > MAX_KEPT:
        raise RejectedError(
            N_("You sent %(num)s files already. Bring the others to the counter."), num=kept or 0
        )
