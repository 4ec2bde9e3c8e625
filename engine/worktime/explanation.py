"""Why a limit is due when it is: the lines that people are shown beside the date."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from engine.texts import N_
from engine.worktime.calendars import Calendar
from engine.worktime.clock import Pause
from engine.worktime.folding import ClockState, ClockStatus
from engine.worktime.limits import Limit, Unit

_DAY = timedelta(days=1)
MOST_DAYS = 370  # looked at for holidays; a longer stretch names those of its first year


@dataclass(frozen=True, slots=True)
class ClockLine:
    """One line: what it says (an English template with params) and when or how much.

    ``kind`` is received, starts, after_closing, waits, limit, holiday, extra_day, days_off, pause,
    extension, moved_on, stopped, due or finished. ``at``/``until`` are UTC instants, ``day`` a
    local date, ``amount`` time of the limit's kind; ``source`` the decision or article behind it.
    """

    kind: str
    text: str
    params: Mapping[str, object] = field(default_factory=dict)
    at: datetime | None = None
    until: datetime | None = None
    day: date | None = None
    amount: timedelta | None = None
    source: str = ""
    note: str = ""


def explain(state: ClockState, limit: Limit, calendar: Calendar) -> tuple[ClockLine, ...]:
    """Return the lines that lead from the reception to the due instant, in the order of time."""
    if state.received_at is None:
        return ()
    lines = [ClockLine("received", N_("Received"), at=state.received_at)]
    if state.started_at is None or state.begins_at is None:
        return (*lines, ClockLine("waits", N_("The time begins to count later, with another step")))
    lines += _start_lines(state, limit, calendar)
    lines.append(_limit_line(limit))
    last = state.due or max((one.started_at for one in state.pauses), default=state.begins_at)
    span = (state.started_at, last)
    happened = [*_pause_lines(state.pauses, last, limit, calendar), *_extension_lines(state)]
    if limit.in_office_time:
        happened += _day_lines(*span, calendar)
    lines += sorted(happened, key=lambda line: _when(line, calendar))
    if limit.in_office_time:
        lines += _days_off(*span, calendar)
    lines += _settling_line(state, limit, calendar)
    return (*lines, *_end_lines(state))


def _start_lines(state: ClockState, limit: Limit, calendar: Calendar) -> Iterator[ClockLine]:
    begin, start = state.begins_at, state.started_at
    if start is None or begin is None:
        return
    if start != state.received_at:
        yield ClockLine("starts", N_("The time counts from a later step"), at=start)
    if begin == start:
        return
    local = calendar.local(start)
    if limit.day_ends_at is not None and local.time() > limit.day_ends_at:
        text = N_("Received after %(time)s, so the time counts from the next working day")
        yield ClockLine("after_closing", text, {"time": f"{limit.day_ends_at:%H:%M}"}, at=begin)
    else:
        text = N_("Received outside office hours; the time counts from")
        yield ClockLine("starts", text, at=begin)


def _limit_line(limit: Limit) -> ClockLine:
    texts = {
        Unit.CALENDAR_DAY: N_("Time allowed, in calendar days"),
        Unit.HOUR: N_("Time allowed, in hours that pass"),
        Unit.MONTH: N_("Time allowed, in months"),
        Unit.SAME_DAY: N_("To be settled before the office closes that day"),
    }
    text = texts.get(limit.unit, N_("Time allowed, in working time"))
    if limit.in_whole_days and limit.in_office_time:
        text = N_("Time allowed, in whole working days; the first day does not count")
    return ClockLine("limit", text, {"amount": limit.amount})


def _day_lines(start: datetime, end: datetime, calendar: Calendar) -> Iterator[ClockLine]:
    """Yield holidays that cost a working day and make-up days that gained one."""
    for day in _days(start, end, calendar):
        source = calendar.sources.get(day, "")
        if day in calendar.extra_days:
            text = N_("%(name)s: a make-up working day, it counts")
            name = calendar.extra_days[day]
            yield ClockLine("extra_day", text, {"name": name}, day=day, source=source)
        elif day in calendar.holidays and calendar.week_on(day)[day.weekday()]:
            text = N_("%(name)s: a day off, it does not count")
            name = calendar.holidays[day]
            yield ClockLine("holiday", text, {"name": name}, day=day, source=source)


def _days_off(start: datetime, end: datetime, calendar: Calendar) -> list[ClockLine]:
    free = [
        day
        for day in _days(start, end, calendar)
        if not calendar.week_on(day)[day.weekday()] and day not in calendar.extra_days
    ]
    if not free:
        return []
    text = N_("Weekly days off that do not count: %(count)s")
    return [ClockLine("days_off", text, {"count": len(free)})]


def _days(start: datetime, end: datetime, calendar: Calendar) -> Iterator[date]:
    day, last = calendar.local(start).date(), calendar.local(end).date()
    last = min(last, day + timedelta(days=MOST_DAYS))
    while day <= last:
        yield day
        day += _DAY


def _pause_lines(
    pauses: Sequence[Pause], last: datetime, limit: Limit, calendar: Calendar
) -> Iterator[ClockLine]:
    for pause in pauses:
        if pause.started_at > last:
            continue
        until = pause.ended_at
        amount = None if until is None else limit.passed(pause.started_at, until, calendar)
        text = N_("Paused, does not count: %(reason)s") if pause.reason else N_("Paused")
        params = {"reason": pause.reason} if pause.reason else {}
        yield ClockLine(
            "pause",
            text,
            params,
            pause.started_at,
            until,
            amount=amount,
            source=pause.basis,
            note=pause.note,
        )


def _extension_lines(state: ClockState) -> Iterator[ClockLine]:
    for one in state.extensions:
        text = N_("Extended: %(reason)s") if one.reason else N_("Extended")
        params = {"reason": one.reason} if one.reason else {}
        yield ClockLine(
            "extension", text, params, one.at, one.new_due, source=one.basis, note=one.note
        )


def _settling_line(state: ClockState, limit: Limit, calendar: Calendar) -> Iterator[ClockLine]:
    """Yield why an elapsed limit does not end on the day its sum gives."""
    if limit.in_office_time or state.due is None or state.begins_at is None or state.extensions:
        return
    plain = limit.plain_due(state.begins_at, calendar)
    for pause in state.pauses:
        if pause.ended_at is not None:
            plain += pause.ended_at - pause.started_at
    day = calendar.local(plain).date()
    if day < calendar.local(state.due).date() and not calendar.is_working_day(day):
        text = N_("The last day is a day off; the limit ends on the next working day")
        yield ClockLine("moved_on", text, day=day)


def _end_lines(state: ClockState) -> Iterator[ClockLine]:
    if state.due is None:
        yield ClockLine("stopped", N_("The clock stands still until the pause ends"))
    else:
        yield ClockLine("due", N_("Due"), at=state.due)
    if state.finished_at is not None:
        texts = {
            ClockStatus.EARLY: N_("Finished before it was due"),
            ClockStatus.LATE: N_("Finished after it was due"),
        }
        text = texts.get(state.status, N_("Finished on time"))
        yield ClockLine("finished", text, at=state.finished_at)


def _when(line: ClockLine, calendar: Calendar) -> date:
    return line.day or (calendar.local(line.at).date() if line.at else date.max)
