"""The page of all lint rules is the one that the code would write now."""

import re
from pathlib import Path

from scripts.lint_rules import PAGE, page


def test_the_page_of_rules_is_current():
    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m scripts.lint_rules"


def test_the_page_names_every_rule_of_the_code():
    sources = [*Path("engine/lint").rglob("*.py"), Path("engine/forms/linting.py")]
    written = {
        rule
        for source in sources
        for rule in re.findall(r'(?m)^\s+"([a-z]+(?:-[a-z]+)+)",$', source.read_text())
    }

    text = page()

    assert {rule for rule in written if f"`{rule}`" not in text} == set()
