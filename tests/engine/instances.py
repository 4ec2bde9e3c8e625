"""Two ways to run an instance in tests: kept alive, or saved and reloaded before each command."""

from datetime import UTC, datetime, timedelta
from typing import Any

import engine
from engine import EventKind, Outcome
from engine.kernel.machine import Machine
from engine.kernel.orders import begin, carry_out
from engine.kernel.scope import Moment
from engine.kernel.variables import from_outside
from engine.runtime import outcome
from engine.worktime import ALWAYS, Calendar

NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)  # a Monday


class Reloading:
    """An instance as the product runs it: only bytes between two commands."""

    def __init__(
        self,
        process: engine.CompiledProcess,
        calendar: Calendar,
        variables: dict[str, Any],
        surroundings: engine.Surroundings = engine.NOWHERE,
        begun: tuple[str | None, engine.Occurrence | None] = (None, None),
    ) -> None:
        self.begun = begun
        self.surroundings = surroundings
        self.process = process
        self.calendar = calendar
        self.at = NINE
        self.events: list[engine.Event] = []
        self.outcome: Outcome
        self._begin(variables)

    def _begin(self, variables: dict[str, Any]) -> None:
        element, cause = self.begun
        begun = {"start_element": element, "cause": cause}
        self._took(engine.start(self.process, variables, **begun, **self._around))

    def do(self, command: engine.Command) -> Outcome:
        snapshot = self.outcome.snapshot
        return self._took(engine.advance(self.process, snapshot, command, **self._around))

    @property
    def _around(self) -> dict[str, Any]:
        return {"at": self.at, "calendar": self.calendar, "surroundings": self.surroundings}

    def bring_back(self, before: bytes) -> Outcome:
        """Let the instance, which has ended, be as it was before that."""
        ended = self.outcome.snapshot
        return self._took(engine.brought_back(self.process, before, ended, at=self.at))

    def complete(self, element_id: str, **variables: Any) -> Outcome:
        """Complete the user task at an element."""
        return self.do(engine.CompleteUserTask(self.token_at(element_id), variables))

    def finish_job(self, element_id: str, **variables: Any) -> Outcome:
        return self.do(engine.CompleteJob(self.token_at(element_id), variables))

    def throw(self, element_id: str, code: str, **variables: Any) -> Outcome:
        token = self.token_at(element_id)
        return self.do(engine.ThrowBpmnError(token, code, variables=variables))

    def deliver(self, element_id: str, name: str, **variables: Any) -> Outcome:
        return self.do(engine.DeliverMessage(self.token_at(element_id), name, variables))

    def fire(self, element_id: str) -> Outcome:
        """Let time pass until the timer at an element is due, and fire it."""
        timer = next(one for one in self.outcome.timers if one.element_id == element_id)
        self.at = max(self.at, timer.due_at)
        return self.do(engine.FireTimer(timer.timer_id))

    def wait(self, **span: float) -> None:
        self.at += timedelta(**span)

    def token_at(self, element_id: str) -> str:
        """Return the oldest token that waits for a command at an element."""
        waits = (
            *self.outcome.user_tasks,
            *self.outcome.jobs,
            *self.outcome.messages,
            *self.outcome.signals,
        )
        return next(one.token_id for one in waits if one.element_id == element_id)

    @property
    def variables(self) -> dict[str, Any]:
        return engine.variables_of(self.process, self.outcome.snapshot)

    def seen_by(self, token_id: str) -> dict[str, Any]:
        return engine.variables_of(self.process, self.outcome.snapshot, token_id)

    @property
    def tasks(self) -> list[str]:
        """The elements whose user tasks wait, oldest first."""
        return [task.element_id for task in self.outcome.user_tasks]

    @property
    def status(self) -> str:
        return self.outcome.status.value

    def happened(self, kind: EventKind) -> list[str]:
        """The elements to which this has happened so far, in order."""
        return [event.element_id or "" for event in self.events if event.kind is kind]

    @property
    def completed(self) -> list[str]:
        return self.happened(EventKind.ELEMENT_COMPLETED)

    @property
    def cancelled(self) -> list[str]:
        return self.happened(EventKind.ELEMENT_CANCELLED)

    def _took(self, outcome_: Outcome) -> Outcome:
        self.outcome = outcome_
        self.events += outcome_.events
        return outcome_


class Live(Reloading):
    """An instance whose machine is kept: shows that storing neither hides nor adds anything."""

    machine: Machine

    def _begin(self, variables: dict[str, Any]) -> None:
        moment = Moment(self.at, self.calendar, self.surroundings)
        self.machine = Machine(self.process.program, from_outside(variables), moment)
        begin(self.machine, *self.begun)
        self._took(outcome(self.machine))

    def do(self, command: engine.Command) -> Outcome:
        self.machine.events.clear()
        self.machine.nulls.clear()
        self.machine.asked.clear()
        self.machine.stored.clear()
        self.machine.escalations.clear()
        self.machine.steps = 0
        self.machine.moment = Moment(self.at, self.calendar, self.surroundings)
        carry_out(self.machine, command)
        return self._took(outcome(self.machine))


def run(
    kind: type[Reloading],
    process: engine.CompiledProcess,
    variables: dict[str, Any] | None = None,
    calendar: Calendar = ALWAYS,
    surroundings: engine.Surroundings = engine.NOWHERE,
    begun: tuple[str | None, engine.Occurrence | None] = (None, None),
) -> Reloading:
    """Return a started instance of the given kind; ``begun``: where, and by what."""
    return kind(process, calendar, variables or {}, surroundings, begun)
