"""The web processes hold equally many connections, and none waits for one that is stuck."""

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from socket import create_connection
from threading import Event
from types import SimpleNamespace
from typing import Any

import psutil
import pytest

from tests.webapp.test_outside_jobs import free_port
from webapp.cli.even_worker import PLACES, Connections, EvenWorker, is_for_another
from webapp.cli.server import Server
from webapp.config import Config

PATIENCE = 60.0  # seconds


class Line:
    """A connection that stays open; ``pid`` is the process that holds it."""

    def __init__(self, port: int) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        try:
            self.pid = self._ask()
        except OSError:
            self._connection.close()
            raise

    def end(self) -> None:
        """Let the server end it, so that it is counted no more when this returns."""
        self._ask(Connection="close")
        self.drop()

    def drop(self) -> None:
        self._connection.close()

    def _ask(self, **headers: str) -> int:
        self._connection.request("GET", "/", headers=headers)
        return int(self._connection.getresponse().read())


@dataclass(frozen=True)
class Site:
    """A server of two processes and the connections that were opened to it."""

    port: int
    pid: int
    lines: list[Line] = field(default_factory=list)

    def open(self, count: int) -> list[Line]:
        """Open so many connections at once; return them when all were answered."""
        with ThreadPoolExecutor(count) as pool:
            lines = list(pool.map(Line, [self.port] * count))
        self.lines.extend(lines)
        return lines

    def answers_next(self) -> int:
        """Return the process that answers a connection that ends at once."""
        line = Line(self.port)
        line.end()
        return line.pid

    def lets_in(self) -> bool:
        """Tell whether somebody would take a connection, now or later."""
        try:
            create_connection(("127.0.0.1", self.port), PATIENCE).close()
        except ConnectionRefusedError:
            return False
        return True

    def answers(self) -> bool:
        with suppress(OSError):
            return bool(self.answers_next())
        return False


@pytest.fixture
def site() -> Iterator[Site]:
    """A server of two processes, both of which accept connections."""
    port = free_port()
    served = subprocess.Popen(
        [sys.executable, "-m", "tests.webapp.answering", str(port)],
        cwd=Path(__file__).parents[2],
        stderr=subprocess.DEVNULL,
    )
    site = Site(port, served.pid)
    try:
        _until(site.answers)
        [first] = site.open(1)
        _until(lambda: site.answers_next() != first.pid)
        first.end()
        yield site
    finally:
        for line in site.lines:
            line.drop()
        for child in psutil.Process(served.pid).children():
            child.resume()
        served.terminate()
        served.wait(PATIENCE)


@pytest.mark.parametrize(
    ("held", "everybody", "expected"),
    [
        (0, [0, 0], False),
        (1, [1, 0], True),
        (1, [1, 2], False),
        (2, [2, 2, 1], True),
        (9, [9], False),  # alone
        (9, [9, -1, -2], False),  # nobody, and one that is starting or stopping
    ],
)
def test_a_connection_is_for_another_process_when_that_one_accepts_and_holds_fewer(
    held: int, everybody: list[int], *, expected: bool
) -> None:
    assert is_for_another(held, everybody) is expected


def test_a_process_has_a_place_until_it_ends_and_one_too_many_has_none() -> None:
    connections = Connections()
    workers: list[Any] = [SimpleNamespace(place=None) for _ in range(PLACES + 1)]
    for worker in workers:
        connections.enter(None, worker)
    workers[3].place.show(7, accepts=True)

    connections.leave(None, workers[3])
    connections.leave(None, workers[PLACES])
    reborn: Any = SimpleNamespace(place=None)
    connections.enter(None, reborn)

    assert workers[PLACES].place is None
    assert reborn.place.index == workers[3].place.index
    assert not reborn.place.leaves(9)  # what the dead one held is forgotten


def test_the_product_is_served_by_processes_that_share_and_leave_their_places(
    tmp_path: Path,
) -> None:
    environment = {"MOTCUA_DATA_DIR": str(tmp_path), "MOTCUA_SECRET_KEY": "only for this test"}
    settings = Server(Config.from_env(environment)).cfg
    workers: list[Any] = [SimpleNamespace(place=None, pid=0) for _ in range(2)]

    for worker in workers:
        settings.pre_fork(None, worker)
        settings.child_exit(None, worker)

    assert settings.worker_class is EvenWorker
    assert [worker.place.index for worker in workers] == [0, 0]


def test_an_idle_connection_is_ended_by_nginx_and_not_by_us(tmp_path: Path) -> None:
    environment = {"MOTCUA_DATA_DIR": str(tmp_path), "MOTCUA_SECRET_KEY": "only for this test"}
    settings = Server(Config.from_env(environment)).cfg

    assert settings.keepalive > 60  # seconds, by default, of a connection behind nginx


def test_connections_that_are_opened_at_once_fall_evenly_on_the_processes(site: Site) -> None:
    for _ in range(5):
        lines = site.open(8)
        shares = Counter(line.pid for line in lines)
        for line in lines:
            line.end()

        assert sorted(shares.values()) in ([4, 4], [3, 5])


def test_while_one_process_stands_still_the_other_answers_new_connections(site: Site) -> None:
    stopped = psutil.Process(site.open(4)[0].pid)
    stopped.suspend()
    _until(lambda: stopped.status() == psutil.STATUS_STOPPED)

    late = site.open(3)

    assert stopped.pid not in {line.pid for line in late}


def test_a_process_that_follows_a_killed_one_gets_the_new_connections_first(site: Site) -> None:
    before = {line.pid for line in site.open(8)}
    os.kill(min(before), signal.SIGKILL)
    _until(lambda: site.answers_next() not in before)

    late = site.open(3)

    assert {line.pid for line in late}.isdisjoint(before)


def test_connections_fall_evenly_on_the_processes_of_a_new_generation(site: Site) -> None:
    before = {line.pid for line in site.open(2)}
    os.kill(site.pid, signal.SIGHUP)
    _until(lambda: before.isdisjoint(one.pid for one in psutil.Process(site.pid).children()))
    [first] = site.open(1)
    _until(lambda: site.answers_next() != first.pid)

    shares = Counter(line.pid for line in [first, *site.open(7)])

    assert sorted(shares.values()) in ([4, 4], [3, 5])


def test_a_server_that_stops_answers_whoever_stands_in_line_and_refuses_later_ones(
    site: Site,
) -> None:
    site.open(2)  # kept open: gunicorn waits two seconds for their next request
    server = psutil.Process(site.pid)
    processes = server.children()
    for process in processes:
        process.suspend()
    waiting = [create_connection(("127.0.0.1", site.port), PATIENCE) for _ in range(6)]
    for one in waiting:
        one.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")

    server.terminate()
    for process in processes:
        process.resume()

    answers = []
    for one in waiting:
        answers.append(one.recv(100))
        one.close()  # else the server waits for us
    _until(lambda: not site.lets_in())
    assert all(answer.startswith(b"HTTP/1.1 200") for answer in answers)
    assert server.children()  # they wait for the kept connections, and let nobody else in


def _until(condition: Callable[[], bool]) -> None:
    for _ in range(int(PATIENCE * 100)):
        if condition():
            return
        Event().wait(0.01)
    raise AssertionError("it did not come about")
