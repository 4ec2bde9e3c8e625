"""A load in which everything happens: every step may be asked again and then changes nothing more.

People, programs and the worker act one after the other, each at an instant that follows from the
number of the step, so that two runs make the same commits in the same order.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.actors import Actor
from webapp.db import Database
from webapp.models import (
    Dossier,
    Job,
    Migration,
    MigrationStatus,
    ProcessDefinition,
    ProcessInstance,
    UserTask,
    UserTaskStatus,
)
from webapp.operations import (
    deployments,
    dossiers,
    external_jobs,
    instances,
    migrating,
    user_tasks,
)
from webapp.operations.dossiers import DossierRequest
from webapp.operations.once import once
from webapp.worker.loop import Worker

MINUTE = timedelta(minutes=1)
BETWEEN = 2 * MINUTE  # two steps; longer than a lease
DOSSIERS = 2
OUTSIDE = {"send-email": "Job_Mail", "call-http": "Job_Call", "write-file": "Job_File"}
_HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
    ' xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="t" id="d">'
    '<message id="M" name="papers"><extensionElements>'
    '<zeebe:subscription correlationKey="=if ho_so = null then ma_ho_so else ho_so.ma"/>'
    "</extensionElements></message>"
    '<signal id="G" name="season"/>'
)


def _flow(*ways: str) -> str:
    return "".join(
        f'<sequenceFlow id="{a}_{b}" sourceRef="{a}" targetRef="{b}"/>'
        for way in ways
        for a, b in [way.split()]
    )


def _job(element: str, topic: str, **inputs: str) -> str:
    given = "".join(
        f'<camunda:inputParameter name="{name}">{text}</camunda:inputParameter>'
        for name, text in inputs.items()
    )
    return (
        f'<serviceTask id="{element}" name="{element}" camunda:type="external"'
        f' camunda:topic="{topic}"><extensionElements><camunda:inputOutput>{given}'
        "</camunda:inputOutput></extensionElements></serviceTask>"
    )


def main_model(url: str) -> str:
    """The process of a dossier; its call goes to ``url``."""
    work = 'camunda:candidateGroups="xay-dung"'
    return (
        f'{_HEAD}<process id="main" name="Main" isExecutable="true"><startEvent id="Start"/>'
        f'<userTask id="Task_Check" name="Check" {work}/>'
        '<parallelGateway id="Split"/><parallelGateway id="Join"/>'
        + _job("Job_Mail", "send-email", to="a@b.example", subject="x", body="y")
        + _job("Job_Call", "call-http", url=url, method="POST")
        + _job("Job_File", "write-file", path="= ho_so.ma + &quot;.txt&quot;", content="x")
        + _job("Job_Number", "document-number")
        + _job("Job_Ledger", "ledger")
        + f'<userTask id="Task_Decide" name="Decide" {work}/>'
        '<boundaryEvent id="Late" attachedToRef="Task_Decide" cancelActivity="false">'
        "<timerEventDefinition><timeDuration>PT20M</timeDuration></timerEventDefinition>"
        f'</boundaryEvent><userTask id="Task_Remind" name="Remind" {work}/>'
        '<endEvent id="End_Remind"/><sendTask id="Tell" messageRef="M"/>'
        '<intermediateThrowEvent id="Shout"><signalEventDefinition signalRef="G"/>'
        '</intermediateThrowEvent><endEvent id="End"/>'
        + _flow(
            "Start Task_Check",
            "Task_Check Split",
            *(f"Split {element}" for element in OUTSIDE.values()),
            *(f"{element} Join" for element in OUTSIDE.values()),
            "Join Job_Number",
            "Job_Number Job_Ledger",
            "Job_Ledger Task_Decide",
            "Task_Decide Tell",
            "Tell Shout",
            "Shout End",
            "Late Task_Remind",
            "Task_Remind End_Remind",
        )
        + "</process></definitions>"
    )


def waiting_model(version: int) -> str:
    """The process that waits for its dossier's papers; each version names its end anew."""
    return (
        f'{_HEAD}<process id="waiting" name="Waiting {version}" isExecutable="true">'
        '<startEvent id="Start"/><receiveTask id="Wait" messageRef="M"/>'
        '<userTask id="Task_File" name="File" camunda:candidateGroups="van-thu"/>'
        f'<endEvent id="End" name="Filed {version}"/>'
        + _flow("Start Wait", "Wait Task_File", "Task_File End")
        + "</process></definitions>"
    )


SEASON = (
    f'{_HEAD}<process id="season" name="Season" isExecutable="true">'
    '<startEvent id="Start"><signalEventDefinition signalRef="G"/></startEvent><task id="T"/>'
    '<endEvent id="End"/>' + _flow("Start T", "T End") + "</process></definitions>"
)
HOURLY = (
    f'{_HEAD}<process id="hourly" name="Hourly" isExecutable="true"><startEvent id="Start">'
    "<timerEventDefinition><timeCycle>R2/PT5M</timeCycle></timerEventDefinition></startEvent>"
    '<task id="T"/><endEvent id="End"/>' + _flow("Start T", "T End") + "</process></definitions>"
)
_OPEN = (MigrationStatus.CHECKED, MigrationStatus.PAUSED)


@dataclass
class Load:
    """The load on one database; ``begin`` is the instant of its first step."""

    database: Database
    people: Mapping[str, Actor]
    outside: Mapping[str, Any]
    url: str
    begin: datetime
    at: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.at = self.begin
        self.worker = Worker(self.database, now=lambda: self.at, outside=self.outside)

    def play(self, told: Callable[[int], None] = lambda _number: None) -> None:
        """Take every step; ``told`` hears the number of each before it is taken."""
        for number, step in enumerate(self._steps()):
            told(number)
            self.at = self.begin + number * BETWEEN
            step()

    def settle(self) -> None:
        """Let worker and people do what is left, until nothing is open any more."""
        for _ in range(20):
            self.at += 2 * MINUTE
            if not (self.worker.run_once() + self._ledger() + self._tasks()):
                return
        raise AssertionError("it never rests")

    def _steps(self) -> Iterator[Callable[[], object]]:
        for name, model in (
            ("main", main_model(self.url)),
            ("waiting", waiting_model(1)),
            ("season", SEASON),
            ("hourly", HOURLY),
        ):
            yield lambda name=name, model=model: self._publish(name, model)  # type: ignore[misc]
        for number in range(DOSSIERS):
            yield lambda number=number: self._receive("main", number)  # type: ignore[misc]
        yield self._wait_for_papers
        yield lambda: self._tasks("Task_Check")
        for _ in range(3 * DOSSIERS + 1):
            yield self.worker.run_once
        yield self._ledger
        yield lambda: self._publish("waiting-2", waiting_model(2))
        yield self._migrate
        yield self.worker.run_once
        yield self._execute
        for _ in range(2):
            yield self.worker.run_once
        for _ in range(13):
            yield lambda: None  # time goes by
        yield self.worker.run_once
        yield self.worker.run_once
        for element in ("Task_Decide", "Task_Remind", "Task_File"):
            yield lambda element=element: self._tasks(element)  # type: ignore[misc]
        yield self.worker.run_once

    def _once(self, key: str, action: Callable[[Session], object], who: str) -> Any:
        with self.database.transaction() as session:
            return once(session, key, self.people[who], self.at, lambda: action(session))

    def _publish(self, name: str, model: str) -> None:
        analyst = self.people["binh"]

        def publish(session: Session) -> None:
            files = {f"{name}.bpmn": model.encode()}
            draft = deployments.save_draft(session, files, name, actor=analyst, at=self.at)
            deployments.publish(session, draft, note="", actor=analyst, at=self.at)

        self._once(f"publish {name}", publish, "binh")

    def _receive(self, key: str, number: int) -> None:
        request = DossierRequest(applicant_name=f"Người {number}", subject=key)

        def receive(session: Session) -> str:
            counter = self.people["thu"]
            return str(dossiers.start(session, key, request, actor=counter, at=self.at))

        self._once(f"{key} {number}", receive, "thu")

    def _wait_for_papers(self) -> None:
        """Let one instance wait for the papers of each dossier, by its code."""
        with self.database.reading() as session:
            codes = sorted(session.scalars(select(Dossier.code)))
        for code in codes:

            def begin(session: Session, code: str = code) -> str:
                actor = self.people["lan"]
                given = {"ma_ho_so": code}
                started = instances.start(
                    session, "waiting", given, actor=actor, at=self.at, business_key=code
                )
                return str(started)

            self._once(f"wait {code}", begin, "lan")

    def _tasks(self, element_id: str | None = None) -> int:
        """Claim and complete every open task (at one element); return how many."""
        query = select(UserTask.id, UserTask.element_id).where(
            UserTask.status == UserTaskStatus.OPEN
        )
        if element_id is not None:
            query = query.where(UserTask.element_id == element_id)
        with self.database.reading() as session:
            found = session.execute(query.order_by(UserTask.created_at)).all()
        for task_id, element in found:
            actor = self.people["mai" if element == "Task_File" else "hanh"]
            with self.database.transaction() as session:
                user_tasks.claim(session, task_id, actor=actor, at=self.at)
            with self.database.transaction() as session:
                user_tasks.complete(session, task_id, {}, actor=actor, at=self.at)
        return len(found)

    def _ledger(self) -> int:
        """Do the jobs of the agency's own program."""
        topic = external_jobs.Topic("ledger", MINUTE)
        actor = self.people["lan"]
        done = 0
        while True:
            with self.database.transaction() as session:
                found = external_jobs.fetch_and_lock(
                    session, "ledger-1", [topic], actor=actor, at=self.at
                )
            if not found:
                return done
            with self.database.transaction() as session:
                external_jobs.complete(
                    session, found[0].id, "ledger-1", {}, actor=actor, at=self.at
                )
            done += 1

    def _migrate(self) -> None:
        """Plan to move whoever waits to the second version."""

        def create(session: Session) -> str:
            query = select(ProcessDefinition.id).where(ProcessDefinition.key == "waiting")
            source, target = session.scalars(query.order_by(ProcessDefinition.version)).all()
            lines = migrating.plan_lines(session, source, target)
            mapping = {line.element_id: line.target_id for line in lines}
            plan = migrating.create(
                session,
                source,
                target,
                mapping,
                recompute=False,
                reason="new end",
                actor=self.people["lan"],
                at=self.at,
            )
            return str(plan)

        self._once("migrate", create, "lan")

    def _execute(self) -> None:
        with self.database.reading() as session:
            open_ = session.scalars(select(Migration.id).where(Migration.status.in_(_OPEN))).all()
        for plan in open_:
            with self.database.transaction() as session:
                migrating.execute(session, plan, actor=self.people["lan"], at=self.at)


def outside_jobs(database: Database) -> dict[UUID, str]:
    """Return the topics of the jobs whose effects leave the building, by their ids."""
    with database.reading() as session:
        rows = session.execute(select(Job.id, Job.topic).where(Job.topic.in_(OUTSIDE)))
        return {row.id: row.topic for row in rows}


def instance_ids(database: Database) -> list[UUID]:
    """Return every instance."""
    with database.reading() as session:
        return list(session.scalars(select(ProcessInstance.id)))
