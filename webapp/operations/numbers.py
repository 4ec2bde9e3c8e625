"""Gap-free numbers: one series per agency and period."""

from datetime import date

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from webapp.models import NumberRegister


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
