"""Events: what waits for a timer, message or signal, what throws, what ends."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.errors import CommandRejectedError
from engine.events import EventKind
from engine.kernel import instants
from engine.kernel.base import Token
from engine.kernel.errors import throw_error
from engine.kernel.scope import Moment, Scope
from engine.kernel.specs import ElementSpec, Waits
from engine.kernel.variables import Formula, mapped
from engine.model import MessageWait, SignalWait, Timer, Variables
from engine.texts import N_


@dataclass(frozen=True, slots=True)
class Trigger:
    """What an event waits for: ``kind`` is timer, message or signal."""

    kind: str
    name: str = ""  # of the message or signal
    timer_kind: str = ""
    when: Formula | None = None
    working_time: bool = False
    correlation_key: Formula | None = None


class CatchingSpec(ElementSpec):
    """Rests until one of its triggers happens. A receive task is one, too.

    A resting token keeps, per trigger that needs it, ``timers`` = rows of (index of the trigger,
    due instant, firings left, number of the firing, period) and ``keys`` = correlation keys.
    """

    rests = True
    triggers: tuple[Trigger, ...] = ()
    repeats = False  # whether the event goes on listening after it has happened

    def activate(self, token: Token) -> bool:
        if not self.triggers:
            return True
        self.listen(token)
        return False

    def arm(self, token: Token) -> None:
        """Let a token listen for the token it hangs on; this is no arrival."""
        self.listen(token)

    def listen(self, token: Token) -> None:
        """Let the token wait for the triggers, with instants and keys as of now."""
        machine = token.workflow.machine
        machine.rest(token)
        variables = token.workflow.context()
        for index, trigger in enumerate(self.triggers):
            if trigger.when is not None:
                value = trigger.when.value(variables, self.name)
                row = _timer_row(index, trigger, value, machine.moment, self.name)
                token.wait.setdefault("timers", []).append(row)
            elif trigger.correlation_key is not None:
                key = trigger.correlation_key.value(variables, self.name)
                token.wait.setdefault("keys", {})[str(index)] = None if key is None else str(key)

    def timer_fired(self, token: Token, timer_id: str) -> None:
        """Go on because time has come. Raises CommandRejectedError when it has not."""
        machine = token.workflow.machine
        row = self._timer_row(token, timer_id)
        if machine.moment.at < _due_at(row):
            raise CommandRejectedError(
                N_("The timer is due at %(due_at)s, not before."), params={"due_at": row[1]}
            )
        machine.record(EventKind.TIMER_FIRED, token)
        _step_on(row, token, self.triggers[row[0]], machine.moment, again=self.repeats)
        self.caught(token)

    def message_arrived(self, token: Token, name: str, variables: Variables) -> None:
        """Go on with a message. Raises CommandRejectedError when it is not the one waited for."""
        if not self.awaits("message", name):
            raise CommandRejectedError(
                N_("“%(element)s” does not wait for a message “%(name)s”."),
                params={"element": self.element.name or self.name, "name": name},
                element_id=self.name,
            )
        token.workflow.machine.record(EventKind.MESSAGE_RECEIVED, token, name=name)
        self.take_in(token.workflow, variables)
        self.caught(token)

    def signal_arrived(self, token: Token, variables: Variables) -> None:
        """Go on with a signal."""
        self.take_in(token.workflow, variables)
        self.caught(token)

    def awaits(self, kind: str, name: str) -> bool:
        """Return whether one of the triggers is this message or signal."""
        return any(trigger.kind == kind and trigger.name == name for trigger in self.triggers)

    def caught(self, token: Token) -> None:
        """Go on: past the event, or past the event-based gateway that it belongs to."""
        if token.armed:
            token.parent.task_spec.arm_fired(token)
        else:
            token.workflow.machine.waits.pop(token.id, None)
            token.make_ready()

    def report(self, token: Token, waits: Waits) -> None:
        keys = token.wait.get("keys", {})
        for row in token.wait.get("timers", ()):
            waits.timers.append(Timer(_timer_id(token, row), token.id, self.name, _due_at(row)))
        for index, trigger in enumerate(self.triggers):
            if trigger.kind == "message":
                key = keys.get(str(index))
                waits.messages.append(MessageWait(token.id, self.name, trigger.name, key))
            elif trigger.kind == "signal":
                waits.signals.append(SignalWait(token.id, self.name, trigger.name))

    def _timer_row(self, token: Token, timer_id: str) -> list[Any]:
        for row in token.wait.get("timers", ()):
            if _timer_id(token, row) == timer_id:
                return row  # type: ignore[no-any-return]
        raise CommandRejectedError(N_("This timer does not run (any more)."), element_id=self.name)


class BoundaryEvent(CatchingSpec):
    """Listens while its activity runs; interrupts the activity or runs beside it."""

    def caught(self, token: Token) -> None:
        scope: Scope = token.workflow
        if not self.repeats:
            scope.remove(token.parent, EventKind.ELEMENT_CANCELLED)
        elif not self._still_listens(token):
            scope.remove(token, EventKind.ELEMENT_CANCELLED)
        scope.enter_ready(self.name)

    def _still_listens(self, token: Token) -> bool:
        others = any(trigger.kind != "timer" for trigger in self.triggers)
        return others or bool(token.wait.get("timers"))


class ThrowingSpec(ElementSpec):
    """Sends messages and signals as its token passes; also the none event and the none end."""

    throws: tuple[Callable[[Token], None], ...] = ()

    def _run_hook(self, token: Token) -> bool | None:
        for throw in self.throws:
            throw(token)
        return True


class TerminateEnd(ThrowingSpec):
    """Ends its scope at once: every other token in it is taken away."""

    def _run_hook(self, token: Token) -> bool | None:
        super()._run_hook(token)
        scope: Scope = token.workflow
        scope.remove(token, EventKind.ELEMENT_COMPLETED)
        for other in scope.task_tree.child_tokens():
            scope.remove(other, EventKind.ELEMENT_CANCELLED)
        scope.settle()
        return None


class ErrorEnd(ThrowingSpec):
    """Throws a BPMN error to the nearest activity around it that catches it."""

    code = ""

    def _run_hook(self, token: Token) -> bool | None:
        super()._run_hook(token)
        scope: Scope = token.workflow
        scope.machine.record(EventKind.ERROR_THROWN, token, code=self.code, message="")
        scope.remove(token, EventKind.ELEMENT_COMPLETED)
        throw_error(scope, None, self.code)
        return None


@dataclass(frozen=True, slots=True)
class SendMessage:
    """Records a message for the product to deliver; BPMN messages leave the process."""

    name: str
    correlation_key: Formula | None = None
    inputs: tuple[tuple[str, Formula], ...] = ()

    def __call__(self, token: Token) -> None:
        scope: Scope = token.workflow
        place = token.task_spec.name
        context = scope.context()
        key = self.correlation_key.value(context, place) if self.correlation_key else None
        scope.machine.record(
            EventKind.MESSAGE_SENT,
            token,
            name=self.name,
            correlation_key=None if key is None else str(key),
            variables=mapped(self.inputs, context, place),
        )


@dataclass(frozen=True, slots=True)
class SendSignal:
    """Reaches every catcher in this instance and is recorded for the other instances."""

    name: str

    def __call__(self, token: Token) -> None:
        machine = token.workflow.machine
        machine.record(EventKind.SIGNAL_SENT, token, name=self.name, variables={})
        for catcher in list(machine.waits.values()):
            if catcher.id in machine.waits and catcher.task_spec.awaits("signal", self.name):
                catcher.task_spec.signal_arrived(catcher, {})


def _timer_row(
    index: int, trigger: Trigger, value: Any, moment: Moment, element_id: str
) -> list[Any]:
    if trigger.timer_kind == "date":
        return [index, instants.instant(value, moment, element_id).isoformat(), 1, 1, None]
    if trigger.timer_kind == "duration":
        due = instants.after(value, moment, element_id, working_time=trigger.working_time)
        return [index, due.isoformat(), 1, 1, None]
    cycle = instants.cycle(value, moment, element_id)
    first = cycle.start or instants.after(
        cycle.period, moment, element_id, working_time=trigger.working_time
    )
    return [index, first.isoformat(), cycle.count, 1, cycle.period]


def _step_on(
    row: list[Any], token: Token, trigger: Trigger, moment: Moment, *, again: bool
) -> None:
    """Set the row to the timer's next firing, counted from the last due instant, or drop it."""
    _, _, left, number, period = row
    if not again or period is None or left in (0, 1):
        token.wait["timers"].remove(row)
        return
    last = Moment(_due_at(row), moment.calendar)
    due = instants.after(period, last, token.task_spec.name, working_time=trigger.working_time)
    row[1:4] = [due.isoformat(), left if left < 0 else left - 1, number + 1]


def _timer_id(token: Token, row: list[Any]) -> str:
    return f"{token.id}.{row[0]}.{row[3]}"


def _due_at(row: list[Any]) -> datetime:
    return datetime.fromisoformat(row[1])
