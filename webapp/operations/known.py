"""What the database has about an instance when a move of it is written down: one statement."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    Uuid,
    bindparam,
    cast,
    func,
    literal_column,
    null,
    select,
)
from sqlalchemy import union_all as together
from sqlalchemy.orm import Session

from webapp.fetching import Fetch
from webapp.models import (
    Dossier,
    DossierGroup,
    Job,
    JobStatus,
    MessageSubscription,
    ProcessInstance,
    Timer,
    UserTask,
    UserTaskStatus,
)

TASK, JOB, TIMER, MESSAGE, SIGNAL = "task", "job", "timer", "message", "signal"
_DOSSIER, _GROUP = "dossier", "group"

Key = tuple[str, str, str, str | None]  # token, element, name or timer, correlation key
Waits = Mapping[str, dict[Key, UUID]]  # by kind of wait


@dataclass(slots=True)
class KnownDossier:
    """The dossier of an instance, or of its outermost caller."""

    id: UUID
    state: int
    clock_marks: frozenset[str]  # elements that start or end its legal clock
    groups: set[str] = field(default_factory=set)  # who sees it


@dataclass(slots=True)
class Known:
    """The rows of waits of an instance, and its dossier."""

    waits: Waits
    dossier: KnownDossier | None = None


def known_of(session: Session, instance: ProcessInstance, *, is_new: bool) -> Known:
    """Return what is there; an instance that is new has no waits yet."""
    found = Known({kind: {} for kind in (TASK, JOB, TIMER, MESSAGE, SIGNAL)})
    where = {"instance_id": instance.id, "root_id": instance.root_id or instance.id}
    groups: set[str] = set()
    for kind, row_id, *key in (_DOSSIER_ONLY if is_new else _EVERYTHING).rows(session, where):
        if kind == _DOSSIER:
            marks = frozenset(mark for mark in key[1:3] if mark)
            found.dossier = KnownDossier(row_id, int(key[0]), marks, groups)
        elif kind == _GROUP:
            groups.add(key[0])
        else:
            found.waits[kind][tuple(key)] = row_id
    return found


def _waits_of(kind: str, table: Any, name: Any = "", correlation_key: Any = None) -> Select[Any]:
    """Return kind, id and key of the wait rows of one instance in one table."""
    told: ColumnElement[str] = literal_column(f"'{kind}'")
    named = literal_column("''") if name == "" else name
    key = cast(null(), String) if correlation_key is None else correlation_key
    return select(told, table.id, table.token_id, table.element_id, named, key).where(
        table.instance_id == bindparam("instance_id", type_=Uuid())
    )


def _dossier() -> tuple[Select[Any], Select[Any]]:
    """Return the same columns of a dossier and of its groups."""
    nothing: ColumnElement[str] = literal_column("''")
    told: ColumnElement[str] = literal_column(f"'{_DOSSIER}'")
    group_told: ColumnElement[str] = literal_column(f"'{_GROUP}'")
    marks = [
        func.coalesce(Dossier.clock_limit[name].as_string(), nothing)
        for name in ("starts_at", "ends_at")
    ]
    is_its = Dossier.instance_id == bindparam("root_id", type_=Uuid())
    no_key = cast(null(), String)
    state: Any = cast(Dossier.state, String)
    of_groups: tuple[Any, ...] = (DossierGroup.group_key, nothing, nothing)
    return (
        select(told, Dossier.id, state, *marks, no_key).where(is_its),
        select(group_told, Dossier.id, *of_groups, no_key)
        .join(Dossier, Dossier.id == DossierGroup.dossier_id)
        .where(is_its),
    )


# Statements are put together once: doing it at every move took ten times as long as asking.
_DOSSIER_ONLY = Fetch(together(*_dossier()))
_EVERYTHING = Fetch(
    together(
        _waits_of(TASK, UserTask).where(UserTask.status == UserTaskStatus.OPEN),
        _waits_of(JOB, Job).where(
            (Job.status == JobStatus.OPEN) | (Job.status == JobStatus.FAILED)
        ),
        _waits_of(TIMER, Timer, Timer.timer_id),
        _waits_of(
            MESSAGE,
            MessageSubscription,
            MessageSubscription.name,
            MessageSubscription.correlation_key,
        ).where(MessageSubscription.is_signal.is_(False)),
        _waits_of(SIGNAL, MessageSubscription, MessageSubscription.name).where(
            MessageSubscription.is_signal.is_(True)
        ),
        *_dossier(),
    )
)
