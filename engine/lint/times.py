"""Which values can never be the time of a timer, whatever the moment."""

from collections.abc import Callable, Mapping

from engine.feel.expected import Expected
from engine.kernel.cron import is_cron
from engine.lint.timers import is_cycle, is_duration, is_instant

_KINDS: Mapping[str, tuple[str, ...]] = {
    "date": ("date", "date and time", "string"),
    "duration": ("days and time duration", "years and months duration", "string"),
    "cycle": ("string",),
}
_TEXTS: Mapping[str, Callable[[str], bool]] = {
    "date": is_instant,
    "duration": is_duration,
    "cycle": lambda text: is_cycle(text) or is_cron(text),
}


def never_a_time(found: Expected, timer_kind: str) -> bool:
    """Return whether a value is certainly no date, duration or cycle, as ``timer_kind`` asks."""
    wanted = _KINDS.get(timer_kind)
    if wanted is None or not found.known:
        return False
    if found.kind != "string":
        return found.kind not in wanted
    reads = _TEXTS[timer_kind]
    return bool(found.choices) and not any(reads(text.strip()) for text in found.choices or ())
