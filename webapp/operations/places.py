"""Importing provinces and communes from the lists that the government publishes."""

import csv
import re
from dataclasses import dataclass
from datetime import date
from io import StringIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.texts import N_
from webapp.errors import RejectedError
from webapp.models import Place

COLUMNS = ("code", "parent", "name", "valid_from", "valid_to")
MOST_ROWS = 20_000
MAX_NAME = 100  # characters


@dataclass(frozen=True, slots=True)
class _Row:
    code: str
    parent: str
    name: str
    valid_from: date
    valid_to: date | None


def import_places(session: Session, text: str) -> int:
    """Take over a CSV list with the columns code, parent, name, valid_from, valid_to.

    Days are ISO 8601, an empty ``valid_to`` is open, an empty ``parent`` makes a province. A row
    that is known by code, parent and first day is changed. Returns how many rows there were.
    Raises RejectedError with the line of the first wrong row; then nothing is taken over.
    """
    rows = _read(text)
    known = {
        (one.code, one.parent_code, one.valid_from): one for one in session.scalars(select(Place))
    }
    for row in rows:
        place = known.get((row.code, row.parent, row.valid_from))
        if place is None:
            place = Place(code=row.code, parent_code=row.parent, valid_from=row.valid_from)
            session.add(place)
            known[row.code, row.parent, row.valid_from] = place
        place.name, place.valid_to = row.name, row.valid_to
    session.flush()
    return len(rows)


def _read(text: str) -> list[_Row]:
    reader = csv.DictReader(StringIO(text.removeprefix("\ufeff")))
    if not set(COLUMNS[:4]) <= set(reader.fieldnames or ()):
        raise RejectedError(
            N_("The first line must name these columns: %(columns)s."), columns=", ".join(COLUMNS)
        )
    rows = []
    for number, raw in enumerate(reader, 2):
        if number > MOST_ROWS:
            raise RejectedError(N_("The list has more than %(most)s rows."), most=MOST_ROWS)
        try:
            rows.append(_row(raw))
        except ValueError as error:
            raise RejectedError(
                N_("Line %(line)s cannot be read: %(reason)s"), line=number, reason=str(error)
            ) from error
    return rows


def _row(raw: dict[str, str | None]) -> _Row:
    given = {name: (raw.get(name) or "").strip() for name in COLUMNS}
    if not re.fullmatch(r"[0-9]{2,6}", given["code"]):
        raise ValueError(f"code {given['code']}"[:50])
    if given["parent"] and not re.fullmatch(r"[0-9]{2}", given["parent"]):
        raise ValueError(f"parent {given['parent']}"[:50])
    if not 0 < len(given["name"]) <= MAX_NAME:
        raise ValueError("name")
    first = date.fromisoformat(given["valid_from"])
    last = date.fromisoformat(given["valid_to"]) if given["valid_to"] else None
    if last is not None and last < first:
        raise ValueError(f"valid_to {last}")
    return _Row(given["code"], given["parent"], given["name"], first, last)
