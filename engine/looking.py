"""Stored instances beside their commands: which tokens live, and how one was before it failed."""

from datetime import datetime

from engine import snapshot as stored
from engine.events import EventKind
from engine.kernel import ways
from engine.kernel.process import CompiledProcess
from engine.kernel.rows import machine_of
from engine.kernel.scope import Moment
from engine.model import LiveToken, Outcome
from engine.runtime import outcome
from engine.worktime import ALWAYS, Calendar


def live_tokens(
    process: CompiledProcess, snapshot: bytes, *, at: datetime
) -> tuple[LiveToken, ...]:
    """Return the tokens of an instance that a modification can name, outer ones first.

    Raises SnapshotFormatError when the bytes are not of this process.
    """
    machine = machine_of(process.program, stored.decode(snapshot), Moment(at, ALWAYS))
    return tuple(ways.live_tokens(machine))


def brought_back(
    process: CompiledProcess,
    before: bytes,
    ended: bytes,
    *,
    at: datetime,
    calendar: Calendar = ALWAYS,
) -> Outcome:
    """Return an instance that has ended as it was ``before`` the command that ended it.

    Its tokens rest where they did and are told as entered once more; ids of tokens that ``ended``
    knew besides are not given again. Raises SnapshotFormatError when the bytes are of another
    process.
    """
    state = stored.decode(before)
    state["last_id"] = max(state["last_id"], stored.decode(ended)["last_id"])
    machine = machine_of(process.program, state, Moment(at, calendar))
    machine.record(EventKind.INSTANCE_BROUGHT_BACK)
    for token in ways.arrived(machine):
        machine.record(EventKind.ELEMENT_ENTERED, token)
    return outcome(machine)
