"""Tables that people take along: CSV and XLSX, neither with anything a program would run."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import Response
from flask_babel import gettext

from engine.texts import N_
from webapp.errors import NotFoundError

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KINDS = ("csv", "xlsx")
_RISKY = ("=", "+", "-", "@", "\t", "\r")
_WIDEST, _NARROWEST = 60, 10  # characters of a column
Value = str | int | float | None


@dataclass(frozen=True, slots=True)
class Heading:
    """One heading: its own text and those above it, outermost first."""

    text: str
    above: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with the lines that stand over it; ``numbers`` is the row under the headings."""

    name: str  # of the file, without its ending
    title: str
    head: Sequence[str]
    headings: Sequence[Heading]
    rows: Iterable[Sequence[Value]]
    numbers: Sequence[str] = ()


def answer(kind: str, sheet: Sheet) -> Response:
    """Return the table as a file. Raises NotFoundError for any other kind."""
    if kind == "csv":
        content: str | bytes = "\ufeff" + _csv(sheet)  # the mark tells programs: this is UTF-8
        media_type = "text/csv"
    elif kind == "xlsx":
        content, media_type = _xlsx(sheet), XLSX
    else:
        raise NotFoundError(N_("There is no such file."))
    headers = {"Content-Disposition": f'attachment; filename="{sheet.name}.{kind}"'}
    return Response(content, mimetype=media_type, headers=headers)


def headings(*texts: str) -> list[Heading]:
    """Return headings side by side in the reader's language; ``texts`` are msgids."""
    return [Heading(gettext(one)) for one in texts]


def plain(text: str) -> str:
    """Return ``text`` so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text.startswith(_RISKY) else text


def _csv(sheet: Sheet) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow([": ".join((*one.above, one.text)) for one in sheet.headings])
    for row in sheet.rows:
        writer.writerow([plain(one) if isinstance(one, str) else one for one in row])
    return stream.getvalue()


def _xlsx(sheet: Sheet) -> bytes:
    from openpyxl import Workbook  # noqa: PLC0415  (most requests never need it)

    book = Workbook()
    page = book.active
    if page is None:
        raise RuntimeError("a new workbook has a sheet")
    page.title = "".join(sign for sign in sheet.title if sign not in r"[]:*?/\\")[:31] or "1"
    for text in (sheet.title, *sheet.head):
        page.append([text])
    page.append([])
    _write_headings(page, sheet)
    for row in sheet.rows:
        page.append(list(row))
    for line in page.iter_rows():
        for cell in line:
            if isinstance(cell.value, str):
                cell.data_type = "s"  # text that begins with = stays text
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _write_headings(page, sheet: Sheet) -> None:  # type: ignore[no-untyped-def]  # a lazy type
    from openpyxl.styles import Alignment, Font  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    top = page.max_row + 1
    depth = 1 + max((len(one.above) for one in sheet.headings), default=0)
    for place, one in enumerate(sheet.headings, 1):
        texts = [*one.above, *[""] * (depth - 1 - len(one.above)), one.text]
        if len(one.above) < depth - 1:  # the heading reaches down from where its own begins
            texts = [*one.above, one.text, *[""] * (depth - 1 - len(one.above))]
        for level, text in enumerate(texts):
            cell = page.cell(top + level, place, text or None)
            cell.font = Font(bold=True)
            cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        width = min(_WIDEST, max(_NARROWEST, len(one.text) + 2)) if place <= 2 else _NARROWEST + 2
        page.column_dimensions[get_column_letter(place)].width = width
    _merge(page, sheet.headings, top, depth)
    page.cell(1, 1).font = Font(bold=True, size=14)
    if sheet.numbers:
        page.append([f"({one})" for one in sheet.numbers])
    page.freeze_panes = page.cell(page.max_row + 1, min(3, len(sheet.headings)))


def _merge(page, headings: Sequence[Heading], top: int, depth: int) -> None:  # type: ignore[no-untyped-def]
    """Join equal headings side by side, and let a heading with nothing under it reach down."""
    for level in range(depth - 1):
        first = 0
        for place in range(1, len(headings) + 1):
            path = headings[first].above[: level + 1]
            same = place < len(headings) and headings[place].above[: level + 1] == path
            if same and len(path) > level:
                continue
            if place - first > 1:
                page.merge_cells(None, top + level, first + 1, top + level, place)
            first = place
    for place, one in enumerate(headings, 1):
        if len(one.above) < depth - 1:
            page.merge_cells(None, top + len(one.above), place, top + depth - 1, place)
