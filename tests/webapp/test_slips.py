"""Papers: set as PDF whatever people typed, numbered without gaps, kept and voided."""

import re
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from tests.webapp.blocks import publish_block, staff
from tests.webapp.conftest import NINE
from tests.webapp.office import REQUEST, receive
from tests.webapp.visitor import product, signed_in
from webapp import clock
from webapp.actors import SYSTEM, Actor
from webapp.db import Database
from webapp.errors import RejectedError
from webapp.filestore import FileStore
from webapp.models import InstanceEvent, Slip, UserAccount
from webapp.models.agencies import AgencyKind
from webapp.operations import actions, agencies, dossiers, reasons, slips
from webapp.operations.agencies import AgencyFacts
from webapp.operations.people import actor_of
from webapp.operations.slips import SlipOrder
from webapp.slips.printing import pdf
from webapp.slips.purposes import Purpose, shipped
from webapp.slips.samples import SAMPLE, sample_of

People = dict[str, Actor]
HOSTILE = '#panic("x") *b* $y$ "] #read("/etc/passwd") \\ <a> @b // /* `c` \u202e Đặng'


@pytest.mark.parametrize("purpose", list(Purpose))
def test_what_people_typed_is_set_as_text_and_never_run(purpose: Purpose) -> None:
    content = {
        key: HOSTILE if isinstance(value, str) and key != "qr" else value
        for key, value in sample_of(purpose).items()
    }
    content["papers"] = content["points"] = [["1", HOSTILE, HOSTILE, HOSTILE][:3]]

    assert pdf(shipped(purpose), content).startswith(b"%PDF-")


def test_the_program_starts_without_the_typesetter() -> None:
    source = Path(sys.modules["webapp.slips.printing"].__file__ or "").read_text(encoding="utf-8")

    assert re.findall(r"^(?:import|from) typst", source, re.MULTILINE) == []


@pytest.mark.parametrize(
    "template",
    ['#read("/etc/passwd")', '#import "@preview/a:1.0.0"', "#eval(d.code)", " ", "#(", "#d.none"],
)
def test_a_template_that_reaches_outside_or_cannot_be_set_is_refused(
    database: Database, people: People, template: str
) -> None:
    with database.transaction() as session, pytest.raises(RejectedError):
        slips.save_template(session, Purpose.STOP, template, "", actor=people["lan"], at=NINE)


@pytest.mark.parametrize(
    ("template", "told"),
    [
        ("#head()\nXin chào\n#d.nobody", "Line 3, column 3: dictionary does not contain key"),
        ("#head()\n\n#row(1)", "Line 3, column"),
        ("a\n#read(1)", "Line 2: a template may not use “read”"),
    ],
)
def test_a_broken_template_is_told_with_its_own_line(template: str, told: str) -> None:
    with pytest.raises(RejectedError) as refused:
        slips.preview(template, Purpose.STOP)

    assert told in str(refused.value)


def test_an_edited_template_is_used_and_papers_made_before_keep_theirs(
    database: Database, people: People, tmp_path: Path
) -> None:
    store = FileStore(tmp_path)
    first = _made(database, store)
    with database.transaction() as session:
        slips.save_template(
            session, Purpose.STOP, "#head() Xin chào #d.applicant", "", actor=people["lan"], at=NINE
        )
    second = _made(database, store)

    with database.reading() as session:
        rows = {one.id: one for one in session.scalars(select(Slip))}
    assert (rows[first].template_version, rows[second].template_version) == (0, 1)
    assert rows[first].sha256 != rows[second].sha256
    assert store.path(rows[first].sha256).read_bytes().startswith(b"%PDF-")


def test_numbers_have_no_gap_when_two_desks_print_at_once_and_begin_again_each_year(
    database: Database, tmp_path: Path
) -> None:
    store, together = FileStore(tmp_path), Barrier(2)

    def printed(_desk: int) -> UUID:
        together.wait(timeout=30)
        return _made(database, store)

    with ThreadPoolExecutor(2) as pool:
        ids = list(pool.map(printed, range(2)))
    next_year = _made(database, store, days=60)

    with database.reading() as session:
        rows = {one.id: one for one in session.scalars(select(Slip))}
    assert sorted(rows[one].symbol for one in ids) == ["01/TBD", "02/TBD"]
    assert (rows[next_year].year, rows[next_year].symbol) == (2027, "01/TBD")


def test_a_void_number_is_not_given_again(database: Database, tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    first = _made(database, store)
    with database.transaction() as session:
        with pytest.raises(RejectedError):
            slips.void(session, first, " ", actor=SYSTEM, at=NINE)
        slips.void(session, first, "In sai tên", actor=SYSTEM, at=NINE)

    second = _made(database, store)

    with database.reading() as session:
        assert session.get_one(Slip, second).symbol == "02/TBD"
        assert session.get_one(Slip, first).void_reason == "In sai tên"


def test_a_paper_that_answers_an_action_needs_that_action(
    database: Database, people: People, tmp_path: Path
) -> None:
    staff(database, people)
    key = publish_block(database, "dung-giai-quyet", people["binh"], NINE)
    dossier_id = receive(database, key, people["thu"], NINE)
    order = SlipOrder(
        purpose=Purpose.STOP, agency_code="H99.26", content=SAMPLE, dossier_id=dossier_id
    )

    with (
        database.transaction() as session,
        pytest.raises(RejectedError, match="not done here"),
    ):
        slips.make(session, FileStore(tmp_path), order, actor=people["thu"], at=NINE)


@pytest.fixture
def app(
    database: Database, people: People, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Flask:
    monkeypatch.setattr(clock, "now", lambda: NINE)
    staff(database, people)
    return product(database, data_dir=tmp_path)


def test_the_counter_prints_a_receipt_and_only_its_desk_may_read_it(
    app: Flask, database: Database, people: People
) -> None:
    key = publish_block(database, "rut-ho-so", people["binh"], NINE)
    dossier_id = receive(database, key, people["thu"], NINE)
    counter = signed_in(app, database, "thu")

    for purpose in ("receipt", "control"):
        answer = counter.post(f"/dossiers/{dossier_id}/slips/{purpose}")
        assert answer.status_code == 303

    page = counter.get(f"/dossiers/{dossier_id}").text
    address = re.search(r'href="(/slips/[^"]+\.pdf)">Receipt and appointment 01/TNHS', page)
    assert address is not None
    assert "Notice of stopping" not in page
    with counter.get(address[1]) as made:
        assert made.data.startswith(b"%PDF-")
        assert made.headers["Content-Security-Policy"].startswith("sandbox")
    assert signed_in(app, database, "mai").get(address[1]).status_code == 404
    with database.reading() as session:
        kinds = session.scalars(select(InstanceEvent.kind)).all()
    assert kinds.count("slip.made") == 2


def test_a_paper_bears_the_name_of_the_agency_that_received_or_decides(
    app: Flask, database: Database, people: People
) -> None:
    key = publish_block(database, "gia-han", people["binh"], NINE)
    day = NINE.date() - timedelta(days=100)

    def add(code: str, name: str, kind: str, parent_id: UUID | None = None) -> UUID:
        with database.transaction() as session:
            facts = AgencyFacts(
                code=code, name=name, name_en="", kind=kind, parent_id=parent_id, phone="0999"
            )
            return agencies.add(session, facts, day, actor=SYSTEM)

    province = add("H99", "UBND tỉnh Thử Nghiệm", AgencyKind.PROVINCE)
    ward = add("H99.26", "UBND phường Bình Thủy", AgencyKind.COMMUNE, province)
    land = add("H99.02", "Văn phòng đăng ký đất đai", AgencyKind.DEPARTMENT, province)
    with database.transaction() as session:
        asked = replace(REQUEST, deciding_agency_id=land)
        clerk = replace(people["thu"], agency_id=ward)
        dossier_id = dossiers.start(session, key, asked, actor=clerk, at=NINE)
        leader = session.scalars(select(UserAccount).where(UserAccount.username == "long")).one()
        wanted = actions.ActionRequest(
            element_id="Event_GiaHan",
            reason_id=reasons.in_force(session, "extension", "any", NINE.date())[0].id,
            explanation="Chờ trích lục.",
            new_due_at=NINE + timedelta(days=30),
        )
        actions.act(session, dossier_id, wanted, actor=actor_of(leader), at=NINE)
    counter = signed_in(app, database, "thu")

    for purpose in ("receipt", "apology"):
        assert counter.post(f"/dossiers/{dossier_id}/slips/{purpose}").status_code == 303

    with database.reading() as session:
        made = {one.purpose: one for one in session.scalars(select(Slip))}
    heads = {
        kind: (one.agency_code, one.content["parent"], one.content["agency"], one.symbol)
        for kind, one in made.items()
    }
    assert heads == {
        "receipt": ("H99.26", "Ủy ban nhân dân", "Phường Bình Thủy", "01/TNHS"),
        "apology": (
            "H99.02",
            "Ủy ban nhân dân tỉnh Thử Nghiệm",
            "Văn phòng đăng ký đất đai",
            "01/PXL",
        ),
    }
    page = counter.get(f"/dossiers/{dossier_id}/receipt").text
    assert "<b>PHƯỜNG BÌNH THỦY</b>" in page
    assert "Bộ phận Một cửa Phường Bình Thủy tiếp nhận" in page


def test_dossiers_of_a_merged_agency_are_signed_and_found_by_the_one_that_took_over(
    app: Flask, database: Database, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = publish_block(database, "rut-ho-so", people["binh"], NINE)
    day = NINE.date()

    def add(code: str, name: str) -> UUID:
        with database.transaction() as session:
            facts = AgencyFacts(code=code, name=name, kind=AgencyKind.COMMUNE)
            return agencies.add(session, facts, day, actor=SYSTEM)

    old, new, last = add("H99.31", "UBND xã Một"), add("H99.32", "UBND xã Hai"), day
    with database.transaction() as session:
        clerk = replace(people["thu"], agency_id=old)
        dossier_id = dossiers.start(session, key, REQUEST, actor=clerk, at=NINE)
        with pytest.raises(RejectedError, match="takes over"):
            agencies.end(session, old, last, actor=SYSTEM, successor_id=old)
        agencies.end(session, old, last, actor=SYSTEM, successor_id=new)
    counter = signed_in(app, database, "thu")
    counter.post(f"/dossiers/{dossier_id}/slips/receipt")
    monkeypatch.setattr(clock, "now", lambda: NINE + timedelta(days=1))
    counter = signed_in(app, database, "thu")
    counter.post(f"/dossiers/{dossier_id}/slips/control")

    with database.reading() as session:
        made = {one.purpose: one.content["agency"] for one in session.scalars(select(Slip))}
    assert made == {"receipt": "Xã Một", "control": "Xã Hai"}
    assert str(dossier_id) in counter.get(f"/dossiers?agency={new}").text
    told = signed_in(app, database, "lan").get(f"/agencies/{old}").text
    assert "Its dossiers go to UBND xã Hai." in told


def test_the_register_of_a_month_lists_what_was_received(
    app: Flask, database: Database, people: People
) -> None:
    key = publish_block(database, "rut-ho-so", people["binh"], NINE)
    with database.transaction() as session:
        dossiers.start(session, key, REQUEST, actor=people["thu"], at=NINE)
    admin = signed_in(app, database, "lan")

    assert admin.post("/register", {"month": "13/2026"}).status_code == 422
    answer = admin.post("/register", {"month": "11/2026"})

    assert answer.status_code == 303
    with admin.get(answer.headers["Location"]) as made:
        assert made.data.startswith(b"%PDF-")
    with database.reading() as session:
        content = session.scalars(select(Slip.content)).one()
    assert [row[1] for row in content["rows"]] == ["H99.26-261118-0001"]


def test_an_administrator_previews_and_keeps_a_template(app: Flask, database: Database) -> None:
    admin = signed_in(app, database, "lan")
    page = admin.get("/slip-templates/receipt").text
    assert "#d.applicant" in page

    shown = admin.post("/slip-templates/receipt", {"source": "#head()", "action": "preview"})
    broken = admin.post("/slip-templates/receipt", {"source": "#headx()", "action": "save"})
    kept = admin.post("/slip-templates/receipt", {"source": "#head()", "action": "save"})

    assert shown.mimetype == "application/pdf"
    assert broken.status_code == 422
    assert "headx" in broken.text
    assert kept.status_code == 303
    assert "version 1" in admin.get("/slip-templates/receipt").text


def _made(database: Database, store: FileStore, days: int = 0) -> UUID:
    order = SlipOrder(purpose=Purpose.STOP, agency_code="H99.26", content=SAMPLE)
    with database.transaction() as session:
        return slips.make(session, store, order, actor=SYSTEM, at=NINE + timedelta(days=days))
