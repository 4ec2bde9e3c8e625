"""What is left of a decision once it is made: its outputs, and why they are what they are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class MatchedRule:
    """A row that counted. ``annotations`` are (column, text), the legal article for instance."""

    number: int
    rule_id: str
    outputs: Mapping[str, Any]
    annotations: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class TableReading:
    """One reading of one table: what stood on its left side and which rows matched."""

    table_id: str
    hit_policy: str
    inputs: Mapping[str, Any]
    rules: tuple[MatchedRule, ...]


@dataclass(frozen=True, slots=True)
class Made:
    """One decision that was made on the way.

    ``problems`` say why something became null: (English template, params).
    """

    decision_id: str
    name: str
    inputs: Mapping[str, Any]
    output: Any
    tables: tuple[TableReading, ...] = ()
    problems: tuple[tuple[str, Mapping[str, object]], ...] = ()

    def as_data(self) -> dict[str, Any]:
        """Return the same as lists and dicts, to be kept as JSON or shown."""
        return {
            "decision_id": self.decision_id,
            "name": self.name,
            "inputs": dict(self.inputs),
            "output": self.output,
            "tables": [_table_data(one) for one in self.tables],
            "problems": [message % params for message, params in self.problems],
        }


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision's outputs as plain data, and everything that was decided for it, in order."""

    outputs: Any
    explanation: tuple[Made, ...] = field(default=())


def _table_data(table: TableReading) -> dict[str, Any]:
    return {
        "table_id": table.table_id,
        "hit_policy": table.hit_policy,
        "inputs": dict(table.inputs),
        "rules": [
            {
                "number": rule.number,
                "rule_id": rule.rule_id,
                "outputs": dict(rule.outputs),
                "annotations": [list(one) for one in rule.annotations],
            }
            for rule in table.rules
        ],
    }
