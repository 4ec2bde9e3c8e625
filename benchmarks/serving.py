"""The product on the loopback interface, and a browser's requests to it."""

import os
import re
import select
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

import psutil

MOTCUA = (sys.executable, "-m", "webapp.cli")
TRIES = 3_000  # of a fiftieth of a second until the first answer
_FORM_TOKEN = re.compile(
    r'name="csrf_token"[^>]*value="([^"]+)"|name="csrf-token" content="([^"]+)"'
)


@dataclass(frozen=True)
class Served:
    """A running server: its port and its processes."""

    port: int
    pid: int

    def cpu_seconds(self) -> float:
        """Return the processor time that its web processes have used so far."""
        parent = psutil.Process(self.pid)
        spent = 0.0
        for child in parent.children():
            with suppress(psutil.Error):
                if "worker" not in child.cmdline():
                    times = child.cpu_times()
                    spent += times.user + times.system
        return spent

    def largest_rss(self) -> int:
        """Return the memory of its largest web process, in bytes."""
        children = psutil.Process(self.pid).children()
        return max(one.memory_info().rss for one in children if "worker" not in one.cmdline())


@contextmanager
def serving(database_url: str, folder: Path, **settings: str) -> Iterator[Served]:
    """Run ``motcua serve`` on a free port for as long as the context lasts."""
    port = free_port()
    environment = {
        **os.environ,
        "MOTCUA_DATABASE_URL": database_url,
        "MOTCUA_DATA_DIR": str(folder),
        "MOTCUA_PORT": str(port),
        "MOTCUA_SECRET_KEY": "only-for-this-benchmark",
        "MOTCUA_LOG_LEVEL": "WARNING",
        "MOTCUA_API_RATE": "100000 per second",
        "MOTCUA_WORKER_POLL_SECONDS": "5",
        **settings,
    }
    with running([*MOTCUA, "serve"], port, folder / "serve.log", environment) as served:
        yield served


@contextmanager
def running(
    command: Sequence[str], port: int, log: Path, environment: Mapping[str, str] | None = None
) -> Iterator[Served]:
    """Run a server that answers on ``port`` for as long as the context lasts."""
    with log.open("wb") as written:
        process = subprocess.Popen(command, env=environment, stdout=written, stderr=written)
        try:
            _wait(port, process, log)
            yield Served(port, process.pid)
        finally:
            process.terminate()
            process.wait(timeout=30)


class Program:
    """A program at the API: one key, one connection that stays open."""

    def __init__(self, port: int, key: str = "") -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self._headers = {"Content-Type": "application/json"}
        if key:
            self._headers["Authorization"] = f"Bearer {key}"

    def post(self, path: str, body: bytes) -> bytes:
        """Send JSON and return the answer. Raises RuntimeError for any refusal."""
        return self._ask("POST", path, body)

    def get(self, path: str) -> bytes:
        return self._ask("GET", path, None)

    def close(self) -> None:
        self._connection.close()

    def _ask(self, method: str, path: str, body: bytes | None) -> bytes:
        connected = self._connection.sock
        if connected is not None and select.select([connected], [], [], 0)[0]:
            self._connection.close()  # the server ended it while we were idle; ask anew
        self._connection.request(method, path, body, self._headers)
        response = self._connection.getresponse()
        content = response.read()
        if response.status >= 400:
            raise RuntimeError(f"{path} was refused: {response.status} {content[:300]!r}")
        return content


class Client:
    """One person's browser: cookies, form token, one connection at a time."""

    def __init__(self, port: int) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self._cookies: dict[str, str] = {}
        self._token = ""
        self._signed_in = False

    def sign_in(self, username: str, password: str, home: str) -> None:
        """Sign in and read the form token of the first page."""
        self._read_token("/sign-in")
        status, _ = self.post("/sign-in", username=username, password=password)
        if status != 303:
            raise RuntimeError(f"{username} could not sign in: {status}")
        self._read_token(home)
        self._signed_in = True

    def get(self, path: str) -> tuple[int, bytes]:
        return self._ask("GET", path, None)

    def post(self, path: str, **fields: str) -> tuple[int, bytes]:
        return self._ask("POST", path, urlencode({"csrf_token": self._token, **fields}))

    def close(self) -> None:
        self._connection.close()

    def _read_token(self, path: str) -> None:
        status, body = self._ask("GET", path, None, encoding="identity")
        found = _FORM_TOKEN.search(body.decode())
        if found is None:
            raise RuntimeError(f"{path} answered {status} without a form token")
        self._token = found[1] or found[2]

    def _ask(
        self, method: str, path: str, body: str | None, *, encoding: str = "gzip, br"
    ) -> tuple[int, bytes]:
        if self._is_stale():
            self._connection.close()  # the server ended it while we were idle; ask anew
        headers = {
            "Accept-Encoding": encoding,
            "Cookie": "; ".join(f"{k}={v}" for k, v in self._cookies.items()),
        }
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        content = response.read()
        if not self._signed_in:  # later, notes for pages that nobody looks at would pile up
            self._keep_cookies(response)
        return response.status, content

    def _is_stale(self) -> bool:
        """Tell whether something is to be read before anything was asked: the end."""
        connected = self._connection.sock
        return connected is not None and bool(select.select([connected], [], [], 0)[0])

    def _keep_cookies(self, response: HTTPResponse) -> None:
        for header in response.headers.get_all("Set-Cookie", []):
            for name, morsel in SimpleCookie(header).items():
                self._cookies[name] = morsel.value


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(TRIES):
        with suppress(OSError), closing(HTTPConnection("127.0.0.1", port, timeout=5)) as asked:
            asked.request("GET", "/health/ready")
            if asked.getresponse().status == 200:
                return
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=0.02)
            break
    raise RuntimeError(log.read_text(errors="replace"))
