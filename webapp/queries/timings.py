"""Where the time went: per procedure, per element, and what is open for longest."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from engine import worktime
from webapp.models import (
    Dossier,
    DossierPause,
    ElementTiming,
    ProcessDefinition,
    ProcessInstance,
    UserAccount,
    UserTask,
    UserTaskStatus,
)
from webapp.queries.breakdowns import StayFilter
from webapp.queries.names import ProcedureNames, procedure_names
from webapp.queries.samples import Spread, histogram, spread
from webapp.standing import is_kept, is_overdue
from webapp.stay_days import instants

RECENT = 300  # decided dossiers of which the whole duration is computed
SLOWEST = 10  # open tasks shown
Conditions = tuple[ColumnElement[bool], ...]


@dataclass(frozen=True, slots=True)
class Totals:
    """What became of the dossiers of some definitions."""

    received: int
    decided: int
    on_time: int  # of the decided ones with a promised date
    promised: int  # decided ones with a promised date
    running: int
    overdue: int  # of the running ones, the clock not standing still

    @property
    def on_time_percent(self) -> int | None:
        return round(100 * self.on_time / self.promised) if self.promised else None


@dataclass(frozen=True, slots=True)
class ProcedureTimings:
    """One line of the overview."""

    names: ProcedureNames
    totals: Totals
    duration: Spread | None  # of whole dossiers, office time without pauses


@dataclass(frozen=True, slots=True)
class ElementFigures:
    """How long tokens stayed at one element; seconds of office time."""

    count: int
    total: Spread | None
    waiting: Spread | None
    working: Spread | None
    over: int  # later than the limit of the task
    with_limit: int
    excess_seconds: int  # beyond the limit, all tokens together
    sum_seconds: int
    bins: tuple[int, ...]

    @property
    def over_percent(self) -> int | None:
        return round(100 * self.over / self.with_limit) if self.with_limit else None


@dataclass(frozen=True, slots=True)
class SlowTask:
    """An open user task that waits for long."""

    id: UUID
    element_id: str
    name: str
    names: ProcedureNames
    dossier_id: UUID
    dossier_code: str
    assignee: str
    created_at: datetime
    due_at: datetime | None


@dataclass(slots=True)
class _Sample:
    totals: list[int] = field(default_factory=list)
    waits: list[int] = field(default_factory=list)
    works: list[int] = field(default_factory=list)
    over: int = 0
    with_limit: int = 0


def definition_ids(session: Session, key: str, version: int | None = None) -> tuple[UUID, ...]:
    """The versions of a procedure, newest first, or the one asked for."""
    chosen = select(ProcessDefinition.id).where(ProcessDefinition.key == key)
    if version is not None:
        chosen = chosen.where(ProcessDefinition.version == version)
    return tuple(session.scalars(chosen.order_by(ProcessDefinition.version.desc())))


def overview(
    session: Session, at: datetime, calendar: worktime.Calendar
) -> tuple[ProcedureTimings, ...]:
    """Every procedure, the one with most overdue dossiers first."""
    by_key: dict[str, list[UUID]] = {}
    for found_id, key in session.execute(
        select(ProcessDefinition.id, ProcessDefinition.key).order_by(
            ProcessDefinition.version.desc()
        )
    ):
        by_key.setdefault(key, []).append(found_id)
    names = procedure_names(session, [ids[0] for ids in by_key.values()])
    rows = [
        ProcedureTimings(
            names[ids[0]],
            totals(session, of_definitions(ids), at),
            durations(session, of_definitions(ids), calendar),
        )
        for ids in by_key.values()
    ]
    return tuple(sorted(rows, key=lambda row: (-row.totals.overdue, row.names.name)))


def of_filter(wanted: StayFilter) -> Conditions:
    """Return the conditions of the dossiers that were received in a period, narrowed as asked."""
    first, after = instants(wanted.since, wanted.until)
    return (
        *of_definitions(wanted.definition_ids),
        Dossier.received_at >= first,
        Dossier.received_at < after,
        *_narrowed(wanted),
    )


def of_definitions(ids: Collection[UUID]) -> Conditions:
    """Return the conditions of all dossiers of some definitions."""
    return (Dossier.definition_id.in_(ids),)


def _narrowed(wanted: StayFilter) -> Conditions:
    place = func.coalesce(Dossier.deciding_agency_id, Dossier.received_agency_id)
    found: Conditions = () if wanted.agencies is None else (place.in_(wanted.agencies),)
    return (*found, Dossier.channel == wanted.channel) if wanted.channel else found


def totals(session: Session, meant: Conditions, at: datetime) -> Totals:
    """What became of these dossiers."""
    decided = Dossier.decided_at.is_not(None)
    running = Dossier.decided_at.is_(None) & Dossier.ended_at.is_(None)
    row = session.execute(
        select(
            func.count(),
            _count(decided),
            _count(decided & Dossier.promised_at.is_not(None) & is_kept()),
            _count(decided & Dossier.promised_at.is_not(None)),
            _count(running),
            _count(is_overdue(at)),
        ).where(*meant)
    ).one()
    return Totals(*row)


def durations(session: Session, meant: Conditions, calendar: worktime.Calendar) -> Spread | None:
    """Office time from receipt to decision of the latest decided of them, without pauses."""
    rows = session.execute(
        select(Dossier.id, Dossier.received_at, Dossier.decided_at)
        .where(*meant, Dossier.decided_at.is_not(None))
        .order_by(Dossier.decided_at.desc())
        .limit(RECENT)
    ).all()
    paused = _paused_seconds(session, [row.id for row in rows])
    return spread(
        [
            max(0, _seconds(worktime.between(start, end, calendar)) - paused.get(dossier_id, 0))
            for dossier_id, start, end in rows
            if end is not None
        ]
    )


def element_figures(
    session: Session, wanted: StayFilter, limit_seconds: Mapping[str, int]
) -> Mapping[str, ElementFigures]:
    """The figures of every element that a token has left in the period."""
    first, after = instants(wanted.since, wanted.until)
    narrowed = _narrowed(wanted)
    is_over = case((ElementTiming.completed_at > ElementTiming.due_at, 1), else_=0)
    has_limit = case((ElementTiming.due_at.is_not(None), 1), else_=0)
    chosen = select(
        ElementTiming.element_id,
        ElementTiming.waiting_seconds,
        ElementTiming.working_seconds,
        is_over,
        has_limit,
    ).where(
        ElementTiming.definition_id.in_(wanted.definition_ids),
        ElementTiming.completed_at >= first,
        ElementTiming.completed_at < after,
    )
    if narrowed:
        chosen = chosen.join(ProcessInstance, ProcessInstance.id == ElementTiming.instance_id).join(
            Dossier, Dossier.instance_id == ProcessInstance.dossier_instance()
        )
    rows = session.execute(chosen.where(*narrowed))
    samples: dict[str, _Sample] = {}
    for element_id, waiting, working, over, limited in rows:
        sample = samples.setdefault(element_id, _Sample())
        sample.totals.append((waiting or 0) + (working or 0))
        if waiting is not None:
            sample.waits.append(waiting)
        if working is not None:
            sample.works.append(working)
        sample.over += over
        sample.with_limit += limited
    return {
        element_id: _figures(sample, limit_seconds.get(element_id, 0))
        for element_id, sample in samples.items()
    }


def slowest_tasks(
    session: Session, ids: Collection[UUID] | None = None, *, most: int = SLOWEST
) -> tuple[SlowTask, ...]:
    """The open tasks that were created first, of some definitions or of all."""
    chosen = (
        select(UserTask, Dossier.id, Dossier.code, UserAccount.name)
        .join(Dossier, Dossier.instance_id == UserTask.dossier_instance())
        .outerjoin(UserAccount, UserAccount.id == UserTask.assignee_id)
        .where(UserTask.status == UserTaskStatus.OPEN)
        .order_by(UserTask.created_at, UserTask.id)
        .limit(most)
    )
    if ids is not None:
        chosen = chosen.where(UserTask.definition_id.in_(ids))
    rows = session.execute(chosen).all()
    names = procedure_names(session, [row.UserTask.definition_id for row in rows])
    return tuple(
        SlowTask(
            task.id,
            task.element_id,
            task.name,
            names[task.definition_id],
            dossier_id,
            code,
            assignee or "",
            task.created_at,
            task.due_at,
        )
        for task, dossier_id, code, assignee in rows
    )


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((condition, 1)))


def _seconds(amount: timedelta) -> int:
    return round(amount.total_seconds())


def _paused_seconds(session: Session, dossier_ids: Sequence[UUID]) -> dict[UUID, int]:
    rows = session.execute(
        select(DossierPause.dossier_id, func.sum(DossierPause.office_seconds))
        .where(DossierPause.dossier_id.in_(dossier_ids))
        .group_by(DossierPause.dossier_id)
    )
    return {dossier_id: int(seconds or 0) for dossier_id, seconds in rows}


def _figures(sample: _Sample, limit_seconds: int) -> ElementFigures:
    beyond = (total - limit_seconds for total in sample.totals if total > limit_seconds)
    return ElementFigures(
        len(sample.totals),
        spread(sample.totals),
        spread(sample.waits),
        spread(sample.works),
        sample.over,
        sample.with_limit,
        sum(beyond) if limit_seconds else 0,
        sum(sample.totals),
        histogram(sample.totals, limit_seconds),
    )
