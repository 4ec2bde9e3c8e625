"""The definition of a periodic report: columns with formulas over facts of dossiers, as data."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from engine.feel import Expression, FeelError, parse

SHIPPED = Path(__file__).parent / "rules" / "reports.json"
GROUPINGS = ("agency", "field", "procedure")
Text = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Column:
    """One number of each line. ``group`` are the headings above it, outermost first."""

    id: str
    title: Text
    group: tuple[Text, ...]
    note: Text
    counts: str  # FEEL over the facts of a dossier

    def holds(self, facts: Mapping[str, bool]) -> bool:
        return _formula(self.counts).holds(facts)


@dataclass(frozen=True, slots=True)
class Rate:
    """Two columns as a share: how many of ``whole`` are in ``part``.

    ``full_at`` is the percentage from which an index gives full points.
    """

    id: str
    title: Text
    part: str
    whole: str
    full_at: int


@dataclass(frozen=True, slots=True)
class Absent:
    """A figure that the form asks for and that cannot be computed here, and why."""

    id: str
    title: Text
    why: Text


@dataclass(frozen=True, slots=True)
class Definition:
    """``sums`` are column ids: the first must be the sum of the others, in every line."""

    key: str
    version: int
    name: Text
    basis: Text
    grouping: str
    columns: tuple[Column, ...]
    sums: tuple[tuple[str, ...], ...]
    rates: tuple[Rate, ...] = ()
    absent: tuple[Absent, ...] = ()

    def unequal(self, numbers: Sequence[int]) -> tuple[str, ...] | None:
        """Return the first sum that does not add up in a line; None where all do."""
        by_id = dict(zip((one.id for one in self.columns), numbers, strict=True))
        for total, *parts in self.sums:
            if by_id[total] != sum(by_id[part] for part in parts):
                return (total, *parts)
        return None


class _TextSchema(Schema):
    vi = fields.String(required=True, validate=validate.Length(min=1))
    en = fields.String(required=True, validate=validate.Length(min=1))


class _ColumnSchema(Schema):
    id = fields.String(required=True, validate=validate.Length(min=1, max=8))
    title = fields.Nested(_TextSchema, required=True)
    group = fields.List(fields.Nested(_TextSchema), load_default=list)
    note = fields.Nested(_TextSchema, load_default=dict)
    counts = fields.String(required=True)


class _RateSchema(Schema):
    id = fields.String(required=True, validate=validate.Length(min=1, max=8))
    title = fields.Nested(_TextSchema, required=True)
    part = fields.String(required=True)
    whole = fields.String(required=True)
    full_at = fields.Integer(load_default=100, validate=validate.Range(min=1, max=100))


class _AbsentSchema(Schema):
    id = fields.String(load_default="", validate=validate.Length(max=40))  # one or several
    title = fields.Nested(_TextSchema, required=True)
    why = fields.Nested(_TextSchema, required=True)


class _DefinitionSchema(Schema):
    key = fields.String(required=True, validate=validate.Length(min=1, max=60))
    version = fields.Integer(required=True, validate=validate.Range(min=1))
    name = fields.Nested(_TextSchema, required=True)
    basis = fields.Nested(_TextSchema, required=True)
    grouping = fields.String(required=True, validate=validate.OneOf(GROUPINGS))
    columns = fields.List(
        fields.Nested(_ColumnSchema), required=True, validate=validate.Length(min=1, max=60)
    )
    sums = fields.List(
        fields.List(fields.String(), validate=validate.Length(min=2)), load_default=list
    )
    rates = fields.List(
        fields.Nested(_RateSchema), load_default=list, validate=validate.Length(max=60)
    )
    absent = fields.List(
        fields.Nested(_AbsentSchema), load_default=list, validate=validate.Length(max=60)
    )


def read(body: Any, names: Iterable[str]) -> Definition:
    """Return a definition from its JSON. ``names`` are the facts that formulas may use.

    Raises ValueError with one sentence: where, and what is wrong.
    """
    try:
        told = _DefinitionSchema().load(body)
    except ValidationError as error:
        raise ValueError(_first(error.messages)) from error
    columns = tuple(
        Column(one["id"], one["title"], tuple(one["group"]), one["note"], one["counts"])
        for one in told["columns"]
    )
    ids = [one.id for one in columns]
    if len(set(ids)) < len(ids):
        raise ValueError("columns: two have the same id")
    for one in columns:
        _check(one, frozenset(names))
    sums = tuple(tuple(one) for one in told["sums"])
    if strangers := {one for line in sums for one in line} - set(ids):
        raise ValueError(f"sums: no column {', '.join(sorted(strangers))}")
    rates = tuple(Rate(**one) for one in told["rates"])
    if strangers := {one for rate in rates for one in (rate.part, rate.whole)} - set(ids):
        raise ValueError(f"rates: no column {', '.join(sorted(strangers))}")
    plain = {key: told[key] for key in ("key", "version", "name", "basis", "grouping")}
    absent = tuple(Absent(**one) for one in told["absent"])
    return Definition(**plain, columns=columns, sums=sums, rates=rates, absent=absent)


@cache
def shipped() -> tuple[Mapping[str, Any], ...]:
    """Return the definitions that come with the product, as JSON."""
    return tuple(json.loads(SHIPPED.read_text(encoding="utf-8")))


@cache
def _formula(text: str) -> Expression:
    return parse(text)


def _check(column: Column, names: frozenset[str]) -> None:
    try:
        unknown = _formula(column.counts).names - names
    except FeelError as error:
        raise ValueError(f"column {column.id}: {error}") from error
    if unknown:
        raise ValueError(f"column {column.id}: no fact {', '.join(sorted(unknown))}")


def _first(messages: Any, path: str = "") -> str:
    """Return the first of nested messages with where it stands: columns.2.title: ..."""
    if isinstance(messages, dict):
        key = next(iter(messages))
        return _first(messages[key], f"{path}.{key}" if path else str(key))
    text = messages[0] if isinstance(messages, list) else messages
    return f"{path}: {text}"
