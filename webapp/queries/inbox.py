"""The inbox: open user tasks that are mine, that I may claim, or that my groups have.

Every branch of a query walks one index range in due order and stops early, so that the first
page costs the same with a hundred open tasks and with a hundred thousand.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, case, func, select
from sqlalchemy.orm import Session

from webapp.actors import Actor
from webapp.models import (
    Dossier,
    ProcessDefinition,
    UserAccount,
    UserTask,
    UserTaskCandidate,
)
from webapp.queries.names import ProcedureNames, procedure_names
from webapp.queries.scopes import STATUSES, Branch, Scope, asking, branches_of, counting, together
from webapp.queries.searching import find_matching_tasks, matching_instances, offered_among

PAGE_SIZE = 25
COUNTED_UP_TO = 5_000  # tasks; beyond it the page says "more than", and sorts among these


class Due(StrEnum):
    OVERDUE = "overdue"
    TODAY = "today"
    SOON = "soon"
    WEEK = "week"
    LIMIT = "limit"  # the legal limit of the dossier is near, or over


class Sort(StrEnum):
    DUE = "due"
    CODE = "code"
    PROMISED = "promised"


class Urgency(StrEnum):
    LATE = "late"
    TODAY = "today"
    SOON = "soon"
    LATER = "later"
    NONE = "none"  # no due instant


@dataclass(frozen=True, slots=True)
class Horizons:
    """The instants that part the groups of an inbox."""

    now: datetime
    today_ends_at: datetime
    soon_ends_at: datetime  # two working days ahead
    week_ends_at: datetime

    def urgency(self, due_at: datetime | None) -> Urgency:
        if due_at is None:
            return Urgency.NONE
        if due_at < self.now:
            return Urgency.LATE
        if due_at <= self.today_ends_at:
            return Urgency.TODAY
        return Urgency.SOON if due_at <= self.soon_ends_at else Urgency.LATER

    def limit(self, near_at: datetime | None, promised_at: datetime | None) -> Urgency:
        """How the legal limit stands; its clock runs where ``near_at`` says when to warn."""
        if near_at is None or promised_at is None:
            return Urgency.NONE
        if promised_at < self.now:
            return Urgency.LATE
        return Urgency.SOON if near_at <= self.now else Urgency.LATER


@dataclass(frozen=True, slots=True)
class InboxFilter:
    scope: Scope = Scope.MINE
    text: str = ""
    procedure: str = ""  # process definition key
    task: str = ""  # name of the user task in the model
    due: Due | None = None
    sort: Sort = Sort.DUE
    page: int = 1

    @property
    def is_whole(self) -> bool:
        """Whether the scope is shown as it is, with nothing left out."""
        return not (self.text or self.procedure or self.task or self.due)


@dataclass(frozen=True, slots=True)
class InboxRow:
    user_task_id: UUID
    dossier_id: UUID
    code: str
    name: str
    element_id: str
    procedure: ProcedureNames
    applicant: str
    subject: str
    due_at: datetime | None
    promised_at: datetime | None
    limit: Urgency  # of the whole dossier: LATE, SOON by the warning of its procedure, else LATER
    is_new: bool
    assignee_id: UUID | None
    assignee: str
    urgency: Urgency


@dataclass(frozen=True, slots=True)
class InboxPage:
    """One page of rows with the figures of the whole filtered list.

    ``counts`` holds the number of tasks per urgency; with ``is_capped`` there are more than
    counted, and the last groups are counted short.
    """

    rows: tuple[InboxRow, ...]
    total: int
    is_capped: bool
    counts: Mapping[Urgency, int]

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))


def inbox_page(
    session: Session, actor: Actor, wanted: InboxFilter, horizons: Horizons
) -> InboxPage:
    """Return one page of the actor's inbox."""
    branches = _branches(session, actor, wanted, horizons)
    total, counts = _figures(session, actor, wanted, branches, horizons)
    ids = _page_ids(session, actor, wanted, branches)
    return InboxPage(
        rows=_rows(session, ids, horizons),
        total=min(total, COUNTED_UP_TO),
        is_capped=total > COUNTED_UP_TO,
        counts=counts,
    )


def listed_tasks(session: Session, actor: Actor, wanted: InboxFilter) -> tuple[InboxRow, ...]:
    """Return one page of the actor's inbox without its figures; nothing counts as urgent."""
    ended = datetime.min.replace(tzinfo=UTC)
    nothing = Horizons(ended, ended, ended, ended)
    branches = _branches(session, actor, wanted, nothing)
    return _rows(session, _page_ids(session, actor, wanted, branches), nothing)


def scope_counts(session: Session, actor: Actor) -> Mapping[Scope, int]:
    """Return how many open tasks each scope holds; one more than the cap means "more"."""
    found = session.execute(counting(tuple(Scope), len(actor.groups)), asking(actor)).one()
    return dict(zip(Scope, found, strict=True))


def mine_count(session: Session, actor: Actor) -> int:
    """Return how many open tasks the actor has claimed, up to one more than the cap."""
    return session.scalar(counting((Scope.MINE,), 0), asking(actor)) or 0


def _branches(
    session: Session, actor: Actor, wanted: InboxFilter, horizons: Horizons
) -> tuple[Branch, ...]:
    branches = branches_of(wanted.scope, len(actor.groups))
    conditions = _conditions(session, wanted, horizons)
    if wanted.text:
        found = find_matching_tasks(session, wanted.text)
        if found is not None:
            branches = (_listed(session, actor, wanted.scope, found),)
        else:
            conditions.append(UserTask.belongs_to_any(matching_instances(wanted.text)))
    if wanted.due not in (None, Due.LIMIT):
        until = _due_until(wanted.due, horizons)
        branches = tuple(one.where(one.selected_columns.due_at <= until) for one in branches)
    if not conditions:
        return branches
    return tuple(_with_tasks(one).where(*conditions) for one in branches)


def _listed(session: Session, actor: Actor, scope: Scope, ids: list[UUID]) -> Branch:
    """Those of a few known tasks that belong to the scope."""
    listed = select(UserTask.id.label("id"), UserTask.due_at.label("due_at"))
    if scope is Scope.MINE:
        return listed.where(UserTask.id.in_(ids), UserTask.assignee_id == actor.user_id)
    offered = offered_among(session, ids, actor, STATUSES[scope])
    return listed.where(UserTask.id.in_(offered))


def _with_tasks(branch: Branch) -> Branch:
    """The branch with the table that conditions speak of."""
    if branch.get_final_froms() == [UserTaskCandidate.__table__]:
        return branch.join(UserTask, UserTask.id == UserTaskCandidate.user_task_id)
    return branch


def _conditions(
    session: Session, wanted: InboxFilter, horizons: Horizons
) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.procedure:
        ids = session.scalars(
            select(ProcessDefinition.id).where(ProcessDefinition.key == wanted.procedure)
        ).all()
        conditions.append(UserTask.definition_id.in_(ids))
    if wanted.task:
        conditions.append(UserTask.name == wanted.task)
    if wanted.due is Due.LIMIT:
        near = select(Dossier.instance_id).where(Dossier.near_at <= horizons.now)
        conditions.append(UserTask.belongs_to_any(near))
    return conditions


def _due_until(due: Due, horizons: Horizons) -> datetime:
    return {
        Due.OVERDUE: horizons.now,
        Due.TODAY: horizons.today_ends_at,
        Due.SOON: horizons.soon_ends_at,
        Due.WEEK: horizons.week_ends_at,
    }[due]


def _figures(
    session: Session,
    actor: Actor,
    wanted: InboxFilter,
    branches: tuple[Branch, ...],
    horizons: Horizons,
) -> tuple[int, Mapping[Urgency, int]]:
    whole = _figuring_whole(wanted.scope, len(actor.groups)) if wanted.is_whole else None
    statement = _figuring(branches) if whole is None else whole
    instants = {
        "now": horizons.now,
        "today": horizons.today_ends_at,
        "soon": horizons.soon_ends_at,
    }
    found = session.execute(statement, {**asking(actor), **instants}).all()
    counts = {Urgency(row[0]): row[1] for row in found}
    return sum(counts.values()), counts


@lru_cache(maxsize=128)
def _figuring_whole(scope: Scope, groups: int) -> Select[Any]:
    return _figuring(branches_of(scope, groups))


def _figuring(branches: tuple[Branch, ...]) -> Select[Any]:
    """Return the select of how many tasks there are of each urgency."""
    listed = together(branches, COUNTED_UP_TO + 1)
    due_at = listed.c.due_at
    now, today, soon = (
        bindparam(name, type_=UserTask.due_at.type) for name in ("now", "today", "soon")
    )
    urgency = case(
        (due_at.is_(None), Urgency.NONE),
        (due_at < now, Urgency.LATE),
        (due_at <= today, Urgency.TODAY),
        (due_at <= soon, Urgency.SOON),
        else_=Urgency.LATER,
    ).label("urgency")
    return select(urgency, func.count()).group_by(urgency)


def _page_ids(
    session: Session, actor: Actor, wanted: InboxFilter, branches: tuple[Branch, ...]
) -> list[UUID]:
    if wanted.is_whole and wanted.sort is Sort.DUE and wanted.page == 1:
        statement = _first_page(wanted.scope, len(actor.groups))
    else:
        statement = _paging(branches, wanted.sort, (wanted.page - 1) * PAGE_SIZE)
    return list(session.scalars(statement, asking(actor)))


@lru_cache(maxsize=128)
def _first_page(scope: Scope, groups: int) -> Select[Any]:
    return _paging(branches_of(scope, groups), Sort.DUE, 0)


def _paging(branches: tuple[Branch, ...], sort: Sort, offset: int) -> Select[Any]:
    """Return the select of the ids of one page in the order asked for."""
    if sort is Sort.DUE:
        listed = together(branches, offset + PAGE_SIZE)
        chosen = select(listed.c.id).order_by(listed.c.due_at.asc().nulls_last(), listed.c.id)
    else:
        listed = together(branches, COUNTED_UP_TO)
        column = Dossier.code if sort is Sort.CODE else Dossier.promised_at
        chosen = (
            select(listed.c.id)
            .join(UserTask, UserTask.id == listed.c.id)
            .join(Dossier, Dossier.instance_id == UserTask.dossier_instance())
            .order_by(column.asc().nulls_last(), listed.c.id)
        )
    return chosen.offset(offset).limit(PAGE_SIZE)


_ROWS = (
    select(
        UserTask.id,
        UserTask.definition_id,
        UserTask.element_id,
        UserTask.name,
        UserTask.due_at,
        UserTask.opened_at,
        UserTask.assignee_id,
        UserAccount.name.label("assignee"),
        Dossier.id.label("dossier_id"),
        Dossier.code,
        Dossier.applicant_name,
        Dossier.subject,
        Dossier.promised_at,
        Dossier.near_at,
    )
    .join(Dossier, Dossier.instance_id == UserTask.dossier_instance())
    .outerjoin(UserAccount, UserAccount.id == UserTask.assignee_id)
    .where(UserTask.id.in_(bindparam("ids", expanding=True)))
)


def _rows(session: Session, ids: list[UUID], horizons: Horizons) -> tuple[InboxRow, ...]:
    found = session.execute(_ROWS, {"ids": ids}).all()
    names = procedure_names(session, {row.definition_id for row in found})
    by_id = {row.id: _row(row, names[row.definition_id], horizons) for row in found}
    return tuple(by_id[one] for one in ids if one in by_id)


def _row(row: Any, procedure: ProcedureNames, horizons: Horizons) -> InboxRow:
    return InboxRow(
        user_task_id=row.id,
        dossier_id=row.dossier_id,
        code=row.code,
        name=row.name,
        element_id=row.element_id,
        procedure=procedure,
        applicant=row.applicant_name,
        subject=row.subject,
        due_at=row.due_at,
        promised_at=row.promised_at,
        limit=horizons.limit(row.near_at, row.promised_at),
        is_new=row.opened_at is None,
        assignee_id=row.assignee_id,
        assignee=row.assignee or "",
        urgency=horizons.urgency(row.due_at),
    )
