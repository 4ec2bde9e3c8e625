from contextlib import suppress
from uuid import UUID

import pytest
from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

import engine
from tests.webapp.conftest import NINE
from tests.webapp.office import receive
from webapp.actors import SYSTEM, Actor
from webapp.db import Database
from webapp.errors import ConflictError
from webapp.models import Agency, ElementTiming, ProcessInstance
from webapp.operations.adding import add_rows
from webapp.operations.definitions import compiled
from webapp.operations.recording import record
from webapp.prepared import Prepared

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


def _record(session: Session, instance: ProcessInstance) -> None:
    process = compiled(session, instance.definition_id)
    outcome = engine.resting(process, instance.snapshot, at=NINE)
    record(session, instance, outcome, actor=SYSTEM, at=NINE)
