"""What the evaluator does with values once it has them: entries, positions, tests, counting."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from engine.feel import temporal
from engine.feel.limits import Budget
from engine.feel.values import Range, admit, compare, equal, exact, is_number, within


def entry_of(subject: Any, name: str, budget: Budget) -> Any:
    """Return what ``subject.name`` means; for a list, that of each of its entries."""
    if isinstance(subject, dict):
        return admit(subject.get(name))
    if isinstance(subject, list):
        budget.charge(len(subject))
        inside = (admit(entry) for entry in subject)
        return budget.made([entry_of(e, name, budget) for e in inside if not isinstance(e, list)])
    if isinstance(subject, Range):
        read = _RANGE_PARTS.get(name)
        return read(subject) if read else None
    return temporal.part(subject, name)


_RANGE_PARTS: dict[str, Callable[[Range], Any]] = {
    "start": lambda span: span.low,
    "end": lambda span: span.high,
    "start included": lambda span: span.low_included,
    "end included": lambda span: span.high_included,
}


def entry_at(entries: list[Any], position: int | Decimal, *, first: int) -> Any:
    """Return the entry at a position counted from ``first``; negative ones count from the end."""
    if position != int(position) or (position == 0 and first == 1):
        return None
    place = int(position) - first if position >= first else len(entries) + int(position)
    return admit(entries[place]) if 0 <= place < len(entries) else None


def as_number(value: Any, other: Any) -> Any:
    """Return a text as the number it spells when it stands beside a number, as JUEL does."""
    if isinstance(value, str) and is_number(other) and len(value) < 50:
        return exact(value.strip())
    return value


_ORDERS: dict[str, Callable[[int], bool]] = {
    "<": lambda order: order < 0,
    "<=": lambda order: order <= 0,
    ">": lambda order: order > 0,
    ">=": lambda order: order >= 0,
}


def holds(operator: str, left: Any, right: Any, budget: Budget) -> bool | None:
    """Return whether a comparison is true, or ``None`` when the values cannot be compared."""
    if operator in _ORDERS:
        order = compare(left, right)
        return None if order is None else _ORDERS[operator](order)
    same = same_value(left, right, budget)
    return same if same is None or operator == "=" else not same


def same_value(left: Any, right: Any, budget: Budget) -> bool | None:
    """Compare; a list with one entry also equals that entry."""
    if isinstance(left, list) and len(left) == 1 and not isinstance(right, list):
        left = left[0]
    elif isinstance(right, list) and len(right) == 1 and not isinstance(left, list):
        right = right[0]
    return equal(left, right, budget)


def passes_list(value: Any, wanted: list[Any], budget: Budget) -> bool:
    """Return whether the value is that list, is in it, or lies in one of its ranges."""
    budget.charge(len(wanted))
    if isinstance(value, list) and equal(value, wanted, budget) is True:
        return True
    return any(
        (within(value, one) if isinstance(one, Range) else equal(value, one, budget)) is True
        for one in wanted
    )


def counted_up(first: Any, last: Any, budget: Budget) -> list[Any] | None:
    """Return every whole number or day from ``first`` to ``last``, upwards or downwards."""
    if is_number(first) and is_number(last) and first == int(first) and last == int(last):
        first, last = int(first), int(last)
        budget.room_for_list(abs(last - first) + 1)
        step = 1 if first <= last else -1
        return list(range(first, last + step, step))
    if type(first) is date and type(last) is date:
        days = counted_up(first.toordinal(), last.toordinal(), budget)
        return None if days is None else [date.fromordinal(day) for day in days]
    return None
