"""Personal data goes when its rule says so; the statistics stay."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

import engine
from tests.webapp.conftest import NINE
from tests.webapp.office import REQUEST, receive, work
from tests.webapp.visitor import product, signed_in
from webapp.actors import SYSTEM, Actor
from webapp.backups import making, rows
from webapp.cli.checks import problems
from webapp.db import Base, Database
from webapp.errors import ConflictError, NotAllowedError, RejectedError
from webapp.filestore import FileStore
from webapp.models import (
    Dossier,
    DossierExtension,
    DossierPause,
    ElementTiming,
    Incident,
    InstanceEvent,
    ProcessInstance,
    UserTask,
)
from webapp.operations import attachments, incidents, modifying, noting, rating, retention
from webapp.worker.batches import Batches
from webapp.worker.forgetting import forget_due
from webapp.worker.loop import Worker

LATER = NINE + timedelta(days=400)
SECRET_TEXTS = (
    REQUEST.applicant_name,
    REQUEST.applicant_phone,
    REQUEST.subject,
    "Sửa nhà",
    "lời riêng",
)


@pytest.fixture
def files(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "files")


@pytest.fixture
def ended(database: Database, review: str, people: dict[str, Actor], files: FileStore) -> Any:
    """The id of a refused dossier with a file."""
    dossier_id = receive(database, review, people["thu"], NINE)
    with database.transaction() as session:
        attachments.store(
            session,
            files,
            "giay-to.pdf",
            [b"%PDF- private"],
            field="don",
            actor=people["thu"],
            at=NINE,
            instance_id=session.get_one(Dossier, dossier_id).instance_id,
        )
    work(
        database,
        dossier_id,
        "Task_Appraise",
        people["hanh"],
        NINE + timedelta(hours=1),
        ket_qua="tu_choi",
        ghi_chu="lời riêng",
    )
    return dossier_id


def test_nothing_personal_is_left_anywhere_in_the_database(
    database: Database, ended: Any, people: dict[str, Actor], files: FileStore
) -> None:
    _rule(database, people["lan"])
    _written_freely(database, ended)
    assert _found(database)

    assert forget_due(database, files, LATER) == 1

    assert _found(database) == set()
    assert [path for path in files.folder.rglob("*") if path.is_file()] == []
    assert problems(database) == []


def test_code_dates_states_and_timings_stay(
    database: Database, ended: Any, people: dict[str, Actor], files: FileStore
) -> None:
    _rule(database, people["lan"])
    before = _statistics(database, ended)

    forget_due(database, files, LATER)

    assert _statistics(database, ended) == before
    with database.reading() as session:
        kinds = session.scalars(select(InstanceEvent.kind).order_by(InstanceEvent.id)).all()
    assert kinds[-1] == "dossier.anonymised"


def test_the_page_of_a_dossier_without_data_opens_and_says_that_it_is_gone(
    database: Database, ended: Any, people: dict[str, Actor], files: FileStore
) -> None:
    _rule(database, people["lan"])
    with database.transaction() as session:
        noting.set_money(session, ended, "paid", "BL 7", actor=people["thu"], at=LATER)
        rating.rate(session, ended, 1, "riêng", at=LATER)

    forget_due(database, files, LATER)

    page = signed_in(product(database), database, "hanh").get(f"/dossiers/{ended}").text
    assert "Something was done; what, was deleted with the personal data" in page
    assert "The applicant is: dissatisfied" in page
    assert "riêng" not in page


def test_a_dossier_keeps_its_data_until_the_months_are_over(
    database: Database, ended: Any, people: dict[str, Actor], files: FileStore
) -> None:
    _rule(database, people["lan"])

    assert forget_due(database, files, NINE + timedelta(days=364)) == 0
    assert forget_due(database, files, NINE + timedelta(days=367)) == 1
    assert forget_due(database, files, NINE + timedelta(days=367)) == 0


def test_a_running_dossier_keeps_its_data(
    database: Database, review: str, people: dict[str, Actor], files: FileStore
) -> None:
    dossier_id = receive(database, review, people["thu"], NINE)
    rule_id = _rule(database, people["lan"])

    assert forget_due(database, files, LATER) == 0
    with database.transaction() as session, pytest.raises(ConflictError):
        retention.anonymise(session, dossier_id, rule_id, actor=SYSTEM, at=LATER)


def test_the_rule_of_a_procedure_goes_before_the_rule_for_all(
    database: Database, ended: Any, people: dict[str, Actor], files: FileStore
) -> None:
    _rule(database, people["lan"])
    _rule(database, people["lan"], "Process_Review", months=120)

    assert forget_due(database, files, LATER) == 0


def test_a_rule_that_ended_does_nothing(
    database: Database, ended: Any, people: dict[str, Actor], files: FileStore
) -> None:
    rule_id = _rule(database, people["lan"])
    with database.transaction() as session:
        retention.end_rule(session, rule_id, actor=people["lan"], at=NINE)

    assert forget_due(database, files, LATER) == 0


def test_a_file_that_another_dossier_names_stays(
    database: Database, ended: Any, review: str, people: dict[str, Actor], files: FileStore
) -> None:
    other = receive(database, review, people["thu"], NINE)
    with database.transaction() as session:
        attachments.store(
            session,
            files,
            "copy.pdf",
            [b"%PDF- private"],
            field="don",
            actor=people["thu"],
            at=NINE,
            instance_id=session.get_one(Dossier, other).instance_id,
        )
    _rule(database, people["lan"])

    forget_due(database, files, LATER)

    assert len([path for path in files.folder.rglob("*") if path.is_file()]) == 1


def test_a_dossier_without_data_does_not_go_on(
    database: Database, ended: Any, people: dict[str, Actor], files: FileStore
) -> None:
    _rule(database, people["lan"])
    forget_due(database, files, LATER)

    with database.transaction() as session, pytest.raises(ConflictError, match="deleted"):
        modifying.restart(
            session,
            session.get_one(Dossier, ended).instance_id,
            [engine.Target("Task_Appraise")],
            reason="again",
            actor=people["lan"],
            at=LATER,
        )


def test_only_a_sound_rule_of_an_administrator_is_set(
    database: Database, people: dict[str, Actor]
) -> None:
    with database.transaction() as session:
        for months, basis in ((0, "Law 33/2024"), (2000, "Law 33/2024"), (12, " ")):
            with pytest.raises(RejectedError):
                retention.add_rule(session, "", months, basis, actor=people["lan"], at=NINE)
        with pytest.raises(NotAllowedError):
            retention.add_rule(session, "", 12, "Law 33/2024", actor=people["thu"], at=NINE)
    _rule(database, people["lan"])
    with pytest.raises(ConflictError):
        _rule(database, people["lan"])


def test_the_worker_forgets_what_is_due(
    database: Database, ended: Any, people: dict[str, Actor], files: FileStore
) -> None:
    _rule(database, people["lan"])

    Worker(database, now=lambda: LATER, batches=Batches(database, files)).run_once()

    assert _found(database) == set()


def test_files_for_a_dossier_that_never_began_are_deleted_after_a_week(
    database: Database, people: dict[str, Actor], files: FileStore
) -> None:
    with database.transaction() as session:
        for at, content in ((NINE, b"%PDF- old"), (NINE + timedelta(days=2), b"%PDF- young")):
            attachments.store(
                session, files, "a.pdf", [content], field="don", actor=people["thu"], at=at
            )

    at = NINE + timedelta(days=8)
    Worker(database, now=lambda: at, batches=Batches(database, files)).run_once()

    [left] = [path.read_bytes() for path in files.folder.rglob("*") if path.is_file()]
    assert left == b"%PDF- young"


def test_an_administrator_sets_and_ends_rules_on_the_page(
    database: Database, ended: Any, people: dict[str, Actor]
) -> None:
    lan = signed_in(product(database), database, "lan")

    refused = lan.post("/retention", {"process_key": "", "months": "many", "basis": "Law"})
    set_ = lan.post("/retention", {"process_key": "", "months": "12", "basis": "Law 33/2024"})
    page = lan.get("/retention").text

    assert refused.status_code == 422
    assert set_.status_code == 303
    assert "Law 33/2024" in page
    with database.reading() as session:
        rule_id = session.scalars(select(Base.metadata.tables["retention_rule"].c.id)).one()
    assert lan.post(f"/retention/{rule_id}/end").status_code == 303
    assert "/end" not in lan.get("/retention").text


def _written_freely(database: Database, dossier_id: Any) -> None:
    """Let every place where people or programs write freely about a dossier hold something."""
    words = SECRET_TEXTS[-1]
    moments = {"extended_at": NINE, "old_due": NINE, "new_due": NINE}
    with database.transaction() as session:
        instance_id = session.get_one(Dossier, dossier_id).instance_id
        incidents.open_incident(
            session, incidents.Trouble(words, instance_id=instance_id, details=words), at=NINE
        )
        session.execute(update(Incident).values(note=words, sentence={"message": words}))
        session.execute(update(UserTask).values(hand_note=words))
        pause = {"state": 5, "element_id": "", "started_at": NINE, "ended_at": NINE}
        session.add(DossierPause(dossier_id=dossier_id, note=words, **pause))
        session.add(
            DossierExtension(
                dossier_id=dossier_id, amount="", reason=words, signer="", legal_basis="", **moments
            )
        )


def _rule(database: Database, actor: Actor, process_key: str = "", months: int = 12) -> Any:
    with database.transaction() as session:
        return retention.add_rule(
            session, process_key, months, "Law 33/2024, art. 15", actor=actor, at=NINE
        )


def _found(database: Database) -> set[str]:
    """Return which of the private texts stand anywhere in any table."""
    with making.one_moment(database.sql_engine) as connection:
        lines = [
            line.decode()
            for table in Base.metadata.sorted_tables
            if not table.name.startswith("deployment")
            for line in rows.lines(connection, table)
        ]
    with database.reading() as session:
        snapshots = [row.snapshot.decode() for row in session.scalars(select(ProcessInstance))]
    return {text for text in SECRET_TEXTS for line in lines + snapshots if text in line}


def _statistics(database: Database, dossier_id: Any) -> tuple[object, ...]:
    with database.reading() as session:
        dossier = session.get_one(Dossier, dossier_id)
        return (
            dossier.code,
            dossier.state,
            dossier.received_at,
            dossier.promised_at,
            dossier.decided_at,
            dossier.ended_at,
            _timings(session),
        )


def _timings(session: Session) -> list[tuple[object, ...]]:
    return [
        (one.element_id, one.entered_at, one.completed_at, one.working_seconds)
        for one in session.scalars(select(ElementTiming).order_by(ElementTiming.entered_at))
    ]
