"""Why a legal date is what it is: the lines of a clock in words and as data, for all."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext

from engine.texts import N_
from engine.worktime import ClockLine, Extension, Pause, Unit, parse_limit
from webapp import saying
from webapp.agency_calendars import SEED_DECISION
from webapp.legal_clock import Clock
from webapp.legal_rules import find_rule
from webapp.queries.forecast import Forecast

WEEKDAYS = (
    N_("Mon"),
    N_("Tue"),
    N_("Wed"),
    N_("Thu"),
    N_("Fri"),
    N_("Sat"),
    N_("Sun"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the clock: what, why, and the instant or amount. ``kind`` is "", plus, sum."""

    what: str
    why: str
    value: str
    kind: str = ""


def clock_lines(clock: Clock | None) -> tuple[Line, ...]:
    """Return the lines from reception to the promised instant; none where nothing is promised."""
    if clock is None:
        return ()
    return tuple(_line(one, clock) for one in clock.lines())


def clock_data(clock: Clock) -> dict[str, Any]:
    """Return a clock as programs read it: instants in ISO 8601, amounts in seconds."""
    state = clock.state
    return {
        "phase": dict(clock.name) or None,
        "limit": {
            "amount": clock.limit.amount,
            "unit": clock.limit.unit.value,
            "convention": clock.limit.convention.value,
            "day_ends_at": _iso(clock.limit.day_ends_at),
        },
        "status": state.status.value,
        "received_at": _iso(state.received_at),
        "started_at": _iso(state.begins_at),
        "original_due_at": _iso(state.original_due),
        "due_at": _iso(state.due),
        "finished_at": _iso(state.finished_at),
        "spent_seconds": round(state.spent.total_seconds()),
        "remaining_seconds": _seconds(state.remaining),
        "calendar_revision": state.revision,
        "pauses": [_pause_data(one) for one in state.pauses],
        "extensions": [_extension_data(one) for one in state.extensions],
        "lines": lines_data(clock),
    }


def lines_data(clock: Clock) -> list[dict[str, str]]:
    """Return the lines of a clock in the reader's language, as programs read them."""
    return [{"what": one.what, "why": one.why, "value": one.value} for one in clock_lines(clock)]


def forecast_data(found: Forecast | None) -> dict[str, Any] | None:
    """Return a forecast as programs read it."""
    if found is None:
        return None
    return {
        "cases": found.cases,
        "element_id": found.element_id,
        "median_at": found.median_at.isoformat(),
        "p90_at": found.most_at.isoformat(),
    }


def _pause_data(pause: Pause) -> dict[str, Any]:
    return {
        "from": _iso(pause.started_at),
        "to": _iso(pause.ended_at),
        "reason": pause.reason,
        "legal_basis": _basis(f"pause.{pause.reason}", pause.started_at, pause.basis),
    }


def _extension_data(extension: Extension) -> dict[str, Any]:
    return {
        "at": _iso(extension.at),
        "old_due_at": _iso(extension.old_due),
        "new_due_at": _iso(extension.new_due),
        "reason": extension.reason,
        "signer": extension.note,
    }


def short_instant(instant: datetime) -> str:
    """Return "09:15 T2 16/11/2026": with the year, for a clock is read years later, too."""
    here = saying.local(instant)
    return f"{here:%H:%M} {gettext(WEEKDAYS[here.weekday()])} {here:%d/%m/%Y}"


def _line(line: ClockLine, clock: Clock) -> Line:
    what, why = _what(line, clock), _why(line, clock)
    if line.kind == "limit":
        return _limit_line(what, clock)
    if line.kind == "pause":
        return _pause_line(what, why, line)
    if line.kind == "extension" and line.until:
        return Line(what, why, "→ " + short_instant(line.until), "plus")
    if line.kind == "due" and line.at:
        return Line(gettext("Promised"), why, short_instant(line.at), "sum")
    if line.at:
        return Line(what, why, short_instant(line.at))
    if line.day:
        return Line(what, why, f"{gettext(WEEKDAYS[line.day.weekday()])} {line.day:%d/%m/%Y}")
    return Line(what, why, "", "sum" if line.kind == "stopped" else "")


def _what(line: ClockLine, clock: Clock) -> str:
    if line.kind == "pause":
        rule = _rule_of(f"pause.{line.params.get('reason', '')}", line, clock)
        name = saying.in_language(rule.name) if rule else ""
        reason = ": ".join(one for one in (name, line.note) if one)
        return gettext("Paused, does not count: %(reason)s", reason=reason) if reason else "–"
    told = dict(line.params)
    if "name" in told:
        told["name"] = saying.holiday(str(told["name"]))
    return gettext(line.text, **told)


def _why(line: ClockLine, clock: Clock) -> str:
    """Return the article or decision behind a line, for extensions with who signed."""
    rule = _rule_of(line.kind, line, clock)
    if line.kind == "pause":
        rule = _rule_of(f"pause.{line.params.get('reason', '')}", line, clock)
    by_law = saying.in_language(rule.basis) if rule else ""
    basis = (by_law if line.source == SEED_DECISION else "") or line.source or by_law
    if line.kind == "extension" and line.note:
        signed = gettext("signed by %(signer)s", signer=line.note)
        return "; ".join(one for one in (basis, signed) if one)
    return basis


def _rule_of(kind: str, line: ClockLine, clock: Clock) -> Any:
    instant = line.at or clock.state.received_at
    day = line.day or (local_day(instant) if instant else None)
    return find_rule(kind, day) if day else None


def _limit_line(what: str, clock: Clock) -> Line:
    told: Mapping[str, Any] = clock.told
    text = saying.in_language(told.get("text"))
    title = gettext("Limit: %(limit)s", limit=text) if text else what
    basis = saying.in_language(told.get("basis"))
    why = "; ".join(one for one in (what, basis) if one and one != title)
    return Line(title, why, _limit_value(clock))


def _limit_value(clock: Clock) -> str:
    """Return the hours that are added, where the limit is counted in them."""
    limit = clock.limit
    if not limit.in_office_time or limit.in_whole_days or limit.unit is Unit.SAME_DAY:
        return ""
    hours = parse_limit(limit.amount, clock.calendar) / saying.HOUR
    return gettext("+ %(hours)s hours", hours=f"{hours:g}")


def _pause_line(what: str, why: str, line: ClockLine) -> Line:
    start = short_instant(line.at) if line.at else ""
    if line.until is None or line.amount is None:
        since = gettext("since %(start)s", start=start)
        return Line(what, _joined(since, why), gettext("stands still"), "plus")
    span = gettext("from %(start)s to %(end)s", start=start, end=short_instant(line.until))
    return Line(what, _joined(span, why), "+ " + saying.office_words(line.amount), "plus")


def _joined(first: str, second: str) -> str:
    return f"{first}. {second}" if second else first


def _basis(rule: str, at: datetime, own: str) -> str:
    found = find_rule(rule, local_day(at))
    return own or (saying.in_language(found.basis) if found else "")


def _iso(value: Any) -> str | None:
    return value.isoformat() if value is not None else None


def _seconds(amount: timedelta | None) -> int | None:
    return None if amount is None else round(amount.total_seconds())


def local_day(instant: datetime) -> date:
    """Return the day of an instant on the agency's clock."""
    return saying.local(instant).date()
