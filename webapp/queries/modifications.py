"""Running dossiers for administrators who change them by hand."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, case, select
from sqlalchemy.orm import Session

from engine.texts import N_
from webapp.errors import NotFoundError
from webapp.forms.messages import Message, kept_message
from webapp.models import (
    Dossier,
    Incident,
    Job,
    JobStatus,
    MessageSubscription,
    ProcessInstance,
    Timer,
    UserAccount,
    UserTask,
    UserTaskStatus,
)
from webapp.queries.names import ProcedureNames, procedure_names


@dataclass(frozen=True, slots=True)
class Wait:
    """What a token waits for: ``kind`` is task, job, timer, message or signal.

    ``left`` are the tries of a job that are left.
    """

    token_id: str
    kind: str
    words: str
    due_at: datetime | None = None
    element_id: str = ""
    timer_id: str = ""
    left: int | None = None


@dataclass(frozen=True, slots=True)
class Trouble:
    """An open incident, what it says, and at which element; None: in a called instance."""

    id: UUID
    element_id: str | None
    message: Message | str


@dataclass(frozen=True, slots=True)
class Relative:
    """An instance that called another one, or was called by it."""

    id: UUID
    procedure: ProcedureNames
    status: str


@dataclass(frozen=True, slots=True)
class InstanceView:
    """One instance with what its tokens wait for; the tokens themselves are in its snapshot."""

    id: UUID
    dossier_id: UUID | None
    code: str
    definition_id: UUID
    procedure: ProcedureNames
    status: str
    revision: int
    suspended_at: datetime | None
    suspended_by: str
    suspension_reason: str
    waits: tuple[Wait, ...]
    incidents: tuple[Trouble, ...]
    caller: Relative | None
    called: tuple[Relative, ...]


def get_instance(session: Session, instance_id: UUID) -> InstanceView:
    """Return one instance. Raises NotFoundError."""
    instance = session.get(ProcessInstance, instance_id)
    if instance is None:
        raise NotFoundError(N_("There is no such dossier."))
    dossier = session.execute(
        select(Dossier.id, Dossier.code).where(
            Dossier.instance_id == (instance.root_id or instance_id)
        )
    ).one_or_none()
    names = procedure_names(session, {instance.definition_id})[instance.definition_id]
    return InstanceView(
        id=instance.id,
        dossier_id=dossier.id if dossier else None,
        code=dossier.code if dossier else str(instance.id),
        definition_id=instance.definition_id,
        procedure=names,
        status=instance.status,
        revision=instance.revision,
        suspended_at=instance.suspended_at,
        suspended_by=instance.suspended_by or "",
        suspension_reason=instance.suspension_reason or "",
        waits=tuple(_waits(session, instance_id)),
        incidents=_troubles(session, instance_id),
        caller=next(iter(_relatives(session, ProcessInstance.id == instance.parent_id)), None),
        called=_relatives(session, ProcessInstance.parent_id == instance_id),
    )


def _troubles(session: Session, instance_id: UUID) -> tuple[Trouble, ...]:
    """Return the open incidents of an instance and of what it called, oldest first."""
    incidents = session.execute(
        select(
            Incident.id,
            case((Incident.instance_id == instance_id, Incident.element_id)),
            Incident.sentence,
            Incident.message,
        )
        .join(ProcessInstance, ProcessInstance.id == Incident.instance_id)
        .where(
            (ProcessInstance.id == instance_id) | (ProcessInstance.root_id == instance_id),
            Incident.resolved_at.is_(None),
        )
        .order_by(Incident.created_at)
    )
    return tuple(Trouble(key, place, kept_message(*said)) for key, place, *said in incidents)


def instance_called(session: Session, name: str) -> UUID:
    """Return the id of an instance by its dossier's code, or by itself. Raises NotFoundError."""
    found = session.scalar(select(Dossier.instance_id).where(Dossier.code == name.strip()))
    if found is not None:
        return found
    with suppress(ValueError):
        return get_instance(session, UUID(name.strip())).id
    raise NotFoundError(N_("There is no such dossier."))


def _relatives(session: Session, which: ColumnElement[bool]) -> tuple[Relative, ...]:
    rows = session.execute(
        select(ProcessInstance.id, ProcessInstance.definition_id, ProcessInstance.status)
        .where(which)
        .order_by(ProcessInstance.started_at, ProcessInstance.id)
    ).all()
    names = procedure_names(session, {row.definition_id for row in rows})
    return tuple(Relative(row.id, names[row.definition_id], row.status) for row in rows)


def _waits(session: Session, instance_id: UUID) -> list[Wait]:
    tasks = session.execute(
        select(UserTask.token_id, UserTask.due_at, UserAccount.name)
        .outerjoin(UserAccount, UserAccount.id == UserTask.assignee_id)
        .where(UserTask.instance_id == instance_id, UserTask.status == UserTaskStatus.OPEN)
    )
    found = [Wait(row.token_id, "task", row.name or "", row.due_at) for row in tasks]
    jobs = session.scalars(
        select(Job).where(
            Job.instance_id == instance_id, Job.status.in_((JobStatus.OPEN, JobStatus.FAILED))
        )
    )
    found += [
        Wait(job.token_id, "job", job.topic, job.due_at, job.element_id, left=job.retries_left)
        for job in jobs
    ]
    timers = session.scalars(
        select(Timer).where(Timer.instance_id == instance_id).order_by(Timer.due_at)
    )
    found += [
        Wait(one.token_id, "timer", "", one.due_at, one.element_id, one.timer_id) for one in timers
    ]
    waiting = session.scalars(
        select(MessageSubscription).where(MessageSubscription.instance_id == instance_id)
    )
    return found + [
        Wait(
            one.token_id,
            "signal" if one.is_signal else "message",
            one.name,
            element_id=one.element_id,
        )
        for one in waiting
    ]
