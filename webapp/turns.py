"""Writers of one SQLite file take turns, in the order in which they came.

SQLite lets one transaction write at a time and has no queue: who finds the file locked sleeps and
looks again, up to a tenth of a second later, while others slip in between. With four writers the
slowest one in a hundred waited for half a second. Here they queue up, in the process by order of
arrival, and between processes through two locked files: who holds the first is the next to get the
second. The queue is a courtesy. SQLite's own lock still decides, and whoever has waited for too
long goes on without a turn.
"""

import fcntl
import os
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Lock
from time import monotonic, sleep

PATIENCE_SECONDS = 10.0  # then SQLite's own lock is asked, which waits as long again
LOOK_EVERY_SECONDS = 0.0004  # a transaction takes ten times as long


class Turns:
    """The queue of those who write to one file; None: nobody else has it, as in memory."""

    def __init__(self, path: Path | None, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._path = path
        self._patience_seconds = patience_seconds
        self._mutex = Lock()
        self._busy = False
        self._waiting: deque[Event] = deque()
        self._files: tuple[int, int] | None = None
        self._process = 0

    @contextmanager
    def turn(self) -> Iterator[bool]:
        """Wait for one's turn, for a while; yield whether it came."""
        until = monotonic() + self._patience_seconds
        if not self._enter():
            yield False
            return
        try:
            with self._between_processes(until) as came:
                yield came
        finally:
            self._leave()

    def close(self) -> None:
        """Close the files of the queue."""
        with self._mutex:
            files, self._files = self._files, None
        for one in files or ():
            with suppress(OSError):
                os.close(one)

    def _enter(self) -> bool:
        with self._mutex:
            if not self._busy:
                self._busy = True
                return True
            mine = Event()
            self._waiting.append(mine)
        if mine.wait(self._patience_seconds):
            return True
        with self._mutex:
            if mine in self._waiting:
                self._waiting.remove(mine)
                return False
        return True  # it came in the last moment

    def _leave(self) -> None:
        with self._mutex:
            if self._waiting:
                self._waiting.popleft().set()  # stays busy: the turn is handed over
            else:
                self._busy = False

    @contextmanager
    def _between_processes(self, until: float) -> Iterator[bool]:
        files = self._opened()
        if files is None:
            yield True
            return
        next_one, turn = files
        came = False
        if _locked(next_one, until):
            try:
                came = _locked(turn, until)
            finally:
                fcntl.flock(next_one, fcntl.LOCK_UN)
        try:
            yield came
        finally:
            if came:
                fcntl.flock(turn, fcntl.LOCK_UN)

    def _opened(self) -> tuple[int, int] | None:
        """Return the files, opened in this process: after a fork the parent's would be shared."""
        if self._path is None:
            return None
        if self._files is None or self._process != os.getpid():
            try:
                self._files = (_file(f"{self._path}-next"), _file(f"{self._path}-turn"))
            except OSError:  # a folder that cannot be written to: SQLite will say so
                return None
            self._process = os.getpid()
        return self._files


def _file(path: str) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _locked(file: int, until: float) -> bool:
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if monotonic() >= until:
                return False
            sleep(LOOK_EVERY_SECONDS)
        else:
            return True
