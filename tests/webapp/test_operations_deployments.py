import io
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import func, select

import engine
from tests.webapp.conftest import NINE
from tests.webapp.office import open_task, receive, work
from tests.webapp.review import REVIEW_FILES
from webapp.actors import Actor
from webapp.db import Database
from webapp.errors import ConflictError, NotAllowedError, RejectedError
from webapp.models import Deployment, DeploymentFile, Dossier, ProcessDefinition
from webapp.operations import definitions, deployments
from webapp.operations.deployments import LintFailedError, read_upload

People = dict[str, Actor]
MODEL = ("review.bpmn", REVIEW_FILES["review.bpmn"])


def test_files_and_zips_are_read_alike() -> None:
    together = read_upload([("procedure.zip", _zip(REVIEW_FILES))])

    assert together == REVIEW_FILES == read_upload(REVIEW_FILES.items())


def test_folders_inside_a_zip_and_what_a_mac_adds_are_left_out() -> None:
    packed = _zip({"review/review.bpmn": MODEL[1], "__MACOSX/._review.bpmn": b"junk"})

    assert set(read_upload([("a.zip", packed)])) == {"review.bpmn"}


@pytest.mark.parametrize(
    ("uploads", "said"),
    [
        ([("a.txt", b"hello")], "a.txt is of a kind that is not known here"),
        ([("form.form", b"{}")], "There is no .bpmn or .dmn file"),
        ([("big.bpmn", b" " * (20 * 1024 * 1024))], "big.bpmn is larger than 5 MB"),
        ([MODEL, MODEL], "There are two files named review.bpmn"),
        ([(f"{n}.bpmn", b"<a/>") for n in range(61)], "at most 60 files"),
        ([(f"{n}.bpmn", b" " * 5_000_000) for n in range(5)], "20 MB unpacked"),
        ([("../../etc/passwd.bpmn", b"<a/>")], "is not a plain file name"),
        ([("/etc/cron.bpmn", b"<a/>")], "is not a plain file name"),
        ([("C:\\model.bpmn", b"<a/>")], "is not a plain file name"),
        ([("broken.zip", b"PK\x03\x04 nothing")], "cannot be opened as a zip file"),
    ],
)
def test_an_upload_that_breaks_a_rule_is_refused_by_name(
    uploads: list[tuple[str, bytes]], said: str
) -> None:
    with pytest.raises(RejectedError, match=said.replace(".", r"\.")):
        read_upload(uploads)


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = _zip({f"{n}.bpmn": b" " * 4_000_000 for n in range(4)})
    assert len(bomb) < 100_000

    with pytest.raises(RejectedError, match="zip bomb"):
        read_upload([("bomb.zip", bomb)])


def test_a_zip_inside_a_zip_is_refused_under_any_name() -> None:
    inner = _zip(REVIEW_FILES)

    for name in ("inner.zip", "inner.bpmn"):
        with pytest.raises(RejectedError, match="zip file inside a zip file"):
            read_upload([("outer.zip", _zip({name: inner}))])


def test_names_that_climb_out_of_a_zip_are_refused() -> None:
    with pytest.raises(RejectedError, match="not a plain file name"):
        read_upload([("a.zip", _zip({"../../webapp/app.bpmn": b"<a/>"}))])


def test_published_versions_count_up_and_stay_as_they_were(
    database: Database, people: People, review: str
) -> None:
    changed = {**REVIEW_FILES, "review.bpmn": MODEL[1].replace("Thẩm định".encode(), b"Appraise")}

    with database.transaction() as session:
        draft = deployments.save_draft(session, changed, "b.zip", actor=people["binh"], at=NINE)
        deployments.publish(session, draft, note="second", actor=people["binh"], at=NINE)

    with database.reading() as session:
        rows = session.scalars(select(ProcessDefinition).order_by(ProcessDefinition.version)).all()
        assert [(row.key, row.version, row.note) for row in rows] == [
            (review, 1, "first"),
            (review, 2, "second"),
        ]
        assert deployments.files_of(session, rows[0].deployment_id) == REVIEW_FILES
        assert definitions.compiled(session, rows[1].id).elements["Task_Appraise"].name == (
            "Appraise"
        )


def test_a_running_dossier_keeps_its_version(
    database: Database, people: People, review: str
) -> None:
    dossier_id = receive(database, review, people["thu"], NINE)
    renamed = MODEL[1].replace("Ban hành".encode(), b"Release")
    with database.transaction() as session:
        files = {**REVIEW_FILES, "review.bpmn": renamed}
        draft = deployments.save_draft(session, files, "b.zip", actor=people["binh"], at=NINE)
        deployments.publish(session, draft, note="", actor=people["binh"], at=NINE)

    work(database, dossier_id, "Task_Appraise", people["hanh"], NINE, ket_qua="bo_sung")

    assert open_task(database, dossier_id, "Task_Supplement")
    with database.reading() as session:
        definition_id = session.get_one(Dossier, dossier_id).definition_id
        assert session.get_one(ProcessDefinition, definition_id).version == 1


def test_publishing_what_is_published_already_is_refused(
    database: Database, people: People, review: str
) -> None:
    with database.transaction() as session:
        again = deployments.save_draft(
            session, REVIEW_FILES, "a.zip", actor=people["binh"], at=NINE
        )

    with database.transaction() as session, pytest.raises(ConflictError, match="Nothing differs"):
        deployments.publish(session, again, note="", actor=people["binh"], at=NINE)


def test_a_model_with_errors_is_not_published(database: Database, people: People) -> None:
    without_start = MODEL[1].replace(b"<startEvent", b"<task").replace(b"</startEvent", b"</task")
    with database.transaction() as session:
        draft = deployments.save_draft(
            session, {"a.bpmn": without_start}, "a.bpmn", actor=people["binh"], at=NINE
        )

    with database.transaction() as session, pytest.raises(LintFailedError) as refused:
        deployments.publish(session, draft, note="", actor=people["binh"], at=NINE)

    assert refused.value.findings[0].severity == engine.Severity.ERROR


@pytest.mark.parametrize(
    "content",
    [
        b"not xml at all",
        b"<html/>",
        b'<!DOCTYPE a [<!ENTITY b "c">]><definitions/>',
    ],
)
def test_a_file_that_is_no_model_is_not_stored(
    database: Database, people: People, content: bytes
) -> None:
    with pytest.raises(engine.InvalidModelError), database.transaction() as session:
        deployments.save_draft(
            session, {"a.bpmn": content}, "a.bpmn", actor=people["binh"], at=NINE
        )

    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Deployment)) == 0


def test_only_analysts_bring_procedures(database: Database, people: People) -> None:
    with database.transaction() as session, pytest.raises(NotAllowedError):
        deployments.save_draft(session, REVIEW_FILES, "a.zip", actor=people["thu"], at=NINE)


def test_drafts_are_forgotten_after_a_day_and_versions_never(
    database: Database, people: People, review: str
) -> None:
    with database.transaction() as session:
        deployments.save_draft(session, REVIEW_FILES, "a.zip", actor=people["binh"], at=NINE)

    with database.transaction() as session:
        deployments.forget_old_drafts(session, NINE + timedelta(days=2))

    with database.reading() as session:
        names = list(session.scalars(select(Deployment.name)))
        files = session.scalar(select(func.count()).select_from(DeploymentFile))
    assert names == ["review.zip"]
    assert files == len(REVIEW_FILES)


def _zip(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()
