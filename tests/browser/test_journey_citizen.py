"""Journey 4: a citizen follows the dossier, by QR code or by code and phone number."""

from playwright.sync_api import expect

from tests.browser import desks
from tests.browser.conftest import DESK, Open
from tests.browser.watching import Watch


def test_a_citizen_follows_a_dossier_by_its_address_or_by_code_and_phone(
    open_browser: Open, watch: Watch, size: dict[str, int]
) -> None:
    received = desks.receive(open_browser(DESK, "thu"))
    page = open_browser(size)

    page.goto(received.tracking)
    expect(page.get_by_role("main")).to_contain_text(received.code)
    watch.inspect(page, "tracking-dossier")
    page.goto("/tracking")
    watch.inspect(page, "tracking")
    _ask(page, received.code, "0000")
    refused = page.get_by_role("main").inner_text()
    watch.inspect(page, "tracking-refused")
    _ask(page, "H99.26-990101-9999", "3478")
    unknown = page.get_by_role("main").inner_text()
    _ask(page, received.code, desks.PHONE_NUMBER[-4:])

    expect(page.get_by_role("main")).to_contain_text(received.code)
    assert refused.replace(received.code, "") == unknown.replace("H99.26-990101-9999", "")


def _ask(page, code: str, digits: str) -> None:  # type: ignore[no-untyped-def]
    page.goto("/tracking")
    page.get_by_label("Mã hồ sơ").fill(code)
    page.get_by_label("4 số cuối").fill(digits)
    page.get_by_role("main").get_by_role("button", name="Xem hồ sơ").click()
