"""Live dossiers with which nobody can do anything: they must not exist.

Either nothing of a dossier waits any more, or it waits for people of whom none is there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

import engine
from webapp import leading, staffing
from webapp.actors import SYSTEM, Actor
from webapp.models import (
    Delivery,
    Dossier,
    Incident,
    Job,
    JobStatus,
    MessageSubscription,
    OutsideWait,
    ProcessInstance,
    Timer,
    UserAccount,
    UserGroup,
    UserTask,
    UserTaskCandidate,
    UserTaskStatus,
    group_member,
)
from webapp.operations.definitions import compiled
from webapp.staffing import Staffing

_AT_ONCE = 1_000  # tasks of one statement


class Why(StrEnum):
    NOTHING_WAITS = "nothing_waits"  # no task, job, timer, message, delivery or incident
    NOT_OFFERED = "not_offered"  # a task without assignee and candidates
    DESK_EMPTY = "desk_empty"  # no candidate is there, and nobody stands in
    HOLDER_GONE = "holder_gone"  # the assignee's account is closed
    HOLDER_AWAY = "holder_away"  # the assignee is away, and nobody stands in


@dataclass(frozen=True, slots=True)
class Stranded:
    """A dossier, or one open task of it, and why nobody can act on it."""

    why: Why
    instance_id: UUID
    dossier_id: UUID | None
    code: str  # of the dossier; the instance's id where it has none
    definition_id: UUID
    user_task_id: UUID | None
    element_id: str
    task: str
    who: str  # the holder, or the desks that are empty
    since: datetime


def stranded(session: Session, at: datetime, leader: Actor = SYSTEM) -> tuple[Stranded, ...]:
    """Return what nobody can act on in the dossiers that a leader leads, oldest first."""
    there = staffing.staffing(session, at)
    found = [*_idle(session, at), *_unattended(session, there)]
    if not staffing.leads_everybody(leader):
        ids = {one.dossier_id for one in found if one.dossier_id}
        mine = select(Dossier.id).where(Dossier.id.in_(ids), leading.of_the_agency(leader))
        reached = set(session.scalars(mine))
        found = [one for one in found if one.dossier_id in reached]
    return tuple(sorted(found, key=lambda one: (one.since, one.code)))


def _idle(session: Session, at: datetime) -> list[Stranded]:
    """Live instances without any row that waits; ad-hoc choices and conditions wait without one."""
    rows = session.execute(_IDLE).all()
    found = []
    for instance, dossier_id, code in rows:
        process = compiled(session, instance.definition_id)
        resting = engine.resting(process, instance.snapshot, at=at)
        if resting.choices or resting.conditions:
            continue
        found.append(
            Stranded(
                why=Why.NOTHING_WAITS,
                instance_id=instance.id,
                dossier_id=dossier_id,
                code=code or str(instance.id),
                definition_id=instance.definition_id,
                user_task_id=None,
                element_id="",
                task="",
                who="",
                since=instance.started_at,
            )
        )
    return found


def _unattended(session: Session, there: Staffing) -> list[Stranded]:
    """Open tasks that no one who is there can take or work on."""
    held = session.execute(_tasks().where(UserTask.assignee_id.in_(_helpless(there)))).all()
    open_ones = session.execute(
        _tasks().where(UserTask.assignee_id.is_(None), ~_taken_by_somebody(there))
    ).all()
    offered = _offered(session, [row.UserTask.id for row in open_ones])
    group_names = {row.key: row.name for row in session.execute(_GROUP_NAMES)}
    found = []
    for row in held:
        away = row.UserTask.assignee_id in there.away
        why = Why.HOLDER_AWAY if away else Why.HOLDER_GONE
        found.append(_task(row, why, row.holder or ""))
    for row in open_ones:
        groups, usernames = offered.get(row.UserTask.id, ((), ()))
        who = ", ".join([*(group_names.get(key, key) for key in groups), *usernames])
        found.append(_task(row, Why.DESK_EMPTY if who else Why.NOT_OFFERED, who))
    return found


def _taken_by_somebody(there: Staffing) -> ColumnElement[bool]:
    """Return whether someone who is there, or stands in, can take a task.

    The database answers it: a province has a million open tasks, and nearly all can be taken.
    """
    nobody = [one for one in there.people if there.acting(one) is None]
    desks = select(group_member.c.group_key).where(group_member.c.user_id.not_in(nobody))
    names = select(UserAccount.username).where(UserAccount.id.not_in(nobody))
    return exists().where(
        UserTaskCandidate.user_task_id == UserTask.id,
        UserTaskCandidate.status == "unclaimed",
        or_(UserTaskCandidate.group_key.in_(desks), UserTaskCandidate.username.in_(names)),
    )


def _helpless(there: Staffing) -> list[UUID]:
    """People with whom work would lie: closed accounts, and those away without a substitute."""
    return [
        one.id
        for one in there.people.values()
        if (one.id in there.away and there.acting(one.id) is None)
        or (one.id not in there.away and not one.works)
    ]


def _offered(session: Session, ids: Sequence[UUID]) -> dict[UUID, tuple[list[str], list[str]]]:
    """Return the groups and people to whom these tasks are offered."""
    found: dict[UUID, tuple[list[str], list[str]]] = {}
    for start in range(0, len(ids), _AT_ONCE):
        some = _OFFERED.where(UserTaskCandidate.user_task_id.in_(ids[start : start + _AT_ONCE]))
        for task_id, group_key, username in session.execute(some):
            groups, usernames = found.setdefault(task_id, ([], []))
            if group_key:
                groups.append(group_key)
            if username:
                usernames.append(username)
    return found


def _task(row: Any, why: Why, who: str) -> Stranded:
    task: UserTask = row.UserTask
    return Stranded(
        why=why,
        instance_id=task.instance_id,
        dossier_id=row.dossier_id,
        code=row.code or str(task.instance_id),
        definition_id=task.definition_id,
        user_task_id=task.id,
        element_id=task.element_id,
        task=task.name,
        who=who,
        since=task.created_at,
    )


def _tasks() -> Select[UserTask, UUID, str, str]:
    return (
        select(UserTask, Dossier.id.label("dossier_id"), Dossier.code, _HOLDER)
        .join(ProcessInstance, ProcessInstance.id == UserTask.instance_id)
        .outerjoin(Dossier, Dossier.instance_id == UserTask.dossier_instance())
        .outerjoin(UserAccount, UserAccount.id == UserTask.assignee_id)
        .where(UserTask.status == UserTaskStatus.OPEN, ProcessInstance.suspended_at.is_(None))
    )


def _of_instance(table: Any, *conditions: Any) -> Any:
    return ~exists().where(table.instance_id == ProcessInstance.id, *conditions)


_CALLED = aliased(ProcessInstance)
_HOLDER = UserAccount.name.label("holder")
_GROUP_NAMES = select(UserGroup.key, UserGroup.name)
_OFFERED = (
    select(UserTaskCandidate.user_task_id, UserTaskCandidate.group_key, UserTaskCandidate.username)
    .where(UserTaskCandidate.status == "unclaimed")
    .order_by(UserTaskCandidate.id)
)
_WAITING: Sequence[Any] = (
    _of_instance(UserTask, UserTask.status == UserTaskStatus.OPEN),
    _of_instance(Job, Job.status.in_((JobStatus.OPEN, JobStatus.FAILED))),
    _of_instance(Timer),
    _of_instance(MessageSubscription),
    _of_instance(Delivery),
    _of_instance(Incident, Incident.resolved_at.is_(None)),
    _of_instance(OutsideWait),
    ~exists().where(  # what it called is at work
        _CALLED.parent_id == ProcessInstance.id,
        _CALLED.status == engine.InstanceStatus.ACTIVE,
    ),
)
_IDLE = (
    select(ProcessInstance, Dossier.id, Dossier.code)
    .outerjoin(
        Dossier,
        Dossier.instance_id == func.coalesce(ProcessInstance.root_id, ProcessInstance.id),
    )
    .where(
        ProcessInstance.status == engine.InstanceStatus.ACTIVE,
        ProcessInstance.suspended_at.is_(None),
        *_WAITING,
    )
)
