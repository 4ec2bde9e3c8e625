"""Gap-free numbers: one series per agency and period."""

from datetime import date, datetime

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from webapp.calendars import agency_calendar
from webapp.config import DEFAULT_AGENCY_CODE
from webapp.models import NumberRegister

__all__ = ["DEFAULT_AGENCY_CODE", "next_dossier_code", "next_number"]


def next_dossier_code(session: Session, agency_code: str, at: datetime) -> str:
    """Return the next code of an agency and local day, e.g. H99.26-261121-0007."""
    day = agency_calendar().local(at).date()
    number = next_number(session, f"dossier {agency_code}", day)
    return f"{agency_code}-{day:%y%m%d}-{number:04d}"


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
    return session.scalar(
        update(NumberRegister)
        .where(NumberRegister.series == series, NumberRegister.period_start == period_start)
        .values(last_number=NumberRegister.last_number + 1)
        .returning(NumberRegister.last_number)
        .execution_options(synchronize_session=False)
    )
