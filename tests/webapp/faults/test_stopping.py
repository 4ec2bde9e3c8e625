"""Told to stop, the program finishes what it has in hand: requests, and the job of its worker."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import create_connection
from threading import Event, Thread

import pytest
from sqlalchemy import select

from tests.webapp.test_outside_jobs import free_port
from tests.webapp.waiting import deploy, start
from webapp.actors import Actor
from webapp.db import Database
from webapp.models import Job, ProcessInstance

CALL = (
    '<serviceTask id="Job_1" camunda:type="external" camunda:topic="call-http">'
    "<extensionElements><camunda:inputOutput>"
    '<camunda:inputParameter name="url">{url}</camunda:inputParameter>'
    "</camunda:inputOutput></extensionElements></serviceTask>"
)
REQUEST = (
    b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nConnection: close\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 3\r\n\r\n"
)
PATIENCE = 60.0  # seconds
A_WHILE = 1.5  # seconds; longer than a worker needs that heeds no job


@dataclass
class SlowPeer:
    """Another program that answers a call when it is told to."""

    called: Event = field(default_factory=Event)
    may_answer: Event = field(default_factory=Event)
    port: int = field(default_factory=free_port)


@pytest.fixture
def peer() -> Iterator[SlowPeer]:
    peer = SlowPeer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            peer.called.set()
            peer.may_answer.wait(PATIENCE)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", peer.port), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield peer
    peer.may_answer.set()
    server.shutdown()
    server.server_close()


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def server(database_url: str, tmp_path: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """The product as it is served, with the worker beside it."""
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("MOTCUA_")},
        "MOTCUA_DATA_DIR": str(tmp_path),
        "MOTCUA_DATABASE_URL": database_url,
        "MOTCUA_PORT": str(port),
        "MOTCUA_HTTP_HOSTS": "127.0.0.1",
        "MOTCUA_HTTP_PRIVATE": "1",
    }
    command = [sys.executable, "-m", "webapp.cli", "serve"]
    served = subprocess.Popen(command, env=environment, cwd=Path(__file__).parents[3])
    yield served
    with suppress(ProcessLookupError):
        served.kill()
    served.wait(PATIENCE)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_server_that_is_told_to_stop_answers_and_completes_what_it_has_begun(
    database: Database,
    people: dict[str, Actor],
    peer: SlowPeer,
    port: int,
    server: subprocess.Popen[bytes],
) -> None:
    deploy(database, people["binh"], CALL.format(url=f"http://127.0.0.1:{peer.port}/"))
    instance_id = start(database)
    assert peer.called.wait(PATIENCE)  # the worker has the job in hand
    with create_connection(("127.0.0.1", port), timeout=PATIENCE) as line:
        line.sendall(REQUEST)
        assert line.recv(100).startswith(b"HTTP/1.1 100")  # and the server the request

        server.send_signal(signal.SIGTERM)
        _until_shut(port)
        line.sendall(b"a=b")
        assert line.recv(100).startswith(b"HTTP/1.1 400")  # no form token, so it was read whole
    with pytest.raises(subprocess.TimeoutExpired):
        server.wait(A_WHILE)  # the worker was told, too, and is waited for
    peer.may_answer.set()

    assert server.wait(PATIENCE) == 0
    with database.reading() as session:
        assert session.get_one(ProcessInstance, instance_id).status == "completed"
        job = session.scalars(select(Job)).one()
        assert (job.status, job.last_error) == ("completed", None)


def _until_shut(port: int) -> None:
    """Wait until nobody is answered any more who comes now."""
    for _ in range(int(PATIENCE)):
        late = HTTPConnection("127.0.0.1", port, timeout=1)
        try:
            late.request("GET", "/health/live")
            late.getresponse().read()
        except (OSError, HTTPException):
            return
        finally:
            late.close()
    raise AssertionError("the server still lets people in")
