"""Journey 5: an administrator sees where the time goes, every dossier, and who may do what."""

from playwright.sync_api import expect

from tests.browser.conftest import Open
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
