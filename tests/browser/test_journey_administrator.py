"""Journey 5: an administrator sees where the time goes, every dossier, and who may do what."""

from playwright.sync_api import expect

from tests.browser.conftest import DESK, Open
from tests.browser.watching import DRAWN, Watch


def test_an_administrator_finds_the_slow_element_and_the_dossiers_behind_it(
    open_browser: Open, watch: Watch, size: dict[str, int]
) -> None:
    page = open_browser(size, "lan")

    page.goto("/")
    page.goto("/timings")
    watch.inspect(page, "timings")
    page.goto("/timings/giay_phep_xay_dung")
    if size["width"] > 640:
        expect(page.locator(DRAWN)).to_be_visible()
        expect(page.locator(".djs-element[class*='hm-']").first).to_be_visible()
    watch.inspect(page, "timings-procedure")
    page.goto("/dossiers")
    watch.inspect(page, "dossiers")
    page.get_by_role("main").get_by_role("row").get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    watch.inspect(page, "dossier")
    page.goto("/people")
    watch.inspect(page, "people")
    page.get_by_role("link", name="Trần Thị Hạnh").click()
    watch.inspect(page, "person")
    page.goto("/people/new")
    watch.inspect(page, "person-new")
    page.goto("/groups")
    watch.inspect(page, "groups")


def test_a_number_of_a_report_leads_to_its_dossiers(open_browser: Open, watch: Watch) -> None:
    page = open_browser(DESK, "lan")

    page.goto("/reports")
    watch.inspect_everywhere(page, "reports")
    page.get_by_role("button", name="Xem báo cáo").click()
    watch.inspect_everywhere(page, "report")
    total = page.locator("a.mc-sum").first
    counted = int(total.inner_text())
    total.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"{counted} hồ sơ")
    watch.inspect_everywhere(page, "report-dossiers")
    code = page.locator("tbody a.mc-code").first.inner_text()
    page.get_by_role("link", name=code, exact=True).click()

    expect(page.get_by_role("main")).to_contain_text(code)
    assert counted > 0
