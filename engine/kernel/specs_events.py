"""Events that wait: for a timer, a message, a signal or a condition."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from engine.errors import CommandRejectedError
from engine.events import EventKind
from engine.kernel import timers
from engine.kernel.base import Token
from engine.kernel.errors import trigger
from engine.kernel.scope import Scope
from engine.kernel.specs import ElementSpec, Waits
from engine.kernel.timers import Trigger
from engine.kernel.variables import Formula, key_text
from engine.model import ConditionWait, MessageWait, Occurrence, SignalWait, Timer, Variables
from engine.texts import N_


class CatchingSpec(ElementSpec):
    """Rests until one of its triggers happens, or all of them. A receive task is one, too.

    A resting token keeps, per trigger that needs it, ``timers`` = rows of (index of the trigger,
    due instant, firings left, number of the firing, period), ``keys`` = correlation keys, ``true``
    = conditions that hold, ``seen`` = triggers that have happened where all must.
    """

    rests = True
    triggers: tuple[Trigger, ...] = ()
    repeats = False  # whether the event goes on listening after it has happened
    asks_conditions = False
    wants_all = False  # whether every trigger must have happened

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
        variables = token.context()
        for index, one in enumerate(self.triggers):
            if one.kind == "conditional":
                machine.conditionals[token.id] = token
                machine.touched = True
            elif one.when is not None:
                value = one.when.value(variables, self.element_id)
                row = timers.row_for(index, one, value, machine.moment, self.element_id)
                token.wait.setdefault("timers", []).append(row)
            elif one.correlation_key is not None:
                key = one.correlation_key.value(variables, self.element_id)
                token.wait.setdefault("keys", {})[str(index)] = key_text(key)

    def timer_fired(self, token: Token, timer_id: str) -> None:
        """Go on because time has come. Raises CommandRejectedError when it has not."""
        machine = token.workflow.machine
        row = self._timer_row(token, timer_id)
        if machine.moment.at < timers.due_at(row):
            raise CommandRejectedError(
                N_("The timer is due at %(due_at)s, not before."), params={"due_at": row[1]}
            )
        machine.record(EventKind.TIMER_FIRED, token)
        again = self.repeats
        timers.step_on(row, token, self.triggers[row[0]], machine.moment, again=again)
        self.happened(token, row[0])

    def recount_timers(self, token: Token) -> None:
        """Count the token's timers in office time anew, by the calendar of the moment."""
        moment = token.workflow.machine.moment
        for row in token.wait.get("timers", ()):
            timers.recount(row, self.triggers[row[0]], moment, self.element_id)

    def set_timer(self, token: Token, timer_id: str, at: datetime) -> datetime:
        """Let a timer be due then, return when it was. Raises CommandRejectedError."""
        row = self._timer_row(token, timer_id)
        before = timers.due_at(row)
        timers.set_due(row, self.triggers[row[0]], at)
        return before

    def message_arrived(self, token: Token, name: str, variables: Variables) -> None:
        """Go on with a message. Raises CommandRejectedError when it is not the one waited for."""
        index = self._index(token, "message", name)
        if index is None:
            raise CommandRejectedError(
                N_("“%(element)s” does not wait for a message “%(name)s”."),
                params={"element": self.element.name or self.element_id, "name": name},
                element_id=self.element_id,
            )
        told = self.triggers[index].correlation
        if told is not None:
            told.check(token, variables)
            told.learn(token.workflow.machine, variables, self.element_id)
        token.workflow.machine.record(EventKind.MESSAGE_RECEIVED, token, name=name)
        self.take_in(token, variables)
        self.happened(token, index)

    def signal_arrived(self, token: Token, name: str, variables: Variables) -> None:
        """Go on with a signal. Raises CommandRejectedError when it is not waited for."""
        index = self._index(token, "signal", name)
        if index is None:
            raise CommandRejectedError(
                N_("“%(element)s” waits for something else."),
                params={"element": self.element.name or self.element_id},
                element_id=self.element_id,
            )
        self.take_in(token, variables)
        self.happened(token, index)

    def ask(self, token: Token) -> None:
        """Go on when a condition has become true since it was last asked."""
        variables = token.context()
        for index, one in enumerate(self.triggers):
            if one.kind != "conditional" or one.when is None:
                continue
            held = token.wait.setdefault("true", {})
            holds = self._verdict(token, one.when, variables)
            became_true = holds and not held.get(str(index))
            held[str(index)] = holds
            if became_true:
                self.happened(token, index)
                if not self.wants_all or token.id not in token.workflow.machine.waits:
                    return

    def _verdict(self, token: Token, condition: Formula, variables: Variables) -> bool:
        """Return whether a condition is true; the first time that it is null is written down."""
        verdict = condition.verdict(variables, self.element_id)
        if verdict is None and not token.wait.get("null"):
            token.wait["null"] = True
            token.workflow.machine.record_null(token, condition.source)
        return verdict is True

    def awaits(self, token: Token, kind: str, name: str) -> bool:
        """Return whether a token here waits for this message or signal."""
        return self._index(token, kind, name) is not None

    def happened(self, token: Token, index: int) -> None:
        """Note that a trigger has happened, and go on when that is enough."""
        if self.wants_all:
            seen = token.wait.setdefault("seen", [])
            if index not in seen:
                seen.append(index)
            if len(seen) < len(self.triggers):
                return
            del token.wait["seen"]
        self.caught(token)

    def caught(self, token: Token) -> None:
        """Go on: past the event, or past the event-based gateway that it belongs to."""
        if token.armed:
            token.parent.task_spec.arm_fired(token)
        else:
            token.workflow.machine.forget(token)
            token.make_ready()

    def still_listens(self, token: Token) -> bool:
        """Return whether something can still trigger a token that goes on listening."""
        others = any(one.kind != "timer" for one in self.triggers)
        return others or bool(token.wait.get("timers"))

    def report(self, token: Token, waits: Waits) -> None:
        keys = token.wait.get("keys", {})
        for row in token.wait.get("timers", ()):
            timer_id = timers.timer_id(token, row)
            waits.timers.append(Timer(timer_id, token.id, self.element_id, timers.due_at(row)))
        for index, one in self._open(token):
            if one.kind == "message":
                told = one.correlation
                key = keys.get(str(index)) if told is None else told.awaited(token)
                waits.messages.append(MessageWait(token.id, self.element_id, one.name, key))
            elif one.kind == "signal":
                waits.signals.append(SignalWait(token.id, self.element_id, one.name))
            elif one.kind == "conditional" and one.when is not None:
                found = ConditionWait(token.id, self.element_id, one.when.source)
                waits.conditions.append(found)

    def _open(self, token: Token) -> Iterator[tuple[int, Trigger]]:
        """Yield the triggers that have not happened yet."""
        seen = token.wait.get("seen", ())
        return (pair for pair in enumerate(self.triggers) if pair[0] not in seen)

    def _index(self, token: Token, kind: str, name: str) -> int | None:
        for index, one in self._open(token):
            if one.kind == kind and one.name == name:
                return index
        return None

    def _timer_row(self, token: Token, timer_id: str) -> list[Any]:
        for row in token.wait.get("timers", ()):
            if timers.timer_id(token, row) == timer_id:
                return row  # type: ignore[no-any-return]
        raise CommandRejectedError(
            N_("This timer does not run (any more)."), element_id=self.element_id
        )


class GatheringStart(CatchingSpec):
    """A start event that wants several events together: the first begins, the others are awaited.

    A token that a person or a call puts here passes at once.
    """

    def activate(self, token: Token) -> bool:
        return True

    def told_by(self, cause: Occurrence) -> list[Trigger]:
        """Return the triggers that have happened with what starts the instance."""
        return [one for one in self.triggers if (one.kind, one.name) == (cause.kind, cause.name)]

    def begin_with(self, scope: Scope, cause: Occurrence) -> None:
        """Put a token here that has seen ``cause`` and waits for what else must happen.

        Timers count from now.
        """
        token = scope.place(self.name)
        scope.machine.record(EventKind.ELEMENT_ENTERED, token)
        self.listen(token)
        if cause.kind != "conditional":  # conditions are asked of what is known now
            for one in self.told_by(cause):
                self.happened(token, self.triggers.index(one))


class BoundaryEvent(CatchingSpec):
    """Listens while its activity runs; interrupts the activity or runs beside it."""

    def caught(self, token: Token) -> None:
        scope: Scope = token.workflow
        if not self.repeats:
            scope.remove(token.parent, EventKind.ELEMENT_CANCELLED)
        elif not self.still_listens(token):
            scope.remove(token, EventKind.ELEMENT_CANCELLED)
        scope.enter_ready(self.name)


class EventSubProcessStart(CatchingSpec):
    """Listens while its scope runs; starts the event sub-process ``body``."""

    body = ""

    def caught(self, token: Token) -> None:
        scope: Scope = token.workflow
        if self.repeats and not self.still_listens(token):
            scope.remove(token, EventKind.ELEMENT_CANCELLED)
        trigger(scope, self.body, interrupting=not self.repeats)
