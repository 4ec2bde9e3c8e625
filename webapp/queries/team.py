"""A leader's view: the load of people and desks, who is away, and their tasks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, aliased

from webapp import staffing
from webapp.actors import Actor, Role
from webapp.models import (
    Absence,
    Dossier,
    UserAccount,
    UserGroup,
    UserTask,
    UserTaskCandidate,
    UserTaskStatus,
)
from webapp.queries.names import ProcedureNames, procedure_names
from webapp.staffing import Person, Staffing

LISTED_AT_MOST = 200  # tasks of one person or desk, most urgent first
_OPEN = UserTask.status == UserTaskStatus.OPEN


@dataclass(frozen=True, slots=True)
class PersonLoad:
    person: Person
    open: int
    overdue: int
    oldest_due_at: datetime | None
    away_until: datetime | None
    substitute: str  # who does the work now; "" while the person is there, or nobody does


@dataclass(frozen=True, slots=True)
class DeskLoad:
    key: str
    name: str
    unclaimed: int
    overdue: int
    there: int  # people who can take its tasks now
    shares_out: bool


@dataclass(frozen=True, slots=True)
class TeamTask:
    id: UUID
    dossier_id: UUID
    code: str
    name: str
    element_id: str
    procedure: ProcedureNames
    applicant: str
    due_at: datetime | None
    owner: str  # who lent it, or is away


@dataclass(frozen=True, slots=True)
class AbsenceRow:
    id: UUID
    user_id: UUID
    name: str
    substitute: str
    starts_at: datetime
    ends_at: datetime
    reason: str
    created_by: str
    lasts: bool
    came_back_early: bool


@dataclass(frozen=True, slots=True)
class Team:
    people: tuple[PersonLoad, ...]
    desks: tuple[DeskLoad, ...]


def team(session: Session, actor: Actor, at: datetime) -> Team:
    """Return load and presence of the people and desks that a leader sees, most overdue first."""
    there = staffing.staffing(session, at)
    led = staffing.led_people(there, actor)
    return Team(_people(session, there, led, at), _desks(session, there, led, actor, at))


def tasks_of(session: Session, user_id: UUID) -> tuple[TeamTask, ...]:
    """Return the open tasks that one person has, most urgent first."""
    return _tasks(session, UserTask.assignee_id == user_id)


def tasks_at(session: Session, group_key: str) -> tuple[TeamTask, ...]:
    """Return the tasks that nobody of a desk has taken, most urgent first."""
    offered = select(UserTaskCandidate.user_task_id).where(
        UserTaskCandidate.group_key == group_key, UserTaskCandidate.status == "unclaimed"
    )
    return _tasks(session, UserTask.id.in_(offered), UserTask.assignee_id.is_(None))


def absence_rows(
    session: Session,
    at: datetime,
    user_ids: Sequence[UUID] | None = None,
    *,
    ended_since: datetime | None = None,
) -> tuple[AbsenceRow, ...]:
    """Return the absences that last or come, next first; of those people only where given.

    With ``ended_since`` those that ended since then and before ``at`` instead.
    """
    substitute = aliased(UserAccount)
    statement = (
        select(Absence, UserAccount.name, substitute.name.label("substitute"))
        .join(UserAccount, UserAccount.id == Absence.user_id)
        .outerjoin(substitute, substitute.id == Absence.substitute_id)
        .where(Absence.cancelled_at.is_(None), *_when(at, ended_since))
        .order_by(Absence.starts_at, UserAccount.name)
    )
    if user_ids is not None:
        statement = statement.where(Absence.user_id.in_(user_ids))
    return tuple(
        AbsenceRow(
            id=row.Absence.id,
            user_id=row.Absence.user_id,
            name=row.name,
            substitute=row.substitute or "",
            starts_at=row.Absence.starts_at,
            ends_at=row.Absence.ends_at,
            reason=row.Absence.reason,
            created_by=row.Absence.created_by,
            lasts=row.Absence.starts_at <= at < row.Absence.ends_at,
            came_back_early=row.Absence.returned_at is not None,
        )
        for row in session.execute(statement)
    )


def _when(at: datetime, ended_since: datetime | None) -> tuple[Any, ...]:
    if ended_since is None:
        return (Absence.ends_at > at,)
    return (Absence.ends_at <= at, Absence.ends_at > ended_since)


def _people(
    session: Session, there: Staffing, led: Sequence[Person], at: datetime
) -> tuple[PersonLoad, ...]:
    late = func.sum(case((UserTask.due_at < at, 1), else_=0))
    counted = {
        row[0]: row[1:]
        for row in session.execute(
            select(UserTask.assignee_id, func.count(), late, func.min(UserTask.due_at))
            .where(_OPEN, UserTask.assignee_id.is_not(None))
            .group_by(UserTask.assignee_id)
        )
    }
    rows = [_load(there, one, counted.get(one.id, (0, 0, None))) for one in led]
    return tuple(sorted(rows, key=lambda one: (-one.overdue, -one.open, one.person.name)))


def _load(there: Staffing, person: Person, figures: Any) -> PersonLoad:
    away = there.away.get(person.id)
    acting = there.acting(person.id) if away else None
    return PersonLoad(
        person=person,
        open=figures[0],
        overdue=figures[1],
        oldest_due_at=figures[2],
        away_until=away.ends_at if away else None,
        substitute=acting.name if acting else "",
    )


def _desks(
    session: Session, there: Staffing, led: Sequence[Person], actor: Actor, at: datetime
) -> tuple[DeskLoad, ...]:
    keys = {key for one in led for key in one.groups}
    late = func.sum(case((UserTaskCandidate.due_at < at, 1), else_=0))
    counted: Mapping[str | None, Any] = {
        row[0]: row[1:]
        for row in session.execute(
            select(UserTaskCandidate.group_key, func.count(), late)
            .where(UserTaskCandidate.status == "unclaimed")
            .group_by(UserTaskCandidate.group_key)
        )
    }
    rows = [
        DeskLoad(
            key=group.key,
            name=group.name,
            unclaimed=counted.get(group.key, (0, 0))[0],
            overdue=counted.get(group.key, (0, 0))[1],
            there=len(there.present([group.key], [])),
            shares_out=group.shares_out,
        )
        for group in session.scalars(select(UserGroup))
        if group.key in keys or actor.has(Role.ADMIN)
    ]
    return tuple(sorted(rows, key=lambda one: (-one.overdue, -one.unclaimed, one.name)))


def _tasks(session: Session, *conditions: Any) -> tuple[TeamTask, ...]:
    owner = aliased(UserAccount)
    rows = session.execute(
        select(UserTask, Dossier.id, Dossier.code, Dossier.applicant_name, owner.name)
        .join(Dossier, Dossier.instance_id == UserTask.dossier_instance())
        .outerjoin(owner, owner.id == UserTask.owner_id)
        .where(_OPEN, *conditions)
        .order_by(UserTask.due_at.asc().nulls_last(), UserTask.id)
        .limit(LISTED_AT_MOST)
    ).all()
    names = procedure_names(session, {row[0].definition_id for row in rows})
    return tuple(
        TeamTask(
            id=task.id,
            dossier_id=dossier_id,
            code=code,
            name=task.name,
            element_id=task.element_id,
            procedure=names[task.definition_id],
            applicant=applicant,
            due_at=task.due_at,
            owner=owner_name or "",
        )
        for task, dossier_id, code, applicant, owner_name in rows
    )
