"""Two at once, held so that they overlap: one wins, the other is told and retried with sense."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

import engine
from tests.webapp.conftest import NINE
from tests.webapp.faults.meeting import WON, Action, attempt, meet
from tests.webapp.office import REQUEST, open_task, receive
from tests.webapp.review import REVIEW_BPMN, REVIEW_FILES
from tests.webapp.waiting import deploy, start
from webapp.actors import SYSTEM, Actor
from webapp.cli.checks import problems
from webapp.db import Database
from webapp.errors import ConflictError
from webapp.models import (
    Dossier,
    InstanceEvent,
    Job,
    MigrationItem,
    ProcessDefinition,
    ProcessInstance,
    Timer,
    UserTask,
    UserTaskStatus,
)
from webapp.operations import (
    deployments,
    dossiers,
    external_jobs,
    jobs,
    messages,
    migrating,
    modifying,
    timers,
    user_tasks,
)
from webapp.operations.numbers import next_number
from webapp.operations.once import once

WHY = "a reason"
LATE = NINE + timedelta(days=9)
CONFLICT, LOST, NOBODY = "ConflictError", "LeaseLostError", "NotFoundError"
TASK = '<userTask id="Job_1" name="Xem" camunda:candidateGroups="xay-dung"/>'
TIMED = (
    TASK + '<boundaryEvent id="Late" attachedToRef="Job_1"><timerEventDefinition>'
    "<timeDuration>PT1H</timeDuration></timerEventDefinition></boundaryEvent>"
    '<sequenceFlow id="l" sourceRef="Late" targetRef="After"/>'
    '<userTask id="After" camunda:candidateGroups="xay-dung"/>'
    '<sequenceFlow id="m" sourceRef="After" targetRef="End"/>'
)
TWO = (
    '<parallelGateway id="Job_1"/>'
    '<sequenceFlow id="x" sourceRef="Job_1" targetRef="A"/>'
    '<sequenceFlow id="y" sourceRef="Job_1" targetRef="B"/>'
    '<userTask id="A" camunda:candidateGroups="xay-dung"/>'
    '<userTask id="B" camunda:candidateGroups="xay-dung"/>'
    '<sequenceFlow id="v" sourceRef="A" targetRef="J"/>'
    '<sequenceFlow id="w" sourceRef="B" targetRef="J"/><parallelGateway id="J"/>'
    '<sequenceFlow id="u" sourceRef="J" targetRef="Joined"/>'
    '<userTask id="Joined" camunda:candidateGroups="xay-dung"/>'
    '<sequenceFlow id="t" sourceRef="Joined" targetRef="End"/>'
)
MESSAGE = '<receiveTask id="Job_1" messageRef="M"/>'
SERVICE = '<serviceTask id="Job_1" camunda:type="external" camunda:topic="ledger"/>'
NEW_BPMN = REVIEW_BPMN.replace('name="Thẩm định"', 'name="Thẩm tra"')


@dataclass
class Office:
    """The database and the people of a race."""

    database: Database
    people: dict[str, Actor]

    def waiting(self, body: str, top: str = "") -> UUID:
        """Return an instance of a small process that has begun."""
        deploy(self.database, self.people["binh"], body, top)
        return start(self.database)

    def task(self, element_id: str = "Job_1") -> UUID:
        """Return the open task at an element, claimed by hanh."""
        with self.database.reading() as session:
            task_id = session.scalars(
                select(UserTask.id).where(
                    UserTask.element_id == element_id, UserTask.status == UserTaskStatus.OPEN
                )
            ).one()
        with self.database.transaction() as session:
            user_tasks.claim(session, task_id, actor=self.people["hanh"], at=NINE)
        return task_id

    def complete(self, task_id: UUID) -> Action:
        """Return the completion of a task by hanh."""
        hanh = self.people["hanh"]
        return lambda session: user_tasks.complete(session, task_id, {}, actor=hanh, at=NINE)

    def count(self, kind: str, element_id: str | None = None) -> int:
        """Return how many events of a kind the log has (of an element)."""
        query = select(func.count()).where(InstanceEvent.kind == kind)
        if element_id:
            query = query.where(InstanceEvent.element_id == element_id)
        with self.database.reading() as session:
            return session.scalar(query) or 0


@dataclass
class Race:
    """Two actions, what becomes of them in either order, and of whoever tries again."""

    one: Action
    other: Action
    forth: tuple[str, str]  # one, other: when one is first
    back: tuple[str, str]  # other, one: when the other is first
    again: tuple[str, str]  # what the second hears when it tries again, forth and back
    check: Callable[[bool], bool]  # told whether one was first


def complete_twice(office: Office) -> Race:
    office.waiting(TASK)
    complete = office.complete(office.task())
    both = (WON, CONFLICT)
    done = lambda _: office.count("user_task.completed") == 1  # noqa: E731
    return Race(complete, complete, both, both, (CONFLICT, CONFLICT), done)


def complete_and_timer(office: Office) -> Race:
    office.waiting(TIMED)
    complete, fire = office.complete(office.task()), _fire(office)
    both = (WON, CONFLICT)

    def check(completed: bool) -> bool:
        fired, done = office.count("timer.fired"), office.count("user_task.completed")
        return (done, fired) == ((1, 0) if completed else (0, 1))

    return Race(complete, fire, both, both, (CONFLICT, CONFLICT), check)


def timer_and_timer(office: Office) -> Race:
    office.waiting(TIMED)
    fire, both = _fire(office), (WON, CONFLICT)
    once_only = lambda _: office.count("timer.fired") == 1  # noqa: E731
    return Race(fire, fire, both, both, (CONFLICT, CONFLICT), once_only)


def complete_and_cancel(office: Office) -> Race:
    instance_id = office.waiting(TASK)
    lan = office.people["lan"]
    complete = office.complete(office.task())

    def cancel(session: Session) -> None:
        modifying.cancel(session, instance_id, reason=WHY, actor=lan, at=NINE)

    def check(completed: bool) -> bool:
        return _status(office, instance_id) == ("completed" if completed else "cancelled")

    both = (WON, CONFLICT)
    return Race(complete, cancel, both, both, (CONFLICT, CONFLICT), check)


def join_and_join(office: Office) -> Race:
    office.waiting(TWO)
    a, b = office.complete(office.task("A")), office.complete(office.task("B"))
    joined = lambda _: office.count("element.entered", "Joined") == 1  # noqa: E731
    return Race(a, b, (WON, WON), (WON, WON), (CONFLICT, CONFLICT), joined)


def message_and_message(office: Office) -> Race:
    office.waiting(MESSAGE, '<message id="M" name="papers"/>')
    lan = office.people["lan"]

    def send(session: Session) -> None:
        messages.send(session, "papers", correlation_key=None, variables={}, actor=lan, at=NINE)

    both = (WON, NOBODY)
    received = lambda _: office.count("message.received") == 1  # noqa: E731
    return Race(send, send, both, both, (NOBODY, NOBODY), received)


def job_and_lease_expiry(office: Office) -> Race:
    instance_id = office.waiting(SERVICE)
    with office.database.transaction() as session:
        (paused,) = jobs.claim_due(session, ["ledger"], at=NINE)

    def complete(session: Session) -> None:
        at = NINE + jobs.LEASE - timedelta(seconds=1)
        jobs.complete(session, paused.id, {}, at=at, lease=paused.lease)

    def claim(session: Session) -> None:
        if not jobs.claim_due(session, ["ledger"], at=NINE + jobs.LEASE):
            raise ConflictError("nothing is free")

    def check(completed: bool) -> bool:
        return _status(office, instance_id) == ("completed" if completed else "active")

    return Race(complete, claim, (WON, CONFLICT), (WON, LOST), (CONFLICT, LOST), check)


def fetch_and_fetch(office: Office) -> Race:
    office.waiting(SERVICE)
    topic = external_jobs.Topic("ledger", jobs.LEASE)

    def fetch(worker_id: str) -> Action:
        def act(session: Session) -> None:
            if not external_jobs.fetch_and_lock(session, worker_id, [topic], actor=SYSTEM, at=NINE):
                raise ConflictError("nothing is free")

        return act

    both = (WON, CONFLICT)

    def check(first: bool) -> bool:
        with office.database.reading() as session:
            return session.scalars(select(Job.worker_id)).one() == ("w1" if first else "w2")

    return Race(fetch("w1"), fetch("w2"), both, both, (CONFLICT, CONFLICT), check)


def publish_and_publish(office: Office) -> Race:
    binh = office.people["binh"]

    def publish(name: str) -> Action:
        files = {**REVIEW_FILES, "review.bpmn": REVIEW_BPMN.replace("Thẩm định", name).encode()}
        with office.database.transaction() as session:
            draft = deployments.save_draft(session, files, "r.zip", actor=binh, at=NINE)
        return lambda session: deployments.publish(session, draft, note="", actor=binh, at=NINE)

    def check(_: bool) -> bool:
        with office.database.reading() as session:
            return sorted(session.scalars(select(ProcessDefinition.version))) == [1, 2]

    both, published = (WON, WON), (CONFLICT, CONFLICT)
    return Race(publish("Một"), publish("Hai"), both, both, published, check)


def migrate_and_complete(office: Office) -> Race:
    dossier_id = _reviewed(office)
    complete = _answered(office, dossier_id)
    plan = _planned(office)
    with office.database.reading() as session:
        instance_id = session.get_one(Dossier, dossier_id).instance_id

    def move(session: Session) -> None:
        migrating.take(session, plan, instance_id, at=NINE)

    def check(_: bool) -> bool:
        with office.database.reading() as session:
            moved = session.scalars(select(MigrationItem.status)).one()
        done = office.count("user_task.completed") == 1
        return done and moved == "moved" and bool(_version(office, instance_id) == 2)

    return Race(move, complete, (WON, WON), (WON, WON), (CONFLICT, WON), check)


def claim_and_claim(office: Office) -> Race:
    dossier_id = _reviewed(office)
    task_id = open_task(office.database, dossier_id, "Task_Appraise")

    def claim(who: str) -> Action:
        actor = office.people[who]
        return lambda session: user_tasks.claim(session, task_id, actor=actor, at=NINE)

    both = (WON, CONFLICT)
    claimed = lambda _: office.count("user_task.claimed") == 1  # noqa: E731
    return Race(claim("hanh"), claim("long"), both, both, (CONFLICT, CONFLICT), claimed)


def suspend_and_complete(office: Office) -> Race:
    instance_id = office.waiting(TWO)
    complete, lan = office.complete(office.task("A")), office.people["lan"]

    def suspend(session: Session) -> None:
        modifying.suspend(session, instance_id, reason=WHY, actor=lan, at=NINE)

    def check(suspended: bool) -> bool:
        return office.count("user_task.completed") == (0 if suspended else 1)

    return Race(suspend, complete, (WON, CONFLICT), (WON, WON), (CONFLICT, CONFLICT), check)


def move_and_complete(office: Office) -> Race:
    instance_id = office.waiting(TIMED)
    complete, lan = office.complete(office.task()), office.people["lan"]
    with office.database.reading() as session:
        (token,) = modifying.live_tokens(session, instance_id, at=NINE)
    change = engine.MoveToken(token.token_id, (engine.Target("After"),))

    def move(session: Session) -> None:
        modifying.modify(session, instance_id, [change], reason=WHY, actor=lan, at=NINE)

    def check(moved: bool) -> bool:
        return office.count("user_task.completed") == (0 if moved else 1)

    both = (WON, CONFLICT)
    return Race(move, complete, both, both, (CONFLICT, CONFLICT), check)


def number_and_number(office: Office) -> Race:
    taken: list[int] = []

    def take(session: Session) -> None:
        taken.append(next_number(session, "document X", NINE.date()))

    both = (WON, WON)
    return Race(take, take, both, both, both, lambda _: sorted(taken) == [1, 2, 3])


def one_key_twice(office: Office) -> Race:
    with office.database.transaction() as session:
        binh = office.people["binh"]
        draft = deployments.save_draft(session, REVIEW_FILES, "r.zip", actor=binh, at=NINE)
        deployments.publish(session, draft, note="", actor=binh, at=NINE)
    thu, told = office.people["thu"], list[str]()

    def receive_once(session: Session) -> None:
        def begin() -> UUID:
            return dossiers.start(session, "Process_Review", REQUEST, actor=thu, at=NINE)

        told.append(str(once(session, "k1", thu, NINE, begin)))

    def check(_: bool) -> bool:
        with office.database.reading() as session:
            return len(session.scalars(select(Dossier.id)).all()) == len(set(told)) == 1

    both = (WON, WON)
    return Race(receive_once, receive_once, both, both, both, check)


RACES = [
    complete_twice,
    complete_and_timer,
    timer_and_timer,
    complete_and_cancel,
    join_and_join,
    message_and_message,
    job_and_lease_expiry,
    fetch_and_fetch,
    publish_and_publish,
    migrate_and_complete,
    claim_and_claim,
    suspend_and_complete,
    move_and_complete,
    number_and_number,
    one_key_twice,
]


@pytest.mark.parametrize("order", ["forth", "back"])
@pytest.mark.parametrize("make", RACES, ids=lambda make: make.__name__)
def test_of_two_at_once_one_wins_and_the_other_hears_of_it(
    database: Database, people: dict[str, Actor], make: Callable[[Office], Race], order: str
) -> None:
    race = make(Office(database, people))
    is_forth = order == "forth"
    first, second = (race.one, race.other) if is_forth else (race.other, race.one)
    expected = race.forth if is_forth else race.back

    met = meet(database, first, second)
    if met[1] == CONFLICT != expected[1]:  # on PostgreSQL; told to try again, and so they do
        met = (met[0], attempt(database, second))
    again = attempt(database, second)

    assert met == expected
    assert again == race.again[0 if is_forth else 1]
    assert race.check(is_forth)
    assert problems(database) == []


def _fire(office: Office) -> Action:
    with office.database.reading() as session:
        timer_id = session.scalars(select(Timer.id)).one()

    def fire(session: Session) -> None:
        if not timers.fire(session, timer_id, at=LATE):
            raise ConflictError("it is gone")

    return fire


def _status(office: Office, instance_id: UUID) -> str:
    with office.database.reading() as session:
        return session.get_one(ProcessInstance, instance_id).status


def _version(office: Office, instance_id: UUID) -> int | None:
    with office.database.reading() as session:
        return session.scalar(
            select(ProcessDefinition.version)
            .join(ProcessInstance, ProcessInstance.definition_id == ProcessDefinition.id)
            .where(ProcessInstance.id == instance_id)
        )


def _reviewed(office: Office) -> UUID:
    with office.database.transaction() as session:
        binh = office.people["binh"]
        draft = deployments.save_draft(session, REVIEW_FILES, "r.zip", actor=binh, at=NINE)
        deployments.publish(session, draft, note="", actor=binh, at=NINE)
    return receive(office.database, "Process_Review", office.people["thu"], NINE)


def _answered(office: Office, dossier_id: UUID) -> Action:
    task_id, hanh = open_task(office.database, dossier_id, "Task_Appraise"), office.people["hanh"]
    with office.database.transaction() as session:
        user_tasks.claim(session, task_id, actor=hanh, at=NINE)
    answers = {"ket_qua": "bo_sung"}
    return lambda session: user_tasks.complete(session, task_id, answers, actor=hanh, at=NINE)


def _planned(office: Office) -> UUID:
    """Publish a second version and return a plan that has been checked and is carried out."""
    files = {**REVIEW_FILES, "review.bpmn": NEW_BPMN.encode()}
    binh, lan, database = office.people["binh"], office.people["lan"], office.database
    with database.transaction() as session:
        draft = deployments.save_draft(session, files, "r.zip", actor=binh, at=NINE)
        deployments.publish(session, draft, note="", actor=binh, at=NINE)
    with database.transaction() as session:
        query = select(ProcessDefinition.id).order_by(ProcessDefinition.version)
        source, target = session.scalars(query).all()
        lines = migrating.plan_lines(session, source, target)
        mapping = {line.element_id: line.target_id for line in lines}
        plan = migrating.create(
            session, source, target, mapping, recompute=False, reason=WHY, actor=lan, at=NINE
        )
    with database.transaction() as session:
        batch = migrating.claim(session, at=NINE)
        assert batch is not None
        for instance_id in batch.instance_ids:
            migrating.take(session, plan, instance_id, at=NINE)
        migrating.finish_batch(session, plan, at=NINE)
        migrating.execute(session, plan, actor=lan, at=NINE)
    return plan
