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

from sqlalchemy import ColumnElement, Select, bindparam, select
from sqlalchemy.orm import Session

from webapp.actors import Actor
from webapp.models import (
    Dossier,
    ProcessDefinition,
    UserAccount,
    UserTask,
    UserTaskCandidate,
)
from webapp.queries.figures import COUNTED_UP_TO, Figures, narrowed, scope_counts, whole_scope
from webapp.queries.names import ProcedureNames, procedure_names
from webapp.queries.scopes import STATUSES, Branch, Scope, asking, branches_of, together
from webapp.queries.searching import (
    find_listed,
    find_matching_tasks,
    matching_instances,
    offered_among,
)
from webapp.queries.urgency import Horizons, Urgency

__all__ = [
    "COUNTED_UP_TO",
    "PAGE_SIZE",
    "Due",
    "Horizons",
    "InboxFilter",
    "InboxPage",
    "InboxRow",
    "Sort",
    "Urgency",
    "inbox_page",
    "listed_tasks",
    "scope_counts",
]

PAGE_SIZE = 25


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
    def is_due(self) -> bool:
        """Whether tasks are left out by their own due instant."""
        return self.due not in (None, Due.LIMIT)

    @property
    def is_plain(self) -> bool:
        """Whether nothing is left out, but by due instant: the database is asked the same often."""
        return not (self.text or self.procedure or self.task or self.due is Due.LIMIT)

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
    figures: Figures

    @property
    def counts(self) -> Mapping[Urgency, int]:
        return self.figures.counts

    @property
    def total(self) -> int:
        return min(self.figures.total, COUNTED_UP_TO)

    @property
    def is_capped(self) -> bool:
        return self.figures.total > COUNTED_UP_TO

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))


def inbox_page(
    session: Session, actor: Actor, wanted: InboxFilter, horizons: Horizons
) -> InboxPage:
    """Return one page of the actor's inbox."""
    branches = _branches(session, actor, wanted, horizons)
    if wanted.is_whole:
        figures = whole_scope(session, actor, wanted.scope, horizons)
    else:
        asked = _asked(actor, wanted, horizons)
        figures = narrowed(session, branches, asked, horizons, often=wanted.is_plain)
    ids = _page_ids(session, actor, wanted, branches, horizons)
    return InboxPage(_rows(session, ids, horizons), figures)


def listed_tasks(session: Session, actor: Actor, wanted: InboxFilter) -> tuple[InboxRow, ...]:
    """Return one page of the actor's inbox without its figures; nothing counts as urgent."""
    ended = datetime.min.replace(tzinfo=UTC)
    nothing = Horizons(ended, ended, ended, ended)
    branches = _branches(session, actor, wanted, nothing)
    return _rows(session, _page_ids(session, actor, wanted, branches, nothing), nothing)


def _branches(
    session: Session, actor: Actor, wanted: InboxFilter, horizons: Horizons
) -> tuple[Branch, ...]:
    branches = branches_of(wanted.scope, len(actor.groups), due=wanted.is_due)
    conditions = _conditions(session, wanted, horizons)
    if wanted.text:
        found = _found(session, actor, wanted.scope, wanted.text)
        if found is not None:
            branches = (found,)
            if wanted.due is not None and wanted.is_due:
                conditions.append(UserTask.due_at <= _due_until(wanted.due, horizons))
        else:
            conditions.append(UserTask.belongs_to_any(matching_instances(wanted.text)))
    if not conditions:
        return branches
    return tuple(_with_tasks(one).where(*conditions) for one in branches)


def _found(session: Session, actor: Actor, scope: Scope, text: str) -> Branch | None:
    """Those tasks of the scope whose dossiers hold a text; None where too many dossiers do."""
    found = select(UserTask.id.label("id"), UserTask.due_at.label("due_at"))
    listed = find_listed(session, actor, scope, text)
    if listed is not None:
        return found.where(UserTask.id.in_(listed))
    ids = find_matching_tasks(session, text)
    if ids is None:
        return None
    if scope is Scope.MINE:
        return found.where(UserTask.id.in_(ids), UserTask.assignee_id == actor.user_id)
    return found.where(UserTask.id.in_(offered_among(session, ids, actor, STATUSES[scope])))


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


def _asked(actor: Actor, wanted: InboxFilter, horizons: Horizons) -> Mapping[str, Any]:
    """Return the values of the parameters of the branches."""
    if wanted.due is None or not wanted.is_due:
        return asking(actor)
    return {**asking(actor), "until": _due_until(wanted.due, horizons)}


def _page_ids(
    session: Session,
    actor: Actor,
    wanted: InboxFilter,
    branches: tuple[Branch, ...],
    horizons: Horizons,
) -> list[UUID]:
    if wanted.is_plain and wanted.sort is Sort.DUE and wanted.page == 1:
        statement = _first_page(branches)
    else:
        statement = _paging(branches, wanted.sort, (wanted.page - 1) * PAGE_SIZE)
    return list(session.scalars(statement, _asked(actor, wanted, horizons)))


@lru_cache(maxsize=128)
def _first_page(branches: tuple[Branch, ...]) -> Select[Any]:
    return _paging(branches, Sort.DUE, 0)


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
