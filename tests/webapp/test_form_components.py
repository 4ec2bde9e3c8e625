"""Every component of the installed form editor is asked, checked and told, or refused by name."""

import html
import json
import re
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from engine.forms.kinds import INPUTS, RECORDS, REFUSED, RENDERED, STANDING
from engine.forms.linting import NEWEST_SCHEMA
from tests.webapp.conftest import NINE
from tests.webapp.permit import INTAKE, KEY, PERMIT_FILES
from tests.webapp.visitor import Visitor, product, signed_in
from webapp import clock
from webapp.actors import Actor
from webapp.db import Database
from webapp.operations import deployments

INSTALLED = Path(__file__).parents[2] / "node_modules/@bpmn-io/form-js-viewer/dist/index.es.js"
ADDRESS = f"/counter/{KEY}"
PIXEL = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGA"
    "WjR9awAAAABJRU5ErkJggg=="
)
REQUIRED = {"validate": {"required": True}}
OPTIONS = {"values": [{"value": "a", "label": "Loại một"}, {"value": "b", "label": "Loại hai"}]}
PROGRAM = b"MZ\x90\x00\x03" + bytes(200)


@dataclass(frozen=True, slots=True)
class Case:
    """A component with what is typed wrongly, then rightly, and the words that tell it."""

    raw: dict[str, Any]
    wrong: dict[str, Any] = field(default_factory=dict)
    right: dict[str, Any] = field(default_factory=dict)
    words: tuple[str, ...] = ()
    at: tuple[str, ...] = ()  # the names of the fields that the wrong answers are told beside
    kept: bool = True  # what was typed wrongly can stand in its field


def _asked(kind: str, key: str, label: str, **parts: Any) -> dict[str, Any]:
    return {"type": kind, "id": f"C_{key}", "key": key, "label": label, **parts}


def _one(raw: dict[str, Any], wrong: Any, right: Any, words: str, *, kept: bool = True) -> Case:
    name = raw["key"]
    return Case(
        raw,
        {name: wrong} if wrong else {},
        {name: right} if right else {},
        (words,),
        (name,),
        kept,
    )


def _moment(subtype: str, key: str) -> dict[str, Any]:
    return _asked("datetime", key, "", subtype=subtype, dateLabel=f"Lúc {subtype}", **REQUIRED)


def _kind(kind: str, path: str) -> dict[str, Any]:
    words = {"kind": kind}
    return {"type": "group", "id": path, "path": path, "label": path, "properties": words}


CASES = (
    _one(
        _asked("textfield", "ten", "Tên", validate={"required": True, "minLength": 3}),
        "ab",
        "Nhà văn hóa",
        "Nhà văn hóa",
    ),
    _one(
        _asked("textarea", "mo_ta", "Mô tả", validate={"maxLength": 9}),
        "quá dài dòng",
        "Hai\ntầng",
        "Hai\ntầng",
    ),
    _one(
        _asked("number", "dien_tich", "Diện tích", appearance={"suffixAdorner": "m²"}, **REQUIRED),
        "1.000.000,5,7.2",
        "1.250,5",
        "1.250,5 m²",
    ),
    _one(_moment("date", "ngay"), "31/02/2026", "27/3/2026", "27/03/2026"),
    _one(_moment("time", "gio"), "25:00", "14h30", "14:30"),
    _one(_moment("datetime", "luc"), "31/2/2026 8:00", "20/11/2026 8:15", "20/11/2026 08:15"),
    _one(_asked("select", "loai", "Loại", **OPTIONS, **REQUIRED), "x", "a", "Loại một", kept=False),
    _one(_asked("radio", "hang", "Hạng", **OPTIONS, **REQUIRED), "x", "b", "Loại hai", kept=False),
    _one(
        _asked("checklist", "muc", "Mục", **OPTIONS, **REQUIRED),
        ["x"],
        ["a", "b"],
        "Loại một<br>Loại hai",
        kept=False,
    ),
    _one(_asked("taglist", "the", "Thẻ", **OPTIONS), ["x"], ["b"], "Loại hai", kept=False),
    _one(_asked("checkbox", "cam_doan", "Cam đoan", **REQUIRED), "", "1", "Có"),
    Case(
        _asked("expression", "phi", "Phí", expression="= dien_tich * 2", computeOn="change"),
        words=("2.501",),
    ),
    Case(_asked("filepicker", "tep", "Tệp", **REQUIRED), at=("tep",), words=("ban-ve.pdf",)),
    Case(
        {
            "type": "group",
            "id": "G",
            "path": "cong_trinh",
            "label": "Công trình",
            "components": [_asked("number", "so_tang", "Số tầng", validate={"min": 1})],
        },
        {"cong_trinh.so_tang": "0"},
        {"cong_trinh.so_tang": "3"},
        ("Số tầng: 3",),
        ("cong_trinh.so_tang",),
    ),
    Case(
        {
            "type": "dynamiclist",
            "id": "L",
            "path": "nguoi",
            "label": "Người ở",
            "components": [_asked("textfield", "ho_ten", "Họ tên", **REQUIRED)],
        },
        {"nguoi.#": "2", "nguoi.0.ho_ten": "Trần An", "nguoi.1.ho_ten": ""},
        {"nguoi.#": "2", "nguoi.0.ho_ten": "Trần An", "nguoi.1.ho_ten": "Lê Bình"},
        ("Họ tên: Trần An", "Họ tên: Lê Bình"),
        ("nguoi.1.ho_ten",),
    ),
    Case({"type": "text", "id": "T", "text": "Đọc kỹ trước khi ký."}),
    Case({"type": "separator", "id": "S1"}),
    Case({"type": "spacer", "id": "S2"}),
    Case(
        {
            "type": "table",
            "id": "B",
            "label": "Bảng giá",
            "dataSource": '= [{ten: "Lệ phí", gia: 75000}]',
            "columns": [{"key": "ten", "label": "Tên"}, {"key": "gia", "label": "Giá"}],
        }
    ),
    Case({"type": "image", "id": "I", "source": PIXEL, "alt": "Sơ đồ vị trí"}),
    _one(
        _asked("number", "tien", "Tiền", properties={"kind": "money"}),
        "1.000.000,5",
        "1.250.000",
        "1.250.000 đồng",
    ),
    _one(
        _asked("textfield", "thue", "Mã số thuế", properties={"kind": "tax-code"}),
        "0100109107",
        "0100109106",
        "0100109106",
    ),
    Case(
        _kind("person", "chu"),
        {"chu.ho_ten": "An", "chu.so_dinh_danh": "003085000123", "chu.dien_thoai": "0105 123"},
        {
            "chu.ho_ten": "Trần An",
            "chu.so_dinh_danh": "001 085 000123",
            "chu.ngay_sinh": "2/9/1985",
            "chu.dien_thoai": "0905123478",
        },
        ("Trần An", "001085000123", "02/09/1985", "0905 123 478"),
        ("chu.so_dinh_danh", "chu.dien_thoai"),
    ),
    Case(
        _kind("organisation", "to_chuc"),
        {"to_chuc.ten": "Công ty Ánh Dương", "to_chuc.ma_so": "1"},
        {"to_chuc.ten": "Công ty Ánh Dương", "to_chuc.ma_so": "0100109106-001"},
        ("Công ty Ánh Dương", "0100109106-001"),
        ("to_chuc.ma_so",),
    ),
    Case(
        _kind("address", "noi_o"),
        {"noi_o.dia_chi": "12 Đội Cấn"},
        {"noi_o.tinh": "92", "noi_o.xa_ten": "Phường An Hòa", "noi_o.dia_chi": "12 Đội Cấn"},
        ("12 Đội Cấn, Phường An Hòa, Thành phố Cần Thơ",),
        ("noi_o.tinh",),
    ),
)
DRAWN = ("Đọc kỹ trước khi ký.", "<hr", 'alt="Sơ đồ vị trí"', "Lệ phí", "75.000", "mc-space")


FORM_DATA = """<startEvent id="Start" name="Nhận"><extensionElements><camunda:formData>
<camunda:formField id="ho" label="Họ" type="string" defaultValue="Trần"><camunda:properties>
<camunda:property id="en.label" value="Family name"/></camunda:properties><camunda:validation>
<camunda:constraint name="required"/><camunda:constraint name="minlength" config="2"/>
<camunda:constraint name="maxlength" config="9"/></camunda:validation></camunda:formField>
<camunda:formField id="so" label="Số nhà" type="long" defaultValue="3"><camunda:validation>
<camunda:constraint name="min" config="1"/><camunda:constraint name="max" config="99"/>
</camunda:validation></camunda:formField>
<camunda:formField id="co" label="Có vườn" type="boolean" defaultValue="true"/>
<camunda:formField id="ngay" label="Ngày vào" type="date" defaultValue="15/3/2026"/>
<camunda:formField id="loai" label="Loại nhà" type="enum" defaultValue="b"><camunda:value id="a"
 name="Nhà gỗ"/><camunda:value id="b" name="Nhà gạch"/></camunda:formField>
<camunda:formField id="ma" label="Mã khu" type="string" defaultValue="K7"><camunda:validation>
<camunda:constraint name="readonly"/></camunda:validation></camunda:formField>
</camunda:formData></extensionElements></startEvent>"""


@pytest.fixture
def counter(
    database: Database,
    people: dict[str, Actor],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> Visitor:
    """A clerk of an office where the procedure with these files is published."""
    monkeypatch.setattr(clock, "now", lambda: NINE)
    with database.transaction() as session:
        draft = deployments.save_draft(
            session, request.param(), "x.zip", actor=people["binh"], at=NINE
        )
        deployments.publish(session, draft, note="first", actor=people["binh"], at=NINE)
    return signed_in(product(database, data_dir=tmp_path), database, "thu", "vi")


def _of_components() -> dict[str, bytes]:
    return {**PERMIT_FILES, "permit-start.form": _form(*(case.raw for case in CASES))}


def _of_form_data() -> dict[str, bytes]:
    start = '<startEvent id="Start" name="Nhận" camunda:formRef="permit-start"/>'
    model = PERMIT_FILES["permit.bpmn"].decode().replace(start, FORM_DATA)
    files = {name: text for name, text in PERMIT_FILES.items() if name != "permit-start.form"}
    return {**files, "permit.bpmn": model.encode()}


def test_the_product_knows_every_component_of_the_installed_form_editor() -> None:
    source = INSTALLED.read_text(encoding="utf-8")

    assert _installed(source) == RENDERED | set(REFUSED)
    assert not RENDERED & set(REFUSED)
    assert f"const schemaVersion = {NEWEST_SCHEMA};" in source
    assert {case.raw["type"] for case in CASES} == INPUTS | RECORDS | STANDING == RENDERED


@pytest.mark.parametrize("counter", [_of_components], indirect=True, ids=["components"])
def test_every_component_is_drawn_kept_through_errors_checked_and_told(counter: Visitor) -> None:
    wrong = {name: typed for case in CASES for name, typed in case.wrong.items()}
    right = {name: typed for case in CASES for name, typed in case.right.items()}

    empty = counter.get(ADDRESS).text
    exe = counter.post(ADDRESS, {**INTAKE, **wrong, **_attached(PROGRAM)})
    refused = counter.post(ADDRESS, {**INTAKE, **wrong})
    sent = {**INTAKE, **right, **_attached(b"%PDF-1.4 ban ve\n%%EOF")}
    attached = counter.post(ADDRESS, {**sent, "action": "upload"})
    sent = {**INTAKE, **right, "kept-file": _kept(attached)}
    checked = counter.post(ADDRESS, {**sent, "action": "check"})
    started = counter.post(ADDRESS, {**sent, "action": "start"})
    told = html.unescape(counter.get(started.headers["Location"]).text)

    assert [name for name in _names() if f'name="{name}"' not in empty] == []
    assert [words for words in DRAWN if words not in empty] == []
    assert f'value="add-row:nguoi" formaction="{ADDRESS}#f-nguoi-1"' in empty
    assert f'value="upload" formaction="{ADDRESS}#f-tep"' in empty
    assert (exe.status_code, refused.status_code, checked.status_code) == (422, 422, 200)
    assert "f-tep-error" in exe.text
    for case in CASES:
        for name in case.at:
            assert f'href="#f-{name.replace(".", "-")}' in refused.text, name
        for typed in case.wrong.values():
            assert not case.kept or str(typed) in html.unescape(exe.text), case.raw
            assert not case.kept or str(typed) in html.unescape(refused.text), case.raw
        for words in case.words:
            assert words in html.unescape(checked.text), words
            assert words in told, words


@pytest.mark.parametrize("counter", [_of_form_data], indirect=True, ids=["form-data"])
def test_fields_inside_a_model_are_drawn_checked_and_told_like_those_of_a_form(
    counter: Visitor,
) -> None:
    english = Visitor(counter.client.application, "en")
    english.client = counter.client
    wrong = {"ho": "T", "so": "100", "ngay": "31/2/2026", "loai": "c", "ma": "K8"}
    right = {"ho": "Lê", "so": "12", "co": "1", "ngay": "28/02/2026", "loai": "a", "ma": "K8"}

    empty, foreign = counter.get(ADDRESS).text, english.get(ADDRESS).text
    refused = counter.post(ADDRESS, {**INTAKE, **wrong})
    fraction = counter.post(ADDRESS, {**INTAKE, **right, "so": "1,5"})
    checked = counter.post(ADDRESS, {**INTAKE, **right, "action": "check"})
    started = counter.post(ADDRESS, {**INTAKE, **right, "action": "start"})
    told = counter.get(started.headers["Location"]).text

    for value in ("Trần", "3", "15/3/2026", "K7"):
        assert f'value="{value}"' in empty
    assert re.search(r'name="co"[^>]* checked', empty)
    assert '<option value="b" selected>Nhà gạch</option>' in empty
    assert "Family name" in foreign
    for name in ("ho", "so", "ngay", "loai"):
        assert f'href="#f-{name}"' in refused.text
    assert (refused.status_code, fraction.status_code) == (422, 422)
    for words in ("Lê", "12", "Có", "28/02/2026", "Nhà gỗ", "K7"):
        assert words in checked.text
        assert words in told
    assert "K8" not in told


def test_what_cannot_be_shown_is_refused_with_component_form_reason_and_remedy(
    database: Database, people: dict[str, Actor]
) -> None:
    analyst = signed_in(product(database), database, "binh")
    strange = [{"type": kind, "id": f"C_{kind}", "label": f"My {kind}"} for kind in REFUSED]
    unknown = {"type": "hologram", "id": "C_new", "label": "My hologram"}
    files = {**PERMIT_FILES, "permit-start.form": _form(*strange, unknown)}

    page = html.unescape(analyst.upload("/procedures/upload", files).text)
    listed = analyst.get("/procedures").text

    for kind, reason in REFUSED.items():
        assert f"“My {kind}”" in page
        assert reason in page
    assert "The component type “hologram” is not known." in page
    assert page.count("permit-start.form, line") == len(REFUSED) + 1
    assert page.count("Remove the component or replace it with one of these") == len(REFUSED) + 1
    assert KEY not in listed


def _installed(source: str) -> set[str]:
    """The types of the components that form-js draws, but for the form itself."""
    (listed,) = re.findall(r"^const formFields = \[(.*?)\];", source, re.DOTALL | re.MULTILINE)
    classes = re.findall(r"\w+", re.sub(r"/\*.*?\*/", "", listed))
    constants = dict(re.findall(r"^const (type(?:\$\w+)?) = '(\w+)';", source, re.MULTILINE))
    found: set[str] = set()
    for name in classes:
        (written,) = re.findall(
            rf"^{name}\.config = {{\s*type(?:: ([^,]+))?,", source, re.MULTILINE
        )
        found.add(written.strip("'") if "'" in written else constants[written or "type"])
    return found - {"default"}


def _names() -> list[str]:
    """The names of the inputs on the empty page; communes are asked for once a province is."""
    first_row = {"nguoi.#", "nguoi.0.ho_ten"}
    typed = {name for case in CASES for name in case.right if not name.startswith("nguoi.")}
    return sorted(typed - {"noi_o.xa_ten"} | first_row | {"file-tep"})


def _attached(content: bytes) -> dict[str, Any]:
    return {"file-tep": (BytesIO(content), "ban-ve.pdf")}


def _kept(page: TestResponse) -> list[str]:
    return re.findall(r'name="kept-file" value="([^"]+)"', page.text)


def _form(*components: dict[str, Any]) -> bytes:
    form = {"type": "default", "id": "permit-start", "schemaVersion": 19, "components": components}
    return json.dumps(form, ensure_ascii=False, indent=1).encode()
