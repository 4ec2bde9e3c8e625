"""Random models played through the product's operations, cut off around random commits."""

import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import DeliverMessage
from tests.engine.random_models import Model, random_model
from tests.engine.sketches import file, process
from tests.webapp.conftest import NINE
from webapp.actors import SYSTEM, Actor, Role
from webapp.cli.checks import problems
from webapp.db import Database
from webapp.models import (
    InstanceEvent,
    MessageSubscription,
    ProcessInstance,
    Timer,
    UserAccount,
    UserTask,
    UserTaskStatus,
)
from webapp.operations import (
    beginning,
    definitions,
    deployments,
    moving,
    people,
    timers,
    user_tasks,
)
from webapp.operations.once import once

MODELS = int(os.environ.get("MOTCUA_TEST_MODELS", "200"))
DEEP = 4  # every fourth model is nested as deep as the generator goes
AT_ONCE = 25
ON_POSTGRESQL = int(os.environ.get("MOTCUA_TEST_MODELS_POSTGRESQL", "12"))  # all: 200
KILL = 0.1  # of all commands, before the commit; and as many after it
Act = Callable[[Session], object]


class KilledError(BaseException):
    """The process is gone: nobody catches this."""


@dataclass
class Play:
    """One instance of a random model in a database; each command is asked for until it is known."""

    database: Database
    model: Model
    clerk: Actor
    random: Random
    instance_id: UUID = field(default_factory=lambda: UUID(int=0))
    commands: int = 0
    kills: int = 0

    def __post_init__(self) -> None:
        self.doomed = self.random.randint(1, 2)  # this command meets its end, others may

    def command(self, act: Act) -> None:
        """Carry out a command once, whatever kills the process in the middle."""
        self.commands += 1
        key = f"{self.instance_id} {self.commands}"
        while True:
            fate = self._fate()
            try:
                with self.database.transaction() as session:
                    once(session, key, self.clerk, NINE, lambda: act(session) and None)
                    if fate < KILL:
                        raise KilledError
                if fate > 1 - KILL:
                    raise KilledError
            except KilledError:
                self.kills += 1
                self._begin_anew()
            else:
                return

    def run(self) -> None:
        """Do what can be done in a random order until nothing can."""
        while actions := self._actions():
            self.command(self.random.choice(actions))

    def _fate(self) -> float:
        """Return a number that is low for a kill before the commit, high for one after it."""
        if self.commands == self.doomed and not self.kills:
            return self.random.choice((0.0, 1.0))
        return self.random.random()

    def _begin_anew(self) -> None:
        """A new process: no connection, nothing compiled, nothing remembered.

        The words of the statements stay: putting them together anew took most of the time.
        """
        self.database.dispose()
        definitions._cache.clear()

    def _actions(self) -> list[Act]:
        model, mine = self.model, self.instance_id
        with self.database.reading() as session:
            tasks = session.execute(
                select(UserTask.id, UserTask.element_id).where(
                    UserTask.instance_id == mine, UserTask.status == UserTaskStatus.OPEN
                )
            ).all()
            armed = session.execute(
                select(Timer.id, Timer.element_id, Timer.due_at).where(Timer.instance_id == mine)
            ).all()
            waiting = session.execute(
                select(
                    MessageSubscription.token_id,
                    MessageSubscription.element_id,
                    MessageSubscription.name,
                ).where(MessageSubscription.instance_id == mine)
            ).all()
        open_ = {row.element_id for row in (*tasks, *armed)}
        actions = [
            self._complete(row.id)
            for row in tasks
            if row.element_id not in model.never
            and open_.isdisjoint(model.after.get(row.element_id, ()))
        ]
        actions += [self._fire(row) for row in armed if row.element_id in model.events]
        return actions + [self._deliver(row) for row in waiting if row.element_id in model.events]

    def _complete(self, task_id: UUID) -> Act:
        def act(session: Session) -> None:
            user_tasks.claim(session, task_id, actor=self.clerk, at=NINE)
            user_tasks.complete(session, task_id, {}, actor=self.clerk, at=NINE)

        return act

    def _fire(self, row: object) -> Act:
        return lambda session: timers.fire(session, row.id, at=row.due_at)  # type: ignore[attr-defined]

    def _deliver(self, row: object) -> Act:
        def act(session: Session) -> None:
            instance = moving.locked_instance(session, self.instance_id)
            command = DeliverMessage(row.token_id, row.name, {})  # type: ignore[attr-defined]
            moving.move(session, instance, command, actor=SYSTEM, at=NINE)

        return act


@pytest.fixture
def clerk(database: Database) -> Actor:
    with database.transaction() as session:
        people.create_group(session, "desk", "Desk", actor=SYSTEM)
        user_id = people.create_user(
            session,
            username="clerk",
            name="Clerk",
            password="a long password",
            roles=[Role.OFFICER],
            groups=["desk"],
            actor=SYSTEM,
            at=NINE,
        )
        return people.actor_of(session.get_one(UserAccount, user_id))


@pytest.fixture
def unchecked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Publish what the checks would not let through, such as a task that nobody reaches."""
    monkeypatch.setattr("engine.compile._refuse_errors", lambda *_args, **_kwargs: None)
    monkeypatch.setattr(deployments, "_checked", lambda *_args, **_kwargs: ())


@pytest.mark.parametrize(
    ("database_url", "first", "behind"),
    [
        (kind, first, min(first + AT_ONCE, number))
        for kind, number in (("sqlite", MODELS), ("postgresql", ON_POSTGRESQL))
        for first in range(0, number, AT_ONCE)
    ],
    indirect=["database_url"],
)
@pytest.mark.usefixtures("unchecked")
def test_a_random_model_does_what_it_must_however_often_the_process_is_killed(
    database: Database, clerk: Actor, first: int, behind: int
) -> None:
    killed = 0

    for seed in range(first, behind):
        model = random_model(seed, depth=2 if seed % DEEP else 3)
        play = Play(database, model, clerk, Random(seed))  # noqa: S311
        play.instance_id = _begun(play, seed)
        play.run()
        killed += play.kills
        status, done = _trace(database, play.instance_id)
        assert (seed, status, done) == (seed, "completed", +play.model.expected)

    assert killed >= (behind - first) // 2
    assert problems(database) == []


def _begun(play: Play, seed: int) -> UUID:
    """Publish the model as a deployment of its own and begin an instance."""
    content = file(process(play.model.xml, key=f"p{seed}"), play.model.called)
    with play.database.transaction() as session:
        draft = deployments.save_draft(session, {"m.bpmn": content}, "m", actor=SYSTEM, at=NINE)
        published = deployments.publish(session, draft, note="", actor=SYSTEM, at=NINE)
        found = {definitions.compiled(session, one).process_id: one for one in published}
    with play.database.transaction() as session:
        instance, outcome = beginning.begin(
            session, found[f"p{seed}"], play.model.variables, actor=SYSTEM, at=NINE
        )
        moving.settle(session, instance, outcome, actor=SYSTEM, at=NINE)
        return instance.id


def _trace(database: Database, instance_id: UUID) -> tuple[str, Counter[str]]:
    with database.reading() as session:
        status = session.get_one(ProcessInstance, instance_id).status
        rows = session.execute(
            select(InstanceEvent.element_id, func.count())
            .where(
                InstanceEvent.instance_id == instance_id,
                InstanceEvent.kind == "user_task.completed",
            )
            .group_by(InstanceEvent.element_id)
        )
        return status, Counter({str(element): count for element, count in rows})
