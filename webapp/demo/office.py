"""The demo office at work: a simulation in office hours, played through the operations."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from heapq import heappop, heappush
from itertools import count
from random import Random
from uuid import UUID

from sqlalchemy import Uuid, bindparam, func, select
from sqlalchemy.orm import Session

from webapp.actors import Actor
from webapp.demo import machine, rhythm
from webapp.demo.besides import Besides, Deed
from webapp.demo.requests import answer, receive
from webapp.demo.staff import Staff
from webapp.demo.together import Together
from webapp.errors import ConflictError, NotAllowedError
from webapp.filestore import FileStore
from webapp.models import (
    Job,
    JobStatus,
    MessageSubscription,
    ProcessDefinition,
    Timer,
    UserTask,
    UserTaskCandidate,
    UserTaskStatus,
)
from webapp.operations import user_tasks

Action = Callable[[datetime], None]
SOON = timedelta(seconds=20)  # until the worker takes a job
HOURS_A_DAY = 8.0
_INSTANCE = bindparam("instance_id", type_=Uuid())
_TASKS = (
    select(
        UserTask.id,
        UserTask.element_id,
        ProcessDefinition.key,
        ProcessDefinition.version,
        UserTaskCandidate.group_key,
    )
    .join(ProcessDefinition, ProcessDefinition.id == UserTask.definition_id)
    .join(UserTaskCandidate, UserTaskCandidate.user_task_id == UserTask.id)
    .where(UserTask.instance_id == _INSTANCE, UserTask.status == UserTaskStatus.OPEN)
    .order_by(UserTask.element_id)
)
_JOB = select(func.min(Job.due_at)).where(
    Job.instance_id == _INSTANCE, Job.status == JobStatus.OPEN, Job.retries_left > 0
)
_TIMERS = select(Timer.id, Timer.due_at).where(Timer.instance_id == _INSTANCE)
_WAITS = (
    select(MessageSubscription.id, MessageSubscription.name)
    .where(MessageSubscription.instance_id == _INSTANCE)
    .order_by(MessageSubscription.element_id)
)
HANDS_ON = timedelta(hours=rhythm.HANDS_ON_HOURS)


@dataclass(frozen=True, slots=True)
class _Turn:
    """A task that somebody of a group will work on for so many office hours."""

    task_id: UUID
    group: str | None
    working: float


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the office works with."""

    agency_code: str
    files: FileStore
    agencies: Mapping[str, UUID]  # who decides, by process key, where others receive
    handlers: machine.Handlers  # of the jobs, by topic


@dataclass
class Office:
    """People, their desks and what is going to happen, in the order of time."""

    database: Together
    staff: Staff
    random: Random
    around: Surroundings
    ends_at: datetime  # nothing happens after this instant
    passed: Callable[[datetime], None] = lambda _at: None  # told how far the play has come
    now: datetime = field(init=False)
    _agenda: list[tuple[datetime, int, Action]] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=count)
    _planned: set[UUID] = field(default_factory=set)  # tasks, timers and messages that will come
    _free_at: dict[str, datetime] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.now = self.ends_at
        self._besides = Besides(self.random, self.staff.present, self._plan_deed)

    def _plan_deed(self, at: datetime, deed: Deed) -> None:
        self.plan(at, partial(self._do, deed))

    def _do(self, deed: Deed, at: datetime) -> None:
        with self.database.transaction() as session:
            instance_id = deed(session, at)
            if instance_id is not None:
                self._look_around(session, instance_id)

    def plan(self, at: datetime, action: Action) -> None:
        """Let something happen at ``at``, unless that is after the end."""
        if at <= self.ends_at:
            heappush(self._agenda, (at, next(self._numbers), action))

    def plan_arrival(self, at: datetime, key: str | None = None) -> None:
        """Let an applicant come to the counter, for one procedure or for any."""
        self.plan(at, partial(self._receive, key))

    def play(self) -> None:
        """Let everything happen that was planned, and what follows from it."""
        while self._agenda:
            self.now, _, action = heappop(self._agenda)
            action(self.now)
            self.passed(self.now)

    def _receive(self, wanted: str | None, at: datetime) -> None:
        key = wanted or self.random.choices(list(rhythm.MIX), list(rhythm.MIX.values()))[0]
        clerk = self.staff.pick(rhythm.COUNTERS.get(key, "mot-cua"), at)
        if clerk is None:
            return
        with self.database.transaction() as session:
            instance_id = receive(
                session,
                key,
                self.random,
                actor=clerk,
                at=at,
                agency_code=self.around.agency_code,
                files=self.around.files,
                agencies=self.around.agencies,
            )
            if instance_id is not None:
                self._besides.received(session, instance_id, clerk, at)
                self._look_around(session, instance_id)

    def _look_around(self, session: Session, instance_id: UUID) -> None:
        """Plan whatever now waits in an instance."""
        here = {"instance_id": instance_id}
        for task_id, element_id, key, version, group in session.execute(_TASKS, here).all():
            if self._is_new(task_id):
                pace = rhythm.OLDER.get((key, version), 1.0)
                self._plan_task(task_id, element_id, key, group, pace)
        due_at = session.scalar(_JOB, here)
        if due_at is not None:
            self._set_alarm(max(due_at, self.now + SOON), instance_id)
        for timer_id, due_at in session.execute(_TIMERS, here):
            if self._is_new(timer_id):
                self._set_alarm(max(due_at, self.now), instance_id)
        for wait_id, name in session.execute(_WAITS, here):
            if self._is_new(wait_id):
                self._besides.awaited(wait_id, name, self.now)

    def _is_new(self, thing_id: UUID) -> bool:
        known = thing_id in self._planned
        self._planned.add(thing_id)
        return not known

    def _plan_task(
        self, task_id: UUID, element_id: str, key: str, group: str | None, pace: float
    ) -> None:
        person = self.staff.pick(group, self.now)
        if person is None:
            return
        self.staff.load[person.username] += 1
        waiting, working = rhythm.draw(self.random, key, element_id)
        waiting, working = waiting * pace, working * pace
        if self.ends_at - self.now < rhythm.BUSY:
            waiting, working = waiting * rhythm.BUSY_FACTOR, working * rhythm.BUSY_FACTOR
        turn = _Turn(task_id, group, working)
        self.plan(rhythm.later(self.now, waiting), partial(self._claim, turn, person))

    def _claim(self, turn: _Turn, person: Actor, at: datetime) -> None:
        if self.staff.is_away(person, at):  # a colleague who is there takes it over, or it waits
            self.staff.load[person.username] -= 1
            person = self.staff.pick(turn.group, at) or person
            self.staff.load[person.username] += 1
            if self.staff.is_away(person, at):
                self.plan(rhythm.later(at, HOURS_A_DAY), partial(self._claim, turn, person))
                return
        free_at = self._free_at.get(person.username, at)
        if free_at > at:  # busy with another task until then
            self.plan(rhythm.later(free_at, 0), partial(self._claim, turn, person))
            return
        task_id = turn.task_id
        try:
            with self.database.transaction() as session:
                user_tasks.claim(session, task_id, actor=person, at=at)
                user_tasks.mark_opened(session, task_id, actor=person, at=at)
        except ConflictError:
            self.staff.load[person.username] -= 1
            return  # a timer took the task away meanwhile
        completed_at = rhythm.later(at, turn.working)
        self._free_at[person.username] = min(completed_at, at + HANDS_ON)
        self.plan(completed_at, partial(self._complete, task_id, person))

    def _complete(self, task_id: UUID, person: Actor, at: datetime) -> None:
        self.staff.load[person.username] -= 1
        try:
            with self.database.transaction() as session:
                task = session.get_one(UserTask, task_id)
                answers = answer(session, task, self.random, at)
                user_tasks.complete(session, task_id, answers, actor=person, at=at)
                self._besides.worked(session, task, person, at)
                self._look_around(session, task.instance_id)
        except (ConflictError, NotAllowedError):
            self._follow(task_id, at)

    def _follow(self, task_id: UUID, at: datetime) -> None:
        """Let who has a task now go on with it: somebody who stands in, or nobody yet."""
        with self.database.transaction() as session:
            task = session.get_one(UserTask, task_id)
            if task.status != UserTaskStatus.OPEN:
                return
            holder = self.staff.of_id(task.assignee_id)
            if holder is not None:
                self.staff.load[holder.username] += 1
                self.plan(rhythm.later(at, 1.0), partial(self._complete, task_id, holder))
                return
            self._planned.discard(task_id)
            self._look_around(session, task.instance_id)

    def _set_alarm(self, at: datetime, instance_id: UUID) -> None:
        self.plan(at, partial(self._let_worker_work, instance_id))

    def _let_worker_work(self, instance_id: UUID, at: datetime) -> None:
        with self.database.transaction() as session:
            if machine.work(session, instance_id, self.around.handlers, at):
                self._look_around(session, instance_id)
