"""Upload, review, publish, look back."""

import zipfile
from io import BytesIO
from threading import Event

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.webapp.conftest import NINE
from tests.webapp.office import receive
from tests.webapp.permit import KEY, PERMIT_FILES, publish_permit
from tests.webapp.review import REVIEW_BPMN, REVIEW_FILES
from tests.webapp.visitor import Visitor, product, signed_in
from webapp.actors import Actor
from webapp.db import Database
from webapp.models import Deployment, ProcessDefinition, ProcessInstance
from webapp.operations import deployments
from webapp.worker import migrations

NO_TOPIC = REVIEW_BPMN.replace('camunda:topic="document-number"', "")


@pytest.fixture
def app(database: Database, people: dict[str, Actor]) -> Flask:
    return product(database)


@pytest.fixture
def analyst(app: Flask, database: Database) -> Visitor:
    return signed_in(app, database, "binh")


def test_an_honest_upload_becomes_a_draft_that_can_be_published(analyst: Visitor) -> None:
    received = analyst.upload("/procedures/upload", REVIEW_FILES)
    draft = received.headers["Location"]
    page = analyst.get(draft)
    published = analyst.post(f"{draft}/publish", {"note": "The first version"})

    assert received.status_code == 303
    assert "Publish version 1" in page.text
    assert published.headers["Location"] == "/procedures/Process_Review"
    assert "The first version" in analyst.get("/procedures/Process_Review").text


def test_a_zip_of_the_same_files_is_as_good(analyst: Visitor) -> None:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in REVIEW_FILES.items():
            archive.writestr(f"review/{name}", content)

    received = analyst.upload("/procedures/upload", {"review.zip": packed.getvalue()})

    assert received.status_code == 303


def test_a_second_upload_is_the_second_version_and_the_first_stays(analyst: Visitor) -> None:
    _publish(analyst, REVIEW_FILES, "one")
    changed = {**REVIEW_FILES, "review.bpmn": REVIEW_BPMN.replace("Ban hành", "Phát hành").encode()}

    _publish(analyst, changed, "two")

    listed = analyst.get("/procedures/Process_Review").text
    assert listed.index("Version 2") < listed.index("Version 1")
    assert "Ban hành" in analyst.get("/procedures/Process_Review/versions/1").text
    assert "Phát hành" in analyst.get("/procedures/Process_Review/versions/2").text


def test_the_same_files_are_not_published_twice(analyst: Visitor) -> None:
    _publish(analyst, REVIEW_FILES, "one")

    draft = analyst.upload("/procedures/upload", REVIEW_FILES).headers["Location"]

    assert "published already as version 1" in analyst.get(draft).text
    assert analyst.post(f"{draft}/publish", {"note": "again"}).status_code == 409


def test_a_file_comes_back_byte_for_byte(analyst: Visitor) -> None:
    _publish(analyst, REVIEW_FILES, "one")

    for name, content in REVIEW_FILES.items():
        answer = analyst.get(f"/procedures/Process_Review/versions/1/files/{name}")
        assert answer.data == content
        assert "attachment" in answer.headers["Content-Disposition"]


def test_publishing_needs_a_note(analyst: Visitor) -> None:
    draft = analyst.upload("/procedures/upload", REVIEW_FILES).headers["Location"]

    answer = analyst.post(f"{draft}/publish", {"note": "  "})

    assert answer.status_code == 422
    assert "Write a note" in answer.text


def test_a_model_with_errors_is_shown_and_not_stored(analyst: Visitor, database: Database) -> None:
    answer = analyst.upload(
        "/procedures/upload", {**REVIEW_FILES, "review.bpmn": NO_TOPIC.encode()}
    )

    assert answer.status_code == 422
    assert "must be corrected" in answer.text
    assert "review.bpmn, line" in answer.text
    assert 'data-focus="' in answer.text
    assert _stored(database) == 0


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.bpmn", b"hello", "not XML"),
        ("b.bpmn", b"<?xml version='1.0'?><svg/>", "b.bpmn"),
        (
            "c.bpmn",
            b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><definitions>&b;</definitions>',
            "DOCTYPE",
        ),
        ("d.txt", b"words", "d.txt"),
        ("e.zip", b"PK\x03\x04 not really", "e.zip"),
        ("f.bpmn", b"", "f.bpmn"),
        ("../g.bpmn", b"<definitions/>", "g.bpmn"),
    ],
)
def test_a_file_that_cannot_be_read_gets_a_page_that_names_it(
    analyst: Visitor, database: Database, name: str, content: bytes, says: str
) -> None:
    answer = analyst.upload("/procedures/upload", {name: content})

    assert answer.status_code == 422
    assert says in answer.text
    assert _stored(database) == 0


def test_a_zip_bomb_is_refused(analyst: Visitor, database: Database) -> None:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.bpmn", b" " * (4 * 1024 * 1024))

    answer = analyst.upload("/procedures/upload", {"bomb.zip": packed.getvalue()})

    assert answer.status_code == 422
    assert "bomb.zip" in answer.text
    assert _stored(database) == 0


def test_a_script_that_is_no_formula_is_an_error(analyst: Visitor, database: Database) -> None:
    script = (
        '<scriptTask id="Script" name="Tính" scriptFormat="feel" camunda:resultVariable="x">'
        "<script>__import__('os').system('id')</script></scriptTask>"
        '<sequenceFlow id="f0" sourceRef="Start" targetRef="Script"/>'
        '<sequenceFlow id="f1" sourceRef="Script" targetRef="Task_Appraise"/>'
    )
    flow = '<sequenceFlow id="f1" sourceRef="Start" targetRef="Task_Appraise"/>'
    model = REVIEW_BPMN.replace(flow, script).encode()

    answer = analyst.upload("/procedures/upload", {**REVIEW_FILES, "review.bpmn": model})

    assert answer.status_code == 422
    assert "Tính" in answer.text
    assert _stored(database) == 0


def test_an_upload_beyond_the_limit_gets_a_page(
    database: Database, people: dict[str, Actor]
) -> None:
    analyst = signed_in(product(database, max_upload_bytes=100_000), database, "binh")

    answer = analyst.upload("/procedures/upload", {"big.bpmn": b" " * 200_000})

    assert answer.status_code == 413
    assert "too large" in answer.text


def test_markup_in_a_model_stays_text(analyst: Visitor) -> None:
    model = REVIEW_BPMN.replace('name="Thẩm định"', 'name="&lt;script>alert(1)&lt;/script>"')

    draft = analyst.upload(
        "/procedures/upload", {**REVIEW_FILES, "review.bpmn": model.encode()}
    ).headers["Location"]

    assert "<script>alert" not in analyst.get(draft).text


def test_no_file_at_all_is_named_as_the_problem(analyst: Visitor) -> None:
    answer = analyst.post("/procedures/upload", {})

    assert answer.status_code == 422
    assert "Choose at least one file" in answer.text


def test_the_limits_of_the_tasks_are_summed(analyst: Visitor) -> None:
    draft = analyst.upload("/procedures/upload", REVIEW_FILES).headers["Location"]

    page = analyst.get(draft).text

    assert "Sum of the longest way" in page
    assert "the law allows 3 days" in page


def test_a_form_of_a_version_can_be_looked_at(analyst: Visitor) -> None:
    _publish(analyst, REVIEW_FILES, "one")

    page = analyst.get("/procedures/Process_Review/versions/1/forms/appraise")

    assert page.status_code == 200
    assert "Bổ sung" in page.text
    assert analyst.get("/procedures/Process_Review/versions/1/forms/none").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/procedures/none",
        "/procedures/Process_Review/versions/9",
        "/procedures/Process_Review/versions/1/files/none.bpmn",
    ],
)
def test_what_is_not_there_is_not_found(analyst: Visitor, path: str) -> None:
    _publish(analyst, REVIEW_FILES, "one")

    assert analyst.get(path).status_code == 404


def _publish(analyst: Visitor, files: dict[str, bytes], note: str) -> None:
    draft = analyst.upload("/procedures/upload", files).headers["Location"]
    assert analyst.post(f"{draft}/publish", {"note": note}).status_code == 303


def _stored(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Deployment)) or 0


@pytest.mark.parametrize("sheet", [b"{", b"[]", b'{"limit": "soon", "name": 3}'])
def test_a_facts_sheet_with_mistakes_is_a_finding_and_not_stored(
    analyst: Visitor, database: Database, sheet: bytes
) -> None:
    answer = analyst.upload("/procedures/upload", {**REVIEW_FILES, "facts.json": sheet})

    assert answer.status_code == 422
    assert "facts.json" in answer.text
    assert _stored(database) == 0


def test_where_only_forms_changed_running_dossiers_may_take_them(
    app: Flask, database: Database, people: dict[str, Actor], analyst: Visitor
) -> None:
    publish_permit(database, people["binh"], NINE)
    changed = PERMIT_FILES["permit-check.form"].replace(b'"id"', b' "id"', 1)
    files = {**PERMIT_FILES, "permit-check.form": changed}
    receive(database, KEY, people["thu"], NINE)
    with database.transaction() as session:
        draft = deployments.save_draft(session, files, "x.zip", actor=people["binh"], at=NINE)
        deployments.publish(session, draft, note="second", actor=people["binh"], at=NINE)

    new = analyst.get(f"/procedures/{KEY}/versions/2").text
    old = analyst.get(f"/procedures/{KEY}/versions/1").text

    assert "1 dossier still runs on version 1 and may take the new forms." in new
    assert "Administrators move running dossiers: Hồ Ngọc Lan." in new
    assert "/migrations/new" not in new
    assert "Only forms changed" not in old

    again = {**files, "permit-check.form": changed.replace(b' "id"', b'  "id"', 1)}
    _publish(analyst, again, "third")
    third = analyst.get(f"/procedures/{KEY}/versions/3").text
    lan = signed_in(app, database, "lan")
    offered = lan.get("/migrations").text
    sent = {"key": KEY, "before": 1, "after": 2, "reason": "Only forms changed: second"}
    tried = lan.post("/migrations/new", {**sent, "action": "create"})
    plan = tried.headers["Location"]
    migrations.work(database, Event(), at=NINE)
    checked = lan.get(plan).text
    lan.post(plan, {"action": "execute"})
    migrations.work(database, Event(), at=NINE)

    assert "Try taking the new forms" in offered
    assert "can move" in checked
    assert "1 dossier still runs" in third
    assert "1 dossier still runs" not in analyst.get(f"/procedures/{KEY}/versions/2").text
    with database.reading() as session:
        (moved,) = session.scalars(select(ProcessInstance)).all()
        definition = session.get_one(ProcessDefinition, moved.definition_id)
        assert definition.version == 2
