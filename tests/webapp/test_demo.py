from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random

import pytest

from engine.forms import Form, read_form
from webapp.calendars import agency_calendar
from webapp.demo import rhythm
from webapp.demo.answers import Clerk, fill
from webapp.demo.procedures import shipped
from webapp.demo.scans import scan
from webapp.forms import reading

FORMS = [
    read_form(content, name)
    for files in shipped().values()
    for name, content in files.items()
    if name.endswith(".form")
]


@pytest.mark.parametrize("form", FORMS, ids=[form.id for form in FORMS])
@pytest.mark.parametrize("seed", range(4))
def test_what_the_demo_clerk_writes_is_accepted_by_every_shipped_form(
    form: Form, seed: int
) -> None:
    values = fill(form, Clerk(Random(seed), date(2026, 11, 20)))  # noqa: S311  (a play)

    typed = {key: _as_typed(value) for key, value in values.items()}
    read = reading.check(form, typed, known={}, language="vi")

    assert read.errors == {}
    assert read.values.keys() >= values.keys()


def test_the_same_seed_gives_the_same_answers() -> None:
    def filled() -> list[object]:
        random = Random(7)  # noqa: S311  (a play)
        return [fill(form, Clerk(random, date(2026, 11, 20))) for form in FORMS]

    assert filled() == filled()


def test_nobody_in_the_demo_works_at_night() -> None:
    evening = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)  # Friday, seven in the evening

    morning = rhythm.later(evening, 0)

    assert agency_calendar().local(morning).isoformat() == "2026-11-23T07:30:00+07:00"


def test_a_demo_scan_is_a_pdf_file() -> None:
    content = scan("ban ve (mat dung)")

    assert content.startswith(b"%PDF-1.4")
    assert content.endswith(b"%%EOF\n")
    assert b"(ban ve \\(mat dung\\))" in content


def _as_typed(value: object) -> object:
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return str(value).replace(".", ",") if isinstance(value, Decimal) else value
