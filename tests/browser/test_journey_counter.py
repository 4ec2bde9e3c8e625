"""Journey 2: the counter receives a dossier and prints its receipt."""

import re

import segno
from playwright.sync_api import expect

from tests.browser import desks
from tests.browser.conftest import Open
from tests.browser.watching import Watch


def test_the_counter_receives_a_dossier_and_prints_its_receipt(
    open_browser: Open, watch: Watch, size: dict[str, int]
) -> None:
    page = open_browser(size, "thu")

    page.goto("/counter")
    watch.inspect(page, "counter")
    page.get_by_role("link", name=re.compile("^Cấp bản sao trích lục hộ tịch")).click()
    watch.inspect(page, "intake")
    desks.press(page, "check")
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    watch.inspect(page, "intake-with-errors")
    desks.fill_intake(page)
    desks.press(page, "check")
    watch.inspect(page, "intake-check")
    desks.press(page, "start")
    watch.inspect(page, "dossier-new")
    received = desks.read_receipt(page)
    watch.inspect(page, "receipt")

    assert re.fullmatch(r"H99\.26-\d{6}-\d{4}", received.code)
    square = segno.make(received.tracking, error="m").svg_data_uri(border=0)
    expect(page.get_by_role("img", name=received.code)).to_have_attribute("src", square)
    assert _paper_size(page.pdf(prefer_css_page_size=True)) == (420, 595)


def _paper_size(pdf: bytes) -> tuple[int, int]:
    """Return width and height of the pages in points; A5 is 420 by 595."""
    boxes = set(re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf))
    assert len(boxes) == 1
    width, height = (round(float(side)) for side in boxes.pop())
    return width, height
