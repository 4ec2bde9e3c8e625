"""Every page, looked at in both languages and both sizes.

The English pages are judged by axe here, the Vietnamese ones in the journeys.
"""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import desks
from tests.browser.conftest import DESK, PHONE, Open
from tests.browser.watching import Watch

PICTURE = Path(__file__).parents[2] / "docs" / "images" / "inbox.png"
PERMIT = "/procedures/giay_phep_xay_dung"
CASE = "main tbody a[href^='/dossiers/']"
PAGES: dict[str, dict[str, tuple[str, ...]]] = {  # an address, and what leads on from it
    "": {
        "sign-in": ("/sign-in",),
        "tracking": ("/tracking",),
        "not-found": ("/no-such-page",),
    },
    "thu": {
        "counter": ("/counter",),
        "intake": ("/counter/giay_phep_xay_dung",),
        "handovers": ("/handovers",),
    },
    "hanh": {
        "inbox": ("/inbox",),
        "inbox-unclaimed": ("/inbox?scope=unclaimed",),
        "inbox-unit": ("/inbox?scope=unit",),
        "task": ("/inbox?scope=unit", "main tbody a.mc-code"),
        "dossiers": ("/dossiers",),
        "dossier": ("/dossiers", CASE),
        "action": ("/dossiers?q=H99", CASE, "main a[href*='/actions/']"),
        "not-allowed": ("/timings",),
        "own-absences": ("/absences",),
        "notice-settings": ("/notices/settings",),
    },
    "dinh": {
        "team-person": ("/team", "main a[href*='/team/people/']"),
        "stranded": ("/team/stranded",),
    },
    "binh": {
        "procedures": ("/procedures",),
        "upload": ("/procedures/upload",),
        "try-expression": ("/procedures/try",),
        "elements": ("/procedures/elements",),
        "blocks": ("/procedures/blocks",),
        "procedure": (PERMIT,),
        "version": (f"{PERMIT}/versions/1",),
        "form": (f"{PERMIT}/versions/1", "main a[href*='/forms/']"),
        "decision": ("/procedures", "main a[href*='/decisions/']"),
    },
    "lan": {
        "timings": ("/timings",),
        "timings-procedure": ("/timings/giay_phep_xay_dung",),
        "breakdown": ("/timings/giay_phep_xay_dung/breakdown",),
        "instance": ("/dossiers", CASE, "main a[href*='/instances/']"),
        "people": ("/people",),
        "person": ("/people", "main tbody a"),
        "person-new": ("/people/new",),
        "groups": ("/groups",),
        "group": ("/groups", "main tbody a"),
        "administration": ("/administration",),
        "api-keys": ("/api-keys",),
        "agencies": ("/agencies",),
        "agency": ("/agencies", "main tbody a"),
        "reasons": ("/reasons",),
        "slip-templates": ("/slip-templates",),
        "slip-template": ("/slip-templates/receipt",),
        "calendars": ("/calendars",),
        "calendar": ("/calendars/VN",),
        "retention": ("/retention",),
        "data-stores": ("/data-stores",),
        "migrations": ("/migrations",),
        "migration-new": ("/migrations", "main a[href*='/migrations/new']"),
        "incidents": ("/incidents?state=resolved",),
        "incident": ("/incidents?state=resolved", "main tbody a[href^='/incidents/']"),
        "inspection-changes": ("/inspection/changes",),
    },
}
AGENCY = re.compile("^(UBND phường An Hòa|An Hoa ward People.s Committee)$")


@pytest.mark.parametrize("username", PAGES)
def test_every_page_is_good_in_both_languages_and_sizes(
    open_browser: Open, watch: Watch, username: str
) -> None:
    page = open_browser(DESK, username)

    found: list[str] = []
    for name, (address, *links) in PAGES[username].items():
        page.goto(address)
        _follow(page, links)
        found += watch.faults_everywhere(page, name, glance="vi")
        expect(page.locator(".mc-brand__agency")).to_have_text(AGENCY)

    assert found == []


def _follow(page: Page, links: Sequence[str]) -> None:
    """Click from link to link; the first one of each page that leads to the next."""
    for place, link in enumerate(links):
        wanted = (*links, "main")[place + 1]
        listed = page.url
        for number in range(max(1, page.locator(link).count())):
            if number:
                page.goto(listed)
            page.locator(link).nth(number).click()
            page.wait_for_url(lambda url, here=listed: url != here)
            if page.locator(wanted).count():
                break


def test_tracking_and_a_receipt_are_good_in_both_languages_and_sizes(
    open_browser: Open, watch: Watch
) -> None:
    clerk, page = open_browser(DESK, "thu"), open_browser(DESK)
    received = desks.receive(clerk)

    watch.inspect(clerk, "receipt")  # a paper: always in Vietnamese
    clerk.set_viewport_size(PHONE)
    watch.inspect(clerk, "receipt")
    page.goto(received.tracking)
    watch.inspect_everywhere(page, "tracking-dossier")


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
