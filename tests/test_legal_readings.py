"""What has to be read by a lawyer stands on one page, as the shipped procedures say it now."""

from pathlib import Path

import pytest

from scripts.legal_readings import PAGE, page

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def _at_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def test_the_page_is_the_one_that_the_procedures_would_write_now() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m scripts.legal_readings"


def test_every_shipped_procedure_says_what_nobody_verified() -> None:
    sections = page().split("\n## ")[1:]

    assert len(sections) == 11  # ten, and a permit of before
    assert all("### To be checked" in one and "### To be approved" in one for one in sections)
