"""A running product and a browser: what every test in this folder stands on."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState

from tests.browser import late
from tests.browser.watching import DESK, PHONE, Watch

ROOT = Path(__file__).parents[2]
MOTCUA = (sys.executable, "-m", "webapp.cli")
PATIENCE_MS = 10_000  # for anything a page is asked to do
START_SECONDS = 60  # for the first answer, with the demonstration already played

Open = Callable[..., Page]


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the demonstration that we start keeps its data."""
    return tmp_path_factory.mktemp("site")


@pytest.fixture(scope="session")
def site(request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    """The address of the product as ``make serve`` starts it: demonstration, web and worker."""
    running = request.config.getoption("--site")
    if running:
        yield running
        return
    port = _free_port()
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith("MOTCUA_")},
        "MOTCUA_DATA_DIR": str(folder),
        "MOTCUA_PORT": str(port),
        "MOTCUA_DEMO": "1",
    }
    subprocess.run([*MOTCUA, "demo"], cwd=ROOT, env=environment, check=True)
    with (folder / "serve.log").open("wb") as log:
        served = subprocess.Popen(
            [*MOTCUA, "serve"], cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            _wait_for(port, served, folder / "serve.log")
            yield f"http://127.0.0.1:{port}"
        finally:
            served.terminate()
            served.wait(timeout=30)


@pytest.fixture(scope="session")
def late_permit(request: pytest.FixtureRequest, site: str, folder: Path) -> str:
    """The code of a permit whose promised date passed weeks ago."""
    if request.config.getoption("--site"):
        pytest.skip("only a site of our own can be given a past")
    return late.receive_permit(folder)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium, kept from talking to anybody but us."""
    return {
        **browser_type_launch_args,
        "executable_path": os.environ.get("CHROMIUM", "/usr/bin/chromium"),
        "headless": True,
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ],
    }


@pytest.fixture(params=[DESK, PHONE], ids=["desk", "phone"])
def size(request: pytest.FixtureRequest) -> dict[str, int]:
    """The two sizes in which every page must be good."""
    return dict(request.param)


@pytest.fixture(scope="session")
def signed_in(browser: Browser, site: str) -> Callable[[str], StorageState]:
    """Cookies of a demonstration person, signed in once per test run."""
    kept: dict[str, StorageState] = {}

    def state_of(username: str) -> StorageState:
        if username not in kept:
            with closing(browser.new_context(base_url=site, locale="vi-VN")) as context:
                page = context.new_page()
                page.goto("/sign-in")
                door = page.locator(f'button[name="username"][value="{username}"]')
                door.evaluate("door => door.form.requestSubmit(door)")  # some stand folded away
                page.wait_for_url(lambda address: "sign-in" not in address)
                kept[username] = context.storage_state()
        return kept[username]

    return state_of


@pytest.fixture
def watch(request: pytest.FixtureRequest) -> Watch:
    """Looks at pages: console, accessibility, sideways scroll; a picture with --screenshots."""
    return Watch(pictures=request.config.getoption("--screenshots"))


@pytest.fixture
def open_browser(
    browser: Browser, site: str, signed_in: Callable[[str], StorageState], watch: Watch
) -> Iterator[Open]:
    """Open a browser window, by default a stranger's; ``username`` opens a signed-in one."""
    contexts: list[BrowserContext] = []

    def opened(
        size: dict[str, int], username: str = "", *, language: str = "vi", scripts: bool = True
    ) -> Page:
        context = browser.new_context(
            base_url=site,
            viewport=size,
            has_touch=size == PHONE,
            locale={"vi": "vi-VN", "en": "en-GB"}[language],
            timezone_id="Asia/Ho_Chi_Minh",
            java_script_enabled=scripts,
            storage_state=signed_in(username) if username else None,
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        watch.follow(page)
        return page

    yield opened
    for context in contexts:
        context.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, running: subprocess.Popen[bytes], log: Path) -> None:
    """Return when the product says it is ready; fail with its log when it ends or never is."""
    for _ in range(START_SECONDS * 5):
        if _is_ready(port):
            return
        with suppress(subprocess.TimeoutExpired):
            running.wait(timeout=0.2)
            break
    raise AssertionError(log.read_text(errors="replace"))


def _is_ready(port: int) -> bool:
    with closing(HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
        try:
            connection.request("GET", "/health/ready")
            return connection.getresponse().status == 200
        except OSError:
            return False
