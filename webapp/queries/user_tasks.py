"""One user task as the people who may see it see it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from webapp.actors import Actor, may_claim, may_see, may_work
from webapp.models import (
    Dossier,
    DossierGroup,
    UserAccount,
    UserGroup,
    UserTask,
    UserTaskCandidate,
    UserTaskStatus,
)
from webapp.queries.names import ProcedureNames, procedure_names


@dataclass(frozen=True, slots=True)
class TaskView:
    """A user task with what the page needs of its dossier, and what the actor may do with it."""

    id: UUID
    instance_id: UUID  # the one with the dossier, which may have called the task's own
    dossier_id: UUID
    definition_id: UUID
    element_id: str
    name: str
    procedure: ProcedureNames
    form_ref: str | None
    status: str
    due_at: datetime | None
    assignee_id: UUID | None
    assignee: str
    claimed_at: datetime | None
    opened_at: datetime | None
    completed_at: datetime | None
    completed_by: str
    draft: Mapping[str, Any] | None
    draft_saved_at: datetime | None
    draft_revision: int
    answers: Mapping[str, Any] | None
    may_claim: bool
    may_work: bool
    hand: str | None  # models.Hand: why it is in other hands than its owner's
    owner_id: UUID | None
    owner: str
    hand_note: str

    @property
    def is_open(self) -> bool:
        return self.status == UserTaskStatus.OPEN


@dataclass(frozen=True, slots=True)
class CurrentTask:
    """An open user task of a dossier and who it waits for."""

    id: UUID
    element_id: str
    name: str
    assignee_id: UUID | None
    assignee: str
    groups: tuple[str, ...]  # names of the groups that may claim it
    due_at: datetime | None
    created_at: datetime
    may_work: bool
    may_claim: bool


@dataclass(frozen=True, slots=True)
class CompletedTask:
    """A completed user task of a dossier with its answers."""

    id: UUID
    definition_id: UUID
    element_id: str
    name: str
    form_ref: str | None
    completed_at: datetime
    completed_by: str
    answers: Mapping[str, Any]


def find_task(session: Session, user_task_id: UUID, actor: Actor) -> TaskView | None:
    """Return the task, or None where there is none or the actor may not know of it."""
    row = session.execute(_one(user_task_id)).one_or_none()
    if row is None:
        return None
    task: UserTask = row.UserTask
    candidates = session.execute(
        select(UserTaskCandidate.group_key, UserTaskCandidate.username).where(
            UserTaskCandidate.user_task_id == task.id
        )
    ).all()
    claimable = may_claim(
        actor,
        [one.group_key for one in candidates if one.group_key],
        [one.username for one in candidates if one.username],
    )
    works = may_work(actor, task.assignee_id)
    if not (claimable or works or may_see(actor, _groups(session, row.dossier_id))):
        return None
    names = procedure_names(session, {task.definition_id})[task.definition_id]
    return _task_view(row, names, claimable=claimable, works=works)


def current_tasks(session: Session, instance_id: UUID, actor: Actor) -> tuple[CurrentTask, ...]:
    """Return the open user tasks of an instance, oldest first."""
    found = session.execute(
        select(UserTask, UserAccount.name)
        .outerjoin(UserAccount, UserAccount.id == UserTask.assignee_id)
        .where(UserTask.belongs_to(instance_id), UserTask.status == UserTaskStatus.OPEN)
        .order_by(UserTask.created_at)
    ).all()
    candidates = session.execute(
        select(
            UserTaskCandidate.user_task_id,
            UserTaskCandidate.group_key,
            UserTaskCandidate.username,
            UserGroup.name,
        )
        .outerjoin(UserGroup, UserGroup.key == UserTaskCandidate.group_key)
        .where(UserTaskCandidate.user_task_id.in_([row[0].id for row in found]))
    ).all()
    return tuple(
        _current(row[0], row[1], [one for one in candidates if one[0] == row[0].id], actor)
        for row in found
    )


def completed_tasks(session: Session, instance_id: UUID) -> tuple[CompletedTask, ...]:
    """Return the completed user tasks of an instance, in the order of completion."""
    found = session.execute(
        select(UserTask, UserAccount.name)
        .outerjoin(UserAccount, UserAccount.id == UserTask.completed_by)
        .where(UserTask.belongs_to(instance_id), UserTask.status == UserTaskStatus.COMPLETED)
        .order_by(UserTask.completed_at)
    ).all()
    return tuple(
        CompletedTask(
            id=task.id,
            definition_id=task.definition_id,
            element_id=task.element_id,
            name=task.name,
            form_ref=task.form_ref,
            completed_at=task.completed_at or task.created_at,
            completed_by=name or "",
            answers=task.answers or {},
        )
        for task, name in found
    )


def _one(user_task_id: UUID) -> Select[UserTask, UUID, UUID, str, str, str]:
    completer, owner = aliased(UserAccount), aliased(UserAccount)
    return (
        select(
            UserTask,
            Dossier.id.label("dossier_id"),
            Dossier.instance_id.label("dossier_instance_id"),
            UserAccount.name.label("assignee"),
            completer.name.label("completer"),
            owner.name.label("owner"),
        )
        .join(Dossier, Dossier.instance_id == UserTask.dossier_instance())
        .outerjoin(UserAccount, UserAccount.id == UserTask.assignee_id)
        .outerjoin(completer, completer.id == UserTask.completed_by)
        .outerjoin(owner, owner.id == UserTask.owner_id)
        .where(UserTask.id == user_task_id)
    )


def _task_view(row: Any, names: ProcedureNames, *, claimable: bool, works: bool) -> TaskView:
    task: UserTask = row.UserTask
    is_open = task.status == UserTaskStatus.OPEN
    return TaskView(
        id=task.id,
        instance_id=row.dossier_instance_id,
        dossier_id=row.dossier_id,
        definition_id=task.definition_id,
        element_id=task.element_id,
        name=task.name,
        procedure=names,
        form_ref=task.form_ref,
        status=task.status,
        due_at=task.due_at,
        assignee_id=task.assignee_id,
        assignee=row.assignee or "",
        claimed_at=task.claimed_at,
        opened_at=task.opened_at,
        completed_at=task.completed_at,
        completed_by=row.completer or "",
        draft=task.draft,
        draft_saved_at=task.draft_saved_at,
        draft_revision=task.draft_revision,
        answers=task.answers,
        may_claim=claimable and is_open and task.assignee_id is None,
        may_work=works and is_open,
        hand=task.hand,
        owner_id=task.owner_id,
        owner=row.owner or "",
        hand_note=task.hand_note or "",
    )


def _groups(session: Session, dossier_id: UUID) -> list[str]:
    return list(
        session.scalars(select(DossierGroup.group_key).where(DossierGroup.dossier_id == dossier_id))
    )


def _current(
    task: UserTask, assignee: str | None, candidates: list[Any], actor: Actor
) -> CurrentTask:
    groups = [one[1] for one in candidates if one[1]]
    users = [one[2] for one in candidates if one[2]]
    return CurrentTask(
        id=task.id,
        element_id=task.element_id,
        name=task.name,
        assignee_id=task.assignee_id,
        assignee=assignee or "",
        groups=tuple(dict.fromkeys(one[3] or one[1] or one[2] for one in candidates)),
        due_at=task.due_at,
        created_at=task.created_at,
        may_work=may_work(actor, task.assignee_id),
        may_claim=task.assignee_id is None and may_claim(actor, groups, users),
    )
