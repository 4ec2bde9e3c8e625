"""A periodic report as a table: its headings in rows, and as CSV or XLSX."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Response
from flask_babel import gettext

from engine.texts import N_
from webapp.pages import sheets, wording
from webapp.pages.sheets import Heading, Sheet, Value
from webapp.queries.names import ProcedureNames, words
from webapp.queries.reports import CountedDossier, IssuedView
from webapp.report_definitions import Column, Definition, Rate
from webapp.report_figures import Figures


@dataclass(frozen=True, slots=True)
class HeadCell:
    text: str
    columns: int
    rows: int
    id: str = ""


def heads(definition: Definition, language: str) -> list[list[HeadCell]]:
    """Return the rows of headings over the numbers, equal ones side by side joined."""
    paths = [
        [words(one, language) for one in column.group] + [words(column.title, language)]
        for column in definition.columns
    ]
    depth = max(len(path) for path in paths)
    return [_level(paths, level, depth) for level in range(depth)]


def answer(
    kind: str,
    figures: Figures,
    about: Sequence[str],
    grouping: str,
    cut_off_at: datetime,
    issue: IssuedView | None = None,
) -> Response:
    """Return a report as a file, with who issued it when."""
    language = wording.language()
    definition = figures.definition
    sheet = Sheet(
        name="".join(sign if sign.isalnum() else "-" for sign in definition.key).lower(),
        title=f"{definition.key} {words(definition.name, language)}",
        head=_head(definition, about, cut_off_at, issue),
        headings=[
            Heading(gettext("No.")),
            Heading(grouping),
            *(
                Heading(
                    words(one.title, language), tuple(words(part, language) for part in one.group)
                )
                for one in definition.columns
            ),
        ],
        numbers=["1", "2", *(one.id for one in definition.columns)],
        rows=[
            *_lines(figures, language),
            *_rates(figures, language),
            *_absent(definition, language),
        ],
    )
    return sheets.answer(kind, sheet)


def dossiers(
    kind: str,
    definition: Definition,
    column: Column,
    rows: Sequence[CountedDossier],
    names: Mapping[UUID, ProcedureNames],
) -> Response:
    """Return the dossiers behind one number as a file."""
    language = wording.language()
    headings = sheets.headings(
        *(N_("Dossier"), N_("Procedure"), N_("Applicant")),
        *(N_("Received"), N_("Promised"), N_("Decided")),
    )
    cells: list[list[Value]] = [
        [
            one.code,
            names[one.definition_id].title(language),
            one.applicant,
            *(map(wording.moment_words, (one.received_at, one.promised_at, one.decided_at))),
        ]
        for one in rows
    ]
    path = [*(words(one, language) for one in column.group), words(column.title, language)]
    title = f"{definition.key} ({column.id}) {' · '.join(path)}"
    return sheets.answer(kind, Sheet(f"dossiers-{column.id}", title, [], headings, cells))


def _lines(figures: Figures, language: str) -> list[list[Value]]:
    return [
        [place or None, line_name(line.key, words(line.name, language)), *line.numbers]
        for place, line in enumerate(figures.lines)
    ]


def _rates(figures: Figures, language: str) -> list[list[Value]]:
    """Return the rates as rows under the table: line, rate, part, whole, per cent."""
    if not figures.definition.rates:
        return []
    head = [gettext("Share"), gettext("Counted"), gettext("Of"), gettext("Per cent")]
    rows: list[list[Value]] = [[], [None, None, *head]]
    for line in figures.lines:
        name = line_name(line.key, words(line.name, language))
        for one in figures.shares(line):
            title = f"{one.rate.id} {words(one.rate.title, language)}"
            rows.append([None, name, title, one.part, one.whole, one.percent])
    return rows


def _absent(definition: Definition, language: str) -> list[list[Value]]:
    """Return under the table what the form asks for and what is not in it, with the reason."""
    if not definition.absent:
        return []
    rows: list[list[Value]] = [[], [None, gettext("Not in this report")]]
    for one in definition.absent:
        title = f"{one.id} {words(one.title, language)}".strip()
        rows.append([None, title, words(one.why, language)])
    return rows


@dataclass(frozen=True, slots=True)
class ShownShare:
    """A rate of the whole report in words; ``part`` and ``whole`` are its columns' numbers."""

    rate: Rate
    part: int
    whole: int
    percent: str
    points: str


def shares(figures: Figures) -> list[ShownShare]:
    """Return the rates of the first line, the sum, for its page."""
    return [
        ShownShare(one.rate, one.part, one.whole, _percent(one.percent), _percent(one.points))
        for one in figures.shares(figures.lines[0])
    ]


def _percent(number: float | None) -> str:
    if number is None:
        return "–"
    text = f"{number:.2f}"
    return f"{text.replace('.', ',') if wording.language() == 'vi' else text}%"


def line_name(key: str, name: str) -> str:
    """Return what a line is called; the sum and what has no name are told so."""
    if not key:
        return gettext("Total")
    return name or gettext("not said")


def _head(
    definition: Definition, about: Sequence[str], cut_off_at: datetime, issue: IssuedView | None
) -> list[str]:
    head = [
        words(definition.basis, wording.language()),
        *about,
        gettext("Cut-off: %(moment)s", moment=wording.full_instant_words(cut_off_at)),
        gettext("Unit: number of dossiers"),
    ]
    if issue is not None:
        head.append(
            gettext(
                "Issue %(number)s, made by %(name)s on %(moment)s",
                number=issue.issue,
                name=issue.issued_by,
                moment=wording.full_instant_words(issue.issued_at),
            )
        )
    return head


def _level(paths: list[list[str]], level: int, depth: int) -> list[HeadCell]:
    row: list[HeadCell] = []
    first = 0
    for place in range(1, len(paths) + 1):
        here = paths[first]
        is_last = level >= len(here) - 1
        if place < len(paths) and not is_last and _alike(here, paths[place], level):
            continue
        if level < len(here):
            row.append(HeadCell(here[level], place - first, depth - level if is_last else 1))
        first = place
    return row


def _alike(one: list[str], other: list[str], level: int) -> bool:
    return len(other) > level + 1 and one[: level + 1] == other[: level + 1]
