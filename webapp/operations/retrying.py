"""How long failed work rests before it is tried again."""

import re
from datetime import timedelta

FIRST_RETRY = timedelta(seconds=30)
LAST_RETRY = timedelta(minutes=5)
LONGEST = timedelta(days=365)
_DURATION = re.compile(
    r"P(?:(?P<weeks>\d{1,4})W)?(?:(?P<days>\d{1,5})D)?"
    r"(?:T(?:(?P<hours>\d{1,6})H)?(?:(?P<minutes>\d{1,7})M)?(?:(?P<seconds>\d{1,9})S)?)?"
)


def pause(cycle: str | None, retries_left: int) -> timedelta:
    """Return how long to rest when that many tries are left.

    ``cycle`` is the model's ``failedJobRetryTimeCycle``: ``R3/PT10M`` (always the same pause), or
    pauses such as ``PT1M,PT10M,PT1H`` (one after the other). Where there is none, or none that
    can be read: half a minute, and five minutes before the last try.
    """
    written = [part.strip() for part in (cycle or "").rpartition("/")[2].split(",")]
    pauses = [_duration(part) for part in written]
    found = [one for one in pauses if one is not None]
    if not found or len(found) < len(pauses):
        return LAST_RETRY if retries_left <= 1 else FIRST_RETRY
    return found[max(0, min(len(found) - 1, len(found) - retries_left))]


def _duration(text: str) -> timedelta | None:
    match = _DURATION.fullmatch(text)
    if match is None or text.endswith(("P", "T")):
        return None
    parts = {unit: int(number) for unit, number in match.groupdict().items() if number}
    return min(timedelta(**parts), LONGEST)
