"""Which article stands behind a line of the clock: dated data, read from ``rules``."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parent / "rules" / "deadlines.json"
_Text = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule while it is in force; texts by language, possibly empty."""

    line: str
    first: date
    last: date | None
    name: _Text
    basis: _Text


def find_rule(line: str, day: date) -> Rule | None:
    """Return the rule of that kind of line in force on a day; None where there is none."""
    for rule in _rules():
        if rule.line == line and rule.first <= day and (rule.last is None or day <= rule.last):
            return rule
    return None


@cache
def _rules() -> tuple[Rule, ...]:
    return tuple(_rule(one) for one in json.loads(_FILE.read_text(encoding="utf-8")))


def _rule(told: Mapping[str, Any]) -> Rule:
    last = told.get("to")
    return Rule(
        told["line"],
        date.fromisoformat(told["from"]),
        date.fromisoformat(last) if last else None,
        told.get("name", {}),
        told["basis"],
    )
