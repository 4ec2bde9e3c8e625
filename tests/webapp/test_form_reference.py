"""The reference page of forms and of the facts sheet speaks of everything there is."""

import re
from pathlib import Path

from engine.forms.kinds import RENDERED
from webapp.facts import FactsSchema
from webapp.promises import Unit

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"


def _named(page: str) -> set[str]:
    return set(re.findall(r"`([A-Za-z_]+)`", (REFERENCE / page).read_text()))


def test_every_component_that_is_shown_is_documented() -> None:
    assert _named("forms.md") >= RENDERED


def test_every_entry_and_unit_of_the_facts_sheet_is_documented() -> None:
    assert _named("facts-sheet.md") >= {*FactsSchema().fields, *(unit.value for unit in Unit)}
