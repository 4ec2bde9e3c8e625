"""Why a decision came out as it did, in words."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from flask_babel import gettext

MOST_RULES = 20  # told of one decision; a collecting table can match very many


def rules_told(explanation: Any) -> tuple[str, ...]:
    """Return each rule that counted, with its annotations, in the order they were asked."""
    return tuple(_told(rule) for rule in islice(_rules(explanation), MOST_RULES))


def output_words(output: Any) -> str:
    """Return what a decision gave as one line."""
    if isinstance(output, dict):
        return ", ".join(f"{name}: {output_words(value)}" for name, value in output.items())
    if isinstance(output, list):
        return ", ".join(output_words(value) for value in output)
    if isinstance(output, bool):
        return gettext("Yes") if output else gettext("No")
    return "–" if output is None else str(output)


def _rules(explanation: Any) -> Iterator[dict[str, Any]]:
    for made in explanation or ():
        for table in made.get("tables", ()):
            yield from table.get("rules", ())


def _told(rule: dict[str, Any]) -> str:
    notes = "; ".join(str(text) for _, text in rule.get("annotations", ()))
    if notes:
        return gettext("Rule %(number)s (%(notes)s)", number=rule.get("number"), notes=notes)
    return gettext("Rule %(number)s", number=rule.get("number"))
