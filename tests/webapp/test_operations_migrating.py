"""Dossiers move to another version by a plan: checked, one by one, never losing anything."""

from collections import Counter
from datetime import timedelta
from threading import Barrier, Event, Thread
from uuid import UUID

import pytest
from sqlalchemy import select

from tests.webapp.conftest import NINE
from tests.webapp.office import open_task, receive, work
from tests.webapp.review import REVIEW_BPMN, REVIEW_FILES
from webapp.actors import Actor
from webapp.db import Database
from webapp.errors import ConflictError, NotAllowedError, ProductError, RejectedError
from webapp.models import (
    Dossier,
    InstanceEvent,
    Migration,
    MigrationItem,
    ProcessDefinition,
    Timer,
    UserTask,
    UserTaskCandidate,
)
from webapp.operations import deployments, migrating, modifying, user_tasks
from webapp.worker import migrations

People = dict[str, Actor]
WHY = "the decree changed"
LATER = NINE + timedelta(hours=1)
# The second version: the supplement has another id and name, a timer another time.
NEW_BPMN = (
    REVIEW_BPMN.replace("Task_Supplement", "Task_More")
    .replace('name="Chờ bổ sung"', 'name="Bổ sung"')
    .replace('name="Thẩm định"', 'name="Thẩm tra"')
    .replace(">P2D<", ">P9D<")
)


@pytest.fixture
def versions(database: Database, people: People, review: str) -> tuple[UUID, UUID]:
    return _published(database, people, review, NEW_BPMN)


def test_dossiers_move_with_their_tasks_and_the_log_says_who_and_why(
    database: Database, people: People, review: str
) -> None:
    dossier = receive(database, review, people["thu"], NINE)
    source, target = _published(database, people, review, NEW_BPMN)
    task = open_task(database, dossier, "Task_Appraise")
    with database.transaction() as session:
        user_tasks.claim(session, task, actor=people["hanh"], at=NINE)
        user_tasks.save_draft(session, task, {"noi_bo": "x"}, actor=people["hanh"], at=NINE)

    migration = _created(database, people, source, target)
    _worked(database)
    assert _status(database, migration) == "checked"
    _executed(database, people, migration)

    with database.reading() as session:
        row = session.get_one(UserTask, task)
        assert (row.definition_id, row.name) == (target, "Thẩm tra")
        assert (row.assignee_id, row.draft) == (people["hanh"].user_id, {"noi_bo": "x"})
        assert session.get_one(Dossier, dossier).definition_id == target
        event = session.scalars(
            select(InstanceEvent).where(InstanceEvent.kind == "instance.migrated")
        ).one()
        assert event.actor_name == "Hồ Ngọc Lan"
        assert event.data == {"reason": WHY, "before": 1, "after": 2}
    with database.transaction() as session:
        user_tasks.complete(session, task, {"ket_qua": "dat"}, actor=people["hanh"], at=LATER)
    assert _status(database, migration) == "done"


def test_a_dry_run_keeps_nothing(database: Database, people: People, review: str) -> None:
    dossier = receive(database, review, people["thu"], NINE)
    source, target = _published(database, people, review, NEW_BPMN)

    migration = _created(database, people, source, target)
    _worked(database)

    assert _items(database, migration) == {"fits": 1}
    with database.reading() as session:
        assert session.get_one(Dossier, dossier).definition_id == source


def test_a_dossier_on_an_element_that_is_gone_stays_and_says_why(
    database: Database, people: People, review: str
) -> None:
    stays = receive(database, review, people["thu"], NINE)
    work(database, stays, "Task_Appraise", people["hanh"], NINE, ket_qua="bo_sung")
    moves = receive(database, review, people["thu"], NINE)
    source, target = _published(database, people, review, NEW_BPMN)

    migration = _created(database, people, source, target)
    _worked(database)
    _executed(database, people, migration)

    assert _items(database, migration) == {"blocked": 1, "moved": 1}
    with database.reading() as session:
        assert session.get_one(Dossier, stays).definition_id == source
        assert session.get_one(Dossier, moves).definition_id == target
        item = session.scalars(select(MigrationItem).where(MigrationItem.status == "blocked")).one()
        assert item.message == "“%(element)s” is not in the new version."
        assert item.params == {"element": "Chờ bổ sung"}


def test_a_plan_may_name_another_place_for_what_waits(
    database: Database, people: People, review: str
) -> None:
    dossier = receive(database, review, people["thu"], NINE)
    work(database, dossier, "Task_Appraise", people["hanh"], NINE, ket_qua="bo_sung")
    source, target = _published(database, people, review, NEW_BPMN)

    migration = _created(database, people, source, target, Task_Supplement="Task_More")
    _worked(database)
    _executed(database, people, migration)
    work(database, dossier, "Task_More", people["thu"], LATER)

    assert open_task(database, dossier, "Task_Appraise")
    with database.reading() as session:
        assert session.get_one(Dossier, dossier).state == 4  # the clock runs again


@pytest.mark.parametrize("recompute", [False, True])
def test_the_inbox_knows_what_a_task_is_in_the_new_version(
    database: Database, people: People, review: str, *, recompute: bool
) -> None:
    dossier = receive(database, review, people["thu"], NINE)
    work(database, dossier, "Task_Appraise", people["hanh"], NINE, ket_qua="bo_sung")
    source, target = _published(database, people, review, NEW_BPMN)

    migration = _created(
        database, people, source, target, recompute=recompute, Task_Supplement="Task_More"
    )
    _worked(database)
    _executed(database, people, migration)

    with database.reading() as session:
        kinds = select(UserTaskCandidate.definition_id, UserTaskCandidate.element_id).where(
            UserTaskCandidate.status != "ended"
        )
        assert session.execute(kinds).all() == [(target, "Task_More")]


@pytest.mark.parametrize("recompute", [False, True])
def test_timers_keep_their_due_instant_unless_recomputed(
    database: Database, people: People, review: str, *, recompute: bool
) -> None:
    receive(database, review, people["thu"], NINE)
    with database.reading() as session:
        before = session.scalars(select(Timer.due_at)).one()
    source, target = _published(database, people, review, NEW_BPMN)

    migration = _created(database, people, source, target, recompute=recompute)
    _worked(database)
    _executed(database, people, migration)

    with database.reading() as session:
        after = session.scalars(select(Timer.due_at)).one()
    assert (after > before) is recompute


def test_the_promised_date_stays_even_when_the_new_version_promises_otherwise(
    database: Database, people: People, review: str
) -> None:
    dossier = receive(database, review, people["thu"], NINE)
    with database.reading() as session:
        promised_at = session.get_one(Dossier, dossier).promised_at
    facts = REVIEW_FILES["facts.json"].replace(b'"P3D"', b'"P30D"')
    source, target = _published(database, people, review, REVIEW_BPMN, facts)

    migration = _created(database, people, source, target)
    _worked(database)
    _executed(database, people, migration)
    work(database, dossier, "Task_Appraise", people["hanh"], LATER, ket_qua="bo_sung")
    work(database, dossier, "Task_Supplement", people["thu"], LATER)

    with database.reading() as session:
        assert session.get_one(Dossier, dossier).promised_at == promised_at


def test_a_paused_plan_moves_nothing_and_can_be_carried_on(
    database: Database, people: People, review: str
) -> None:
    receive(database, review, people["thu"], NINE)
    source, target = _published(database, people, review, NEW_BPMN)
    migration = _created(database, people, source, target)
    _worked(database)
    with database.transaction() as session:
        migrating.execute(session, migration, actor=people["lan"], at=LATER)
        batch = migrating.claim(session, at=LATER)
    with database.transaction() as session:
        migrating.pause(session, migration, actor=people["lan"], at=LATER)

    with database.transaction() as session:
        migrating.take(session, migration, batch.instance_ids[0], at=LATER)
    assert _worked(database) == 0
    assert _items(database, migration) == {"fits": 1}
    _executed(database, people, migration)

    assert _items(database, migration) == {"moved": 1}


def test_after_a_worker_was_killed_the_next_goes_on_when_the_lease_has_ended(
    database: Database, people: People, review: str
) -> None:
    for _ in range(3):
        receive(database, review, people["thu"], NINE)
    source, target = _published(database, people, review, NEW_BPMN)
    migration = _created(database, people, source, target)
    _worked(database)
    with database.transaction() as session:
        migrating.execute(session, migration, actor=people["lan"], at=LATER)
    with database.transaction() as session:  # this worker moves one dossier and dies
        batch = migrating.claim(session, at=LATER)
    with database.transaction() as session:
        migrating.take(session, migration, batch.instance_ids[0], at=LATER)

    assert _worked(database, LATER) == 0
    _worked(database, LATER + migrating.LEASE)

    assert _items(database, migration) == {"moved": 3}
    assert _status(database, migration) == "done"
    with database.reading() as session:
        kinds = session.scalars(select(InstanceEvent.kind)).all()
    assert kinds.count("instance.migrated") == 3


def test_a_dossier_that_ended_meanwhile_is_left_alone(
    database: Database, people: People, review: str
) -> None:
    dossier = receive(database, review, people["thu"], NINE)
    source, target = _published(database, people, review, NEW_BPMN)
    migration = _created(database, people, source, target)
    _worked(database)
    with database.transaction() as session:
        instance_id = session.get_one(Dossier, dossier).instance_id
        modifying.cancel(session, instance_id, reason=WHY, actor=people["lan"], at=LATER)

    _executed(database, people, migration)

    assert _items(database, migration) == {"overtaken": 1}


def test_of_a_move_and_a_completion_at_once_both_come_to_their_right(
    database: Database, people: People, review: str
) -> None:
    dossier = receive(database, review, people["thu"], NINE)
    source, target = _published(database, people, review, NEW_BPMN)
    migration = _created(database, people, source, target)
    _worked(database)
    task = open_task(database, dossier, "Task_Appraise")
    with database.transaction() as session:
        user_tasks.claim(session, task, actor=people["hanh"], at=NINE)
        migrating.execute(session, migration, actor=people["lan"], at=LATER)
        instance_id = session.get_one(Dossier, dossier).instance_id

    def complete() -> None:
        with database.transaction() as session:
            user_tasks.complete(session, task, {"ket_qua": "dat"}, actor=people["hanh"], at=LATER)

    def move() -> None:
        with database.transaction() as session:
            migrating.take(session, migration, instance_id, at=LATER)

    _until_done(complete, move)

    with database.reading() as session:
        row = session.get_one(Dossier, dossier)
        assert row.definition_id == target
        kinds = Counter(session.scalars(select(InstanceEvent.kind)))
        assert kinds["user_task.completed"] == kinds["instance.migrated"] == 1
    assert _items(database, migration) == {"moved": 1}


def test_a_plan_for_what_is_not_there_is_refused(
    database: Database, people: People, versions: tuple[UUID, UUID]
) -> None:
    source, target = versions
    for mapping in ({"Nothing": "Task_Appraise"}, {"Task_Appraise": "Nothing"}):
        with pytest.raises(RejectedError):
            _create(database, people["lan"], source, target, mapping)
    with pytest.raises(RejectedError):
        _create(database, people["lan"], source, source, {})
    with pytest.raises(NotAllowedError):
        _create(database, people["binh"], source, target, {})


def test_only_a_checked_plan_is_carried_out(
    database: Database, people: People, versions: tuple[UUID, UUID]
) -> None:
    migration = _created(database, people, *versions)

    with database.transaction() as session, pytest.raises(ConflictError):
        migrating.execute(session, migration, actor=people["lan"], at=NINE)


def _published(
    database: Database,
    people: People,
    key: str,
    bpmn: str,
    facts: bytes = REVIEW_FILES["facts.json"],
) -> tuple[UUID, UUID]:
    """Publish a second version; return the ids of both."""
    if "Task_More" in bpmn:
        facts = facts.replace(b"Task_Supplement", b"Task_More")
    files = {**REVIEW_FILES, "review.bpmn": bpmn.encode(), "facts.json": facts}
    with database.transaction() as session:
        draft = deployments.save_draft(session, files, "v2.zip", actor=people["binh"], at=NINE)
        deployments.publish(session, draft, note="second", actor=people["binh"], at=NINE)
    with database.reading() as session:
        ids = session.scalars(
            select(ProcessDefinition.id)
            .where(ProcessDefinition.key == key)
            .order_by(ProcessDefinition.version)
        ).all()
    return ids[0], ids[1]


def _create(
    database: Database,
    actor: Actor,
    source: UUID,
    target: UUID,
    mapping: dict[str, str | None],
    *,
    recompute: bool = False,
) -> UUID:
    with database.transaction() as session:
        return migrating.create(
            session,
            source,
            target,
            mapping,
            recompute=recompute,
            reason=WHY,
            actor=actor,
            at=NINE,
        )


def _created(
    database: Database,
    people: People,
    source: UUID,
    target: UUID,
    *,
    recompute: bool = False,
    **changes: str,
) -> UUID:
    with database.reading() as session:
        lines = migrating.plan_lines(session, source, target)
    mapping = {line.element_id: line.target_id for line in lines} | changes
    return _create(database, people["lan"], source, target, mapping, recompute=recompute)


def _worked(database: Database, at=LATER) -> int:  # type: ignore[no-untyped-def]
    """Let a worker do all that plans want at this moment."""
    done = 0
    while now := migrations.work(database, Event(), at=at):
        done += now
    return done


def _executed(database: Database, people: People, migration: UUID) -> None:
    with database.transaction() as session:
        migrating.execute(session, migration, actor=people["lan"], at=LATER)
    _worked(database)


def _status(database: Database, migration: UUID) -> str:
    with database.reading() as session:
        return session.get_one(Migration, migration).status


def _items(database: Database, migration: UUID) -> Counter[str]:
    with database.reading() as session:
        return Counter(
            session.scalars(
                select(MigrationItem.status).where(MigrationItem.migration_id == migration)
            )
        )


def _until_done(*actions: object) -> None:
    """Do all at once; whoever lost the race tries again, as people and workers do."""
    barrier = Barrier(len(actions))

    def run(action: object) -> None:
        barrier.wait()
        for _ in range(5):
            try:
                return action()  # type: ignore[operator,no-any-return]
            except ProductError:
                continue
        raise AssertionError("never got through")

    threads = [Thread(target=run, args=(action,)) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
