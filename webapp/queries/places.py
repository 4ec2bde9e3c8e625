"""Provinces and communes as administrators see them: of a day, with what they were before."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from webapp.models import Place, PlaceImport, UserAccount


@dataclass(frozen=True, slots=True)
class ProvinceView:
    """A province of a day; ``former`` counts communes that ended before."""

    code: str
    name: str
    communes: int
    former: int


@dataclass(frozen=True, slots=True)
class PlaceView:
    """One commune in one period; ``successor`` is the name of what took its place."""

    code: str
    name: str
    valid_from: date
    valid_to: date | None
    successor: str


@dataclass(frozen=True, slots=True)
class ImportView:
    file_name: str
    added: int
    changed: int
    same: int
    imported_at: datetime
    imported_by: str


def provinces(session: Session, day: date, seeded: Mapping[str, str]) -> tuple[ProvinceView, ...]:
    """Every province of a day by code, with how many communes are known.

    ``seeded`` are the names that come with the product; imported ones go before them.
    """
    known = dict(seeded)
    current = or_(Place.valid_to.is_(None), Place.valid_to >= day)
    for one in session.scalars(
        select(Place).where(Place.parent_code == "", Place.valid_from <= day, current)
    ):
        known[one.code] = one.name
    rows = session.execute(
        select(
            Place.parent_code,
            func.count().filter(Place.valid_from <= day, current).label("now"),
            func.count().filter(Place.valid_to < day).label("former"),
        )
        .where(Place.parent_code != "")
        .group_by(Place.parent_code)
    ).all()
    counts = {row.parent_code: (row.now, row.former) for row in rows}
    return tuple(
        ProvinceView(code, name, *counts.get(code, (0, 0))) for code, name in sorted(known.items())
    )


def communes(session: Session, province: str) -> tuple[PlaceView, ...]:
    """The communes of a province in all periods, by name; several periods newest first."""
    rows = session.scalars(
        select(Place)
        .where(Place.parent_code == province)
        .order_by(Place.name, Place.valid_from.desc())
    ).all()
    names = {one.code: one.name for one in rows if one.valid_to is None}
    return tuple(
        PlaceView(
            one.code,
            one.name,
            one.valid_from,
            one.valid_to,
            names.get(one.merged_into or "", one.merged_into or ""),
        )
        for one in rows
    )


def imports(session: Session) -> tuple[ImportView, ...]:
    """The last lists that were taken over, newest first."""
    rows = session.execute(
        select(PlaceImport, UserAccount.name)
        .outerjoin(UserAccount, UserAccount.id == PlaceImport.imported_by)
        .order_by(PlaceImport.imported_at.desc())
        .limit(20)
    ).all()
    return tuple(
        ImportView(one.file_name, one.added, one.changed, one.same, one.imported_at, name or "")
        for one, name in rows
    )
