"""A clerk keeps a filter under a name, begins the day with it, and throws it away."""

from playwright.sync_api import expect

from tests.browser.conftest import DESK, Open
from tests.browser.watching import Watch

NAME = "Thủ tục của tôi"


def test_a_filter_is_kept_under_a_name_and_the_inbox_begins_with_it(
    open_browser: Open, watch: Watch
) -> None:
    page = open_browser(DESK, "ngan")
    views = page.get_by_role("navigation", name="Bộ lọc đã lưu")

    page.goto("/inbox?scope=unit&sort=code")
    procedure = page.get_by_label("Thủ tục")
    chosen = procedure.select_option(index=1)
    page.get_by_role("button", name="Lọc", exact=True).click()
    page.get_by_text("Lưu bộ lọc này").click()
    page.get_by_label("Tên bộ lọc").fill(NAME)
    page.get_by_role("button", name="Lưu bộ lọc").click()
    expect(views.get_by_role("link", name=NAME)).to_have_attribute("aria-current", "true")
    watch.inspect_everywhere(page, "inbox-view")
    page.get_by_role("button", name="Mở sẵn bộ lọc này").click()
    page.goto("/dossiers")
    page.get_by_role("link", name="Việc của tôi").first.click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Việc của đơn vị")
    expect(procedure).to_have_value(chosen[0])
    expect(views.get_by_role("link", name=NAME)).to_contain_text("mở sẵn")
    watch.inspect_everywhere(page, "inbox-view-first")

    page.get_by_role("button", name="Xóa bộ lọc").click()
    page.goto("/inbox")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Việc của tôi")
    expect(views).to_have_count(0)
