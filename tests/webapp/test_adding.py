from contextlib import suppress
from uuid import UUID

import pytest
from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.orm import Session

import engine
from tests.webapp.conftest import NINE
from tests.webapp.office import receive
from webapp.actors import SYSTEM, Actor
from webapp.db import Database
from webapp.errors import ConflictError
from webapp.models import (
    Agency,
    ElementTiming,
    ProcessInstance,
    UserTask,
    UserTaskCandidate,
)
from webapp.operations.adding import add_rows
from webapp.operations.definitions import compiled
from webapp.operations.recording import record
from webapp.prepared import Prepared, gathering

People = dict[str, Actor]


@pytest.fixture
def dossier_id(database: Database, people: People, review: str) -> UUID:
    return receive(database, review, people["thu"], NINE)


@pytest.mark.parametrize("count", [1, 7, 8, 9, 64, 150])
def test_every_row_is_added_with_an_id_of_its_own(
    database: Database, dossier_id: UUID, count: int
) -> None:
    with database.transaction() as session:
        instance = session.scalars(select(ProcessInstance)).one()
        row = {
            "instance_id": instance.id,
            "definition_id": instance.definition_id,
            "element_id": "Task_X",
            "entered_at": NINE,
        }
        add_rows(session, ElementTiming, [{**row, "token_id": str(n)} for n in range(count)])

        kept = session.execute(
            select(
                func.count(ElementTiming.id.distinct()),
                func.count(ElementTiming.token_id.distinct()),
            ).where(ElementTiming.element_id == "Task_X")
        ).one()
        entered = session.scalars(select(ElementTiming.entered_at).distinct()).all()

    assert tuple(kept) == (count, count)
    assert entered == [NINE]


def test_a_statement_that_lacks_a_value_is_not_executed(database: Database) -> None:
    statement = Prepared(
        update(Agency.__table__)  # type: ignore[arg-type]
        .where(Agency.key == bindparam("old"))
        .values(key=bindparam("new"))
    )

    with database.transaction() as session, pytest.raises(KeyError, match="new"):
        statement.run(session, {"old": "H99"})


def test_of_two_outcomes_of_one_revision_the_second_is_a_conflict(
    database: Database, dossier_id: UUID
) -> None:
    with database.transaction() as session:
        instance = session.scalars(select(ProcessInstance)).one()
        faster = update(ProcessInstance).values(revision=ProcessInstance.revision + 1)
        session.execute(faster.execution_options(synchronize_session=False))

        with pytest.raises(ConflictError):
            _record(session, instance)


def test_an_outcome_that_is_taken_back_leaves_the_instance_as_it_was(
    database: Database, dossier_id: UUID
) -> None:
    with database.transaction() as session:
        instance = session.scalars(select(ProcessInstance)).one()
        before = instance.revision
        with suppress(LookupError), session.begin_nested():
            _record(session, instance)
            assert instance.revision == before + 1
            raise LookupError
        after = instance.revision
        _record(session, instance)

    with database.reading() as session:
        kept = session.scalars(select(ProcessInstance.revision)).one()
    assert (after, kept) == (before, before + 1)


def test_what_is_gathered_is_written_before_the_session_reads(
    database: Database, dossier_id: UUID
) -> None:
    with database.transaction() as session, gathering(session):
        _rename(session, "new")
        add_rows(session, UserTaskCandidate, [_candidate(session, "later")])
        names = session.scalars(select(UserTaskCandidate.group_key)).all()

    assert sorted(name or "" for name in names) == ["later", "new"]


def test_what_is_gathered_is_written_as_if_one_came_after_the_other(
    database: Database, dossier_id: UUID
) -> None:
    with database.transaction() as session:
        row = _candidate(session, "first")
        with gathering(session):
            add_rows(session, UserTaskCandidate, [row])
            _rename(session, "new")
            add_rows(session, UserTaskCandidate, [{**row, "group_key": "last"}])
        names = session.scalars(
            select(UserTaskCandidate.group_key).order_by(UserTaskCandidate.id)
        ).all()

    assert names == ["new", "new", "last"]


def test_a_guard_that_meets_no_row_refuses_everything_gathered_with_it(
    database: Database, dossier_id: UUID
) -> None:
    with pytest.raises(ConflictError), database.transaction() as session:
        _rename_and_drop(session, "new", "H99")

    with database.reading() as session:
        assert "new" not in session.scalars(select(UserTaskCandidate.group_key)).all()


def test_what_a_block_that_raises_still_holds_is_not_written(
    database: Database, dossier_id: UUID
) -> None:
    with database.transaction() as session:
        with suppress(LookupError), gathering(session):
            _rename(session, "new")
            raise LookupError
        names = session.scalars(select(UserTaskCandidate.group_key)).all()

    assert "new" not in names


_DROP = Prepared(delete(Agency.__table__).where(Agency.key == bindparam("key")))  # type: ignore[arg-type]
_RENAME = Prepared(
    update(UserTaskCandidate.__table__).values(group_key=bindparam("name"))  # type: ignore[arg-type]
)


def _rename_and_drop(session: Session, name: str, agency: str) -> None:
    with gathering(session):
        _rename(session, name)
        _DROP.run(session, {"key": agency}, otherwise=lambda: ConflictError("somebody was faster"))


def _rename(session: Session, name: str) -> None:
    _RENAME.run(session, {"name": name})


def _candidate(session: Session, name: str) -> dict[str, object]:
    task_id = session.scalars(select(UserTask.id)).one()
    return {"user_task_id": task_id, "group_key": name, "status": "unclaimed"}


def _record(session: Session, instance: ProcessInstance) -> None:
    process = compiled(session, instance.definition_id)
    outcome = engine.resting(process, instance.snapshot, at=NINE)
    record(session, instance, outcome, actor=SYSTEM, at=NINE)
