"""Addresses by province and commune: offered as of a day, readable for ever."""

import json
from datetime import date

import pytest
from sqlalchemy.orm import Session

from engine import forms as models
from tests.webapp.conftest import NINE
from webapp.actors import SYSTEM
from webapp.db import Database
from webapp.errors import RejectedError
from webapp.forms import answers, reading, views
from webapp.models import Place
from webapp.operations.place_lists import plan, take_over
from webapp.operations.places import directory, known_for

TODAY = date(2026, 11, 22)
LIST = """code,parent,name,valid_from,valid_to
00004,01,Phường Ba Đình,2025-07-01,
00070,01,Phường Hoàn Kiếm,2025-07-01,2026-06-30
00070,01,Phường Hoàn Kiếm mới,2026-07-01,
79,,TP. Hồ Chí Minh,2026-01-01,
"""
RAW = {
    "id": "f",
    "schemaVersion": 19,
    "components": [
        {
            "type": "group",
            "id": "G",
            "path": "noi_o",
            "label": "Nơi ở",
            "properties": {"kind": "address"},
        }
    ],
}
FORM = models.read_form(json.dumps(RAW).encode(), "f.form")


def test_places_are_offered_as_of_a_day(database: Database) -> None:
    with database.transaction() as session:
        assert _taken(session, LIST) == 4
        assert _taken(session, "\ufeff" + LIST) == 4
        before = directory(session, date(2026, 6, 30))
        after = directory(session, TODAY)
        long_ago = directory(session, date(2024, 1, 1))
        assert session.query(Place).count() == 4

    assert len(after["tinh"]) == 34
    assert {"value": "79", "label": "TP. Hồ Chí Minh"} in after["tinh"]
    assert [one["label"] for one in before["xa"]["01"]][-1] == "Phường Hoàn Kiếm"
    assert [one["label"] for one in after["xa"]["01"]][-1] == "Phường Hoàn Kiếm mới"
    assert long_ago == {"tinh": [], "xa": {}}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,b\n1,2", "must name these columns"),
        (LIST + "abc,01,X,2025-07-01,", "Line 6"),
        (LIST + "00001,1,X,2025-07-01,", "Line 6"),
        (LIST + "00001,01,,2025-07-01,", "Line 6"),
        (LIST + "00001,01,X,1/7/2025,", "Line 6"),
        (LIST + "00001,01,X,2025-07-01,2025-06-30", "Line 6"),
    ],
)
def test_a_list_with_a_wrong_line_is_refused_whole(
    database: Database, text: str, said: str
) -> None:
    with pytest.raises(RejectedError, match=said), database.transaction() as session:
        _taken(session, text)

    with database.reading() as session:
        assert session.query(Place).count() == 0


def test_an_address_is_asked_stored_and_told(database: Database) -> None:
    with database.transaction() as session:
        _taken(session, LIST)
        known = {"today": TODAY, **known_for(session, FORM, TODAY)}
    typed = {"noi_o": {"tinh": "01", "xa": "00004", "dia_chi": "12 Đội Cấn"}}

    read = reading.check(FORM, typed, known=known, language="vi")
    strange = {"noi_o": {"tinh": "99", "dia_chi": "x"}}
    unknown = reading.check(FORM, strange, known=known, language="vi")

    assert read.values["noi_o"] == {
        "tinh": "01",
        "tinh_ten": "Thành phố Hà Nội",
        "xa": "00004",
        "xa_ten": "Phường Ba Đình",
        "dia_chi": "12 Đội Cấn",
    }
    assert list(unknown.errors) == ["noi_o.tinh"]
    told = answers.answers_of(FORM, read.values, known={}, language="vi")
    assert told == (("Nơi ở", "12 Đội Cấn, Phường Ba Đình, Thành phố Hà Nội"),)


def test_without_communes_the_commune_is_typed(database: Database) -> None:
    with database.reading() as session:
        known = known_for(session, FORM, TODAY)

    rows = views.field_rows(FORM, {"noi_o": {"tinh": "01"}}, known=known, language="vi")

    keys = [field.key for group in rows for part in group for row in part.rows for field in row]
    assert keys == ["noi_o.tinh", "noi_o.xa_ten", "noi_o.dia_chi"]


def test_an_old_address_with_its_district_stays_readable() -> None:
    old = {
        "noi_o": {"dia_chi": "5 Lê Lợi", "xa_ten": "Phường 1", "huyen_ten": "Quận 3", "tinh": "79"}
    }

    told = answers.answers_of(FORM, old, known={}, language="vi")

    assert told == (("Nơi ở", "5 Lê Lợi, Phường 1, Quận 3, 79"),)


def test_forms_without_addresses_carry_no_directory(database: Database) -> None:
    plain = models.Form("f", "f.form", ())

    with database.reading() as session:
        assert known_for(session, plain, TODAY) == {}


def test_a_plan_says_what_a_list_changes_and_every_wrong_line(database: Database) -> None:
    merged = """code,parent,name,valid_from,valid_to,merged_into
00004,01,Phường Ba Đình,2025-07-01,,
00070,01,Phường Hoàn Kiếm,2025-07-01,2026-06-30,00004
00099,01,Phường Mới,2026-07-01,,
"""
    with database.transaction() as session:
        _taken(session, LIST)
        found = plan(session, merged)
        wrong = plan(session, merged + merged.split("\n", 1)[1] + "x,01,Y,2025-07-01,,\n")

    assert [one.code for one in found.added] == ["00099"]
    assert [one.code for one, _ in found.changed] == ["00070"]
    assert (found.same, found.count, found.wrong) == (1, 3, ())
    assert [one.line for one in wrong.wrong] == [5, 6, 7, 8]


def _taken(session: Session, text: str) -> int:
    return take_over(session, text, "list.csv", actor=SYSTEM, at=NINE).count
