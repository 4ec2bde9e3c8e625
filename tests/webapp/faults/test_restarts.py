"""PostgreSQL crashes and comes back, again and again, while people and the worker go on."""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from threading import Event, Lock, Thread
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scripts.postgresql import Server, temporary_server
from tests.webapp.conftest import NINE
from tests.webapp.office import REQUEST
from tests.webapp.test_worker import Clock
from webapp import migrate
from webapp.actors import Actor
from webapp.cli.checks import problems
from webapp.db import Database
from webapp.errors import ConflictError, UnavailableError
from webapp.models import (
    Dossier,
    Incident,
    InstanceEvent,
    ProcessInstance,
    UserTask,
    UserTaskStatus,
)
from webapp.operations import dossiers, jobs, modifying, user_tasks
from webapp.operations.once import once
from webapp.worker.loop import Worker

CRASHES = int(os.environ.get("MOTCUA_TEST_CRASHES", "3"))  # of the server
BETWEEN = 12  # commands that are answered between two of them
CLIENTS = 2
PAUSE_SECONDS = 0.02  # before a client tries again


@dataclass
class Desk:
    """Clients that receive, work and cancel dossiers, and ask again until they are answered."""

    database: Database
    people: dict[str, Actor]
    stop: Event = field(default_factory=Event)
    more: Event = field(default_factory=Event)
    told: Counter[str] = field(default_factory=Counter)  # what clients were answered
    strange: list[BaseException] = field(default_factory=list)
    refused: int = 0
    _lock: Lock = field(default_factory=Lock)

    def client(self, number: int) -> None:
        """Work until told to stop."""
        random, turn = Random(number), 0  # noqa: S311  (reproducible)
        try:
            while not self.stop.is_set():
                turn += 1
                self._dossier(f"{number}-{turn}", random)
        except BaseException as error:  # noqa: BLE001  (a thread has nobody to tell)
            self.strange.append(error)

    def _dossier(self, key: str, random: Random) -> None:
        thu, lan = self.people["thu"], self.people["lan"]

        def receive(session: Session) -> str:
            return str(dossiers.start(session, "Process_Review", REQUEST, actor=thu, at=NINE))

        dossier_id = UUID(self._asked(f"start {key}", receive, thu))
        fate = random.choice(("refuse", "number", "cancel", "leave"))
        if fate == "cancel":
            self._asked(f"cancel {key}", lambda session: self._cancel(session, dossier_id), lan)
        elif fate != "leave":
            hanh = self.people["hanh"]
            result = "tu_choi" if fate == "refuse" else "dat"
            complete = lambda session: self._complete(session, dossier_id, result)  # noqa: E731
            self._asked(f"{fate} {key}", complete, hanh)

    def _asked(self, key: str, act: Callable[[Session], Any], actor: Actor) -> Any:
        """Ask until there is an answer, always under the same key."""
        while True:
            try:
                with self.database.transaction() as session:
                    answer = once(session, key, actor, NINE, lambda: act(session))
            except (UnavailableError, ConflictError):
                self.refused += 1
                Event().wait(PAUSE_SECONDS)
                continue
            with self._lock:
                self.told[key.partition(" ")[0]] += 1
                if self.told.total() % BETWEEN == 0:
                    self.more.set()
            return answer

    def _cancel(self, session: Session, dossier_id: UUID) -> None:
        instance_id = session.get_one(Dossier, dossier_id).instance_id
        lan = self.people["lan"]
        modifying.cancel(session, instance_id, reason="asked", actor=lan, at=NINE)

    def _complete(self, session: Session, dossier_id: UUID, result: str) -> None:
        hanh = self.people["hanh"]
        task_id = session.scalars(
            select(UserTask.id)
            .join(Dossier, Dossier.instance_id == UserTask.instance_id)
            .where(Dossier.id == dossier_id, UserTask.status == UserTaskStatus.OPEN)
        ).one()
        user_tasks.claim(session, task_id, actor=hanh, at=NINE)
        user_tasks.complete(session, task_id, {"ket_qua": result}, actor=hanh, at=NINE)


@pytest.fixture
def server() -> Iterator[Server]:
    with temporary_server(durable=True) as server:
        yield server


@pytest.fixture
def database_url(server: Server, tmp_path: Path) -> str:
    """A database on a server of its own, which loses nothing that it confirmed."""
    url = server.new_database()
    migrate.upgrade(url)
    return url


def test_counters_agree_after_the_server_crashed_several_times_under_load(
    server: Server, database: Database, people: dict[str, Actor], review: str
) -> None:
    desk = Desk(database, people)
    clock = Clock(NINE)
    worker = Worker(database, now=clock)
    threads = [Thread(target=desk.client, args=(number,)) for number in range(CLIENTS)]
    threads.append(Thread(target=worker.run, args=(desk.stop,), kwargs={"poll_seconds": 0.02}))
    for thread in threads:
        thread.start()

    for _ in range(CRASHES):
        assert desk.more.wait(60)
        server.crash()
        server.start()
        desk.more.clear()
    assert desk.more.wait(60)  # everybody found the server again, without being told
    desk.stop.set()
    for thread in threads:
        thread.join(60)

    assert desk.strange == []
    assert desk.refused > 0
    clock.at += jobs.LEASE
    worker.stop = Event()
    while worker.run_once():
        clock.at += timedelta(seconds=1)
    with database.reading() as session:
        found = Counter(session.scalars(select(ProcessInstance.status)))
        kinds = Counter(session.scalars(select(InstanceEvent.kind)))
        codes = sorted(session.scalars(select(Dossier.code)))
        waiting = session.scalars(
            select(UserTask.element_id).where(UserTask.status == UserTaskStatus.OPEN)
        ).all()
        assert session.scalars(select(Incident.message)).all() == []
    told = desk.told
    assert found.total() == told["start"] == kinds["instance.started"] == len(codes)
    assert found["cancelled"] == told["cancel"]
    assert found["completed"] == told["refuse"] == kinds["instance.completed"]
    assert Counter(waiting)["Task_Release"] == told["number"]
    assert codes == [f"H99.26-261118-{number:04d}" for number in range(1, len(codes) + 1)]
    assert problems(database) == []
