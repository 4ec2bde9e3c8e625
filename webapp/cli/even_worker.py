"""A gunicorn worker whose processes hold equally many connections (decision 36).

The operating system wakes any process for a new connection, and the connection stays where it was
accepted for as long as it is kept open. Here each process shows how many it holds; one that holds
more than another leaves a new one to that other for a moment.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from mmap import mmap
from time import monotonic
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

PLACES = 64  # processes that are counted; further ones accept whatever they are offered
LEAVE_SECONDS = 0.03  # how long a connection is left to others; one of them may be stuck
LOOK_SECONDS = 0.002  # between looks at what the others hold meanwhile
_NOBODY = -1
_NOT_ACCEPTING = -2  # still starting, or told to stop


def is_for_another(held: int, everybody: Iterable[int]) -> bool:
    """Tell whether a process that accepts connections holds fewer than ``held``."""
    return any(0 <= one < held for one in everybody)


@dataclass(frozen=True, slots=True)
class Place:
    """Where one process shows how many connections it holds; the others only read it."""

    everybody: memoryview
    index: int

    def show(self, held: int, *, accepts: bool) -> None:
        self.everybody[self.index] = held if accepts else _NOT_ACCEPTING

    def leaves(self, held: int) -> bool:
        return is_for_another(held, self.everybody)


class Connections:
    """What the processes of one server hold, in memory that they share since before the fork."""

    def __init__(self) -> None:
        self.everybody = memoryview(mmap(-1, 4 * PLACES)).cast("i")
        for index in range(PLACES):
            self.everybody[index] = _NOBODY

    def settings(self) -> dict[str, Any]:
        """Return the settings that let gunicorn share connections evenly."""
        return {"worker_class": EvenWorker, "pre_fork": self.enter, "child_exit": self.leave}

    def enter(self, _arbiter: object, worker: "EvenWorker") -> None:
        """Give a process that is about to be forked a place of its own, if one is free."""
        for index, held in enumerate(self.everybody):
            if held == _NOBODY:
                worker.place = Place(self.everybody, index)
                worker.place.show(0, accepts=False)
                return

    def leave(self, _arbiter: object, worker: "EvenWorker") -> None:
        """Free the place of a process that ended, however it ended."""
        if worker.place is not None:
            self.everybody[worker.place.index] = _NOBODY


class EvenWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn's worker with threads that leaves new connections to processes that hold fewer.

    While it leaves one, it does not listen: a readable listener would wake it without end.
    """

    sockets: list[Any]  # the listeners
    place: Place | None = None
    _held = 0
    _leaves_until: float | None = None  # monotonic seconds

    @property
    def nr_conns(self) -> int:
        """How many connections this process holds; gunicorn counts, the others see it."""
        return self._held

    @nr_conns.setter
    def nr_conns(self, held: int) -> None:
        self._held = held
        self._show()

    def accept(self, listener: object) -> None:
        """Accept a connection, unless another process should: that one gets a moment to do so."""
        if self._leaves_until is None and self.place is not None and self.place.leaves(self._held):
            self._leaves_until = monotonic() + LEAVE_SECONDS
        if self._is_leaving():
            self.set_accept_enabled(False)
        else:
            self._leaves_until = None
            super().accept(listener)

    def set_accept_enabled(self, enabled: bool) -> None:  # noqa: FBT001  (gunicorn's signature)
        """Listen or not; gunicorn asks for it in every round, so leaving ends by itself."""
        super().set_accept_enabled(enabled and not self._is_leaving())
        if not enabled and not self.alive:
            self._shut()
        self._show()

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """Wait for events, shortly while a connection is left to others."""
        was_leaving = self._leaves_until is not None
        super().wait_for_and_dispatch_events(LOOK_SECONDS if was_leaving else timeout)
        if was_leaving and (self._accepting or not self.alive or self._is_full()):
            self._leaves_until = None  # a round that listened would have seen it: another took it

    def _shut(self) -> None:
        """Take what already stands in line, then refuse further connections at once.

        gunicorn closes only when all requests are answered; who came meanwhile would be cut off,
        where one who is refused asks another machine.
        """
        for listener in self.sockets:
            held = -1
            while held < self._held:
                held = self._held
                super().accept(listener)
            listener.close()
        self.sockets = []

    def _is_full(self) -> bool:
        return bool(self._held >= self.worker_connections)

    def _is_leaving(self) -> bool:
        return (
            self._leaves_until is not None
            and self.place is not None
            and self.place.leaves(self._held)
            and monotonic() < self._leaves_until
        )

    def _show(self) -> None:
        if self.place is not None:
            self.place.show(self._held, accepts=self.booted and self.alive)
