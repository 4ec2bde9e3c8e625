"""Looking into a stored instance: which tokens live in it. Nothing moves."""

from datetime import datetime

from engine import snapshot as stored
from engine.kernel import ways
from engine.kernel.process import CompiledProcess
from engine.kernel.rows import machine_of
from engine.kernel.scope import Moment
from engine.model import LiveToken
from engine.worktime import ALWAYS


def live_tokens(
    process: CompiledProcess, snapshot: bytes, *, at: datetime
) -> tuple[LiveToken, ...]:
    """Return the tokens of an instance that a modification can name, outer ones first.

    Raises SnapshotFormatError when the bytes are not of this process.
    """
    machine = machine_of(process.program, stored.decode(snapshot), Moment(at, ALWAYS))
    return tuple(ways.live_tokens(machine))
