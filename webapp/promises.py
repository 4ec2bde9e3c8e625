"""How long a procedure may take, as its facts sheet says. Pure rules.

The limit may differ by channel, and a decision of the deployment may change it for a case; what
was promised in the end is kept with the dossier, so that a later version changes nothing.
"""

from collections.abc import Mapping
from datetime import time
from typing import Any

from engine.worktime import Convention, Limit, Unit

__all__ = ["Convention", "Limit", "Unit", "find_limit", "limit_of", "told_limit"]

_NOT_OF_A_CASE = frozenset({"channels", "decision"})


def told_limit(facts: Mapping[str, Any], channel: str = "") -> dict[str, Any] | None:
    """Return what a facts sheet says of the limit for one channel; None where it says nothing."""
    told = facts.get("limit")
    if not isinstance(told, Mapping) or not told:
        return None
    own = (told.get("channels") or {}).get(channel) or {}
    return {key: value for key, value in told.items() if key not in _NOT_OF_A_CASE} | dict(own)


def limit_of(told: Mapping[str, Any] | None) -> Limit | None:
    """Return the limit that was told; None where nothing is promised.

    Raises engine.InvalidModelError for an amount that cannot be read, ValueError for a unit.
    """
    if not told:
        return None
    unit = Unit(told.get("unit", Unit.WORKING_DAY))
    if not told.get("amount") and unit is not Unit.SAME_DAY:
        return None
    ends = told.get("day_ends_at")
    return Limit(
        unit,
        str(told.get("amount") or "PT0S"),
        time.fromisoformat(ends) if ends else None,
        Convention(told.get("convention") or Convention.HOURS),
    )


def find_limit(facts: Mapping[str, Any], channel: str = "") -> Limit | None:
    """Return the limit of a procedure for one channel; None where its facts promise nothing."""
    return limit_of(told_limit(facts, channel))
