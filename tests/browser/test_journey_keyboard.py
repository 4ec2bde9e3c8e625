"""Without a mouse: a task is found, claimed, filled in, saved and completed by keys alone."""

from playwright.sync_api import Page, expect

from tests.browser import desks
from tests.browser.answering import BUSY, Answer
from tests.browser.conftest import DESK, Open
from tests.browser.watching import Watch

STOPS = 80  # more Tabs than the page has controls
FOCUSED = """(one => [one.name || "", one.type || "", one.value || ""])(document.activeElement)"""


def test_the_keyboard_alone_claims_and_completes_a_task(open_browser: Open) -> None:
    received = desks.receive(open_browser(DESK, "thu"))
    page = open_browser(DESK, "khoa")
    keys = page.keyboard

    page.goto("/dossiers")
    _listen(page)
    keys.press("g")
    keys.press("i")
    page.wait_for_url("**/inbox")
    _listen(page)
    keys.press("2")
    page.wait_for_url("**scope=unclaimed")
    _find(page, received.code)
    keys.press("j")
    keys.press("c")
    expect(page.locator(".mc-note--done")).to_contain_text(received.code)
    _listen(page)
    keys.press("1")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Việc của tôi")
    _listen(page)
    _find(page, received.code)
    keys.press("j")
    keys.press("x")
    expect(page.locator('input[name="tasks"]').first).to_be_checked()
    keys.press("Enter")
    _fill_in(page)
    keys.press("Control+s")
    expect(page.get_by_text("Đã lưu nháp")).to_be_visible()
    _listen(page)
    keys.press("Control+Enter")
    expect(page.get_by_role("heading", name="Kiểm tra lại")).to_be_visible()
    _listen(page)
    keys.press("Control+Enter")

    expect(page.locator(".mc-note--done")).to_be_visible()
    page.goto(received.page)
    expect(page.get_by_role("main")).to_contain_text("Ký bản sao")


def test_after_a_claim_the_keys_go_on_where_they_were(open_browser: Open) -> None:
    page = open_browser(DESK, "hieu")
    page.goto("/inbox?scope=unclaimed")
    _listen(page)
    codes = page.locator("main tbody a.mc-code").all_inner_texts()

    for key in "jjc":
        page.keyboard.press(key)
    expect(page.locator(".mc-flash")).to_be_focused()
    _listen(page)
    page.keyboard.press("j")

    expect(page.get_by_role("link", name=codes[2], exact=True)).to_be_focused()


def test_the_question_mark_shows_the_keys_but_never_while_somebody_types(
    open_browser: Open, watch: Watch
) -> None:
    page = open_browser(DESK, "khoa")
    page.goto("/inbox")

    page.keyboard.press("/")
    page.keyboard.type("?j1gd")
    expect(page.locator("#q")).to_have_value("?j1gd")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Dòng tiếp theo")
    watch.inspect(page, "keyboard-dialog")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)

    page.goto("/keyboard")
    watch.inspect_everywhere(page, "keyboard")
    page.get_by_role("button", name="Tắt phím chữ đơn").press("Enter")
    page.goto("/inbox")
    page.keyboard.press("2")
    page.keyboard.press("?")
    page.keyboard.press("Tab")

    expect(page.get_by_role("dialog")).to_have_count(0)
    assert page.url.endswith("/inbox")


def _find(page: Page, code: str) -> None:
    page.keyboard.press("/")
    page.keyboard.type(code)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("main tbody a.mc-code")).to_have_count(1)
    _listen(page)


def _listen(page: Page) -> None:
    """Wait until the page hears keys: words are there before its scripts are."""
    expect(page.locator("html[data-ready]")).to_have_count(1)


def _fill_in(page: Page) -> None:
    """Walk the form with Tab; answer each field where it is met."""
    expect(page.locator("#fields")).to_be_visible()
    _listen(page)
    wanted: dict[str, Answer] = dict(desks.FOUND)
    for _ in range(STOPS):
        page.keyboard.press("Tab")
        name, kind, value = page.evaluate(FOCUSED)
        if name in wanted and _answer(page, wanted[name], kind, value):
            del wanted[name]
        if not wanted:
            return
    raise AssertionError(f"Tab never came to {sorted(wanted)}")


def _answer(page: Page, wanted: Answer, kind: str, value: str) -> bool:
    """Answer the field that has the focus; tell whether nothing of it is left to answer."""
    if isinstance(wanted, list):  # boxes of one list: one Tab each
        if value in wanted:
            page.keyboard.press("Space")
            _settle(page)
        return value == wanted[-1]
    if kind == "radio":
        page.keyboard.press("Space")
        _settle(page)
        while page.evaluate(FOCUSED)[2] != wanted:
            page.keyboard.press("ArrowDown")
            _settle(page)
    elif kind == "checkbox":
        page.keyboard.press("Space")
        _settle(page)
    else:
        page.keyboard.type(str(wanted))
    return True


def _settle(page: Page) -> None:
    page.wait_for_load_state("networkidle")
    expect(page.locator(BUSY)).to_have_count(0)
