"""Running an instance: one command in, one Outcome out, nothing kept in between."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine import snapshot as stored
from engine.commands import Command
from engine.errors import CommandRejectedError
from engine.kernel.machine import Machine
from engine.kernel.orders import begin, carry_out
from engine.kernel.process import CompiledProcess
from engine.kernel.rows import machine_of, scope_variables, state_of
from engine.kernel.scope import NOWHERE, Moment, Surroundings
from engine.kernel.specs import Waits
from engine.kernel.variables import from_outside
from engine.model import ConditionWait, Occurrence, Outcome, Variables
from engine.texts import N_
from engine.worktime import ALWAYS, Calendar


def start(
    process: CompiledProcess,
    variables: Mapping[str, Any],
    *,
    at: datetime,
    calendar: Calendar = ALWAYS,
    start_element: str | None = None,
    cause: Occurrence | None = None,
    surroundings: Surroundings = NOWHERE,
) -> Outcome:
    """Return a new instance, moved as far as it goes without anybody.

    ``at`` is an aware instant. ``cause`` is what happened at ``start_element``: a start event that
    wants several events waits for the others; without a cause all of them count as happened.
    Raises CommandRejectedError and ExecutionError.
    """
    machine = Machine(process.program, from_outside(variables), _moment(at, calendar, surroundings))
    begin(machine, start_element, cause)
    return _last(machine)


def advance(
    process: CompiledProcess,
    snapshot: bytes,
    command: Command,
    *,
    at: datetime,
    calendar: Calendar = ALWAYS,
    surroundings: Surroundings = NOWHERE,
) -> Outcome:
    """Return the instance after one command. What was given stays as it is.

    Raises CommandRejectedError when the command does not fit, ExecutionError when a token cannot
    go on, SnapshotFormatError when the bytes are not of this process.
    """
    moment = _moment(at, calendar, surroundings)
    machine = machine_of(process.program, stored.decode(snapshot), moment)
    carry_out(machine, command)
    return _last(machine)


def resting(
    process: CompiledProcess, snapshot: bytes, *, at: datetime, calendar: Calendar = ALWAYS
) -> Outcome:
    """Return where the tokens of an instance rest. Nothing moves and nothing happens.

    Raises SnapshotFormatError when the bytes are not of this process.
    """
    return outcome(machine_of(process.program, stored.decode(snapshot), Moment(at, calendar)))


def variables_of(
    process: CompiledProcess,
    snapshot: bytes,
    token_id: str | None = None,
    *,
    names: frozenset[str] | None = None,
) -> Variables:
    """Return the variables that a token sees, or those of the instance when none is named.

    With ``names`` only these of them: the others need not even be read.
    Raises CommandRejectedError where there is no such token.
    """
    found = scope_variables(stored.decode(snapshot), token_id, names)
    if found is None:
        raise CommandRejectedError(
            N_("The process “%(process)s” has no such token (any more)."),
            params={"process": process.name or process.process_id},
        )
    return found


def outcome(machine: Machine) -> Outcome:
    """Return what the machine has done since it was made, and what its tokens wait for now."""
    waits = Waits()
    resting = list(machine.waits.values())
    if len(resting) > 1:
        resting.sort(key=lambda token: int(token.id))
    for token in resting:
        token.task_spec.report(token, waits)
    for token in machine.starved.values():
        missing = token.wait["starved"]
        waits.conditions.append(ConditionWait(token.id, token.task_spec.element_id, missing))
    return Outcome(
        snapshot=stored.encode(state_of(machine)),
        status=machine.status,
        events=tuple(machine.events),
        user_tasks=tuple(waits.user_tasks),
        jobs=tuple(waits.jobs),
        timers=tuple(waits.timers),
        messages=tuple(waits.messages),
        signals=tuple(waits.signals),
        conditions=tuple(waits.conditions),
        choices=tuple(waits.choices),
        calls=tuple(waits.calls),
        decisions=tuple(waits.decisions),
        stored=tuple(machine.stored.values()),
        escalations=tuple(machine.escalations),
        can_be_undone=bool(machine.log or machine.spec.undoer),
    )


def _last(machine: Machine) -> Outcome:
    """Return the outcome of a machine that nobody needs any more.

    Its scopes and tokens know each other; let loose, they are freed at once, not by a search
    through everything that lives in the process.
    """
    found = outcome(machine)
    for scope in (*machine.subprocesses.values(), machine):
        vars(scope).clear()
    return found


def _moment(at: datetime, calendar: Calendar, surroundings: Surroundings) -> Moment:
    if at.tzinfo is None:
        raise ValueError("the instant of a command must be aware")
    return Moment(at, calendar, surroundings)
