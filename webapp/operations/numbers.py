"""Gap-free numbers: one series per agency and period."""

import re
from datetime import date, datetime

from sqlalchemy import Date, String, bindparam, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine.texts import N_
from webapp.calendars import agency_calendar
from webapp.config import DEFAULT_AGENCY_CODE
from webapp.errors import RejectedError
from webapp.models import NumberRegister
from webapp.models.agencies import DEFAULT_PATTERN

__all__ = ["DEFAULT_AGENCY_CODE", "check_pattern", "next_dossier_code", "next_number"]
_PART = re.compile(r"\{(agency|yymmdd|yyyymmdd|seq:[1-9])\}")
_PLAIN = re.compile(r"[A-Za-z0-9._/-]*")


_REGISTER = NumberRegister.__table__
_INCREASE = (
    update(_REGISTER)  # type: ignore[arg-type]  # a mapped table
    .where(
        _REGISTER.c.series == bindparam("in_series", type_=String()),
        _REGISTER.c.period_start == bindparam("from_day", type_=Date()),
    )
    .values(last_number=_REGISTER.c.last_number + 1)
    .returning(_REGISTER.c.last_number)
)


def next_dossier_code(
    session: Session, agency_code: str, at: datetime, pattern: str = DEFAULT_PATTERN
) -> str:
    """Return the next code of an agency and local day, e.g. H99.26-261121-0007."""
    day = agency_calendar().local(at).date()
    number = next_number(session, f"dossier {agency_code}", day)
    return code_by(pattern, agency_code, day, number)


def code_by(pattern: str, agency_code: str, day: date, number: int) -> str:
    """Return a pattern filled in; a number longer than its place keeps all its digits."""

    def filled(part: re.Match[str]) -> str:
        name, _, width = part[1].partition(":")
        if width:
            return f"{number:0{int(width)}d}"
        return {"agency": agency_code, "yymmdd": f"{day:%y%m%d}"}.get(name, f"{day:%Y%m%d}")

    return _PART.sub(filled, pattern)


def check_pattern(pattern: str) -> None:
    """Raise RejectedError unless codes by this pattern are unique: agency, day and number in it."""
    parts = [name.partition(":")[0] for name in _PART.findall(pattern)]
    is_plain = _PLAIN.fullmatch(_PART.sub("", pattern)) is not None
    days = parts.count("yymmdd") + parts.count("yyyymmdd")
    if not is_plain or days != 1 or parts.count("agency") != 1 or parts.count("seq") != 1:
        raise RejectedError(
            N_(
                "Write the pattern of dossier codes with {agency}, {yymmdd} or {yyyymmdd}, and"
                " {seq:4}, each once."
            )
        )


def next_number(session: Session, series: str, period_start: date) -> int:
    """Return the next number of a series, from 1.

    The row stays locked until the transaction ends: a rolled-back number is given again.
    """
    number = _increase(session, series, period_start)
    if number is not None:
        return number
    try:
        with session.begin_nested():
            session.add(NumberRegister(series=series, period_start=period_start, last_number=1))
    except IntegrityError:  # unique (series, period_start): somebody was first
        number = _increase(session, series, period_start)
        if number is None:
            raise
        return number
    return 1


def _increase(session: Session, series: str, period_start: date) -> int | None:
    where = {"in_series": series, "from_day": period_start}
    return session.connection().execute(_INCREASE, where).scalar()
