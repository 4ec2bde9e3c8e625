"""The figures of a periodic report: groups of dossiers with the same facts, and what they add to.

Used by what issues a report and by what shows one, so both count alike.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, or_, select
from sqlalchemy.orm import Session

from engine.texts import N_
from webapp import report_definitions
from webapp.errors import NotFoundError
from webapp.models import AgencyPeriod, ProcessDefinition, ReportDefinition, ReportDossier
from webapp.report_definitions import Column, Definition, Rate
from webapp.report_facts import DERIVED, FACTS, Period, facts_of, known

TOTAL = ""  # the key of the line that sums all others
NOWHERE = "-"  # the key of a line whose dossiers name no agency or field
Text = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Cell:
    """How many dossiers of one procedure and agency have the same facts."""

    definition_id: UUID
    agency_id: UUID | None
    facts: int
    count: int


@dataclass(frozen=True, slots=True)
class Names:
    """What procedures and agencies were called: procedures as key, name, field."""

    procedures: Mapping[UUID, tuple[str, Text, Text]]
    agencies: Mapping[UUID, Text]


@dataclass(frozen=True, slots=True)
class Line:
    key: str
    name: Text
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """A rate of one line; ``percent`` has two decimals, None where there is nothing to share."""

    rate: Rate
    part: int
    whole: int

    @property
    def percent(self) -> float | None:
        return round(100 * self.part / self.whole, 2) if self.whole else None

    @property
    def points(self) -> float | None:
        """Return what part of the points an index gives, in per cent."""
        if not self.whole:
            return None
        return min(100.0, round(100 * 100 * self.part / self.whole / self.rate.full_at, 2))


@dataclass(frozen=True, slots=True)
class Figures:
    """A report as a table; the first line is the sum."""

    definition: Definition
    lines: tuple[Line, ...]

    def shares(self, line: Line) -> tuple[Share, ...]:
        """Return the rates of one line."""
        by_id = dict(zip((one.id for one in self.definition.columns), line.numbers, strict=True))
        return tuple(Share(one, by_id[one.part], by_id[one.whole]) for one in self.definition.rates)

    def unequal(self) -> tuple[Line, tuple[str, ...]] | None:
        """Return the first line in which columns do not add up, and which; None: all do."""
        for line in self.lines:
            found = self.definition.unequal(line.numbers)
            if found is not None:
                return line, found
        return None


def get_definition(session: Session, definition_id: UUID) -> Definition:
    """Return one version of a report. Raises NotFoundError."""
    row = session.get(ReportDefinition, definition_id)
    if row is None:
        raise NotFoundError(N_("There is no such report."))
    return definition_from(row.body)


def definition_from(body: Any) -> Definition:
    """Return a definition from its JSON; raises ValueError as ``report_definitions.read``."""
    return report_definitions.read(body, (*FACTS, *DERIVED))


def live_cells(
    session: Session, span: Period, agencies: Collection[UUID] | None
) -> tuple[Cell, ...]:
    """Return the groups of dossiers of a period as they are now."""
    return _grouped(session, facts_of(span, agencies))


def frozen_cells(session: Session, report_id: UUID) -> tuple[Cell, ...]:
    """Return the groups of dossiers that an issued report counts."""
    return _grouped(session, counted_in(report_id))


def names_of(session: Session, cells: Sequence[Cell], day: date) -> Names:
    """Return what the procedures and agencies of these cells are called on a day."""
    procedures = session.execute(
        select(
            ProcessDefinition.id,
            ProcessDefinition.key,
            ProcessDefinition.name,
            ProcessDefinition.facts,
        ).where(ProcessDefinition.id.in_({one.definition_id for one in cells}))
    )
    agencies = session.scalars(
        select(AgencyPeriod)
        .where(
            AgencyPeriod.agency_id.in_({one.agency_id for one in cells} - {None}),
            AgencyPeriod.valid_from <= day,
        )
        .order_by(AgencyPeriod.valid_from)
    )
    return Names(
        {row.id: (row.key, _title(row), dict(row.facts.get("field") or {})) for row in procedures},
        {
            one.agency_id: {
                "vi": f"{one.code} {one.name}",
                "en": f"{one.code} {one.name_en or one.name}",
            }
            for one in agencies
        },
    )


def figures(definition: Definition, cells: Sequence[Cell], names: Names, grouping: str) -> Figures:
    """Return the table: the sum first, then a line for each agency, field or procedure."""
    holding = _Holding(definition.columns)
    sums: dict[str, list[int]] = {TOTAL: [0] * len(definition.columns)}
    titles: dict[str, Text] = {}
    for cell in cells:
        key, title = _line_of(cell, names, grouping)
        titles.setdefault(key, title)
        numbers = sums.setdefault(key, [0] * len(definition.columns))
        for place in holding.places(cell.facts):
            numbers[place] += cell.count
            sums[TOTAL][place] += cell.count
    ordered = sorted(titles, key=lambda key: (key == NOWHERE, titles[key].get("vi", ""), key))
    lines = [Line(key, titles[key], tuple(sums[key])) for key in ordered]
    return Figures(definition, (Line(TOTAL, {}, tuple(sums[TOTAL])), *lines))


def cells_behind(
    definition: Definition,
    cells: Sequence[Cell],
    names: Names,
    grouping: str,
    *,
    line: str,
    column: str,
) -> tuple[Cell, ...]:
    """Return the cells that one number of the table counts. Raises NotFoundError."""
    found = next((one for one in definition.columns if one.id == column), None)
    if found is None:
        raise NotFoundError(N_("There is no such column."))
    holding = _Holding([found])
    return tuple(
        one
        for one in cells
        if holding.places(one.facts) and line in (TOTAL, _line_of(one, names, grouping)[0])
    )


def frozen(cells: Sequence[Cell], names: Names) -> dict[str, Any]:
    """Return cells and names as an issued report keeps them."""
    return {
        "cells": [
            [str(one.definition_id), str(one.agency_id or ""), one.facts, one.count]
            for one in cells
        ],
        "procedures": {str(one): list(told) for one, told in names.procedures.items()},
        "agencies": {str(one): told for one, told in names.agencies.items()},
    }


def unfrozen(body: Mapping[str, Any]) -> tuple[tuple[Cell, ...], Names]:
    """Return the cells and names of an issued report."""
    cells = tuple(
        Cell(UUID(definition), UUID(agency) if agency else None, facts, count)
        for definition, agency, facts, count in body["cells"]
    )
    return cells, Names(
        {UUID(one): (told[0], told[1], told[2]) for one, told in body["procedures"].items()},
        {UUID(one): told for one, told in body["agencies"].items()},
    )


def subtree(session: Session, agency_id: UUID, day: date) -> frozenset[UUID]:
    """Return an agency and those that stand under it on a day."""
    rows = session.execute(
        select(AgencyPeriod.agency_id, AgencyPeriod.parent_id).where(
            AgencyPeriod.valid_from <= day,
            or_(AgencyPeriod.valid_to.is_(None), AgencyPeriod.valid_to >= day),
        )
    ).all()
    found, size = {agency_id}, 0
    while len(found) > size:
        size = len(found)
        found |= {row.agency_id for row in rows if row.parent_id in found}
    return frozenset(found)


class _Holding:
    """Which columns a dossier counts in, by its facts: asked once for each mask."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._columns = columns
        self._known: dict[int, tuple[int, ...]] = {}

    def places(self, mask: int) -> tuple[int, ...]:
        if mask not in self._known:
            facts = known(mask)
            held = (place for place, one in enumerate(self._columns) if one.holds(facts))
            self._known[mask] = tuple(held)
        return self._known[mask]


def counted_in(report_id: UUID) -> Any:
    """Return the dossiers that an issued report counts, with their facts."""
    return select(
        ReportDossier.dossier_id,
        ReportDossier.definition_id,
        ReportDossier.agency_id,
        ReportDossier.facts,
    ).where(ReportDossier.report_id == report_id)


def _grouped(session: Session, found: Any) -> tuple[Cell, ...]:
    """Return the groups in order; asked for that, the database would sort all dossiers first."""
    rows = found.subquery().c
    kinds = (rows.definition_id, rows.agency_id, rows.facts)
    grouped = session.execute(select(*kinds, func.count()).group_by(*kinds))
    cells = (Cell(*row) for row in grouped)
    return tuple(sorted(cells, key=lambda one: (one.definition_id, str(one.agency_id), one.facts)))


def _line_of(cell: Cell, names: Names, grouping: str) -> tuple[str, Text]:
    if grouping == "agency":
        key = str(cell.agency_id) if cell.agency_id else NOWHERE
        return key, names.agencies.get(cell.agency_id, {}) if cell.agency_id else {}
    process_key, title, about = names.procedures[cell.definition_id]
    if grouping == "procedure":
        return process_key, title
    return (about["vi"], about) if about.get("vi") else (NOWHERE, {})


def _title(row: Row[Any]) -> Text:
    return dict(row.facts.get("name") or {"vi": row.name, "en": row.name})
