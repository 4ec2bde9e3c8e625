"""Three weeks of the demo, played: what people do beside their tasks is seen, nothing is odd."""

import shutil
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from webapp.db import Database
from webapp.demo.loading import load
from webapp.filestore import FileStore
from webapp.models import (
    Absence,
    Dossier,
    DossierAction,
    DossierLook,
    DossierNote,
    Handover,
    Incident,
    InstanceEvent,
    Job,
    ProcessDefinition,
)

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)  # a Friday, four in the afternoon in Viet Nam


@pytest.fixture(scope="module")
def played(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("played")
    shutil.copy(sqlite_template, folder / "demo.db")
    database = Database(f"sqlite:///{folder}/demo.db")
    assert load(database, FileStore(folder), now=NOW, weeks=3)
    with database.reading() as session:
        yield session
    database.dispose()


def counted(session: Session, column: Any) -> Counter[Any]:
    wanted: Select[Any] = select(column, func.count()).group_by(column)
    return Counter(dict(session.execute(wanted).all()))


def test_most_fees_are_taken(played: Session) -> None:
    money = counted(played, Dossier.money_state)

    assert money["paid"] > 2 * money["owed"]


def test_people_write_instruct_and_read(played: Session) -> None:
    notes = played.scalars(select(DossierNote)).all()

    assert any(note.mentions for note in notes)
    assert any(note.is_instruction for note in notes)
    assert "Trương Bảo An" in counted(played, DossierLook.user_name)


def test_papers_go_over_with_lists_and_absent_people_have_substitutes(played: Session) -> None:
    assert played.scalar(select(Handover.id).where(Handover.accepted_at.is_not(None)).limit(1))
    assert played.scalar(select(Absence.id).where(Absence.substitute_id.is_not(None)).limit(1))


def test_people_act_on_dossiers(played: Session) -> None:
    assert counted(played, DossierAction.kind).keys() >= {"supplement", "extension"}


def test_other_systems_answer_and_a_failure_is_overtaken(played: Session) -> None:
    topics = counted(played, Job.topic)

    assert topics["civil-registry"] > 10
    assert topics["tax-registry"]
    assert set(counted(played, Incident.resolution)) <= {"overtaken"}


def test_both_versions_of_the_permit_have_dossiers(played: Session) -> None:
    versions = played.scalars(
        select(ProcessDefinition.version)
        .join(Dossier, Dossier.definition_id == ProcessDefinition.id)
        .where(ProcessDefinition.key == "giay_phep_xay_dung")
    )

    assert set(versions) == {1, 2}


def test_nothing_lies_in_the_future(played: Session) -> None:
    assert played.scalar(select(func.max(InstanceEvent.occurred_at))) <= NOW
