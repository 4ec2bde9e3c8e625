"""Process values as JSON, for the columns that people search and read."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

_MOST_DIGITS = 34  # of FEEL


def storable(value: Any) -> Any:
    """Return ``value`` in JSON types: instants as ISO 8601, whole decimals as int.

    A fraction stays a number where no digit is lost, else it becomes text. So do numbers of more
    digits than anybody counts with, which JSON cannot write.
    """
    if isinstance(value, Mapping):
        return {str(key): storable(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [storable(item) for item in value]
    if isinstance(value, Decimal):
        return _number(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return f"PT{value.total_seconds():.0f}S"
    if value is None or isinstance(value, str | bool | int | float):
        return value
    return str(value)


def _number(value: Decimal) -> int | float | str:
    if not value.is_finite() or value.adjusted() >= _MOST_DIGITS:
        return str(value)
    if value == value.to_integral_value():
        return int(value)
    nearest = float(value)
    return nearest if Decimal(repr(nearest)) == value else str(value)
