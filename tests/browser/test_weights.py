"""What a page costs a slow line: bytes over the wire, with nothing cached."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page

from tests.browser import desks
from tests.browser.conftest import DESK, Open
from tests.browser.watching import DRAWN

KB = 1024


@dataclass(frozen=True)
class Cold:
    """A page as a browser meets it for the first time."""

    page: Page

    def load(self, address: str, *, wait_for: str = "main") -> int:
        """Return the bytes of the page and all it loads, headers included."""
        session = self.page.context.new_cdp_session(self.page)
        sizes: list[float] = []
        session.on(
            "Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"])
        )
        session.send("Network.enable")
        session.send("Network.setCacheDisabled", {"cacheDisabled": True})
        self.page.goto(address)
        self.page.locator(wait_for).first.wait_for()
        self.page.wait_for_load_state("networkidle")
        session.detach()
        return round(sum(sizes))


@pytest.fixture
def cold(open_browser: Open) -> Callable[[str], Cold]:
    return lambda username: Cold(open_browser(DESK, username))


def test_the_inbox_weighs_at_most_60_kb(cold: Callable[[str], Cold]) -> None:
    assert cold("hanh").load("/inbox") <= 60 * KB


def test_a_task_weighs_at_most_60_kb(cold: Callable[[str], Cold], open_browser: Open) -> None:
    received = desks.receive(open_browser(DESK, "thu"))
    officer = open_browser(DESK, "khoa")
    desks.open_task(officer, received.code)

    assert cold("khoa").load(officer.url, wait_for="#fields") <= 60 * KB


def test_tracking_weighs_at_most_45_kb(cold: Callable[[str], Cold], open_browser: Open) -> None:
    received = desks.receive(open_browser(DESK, "thu"))

    assert cold("").load(received.tracking) <= 45 * KB


@pytest.mark.parametrize(
    ("username", "address"),
    [
        ("binh", "/procedures/giay_phep_xay_dung/versions/1"),
        ("lan", "/timings/giay_phep_xay_dung"),
    ],
)
def test_a_page_with_a_diagram_weighs_at_most_130_kb(
    cold: Callable[[str], Cold], username: str, address: str
) -> None:
    assert cold(username).load(address, wait_for=DRAWN) <= 130 * KB
