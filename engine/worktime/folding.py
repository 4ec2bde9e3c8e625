"""The legal clock: everything that happened to it, folded into what is due and what was spent."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from engine.worktime.calendars import ALWAYS, Calendar
from engine.worktime.clock import Pause
from engine.worktime.limits import Limit, time_paused


class ClockKind(StrEnum):
    """What can happen to a clock."""

    RECEIVED = "received"  # revision of the calendar; the clock starts unless it waits for STARTED
    STARTED = "started"
    PAUSED = "paused"  # key
    RESUMED = "resumed"  # key
    EXTENDED = "extended"  # amount or new_due
    RESTARTED = "restarted"  # the whole limit again, from here
    CALENDAR_CHANGED = "calendar_changed"  # revision
    FINISHED = "finished"
    REOPENED = "reopened"  # it goes on after its end as if it had not ended


class ClockStatus(StrEnum):
    NOT_STARTED = "not_started"
    RUNNING = "running"
    PAUSED = "paused"
    OVERDUE = "overdue"  # not finished, and the due instant has passed
    EARLY = "early"
    ON_TIME = "on_time"
    LATE = "late"  # finished after the due instant


@dataclass(frozen=True, slots=True)
class ClockEvent:
    """One thing that happened. ``key`` pairs a pause with its end."""

    kind: ClockKind
    at: datetime
    key: str = ""
    revision: int = 0  # of the calendar
    amount: str = ""  # ISO 8601
    new_due: datetime | None = None
    reason: str = ""
    note: str = ""
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Extension:
    """A due instant that was moved: from where, to where, when that was decided."""

    at: datetime
    old_due: datetime
    new_due: datetime
    amount: str = ""
    reason: str = ""
    note: str = ""
    basis: str = ""


@dataclass(frozen=True, slots=True)
class ClockState:
    """What a clock shows. ``due`` is ``None`` while it stands still or has not started.

    ``promised`` is the due instant as last told, which an open pause has not moved yet; ``spent``
    and ``remaining`` are office time, or elapsed time where the limit counts that.
    """

    status: ClockStatus
    received_at: datetime | None
    started_at: datetime | None
    original_due: datetime | None
    promised: datetime | None
    due: datetime | None
    spent: timedelta
    remaining: timedelta | None
    pauses: tuple[Pause, ...]
    extensions: tuple[Extension, ...]
    finished_at: datetime | None
    revision: int
    begins_at: datetime | None = None  # the first instant that counts


Calendars = Callable[[int], Calendar]


def fold(
    events: Iterable[ClockEvent],
    limit: Limit,
    calendar_of: Calendars,
    *,
    at: datetime,
    waits_for_start: bool = False,
) -> ClockState:
    """Return what the clock shows at ``at`` after ``events``, which stand in the log's order.

    ``calendar_of`` gives the calendar of a revision. With ``waits_for_start`` reception alone does
    not start the clock. Nothing is forgotten: the original due instant is that of the reception.
    """
    clock = _Clock(limit, calendar_of, waits_for_start=waits_for_start)
    for event in events:
        clock.take(event)
    return clock.state(at)


@dataclass
class _Clock:
    limit: Limit
    calendar_of: Calendars
    waits_for_start: bool
    received_at: datetime | None = None
    started_at: datetime | None = None
    original_due: datetime | None = None
    finished_at: datetime | None = None
    revision: int = 0
    pauses: dict[str, Pause] = field(default_factory=dict)  # by key and count
    open: dict[str, str] = field(default_factory=dict)  # key to its entry in pauses
    extended: list[ClockEvent] = field(default_factory=list)
    extensions: list[Extension] = field(default_factory=list)

    def take(self, event: ClockEvent) -> None:
        getattr(self, f"_{event.kind.value}")(event)

    def _received(self, event: ClockEvent) -> None:
        self.received_at, self.revision = event.at, event.revision
        if not self.waits_for_start:
            self._started(event)

    def _started(self, event: ClockEvent) -> None:
        if self.started_at is None:
            self.started_at = event.at
            self.original_due = self._due(())

    def _restarted(self, event: ClockEvent) -> None:
        self.started_at = event.at
        self.extended.clear()

    def _paused(self, event: ClockEvent) -> None:
        if event.key not in self.open:
            entry = f"{len(self.pauses)}"
            self.open[event.key] = entry
            self.pauses[entry] = Pause(event.at, None, event.reason, event.note, event.basis)

    def _resumed(self, event: ClockEvent) -> None:
        entry = self.open.pop(event.key, None)
        if entry is not None:
            self.pauses[entry] = replace(self.pauses[entry], ended_at=event.at)

    def _extended(self, event: ClockEvent) -> None:
        before = self.promised()
        self.extended.append(event)
        after = self.promised()
        if before is not None and after is not None:
            told = (event.amount, event.reason, event.note, event.basis)
            self.extensions.append(Extension(event.at, before, after, *told))

    def _calendar_changed(self, event: ClockEvent) -> None:
        self.revision = event.revision

    def _finished(self, event: ClockEvent) -> None:
        if self.finished_at is None:
            self.finished_at = event.at

    def _reopened(self, _: ClockEvent) -> None:
        self.finished_at = None

    def promised(self) -> datetime | None:
        return self._due(one for one in self.pauses.values() if one.ended_at is not None)

    def _due(self, pauses: Iterable[Pause]) -> datetime | None:
        if self.started_at is None:
            return None
        calendar = self.calendar_of(self.revision)
        since = self.limit.begins(self.started_at, calendar)
        due = self.limit.plain_due(since, calendar)
        for event in self.extended:
            if event.new_due is not None:
                due, since = event.new_due, max(since, event.at)
            else:
                due = self.limit.extended(due, event.amount, calendar)
        return self.limit.moved(due, calendar, pauses, since=since)

    def state(self, at: datetime) -> ClockState:
        pauses = tuple(self.pauses.values())
        due, promised = self._due(pauses), self.promised()
        spent = self._spent(pauses, at)
        return ClockState(
            status=self._status(due, promised, at),
            received_at=self.received_at,
            started_at=self.started_at,
            original_due=self.original_due,
            promised=promised,
            due=due,
            spent=spent,
            remaining=self._remaining(promised, at),
            pauses=pauses,
            extensions=tuple(self.extensions),
            finished_at=self.finished_at,
            revision=self.revision,
            begins_at=self._begins(),
        )

    def _begins(self) -> datetime | None:
        if self.started_at is None:
            return None
        return self.limit.begins(self.started_at, self.calendar_of(self.revision))

    def _spent(self, pauses: tuple[Pause, ...], at: datetime) -> timedelta:
        begin = self._begins()
        end = self.finished_at or at
        if begin is None or end <= begin:
            return timedelta()
        calendar = self.calendar_of(self.revision) if self.limit.in_office_time else ALWAYS
        passed = self.limit.passed(begin, end, calendar)
        return passed - time_paused(pauses, begin, end, calendar)

    def _remaining(self, promised: datetime | None, at: datetime) -> timedelta | None:
        if promised is None or self.finished_at is not None:
            return None
        stopped = min((self.pauses[one].started_at for one in self.open.values()), default=at)
        calendar = self.calendar_of(self.revision)
        return self.limit.passed(min(stopped, at), promised, calendar)

    def _status(self, due: datetime | None, promised: datetime | None, at: datetime) -> ClockStatus:
        if self.finished_at is not None:
            return self._verdict(promised, self.finished_at)
        if self.started_at is None:
            return ClockStatus.NOT_STARTED
        if due is None:
            return ClockStatus.PAUSED
        return ClockStatus.OVERDUE if at > due else ClockStatus.RUNNING

    def _verdict(self, due: datetime | None, finished: datetime) -> ClockStatus:
        if due is None:
            return ClockStatus.ON_TIME
        calendar = self.calendar_of(self.revision)
        if self.limit.in_whole_days:
            ended, limit = calendar.local(finished).date(), calendar.local(due).date()
            equal, before = ended == limit, ended < limit
        else:
            ended_at, limit_at = _to_minute(finished), _to_minute(due)
            equal, before = ended_at == limit_at, ended_at < limit_at
        if equal:
            return ClockStatus.ON_TIME
        return ClockStatus.EARLY if before else ClockStatus.LATE


def _to_minute(instant: datetime) -> datetime:
    return instant.replace(second=0, microsecond=0)
