"""The versions of a dossier's result: the first, and one more for every correction."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.models import Attachment, Dossier, DossierAction, InstanceEvent, UserTask

_CORRECTION = "correction"
_STATE_CHANGED = "dossier.state_changed"
_THERE = frozenset({9, 10})  # published states in which there is a result


@dataclass(frozen=True, slots=True)
class ResultVersion:
    """One version. ``made_at`` is None while it is corrected, ``until`` while it is valid.

    ``reason`` and ``explanation`` say why the version before it was wrong; "" for the first.
    """

    number: int
    made_at: datetime | None
    made_by: str
    until: datetime | None
    reason: str = ""
    explanation: str = ""
    asked_by: str = ""
    since: datetime | None = None  # when its correction was asked for; None for the first

    @property
    def is_valid(self) -> bool:
        """Whether this is the result that counts."""
        return self.made_at is not None and self.until is None


@dataclass(frozen=True, slots=True)
class TaskFile:
    """A file that somebody added in a task, and the form that asked for it."""

    attachment_id: UUID
    name: str
    field: str
    uploaded_at: datetime
    definition_id: UUID
    form_ref: str | None


def versions(session: Session, dossier_id: UUID) -> tuple[ResultVersion, ...]:
    """Return the versions of a result, newest first; nothing before there is one."""
    dossier = session.get_one(Dossier, dossier_id)
    ready = _ready(session, dossier.instance_id)
    if not ready:
        return ()
    corrections = session.scalars(
        select(DossierAction)
        .where(DossierAction.dossier_id == dossier_id, DossierAction.kind == _CORRECTION)
        .order_by(DossierAction.happened_at)
    ).all()
    asked = [one.happened_at for one in corrections]
    made_at, made_by = ready[0]
    found = [ResultVersion(1, made_at, made_by, next(iter(asked), None))]
    for number, one in enumerate(corrections, 2):
        until = asked[number - 1] if number <= len(asked) else None
        made = [each for each in ready if each[0] >= one.happened_at]
        inside = [each for each in made if until is None or each[0] <= until]
        at, by = inside[0] if inside else (None, "")
        reason = f"{one.reason_code} – {one.reason} ({one.basis})"
        found.append(
            ResultVersion(
                number, at, by, until, reason, one.explanation, one.actor_name, one.happened_at
            )
        )
    return tuple(reversed(found))


def task_files(session: Session, instance_id: UUID) -> tuple[TaskFile, ...]:
    """Return the files added in the tasks of a dossier, also of what it called, in order."""
    found = session.execute(
        select(Attachment, UserTask.definition_id, UserTask.form_ref)
        .join(UserTask, UserTask.id == Attachment.user_task_id)
        .where(UserTask.belongs_to_any([instance_id]))
        .order_by(Attachment.uploaded_at, Attachment.id)
    )
    return tuple(
        TaskFile(one.id, one.name, one.field, one.uploaded_at, definition_id, form_ref)
        for one, definition_id, form_ref in found
    )


def _ready(session: Session, instance_id: UUID) -> list[tuple[datetime, str]]:
    """Return when the dossier came to have a result, and by whose work."""
    found = session.scalars(
        select(InstanceEvent)
        .where(InstanceEvent.instance_id == instance_id, InstanceEvent.kind == _STATE_CHANGED)
        .order_by(InstanceEvent.id)
    )
    return [
        (one.occurred_at, one.actor_name)
        for one in found
        if one.data.get("after") in _THERE and one.data.get("before") not in _THERE
    ]
