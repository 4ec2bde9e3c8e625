"""What inspectors ask across dossiers: numbers and their gaps, who looked, what was changed."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.folding import fold
from webapp.models import (
    Dossier,
    DossierAction,
    DossierExtension,
    DossierLook,
    NumberRegister,
    Slip,
    UserAccount,
)

PAGE_SIZE = 50
MAX_ROWS = 2_000  # papers of one series
_NUMBER = re.compile(r"[0-9]+")  # what is left of a code without agency and day
_PAPERS, _CODES = "slip ", "dossier "  # how series of numbers are called


@dataclass(frozen=True, slots=True)
class Series:
    """One gap-free series. ``missing`` are numbers that were given and stand nowhere."""

    agency: str
    kind: str  # a slip's purpose; "dossier" for codes of a day
    period: date
    last: int
    void: int
    missing: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A number of a series and what became of it."""

    slip_id: UUID
    number: int
    symbol: str
    dossier_id: UUID | None
    code: str
    made_at: datetime
    made_by: str
    voided_at: datetime | None
    voided_by: str
    void_reason: str


@dataclass(frozen=True, slots=True)
class LookRow:
    dossier_id: UUID
    code: str
    name: str
    username: str
    subject: str
    looked_at: datetime


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """Something that was done besides the tasks: an action, a date that moved, a void paper."""

    dossier_id: UUID
    code: str
    kind: str  # of the action; extension, or void
    by: str
    at: datetime
    reason: str
    old_due_at: datetime | None = None
    new_due_at: datetime | None = None


def paper_series(session: Session, year: int) -> tuple[Series, ...]:
    """Return the series of document numbers of a year, by agency and kind."""
    given = _given(session, _PAPERS, date(year, 1, 1), date(year, 12, 31))
    there: dict[tuple[str, str], dict[int, bool]] = {}
    rows = session.execute(
        select(Slip.agency_code, Slip.purpose, Slip.number, Slip.voided_at).where(
            Slip.year == year, Slip.number > 0
        )
    )
    for agency, purpose, number, voided_at in rows:
        there.setdefault((agency, purpose), {})[number] = voided_at is not None
    last = {(name.rpartition(" ")[0], name.rpartition(" ")[2]): n for name, _, n in given}
    return tuple(
        Series(
            agency=agency,
            kind=kind,
            period=date(year, 1, 1),
            last=max(last.get((agency, kind), 0), max(there.get((agency, kind), {0: False}))),
            void=sum(there.get((agency, kind), {}).values()),
            missing=_missing(there.get((agency, kind), {}), last.get((agency, kind), 0)),
        )
        for agency, kind in sorted({*last, *there})
    )


def code_series(session: Session, since: date, until: date) -> tuple[Series, ...]:
    """Return the series of dossier codes of each agency and day from one day to another."""
    given = _given(session, _CODES, since, until)
    return tuple(
        Series(
            agency=agency,
            kind="dossier",
            period=day,
            last=last,
            void=0,
            missing=_missing(_codes(session, agency, day), last),
        )
        for agency, day, last in given
    )


def papers(session: Session, agency: str, kind: str, year: int) -> tuple[PaperRow, ...]:
    """Return the papers of a series by their number."""
    found = session.execute(
        select(Slip, Dossier.code)
        .outerjoin(Dossier, Dossier.id == Slip.dossier_id)
        .where(Slip.agency_code == agency, Slip.purpose == kind, Slip.year == year)
        .order_by(Slip.number.desc(), Slip.id)
        .limit(MAX_ROWS)
    )
    return tuple(
        PaperRow(
            slip_id=one.id,
            number=one.number,
            symbol=one.symbol,
            dossier_id=one.dossier_id,
            code=code or "",
            made_at=one.made_at,
            made_by=one.made_by,
            voided_at=one.voided_at,
            voided_by=one.voided_by,
            void_reason=one.void_reason,
        )
        for one, code in found
    )


def looks(session: Session, text: str, page: int) -> tuple[tuple[LookRow, ...], int]:
    """Return one page of looks, newest first, and the number of pages.

    ``text`` is a dossier code, or (a part of) the name of whoever looked.
    """
    chosen = (
        select(DossierLook, Dossier.code, UserAccount.username)
        .join(Dossier, Dossier.id == DossierLook.dossier_id)
        .outerjoin(UserAccount, UserAccount.id == DossierLook.user_id)
    )
    wanted = text.strip()
    if wanted:
        named = UserAccount.id.in_(_people(session, wanted))
        chosen = chosen.where((Dossier.code == wanted.upper()) | named)
    total = session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
    rows = session.execute(
        chosen.order_by(DossierLook.id.desc()).offset((page - 1) * PAGE_SIZE).limit(PAGE_SIZE)
    )
    found = tuple(
        LookRow(one.dossier_id, code, one.user_name, name or "", one.subject, one.looked_at)
        for one, code, name in rows
    )
    return found, max(1, -(-total // PAGE_SIZE))


def changes(session: Session, page: int) -> tuple[tuple[ChangeRow, ...], int]:
    """Return one page of what was done besides tasks, newest first, and the number of pages."""
    reach = page * PAGE_SIZE
    acted = session.execute(
        select(DossierAction, Dossier.code)
        .join(Dossier, Dossier.id == DossierAction.dossier_id)
        .order_by(DossierAction.happened_at.desc())
        .limit(reach)
    )
    moved = session.execute(
        select(DossierExtension, Dossier.code, UserAccount.name)
        .join(Dossier, Dossier.id == DossierExtension.dossier_id)
        .outerjoin(UserAccount, UserAccount.id == DossierExtension.extended_by)
        .order_by(DossierExtension.extended_at.desc())
        .limit(reach)
    )
    voided = session.execute(
        select(Slip, Dossier.code)
        .join(Dossier, Dossier.id == Slip.dossier_id)
        .where(Slip.voided_at.is_not(None))
        .order_by(Slip.voided_at.desc())
        .limit(reach)
    )
    found = [
        *(_acted(one, code) for one, code in acted if one.kind != "extension"),
        *(_moved(one, code, name) for one, code, name in moved),
        *(
            ChangeRow(one.dossier_id, code, "void", one.voided_by, one.voided_at, _why(one))
            for one, code in voided
            if one.dossier_id and one.voided_at
        ),
    ]
    newest = sorted(found, key=lambda one: one.at, reverse=True)
    total = _changes_ever(session)
    pages = max(1, -(-total // PAGE_SIZE))
    return tuple(newest[reach - PAGE_SIZE : reach]), pages


def _changes_ever(session: Session) -> int:
    counted = (
        select(DossierAction.id).where(DossierAction.kind != "extension").subquery(),
        select(DossierExtension.id).subquery(),
        select(Slip.id).where(Slip.voided_at.is_not(None)).subquery(),
    )
    return sum(session.scalar(select(func.count()).select_from(one)) or 0 for one in counted)


def _acted(one: DossierAction, code: str) -> ChangeRow:
    reason = f"{one.reason_code} – {one.reason} ({one.basis}). {one.explanation}"
    return ChangeRow(one.dossier_id, code, one.kind, one.actor_name, one.happened_at, reason)


def _moved(one: DossierExtension, code: str, name: str | None) -> ChangeRow:
    reason = " ".join(filter(None, (one.reason, f"({one.legal_basis})" if one.legal_basis else "")))
    by = name or one.signer
    return ChangeRow(
        one.dossier_id, code, "extension", by, one.extended_at, reason, one.old_due, one.new_due
    )


def _why(one: Slip) -> str:
    return f"{one.symbol}: {one.void_reason}"


def _given(session: Session, kind: str, since: date, until: date) -> list[tuple[str, date, int]]:
    found = session.scalars(
        select(NumberRegister)
        .where(
            NumberRegister.series.startswith(kind),
            NumberRegister.period_start >= since,
            NumberRegister.period_start <= until,
        )
        .order_by(NumberRegister.period_start.desc(), NumberRegister.series)
    )
    return [(one.series.removeprefix(kind), one.period_start, one.last_number) for one in found]


def _missing(there: Iterable[int], last: int) -> tuple[int, ...]:
    known = set(there)
    return tuple(number for number in range(1, last + 1) if number not in known)


def _codes(session: Session, agency: str, day: date) -> set[int]:
    """Return the numbers that dossiers of an agency and a day have in their codes."""
    found = session.scalars(
        select(Dossier.code).where(
            Dossier.code.contains(agency, autoescape=True), Dossier.code.contains(f"{day:%y%m%d}")
        )
    )
    own = re.compile(rf"(?<![0-9A-Z.]){re.escape(agency)}(?![0-9A-Z.])")
    days = re.compile(f"{day:%Y%m%d}|{day:%y%m%d}")
    rests = (days.sub("", own.sub("", one), count=1) for one in found if own.search(one))
    numbers = (_NUMBER.search(one) for one in rests)
    return {int(one[0]) for one in numbers if one}


def _people(session: Session, text: str) -> list[UUID]:
    words = fold(text).split()
    people = session.execute(select(UserAccount.id, UserAccount.name, UserAccount.username))
    return [
        key for key, name, username in people if all(w in fold(f"{name} {username}") for w in words)
    ]
