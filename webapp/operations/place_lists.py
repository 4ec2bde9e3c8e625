"""Lists of provinces and communes: read, compared with what is known, taken over."""

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from io import StringIO
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.texts import N_
from webapp.actors import Actor, Role
from webapp.errors import NotAllowedError, RejectedError
from webapp.models import Place, PlaceImport

COLUMNS = ("code", "parent", "name", "valid_from", "valid_to", "merged_into")
NEEDED = COLUMNS[:4]
MOST_ROWS = 20_000
MAX_NAME = 100  # characters
_Key = tuple[str, str, date]
_SHIPPED = Path(__file__).parent.parent / "rules" / "places"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list; ``merged_into`` is the code of the unit that took its place, or ""."""

    line: int
    code: str
    parent: str
    name: str
    valid_from: date
    valid_to: date | None
    merged_into: str

    @property
    def key(self) -> _Key:
        return self.code, self.parent, self.valid_from


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong in one line: an English template with params."""

    line: int
    message: str
    params: dict[str, object]


@dataclass(frozen=True, slots=True)
class Plan:
    """What taking a list over would do; nothing is written while something is wrong."""

    added: tuple[Row, ...]
    changed: tuple[tuple[Row, Row], ...]  # each with what is known now; that has line 0
    same: int
    wrong: tuple[Wrong, ...]

    @property
    def count(self) -> int:
        return len(self.added) + len(self.changed) + self.same


def shipped() -> dict[str, str]:
    """Return the lists that come with the product, by file name; also examples of the format."""
    return {one.name: one.read_text(encoding="utf-8") for one in sorted(_SHIPPED.glob("*.csv"))}


def plan(session: Session, text: str) -> Plan:
    """Return what a CSV list would add and change, and every line that cannot be read.

    Columns: code, parent, name, valid_from and, if wanted, valid_to and merged_into. Days are ISO
    8601, an empty ``valid_to`` is open, an empty ``parent`` makes a province. Raises RejectedError
    where the columns are missing or there are too many rows.
    """
    known = _known(session)
    rows: list[Row] = []
    wrong: list[Wrong] = []
    seen: dict[_Key, int] = {}
    for found in _lines(text):
        if isinstance(found, Wrong):
            wrong.append(found)
        elif found.key in seen:
            message = N_("The same unit and first day stand in line %(line)s already.")
            wrong.append(Wrong(found.line, message, {"line": seen[found.key]}))
        else:
            seen[found.key] = found.line
            rows.append(found)
    added = tuple(one for one in rows if one.key not in known)
    changed = tuple(
        (one, _as_row(known[one.key]))
        for one in rows
        if one.key in known and _differs(known[one.key], one)
    )
    return Plan(added, changed, len(rows) - len(added) - len(changed), tuple(wrong))


def take_over(
    session: Session,
    text: str,
    file_name: str,
    *,
    actor: Actor,
    at: datetime,
    passed: Callable[[int], object] = lambda _number: None,
) -> Plan:
    """Write a list down and who took it over; return what it added and changed.

    Raises RejectedError with the first wrong line; then nothing is taken over.
    """
    if actor.user_id is not None and not actor.has(Role.ADMIN):
        raise NotAllowedError(N_("Only an administrator may take over lists of places."))
    found = plan(session, text)
    _refuse_wrong(found)
    known = _known(session)
    for row in (*found.added, *(one for one, _ in found.changed)):
        place = known.get(row.key)
        if place is None:
            place = Place(code=row.code, parent_code=row.parent, valid_from=row.valid_from)
            session.add(place)
        place.name, place.valid_to = row.name, row.valid_to
        place.merged_into = row.merged_into or None
        passed(1)
    session.add(
        PlaceImport(
            file_name=file_name[:200],
            sha256=sha256(text.encode()).hexdigest(),
            added=len(found.added),
            changed=len(found.changed),
            same=found.same,
            imported_by=actor.user_id,
            imported_at=at,
        )
    )
    session.flush()
    return found


def _refuse_wrong(found: Plan) -> None:
    if found.wrong:
        first = found.wrong[0]
        raise RejectedError(
            N_("Line %(line)s cannot be read: %(reason)s"),
            line=first.line,
            reason=RejectedError(first.message, **first.params),
        )


def _known(session: Session) -> dict[_Key, Place]:
    return {
        (one.code, one.parent_code, one.valid_from): one for one in session.scalars(select(Place))
    }


def _differs(place: Place, row: Row) -> bool:
    now = place.name, place.valid_to, place.merged_into or ""
    return now != (row.name, row.valid_to, row.merged_into)


def _as_row(place: Place) -> Row:
    merged = place.merged_into or ""
    key = place.code, place.parent_code
    return Row(0, *key, place.name, place.valid_from, place.valid_to, merged)


def _lines(text: str) -> Iterator[Row | Wrong]:
    reader = csv.DictReader(StringIO(text.removeprefix("\ufeff")))
    if not set(NEEDED) <= set(reader.fieldnames or ()):
        raise RejectedError(
            N_("The first line must name these columns: %(columns)s."), columns=", ".join(COLUMNS)
        )
    for number, raw in enumerate(reader, 2):
        if number > MOST_ROWS:
            raise RejectedError(N_("The list has more than %(most)s rows."), most=MOST_ROWS)
        given = {name: str(raw.get(name) or "").strip() for name in COLUMNS}
        yield _wrong(number, given) or _row(number, given)


_CHECKS = (
    ("code", r"[0-9]{2,6}", N_("The code “%(value)s” is not 2 to 6 digits.")),
    ("parent", r"([0-9]{2})?", N_("The province “%(value)s” is not two digits, or empty.")),
    ("name", rf".{{1,{MAX_NAME}}}", N_("The name is empty, or longer than 100 characters.")),
    ("merged_into", r"([0-9]{2,6})?", N_("The code “%(value)s” is not 2 to 6 digits.")),
)


def _wrong(number: int, given: dict[str, str]) -> Wrong | None:
    for name, pattern, message in _CHECKS:
        if not re.fullmatch(pattern, given[name]):
            return Wrong(number, message, {"value": given[name][:50]})
    for name in ("valid_from", "valid_to"):
        if not (name == "valid_to" and not given[name]) and _day(given[name]) is None:
            message = N_("“%(value)s” in the column %(column)s is no day such as 2025-07-01.")
            return Wrong(number, message, {"value": given[name][:50], "column": name})
    last = _day(given["valid_to"])
    if last and last < (_day(given["valid_from"]) or last):
        message = N_("The last day %(value)s is before the first.")
        return Wrong(number, message, {"value": given["valid_to"]})
    return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _row(number: int, given: dict[str, str]) -> Row:
    return Row(
        number,
        given["code"],
        given["parent"],
        given["name"],
        date.fromisoformat(given["valid_from"]),
        _day(given["valid_to"]),
        given["merged_into"],
    )
