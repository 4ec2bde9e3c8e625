"""What ``motcua check`` looks at: do the tables fit, do the waits agree with the snapshots."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

import engine
from webapp import clock, legal_clock, migrate
from webapp.db import Database
from webapp.errors import UnavailableError
from webapp.models import (
    Dossier,
    Job,
    JobStatus,
    MessageSubscription,
    ProcessInstance,
    Timer,
    UserTask,
    UserTaskStatus,
)
from webapp.operations import clocks, stranded, timing_days
from webapp.operations.definitions import compiled

_Waits = dict[str, set[tuple[str, str]]]


def problems(database: Database, passed: Callable[[], object] = lambda: None) -> list[str]:
    """Return one sentence per thing that is wrong; ``passed`` is called for each of ``size``."""
    try:
        if not migrate.is_current(database.sql_engine):
            return ["The tables are not up to date: run motcua serve or motcua worker once."]
        with database.reading() as session:
            return [
                *_instance_problems(session, passed),
                *_clock_problems(session, passed),
                *_timing_problems(session),
                *_stranded(session),
            ]
    except (SQLAlchemyError, UnavailableError) as error:
        return [f"The database cannot be reached: {error.__cause__ or error}"]


def size(database: Database) -> int:
    """Return how many instances and dossiers there are to look at; 0 where nobody can tell."""
    try:
        with database.reading() as session:
            counted = (select(func.count()).select_from(one) for one in (ProcessInstance, Dossier))
            return sum(session.scalar(one) or 0 for one in counted)
    except (SQLAlchemyError, UnavailableError):
        return 0


def _instance_problems(session: Session, passed: Callable[[], object]) -> list[str]:
    found = []
    for instance in session.scalars(select(ProcessInstance)):
        passed()
        try:
            expected = _expected(session, instance)
        except engine.EngineError as error:
            found.append(f"{_name(session, instance)}: the snapshot cannot be read: {error}")
            continue
        stored = _stored(session, instance)
        found += [
            f"{_name(session, instance)}: {kind} differ from the snapshot"
            for kind in expected
            if expected[kind] != stored[kind]
        ]
    return found


def _clock_problems(session: Session, passed: Callable[[], object]) -> list[str]:
    """Return the dossiers whose instants are not what the fold over their log gives."""
    at, found = clock.now(), []
    for dossier in session.scalars(select(Dossier)).all():
        passed()
        found += [
            f"{dossier.code}: {name} is not what the clock's log gives"
            for name in _differing(session, dossier, at)
        ]
    return found


def _timing_problems(session: Session) -> list[str]:
    """Return the days whose added-up timings are not what their stays give."""
    days = timing_days.differing(session)
    return [f"timings of {day}: the sums are not what the stays give" for day in days]


def _stranded(session: Session) -> list[str]:
    """Return the dossiers with which nobody can do anything."""
    return [
        f"{one.code}: nobody can act ({one.why}){_at_task(one)}"
        for one in stranded.stranded(session, clock.now())
    ]


def _at_task(one: stranded.Stranded) -> str:
    who = f", {one.who}" if one.who else ""
    return f": {one.task or one.element_id}{who}" if one.user_task_id else ""


def _differing(session: Session, dossier: Dossier, at: datetime) -> list[str]:
    counted = legal_clock.clock_of(session, dossier, at=at)
    if counted is None:
        return []
    state = counted.state
    pairs = {
        "first_promised_at": (dossier.first_promised_at, state.original_due),
        "promised_at": (dossier.promised_at, state.promised),
        "decided_at": (dossier.decided_at, state.finished_at),
        "verdict": (dossier.verdict, state.status.value if state.finished_at is not None else ""),
        "near_at": (dossier.near_at is None, clocks.warns_at(counted) is None),
        "calendar_revision": (dossier.calendar_revision, state.revision),
    }
    return [name for name, (stored, folded) in pairs.items() if stored != folded]


def _expected(session: Session, instance: ProcessInstance) -> _Waits:
    process = compiled(session, instance.definition_id)
    engine.variables_of(process, instance.snapshot)  # resting reads none of them
    outcome = engine.resting(process, instance.snapshot, at=clock.now())
    return {
        "user tasks": {(wait.token_id, wait.element_id) for wait in outcome.user_tasks},
        "jobs": {(wait.token_id, wait.element_id) for wait in outcome.jobs},
        "timers": {(wait.timer_id, wait.element_id) for wait in outcome.timers},
        "messages": {(wait.token_id, wait.element_id) for wait in outcome.messages}
        | {(wait.token_id, wait.element_id) for wait in outcome.signals},
    }


def _stored(session: Session, instance: ProcessInstance) -> _Waits:
    tasks = select(UserTask.token_id, UserTask.element_id).where(
        UserTask.instance_id == instance.id, UserTask.status == UserTaskStatus.OPEN
    )
    jobs = select(Job.token_id, Job.element_id).where(
        Job.instance_id == instance.id, Job.status.in_((JobStatus.OPEN, JobStatus.FAILED))
    )
    timers = select(Timer.timer_id, Timer.element_id).where(Timer.instance_id == instance.id)
    messages = select(MessageSubscription.token_id, MessageSubscription.element_id).where(
        MessageSubscription.instance_id == instance.id
    )
    return {
        kind: {(first, second) for first, second in session.execute(statement)}
        for kind, statement in (
            ("user tasks", tasks),
            ("jobs", jobs),
            ("timers", timers),
            ("messages", messages),
        )
    }


def _name(session: Session, instance: ProcessInstance) -> str:
    code = session.scalar(select(Dossier.code).where(Dossier.instance_id == instance.id))
    return code or str(instance.id)
