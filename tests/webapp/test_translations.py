"""Every sentence a person may see has its Vietnamese, and no translation is left over."""

import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg

ROOT = Path(__file__).parents[2]
CATALOGUE = ROOT / "webapp" / "translations" / "vi" / "LC_MESSAGES" / "messages.po"
KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}
PLACE = re.compile(r"%\((\w+)\)s")


@pytest.fixture(scope="module")
def catalogue() -> dict[str, polib.POEntry]:
    return {entry.msgid: entry for entry in polib.pofile(str(CATALOGUE))}


def test_every_sentence_has_its_vietnamese(catalogue: dict[str, polib.POEntry]) -> None:
    missing = {
        f"{place}: {text}"
        for place, text, _ in _sentences()
        if text not in catalogue or not catalogue[text].translated()
    }

    assert missing == set()


def test_every_plural_has_its_vietnamese(catalogue: dict[str, polib.POEntry]) -> None:
    missing = {
        text for _, text, plural in _sentences() if plural and not catalogue[text].msgstr_plural
    }

    assert missing == set()


def test_no_translation_is_left_over(catalogue: dict[str, polib.POEntry]) -> None:
    used = {text for _, text, _ in _sentences()}

    assert {text for text in catalogue if text not in used} == set()


def test_no_translation_is_a_guess(catalogue: dict[str, polib.POEntry]) -> None:
    assert [text for text, entry in catalogue.items() if entry.fuzzy or entry.obsolete] == []


def test_a_translation_fills_the_same_places(catalogue: dict[str, polib.POEntry]) -> None:
    wrong = [
        text
        for text, entry in catalogue.items()
        for given in (entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr])
        if set(PLACE.findall(given)) != set(PLACE.findall(text + (entry.msgid_plural or "")))
    ]

    assert wrong == []


def test_files_are_asked_for_in_the_words_of_the_page_not_of_the_browser() -> None:
    templates = ROOT / "webapp" / "templates"
    asking = [
        str(one.relative_to(templates))
        for one in templates.rglob("*.html")
        if 'type="file"' in one.read_text(encoding="utf-8")
    ]

    assert asking == ["ui.html"]


def _sentences() -> Iterator[tuple[str, str, bool]]:
    """Yield file, English text and whether it has a plural."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as mapping:
        methods, options = parse_mapping_cfg(mapping)
    found = extract_from_dir(
        ROOT,
        method_map=methods,
        options_map=options,
        keywords=KEYWORDS,
        directory_filter=lambda path: Path(path).name not in {".venv", "node_modules", ".git"},
    )
    for name, line, message, *_ in found:
        plural = isinstance(message, tuple)
        yield f"{name}:{line}", message[0] if plural else message, plural
