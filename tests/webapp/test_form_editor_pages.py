"""An analyst changes, copies and makes forms; the server draws, checks and keeps them."""

import json

import pytest
from flask import Flask

from tests.webapp.conftest import NINE
from tests.webapp.permit import KEY, PERMIT_FILES, publish_permit
from tests.webapp.visitor import Visitor, product, signed_in
from webapp.actors import Actor
from webapp.db import Database
from webapp.operations import deployments

FORM = "permit-check"
FORMS = f"/procedures/{KEY}/versions/1/forms"
EDIT = f"{FORMS}/{FORM}/edit"
FIELD = {"type": "textfield", "id": "Field_note", "key": "ghi_chu_them", "label": "Ghi chú thêm"}


@pytest.fixture
def app(database: Database, people: dict[str, Actor]) -> Flask:
    publish_permit(database, people["binh"], NINE)
    return product(database)


@pytest.fixture
def analyst(app: Flask, database: Database) -> Visitor:
    return signed_in(app, database, "binh")


def test_the_editor_shows_the_form_as_people_see_it_and_its_text(analyst: Visitor) -> None:
    page = analyst.get(EDIT).text

    assert "data-form-editor" in page
    assert "As people will see it" in page
    assert "The checks found nothing to say." in page
    assert "&#34;id&#34;: &#34;permit-check&#34;" in page


def test_a_changed_form_is_drawn_again_without_being_kept(
    analyst: Visitor, database: Database
) -> None:
    drawn = analyst.post(EDIT, {":schema": _with(FIELD), "action": "preview"})
    part = analyst.post(
        EDIT, {":schema": _with(FIELD), "action": "preview"}, **{"HX-Request": "true"}
    )

    assert "Ghi chú thêm" in drawn.text
    assert "Ghi chú thêm" in part.text
    assert "<html" not in part.text
    assert "Ghi chú thêm" not in analyst.get(EDIT).text


def test_what_is_tried_in_the_preview_shows_what_depends_on_it(analyst: Visitor) -> None:
    tick = {"type": "checkbox", "id": "T", "key": "co_them", "label": "Có thêm"}
    hidden = {**FIELD, "conditional": {"hide": "= co_them != true"}}
    typed = {":schema": _with(tick, hidden), "action": "preview"}

    before = analyst.post(EDIT, typed).text
    after = analyst.post(EDIT, {**typed, "co_them": "1"}).text

    assert 'name="ghi_chu_them"' not in before
    assert 'name="ghi_chu_them"' in after


def test_components_with_errors_are_named_and_left_out_of_the_preview(analyst: Visitor) -> None:
    faulty = (
        {"type": "html", "id": "H", "content": "<b>"},
        {"type": "textfield", "id": "X", "label": "Lạ"},
        {"type": "hologram", "id": "Y"},
    )
    typed = {":schema": _with(*faulty, FIELD)}

    drawn = analyst.post(EDIT, {**typed, "action": "preview"}).text
    kept = analyst.post(EDIT, {**typed, "action": "save"})

    assert "3 components are missing here" in drawn
    assert 'name="ghi_chu_them"' in drawn
    assert kept.status_code == 422
    for said in ("Free HTML is not shown", "“Lạ” has no key", "type “hologram” is not known"):
        assert said in drawn
        assert said in kept.text


def test_text_that_is_no_json_is_told_by_its_line_and_stays(analyst: Visitor) -> None:
    broken = '{"type": "default",\n "id": }'

    answer = analyst.post(EDIT, {":schema": broken, "action": "save"})

    assert answer.status_code == 422
    assert "line 2, column 8" in answer.text
    assert "cannot be drawn" in answer.text
    assert "&#34;id&#34;: }" in answer.text


def test_a_changed_form_is_kept_and_published_with_everything_else_as_it_was(
    analyst: Visitor, database: Database
) -> None:
    kept = analyst.post(EDIT, {":schema": _with(FIELD), "action": "save"})
    published = analyst.post(f"{kept.headers['Location']}/publish", {"note": "Thêm một ô"})

    again = analyst.get(f"{FORMS.replace('/1/', '/2/')}/{FORM}/edit").text
    assert kept.status_code == 303
    assert published.status_code == 303
    assert "Ghi chú thêm" in again
    with database.reading() as session:
        found = deployments.find_latest(session, KEY)
        assert found is not None
        files = deployments.files_of(session, found.deployment_id)
    assert {name for name in files if files[name] != PERMIT_FILES.get(name)} == {f"{FORM}.form"}


def test_a_form_that_breaks_the_model_says_so_where_it_is_edited(analyst: Visitor) -> None:
    answer = analyst.post(EDIT, {":schema": _with(name="other"), "action": "save"})

    assert answer.status_code == 422
    assert "must stay “permit-check”" in answer.text


def test_an_unchanged_form_is_no_new_version(analyst: Visitor) -> None:
    same = PERMIT_FILES[f"{FORM}.form"].decode()

    answer = analyst.post(EDIT, {":schema": same, "action": "save"})

    assert answer.status_code == 422
    assert "Nothing was changed in the form." in answer.text


def test_nobody_keeps_a_form_over_a_version_published_meanwhile(analyst: Visitor) -> None:
    first = analyst.post(EDIT, {":schema": _with(FIELD), "action": "save"})
    second = analyst.post(EDIT, {":schema": _with({**FIELD, "key": "khac"}), "action": "save"})

    won = analyst.post(f"{first.headers['Location']}/publish", {"note": "one"})
    lost = analyst.post(f"{second.headers['Location']}/publish", {"note": "two"})
    late = analyst.post(EDIT, {":schema": _with({**FIELD, "key": "ba"}), "action": "save"})

    assert won.status_code == 303
    assert lost.status_code == 409
    assert late.status_code == 409
    assert "published meanwhile" in late.text
    assert "&#34;key&#34;: &#34;ba&#34;" in late.text


def test_a_new_form_and_a_copy_are_forms_of_their_own(analyst: Visitor) -> None:
    opened = analyst.get(f"{FORMS}/new?name=them&copy={FORM}")
    address = opened.headers["Location"]
    page = analyst.get(address)
    text = json.dumps({"type": "default", "id": "them", "components": [FIELD]})
    kept = analyst.post(address, {":schema": text, "action": "save"})

    taken = analyst.get(f"{FORMS}/new?name={FORM}")
    wrong = analyst.get(f"{FORMS}/new?name=a/b")

    assert "&#34;id&#34;: &#34;them&#34;" in page.text
    assert "No task asks for this form yet." in page.text
    assert kept.status_code == 303
    assert (taken.status_code, wrong.status_code) == (422, 422)
    assert "There is already a form “permit-check”." in taken.text


def test_who_is_no_analyst_does_not_edit_forms(app: Flask, database: Database) -> None:
    clerk = signed_in(app, database, "thu")

    assert clerk.get(EDIT).status_code == 403
    assert clerk.post(EDIT, {":schema": "{}", "action": "save"}).status_code == 403


def _with(*components: dict[str, object], name: str = FORM) -> str:
    raw = json.loads(PERMIT_FILES[f"{FORM}.form"])
    raw["components"] += components
    return json.dumps({**raw, "id": name}, ensure_ascii=False, indent=2)
