"""Every page in English, looked at in both sizes; the journeys look at the Vietnamese ones."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import desks
from tests.browser.conftest import DESK, Open
from tests.browser.watching import Watch

PICTURE = Path(__file__).parents[2] / "docs" / "images" / "inbox.png"
PAGES = [
    ("", "sign-in", "/sign-in"),
    ("", "tracking", "/tracking"),
    ("", "not-found", "/no-such-page"),
    ("thu", "counter", "/counter"),
    ("thu", "intake", "/counter/giay_phep_xay_dung"),
    ("hanh", "inbox", "/inbox"),
    ("hanh", "inbox-unclaimed", "/inbox?scope=unclaimed"),
    ("hanh", "inbox-unit", "/inbox?scope=unit"),
    ("hanh", "dossiers", "/dossiers"),
    ("hanh", "not-allowed", "/timings"),
    ("binh", "procedures", "/procedures"),
    ("binh", "upload", "/procedures/upload"),
    ("binh", "try-expression", "/procedures/try"),
    ("binh", "procedure", "/procedures/giay_phep_xay_dung"),
    ("binh", "version", "/procedures/giay_phep_xay_dung/versions/1"),
    ("lan", "timings", "/timings"),
    ("lan", "timings-procedure", "/timings/giay_phep_xay_dung"),
    ("lan", "people", "/people"),
    ("lan", "person-new", "/people/new"),
    ("lan", "groups", "/groups"),
    ("lan", "administration", "/administration"),
    ("lan", "agencies", "/agencies"),
    ("lan", "reasons", "/reasons"),
    ("lan", "slip-templates", "/slip-templates"),
    ("lan", "slip-template", "/slip-templates/receipt"),
    ("lan", "calendars", "/calendars"),
    ("lan", "migrations", "/migrations"),
    ("lan", "incidents", "/incidents"),
    ("thu", "handovers", "/handovers"),
]


@pytest.mark.parametrize(("username", "name", "address"), PAGES, ids=[name for _, name, _ in PAGES])
def test_a_page_is_good_in_english(
    open_browser: Open,
    watch: Watch,
    size: dict[str, int],
    username: str,
    name: str,
    address: str,
) -> None:
    page = open_browser(size, username, language="en")

    page.goto(address)
    watch.inspect(page, name)
    assert page.locator("html").get_attribute("lang") == "en"


def test_a_task_and_its_dossier_are_good_in_english(
    open_browser: Open, watch: Watch, size: dict[str, int]
) -> None:
    page = open_browser(size, "hanh", language="en")

    _open_first(page, "/inbox")
    watch.inspect(page, "task")
    _open_first(page, "/dossiers")
    watch.inspect(page, "dossier")
    page.goto(f"{page.url}/receipt")
    watch.inspect(page, "receipt")


def test_tracking_is_good_in_english(
    open_browser: Open, watch: Watch, size: dict[str, int]
) -> None:
    received = desks.receive(open_browser(DESK, "thu"))
    page = open_browser(size, language="en")

    page.goto(received.tracking)

    watch.inspect(page, "tracking-dossier")


def test_the_switch_changes_the_language_of_the_page(open_browser: Open) -> None:
    page = open_browser(DESK, "hanh")

    page.goto("/inbox?scope=unit")
    page.get_by_role("link", name="EN – English").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Tasks of my unit")
    assert page.url.endswith("/inbox?scope=unit")


def test_the_picture_of_the_readme_is_there(
    open_browser: Open, request: pytest.FixtureRequest
) -> None:
    """Take it anew with ``pytest tests/browser --picture``."""
    page = open_browser(DESK, "hanh")

    page.goto("/inbox")
    if request.config.getoption("--picture"):
        PICTURE.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=PICTURE)

    expect(page.locator("table")).to_be_visible()
    assert PICTURE.stat().st_size > 0


def _open_first(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("main").locator("tbody a").first.click()
    page.wait_for_url(lambda url: not url.endswith(address))
