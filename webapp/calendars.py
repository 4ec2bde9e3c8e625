"""The agency's working time: office hours, public holidays, make-up Saturdays."""

import re
from collections.abc import Mapping
from datetime import date, time
from functools import cache

import holidays

from engine.worktime import Calendar

TIMEZONE = "Asia/Ho_Chi_Minh"
FIRST_YEAR, LAST_YEAR = 2024, 2030
_WORKDAY = ((time(7, 30), time(11, 30)), (time(13, 30), time(17, 30)))
_WEEK = (_WORKDAY,) * 5 + ((), ())
_MAKE_UP = "Ngày làm bù"
_DATE = re.compile(r"\d\d/\d\d/\d{4}")


@cache
def agency_calendar() -> Calendar:
    """Return the one calendar that every limit of this agency is counted by."""
    vietnam = holidays.country_holidays("VN", years=range(FIRST_YEAR, LAST_YEAR + 1), language="vi")
    return Calendar(TIMEZONE, _WEEK, _named(vietnam), _make_up_days(vietnam))


@cache
def english_names() -> Mapping[str, str]:
    """Return the English names of public holidays by their Vietnamese ones."""
    years = range(FIRST_YEAR, LAST_YEAR + 1)
    vietnamese = holidays.country_holidays("VN", years=years, language="vi")
    english = holidays.country_holidays("VN", years=years, language="en_US")
    return {
        str(name): _english(str(name), str(english[day])) for day, name in vietnamese.items()
    } | {_MAKE_UP: "Make-up working day"}


def _english(vietnamese: str, english: str) -> str:
    """Return a name with its date in the order in which this country writes dates."""
    dates = _DATE.findall(vietnamese)
    return _DATE.sub(dates[0], english) if dates else english


def _named(found: holidays.HolidayBase) -> Mapping[date, str]:
    return {day: str(name) for day, name in sorted(found.items())}


def _make_up_days(found: holidays.HolidayBase) -> Mapping[date, str]:
    """Return the Saturdays that are worked because a Monday or Friday became free."""
    worked: set[date] = getattr(found, "weekend_workdays", set())
    return {day: _MAKE_UP for day in sorted(worked) if FIRST_YEAR <= day.year <= LAST_YEAR}
