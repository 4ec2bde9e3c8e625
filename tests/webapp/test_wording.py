"""Dates and texts as pages write them: the short ways say what the general ones do."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.dates import format_datetime
from flask import Flask
from flask_babel import force_locale

from tests.webapp.visitor import product
from webapp import clock
from webapp.calendars import TIMEZONE
from webapp.db import Database
from webapp.pages import wording

NOW = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
HALF_A_DAY = timedelta(hours=12, minutes=7)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    folder: Path = tmp_path_factory.mktemp("wording")
    return product(Database(f"sqlite:///{folder}/motcua.db"))


@pytest.mark.parametrize(
    ("language", "day", "moment"),
    [("vi", "dd/MM/yyyy", "dd/MM HH:mm"), ("en", "d MMM yyyy", "d MMM HH:mm")],
)
def test_dates_are_written_as_the_readers_language_has_them(
    app: Flask, monkeypatch: pytest.MonkeyPatch, language: str, day: str, moment: str
) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    instants = [NOW + count * HALF_A_DAY for count in range(-730, 90)]

    def general(instant: datetime, pattern: str) -> str:
        return format_datetime(instant, pattern, tzinfo=ZoneInfo(TIMEZONE), locale=language)

    with app.test_request_context(headers={"Accept-Language": language}):
        for instant in instants:
            this_year = general(instant, "yyyy") == "2026"
            assert wording.day_words(instant) == general(instant, day)
            assert wording.instant_words(instant, year=True) == general(instant, f"{day} HH:mm")
            assert wording.instant_words(instant) == general(
                instant, moment if this_year else f"{day} HH:mm"
            )


def test_a_template_speaks_the_language_that_is_forced_for_a_while(app: Flask) -> None:
    template = app.jinja_env.from_string(
        "{{ _('Claim') }}, {{ ngettext('%(num)s day', '%(num)s days', 2) }}"
    )

    with app.test_request_context(headers={"Accept-Language": "vi"}):
        before = template.render()
        with force_locale("en"):
            forced = template.render()
        after = template.render()

    assert before == after == "Nhận việc, 2 ngày"
    assert forced == "Claim, 2 days"
