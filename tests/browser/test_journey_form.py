"""An analyst changes a form in the editor; the counter asks for the new field."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.watching import Watch

PROCEDURE = "/procedures/xac_nhan_hon_nhan"


def test_a_field_added_in_the_form_editor_is_asked_at_the_counter(
    open_browser: Open, watch: Watch, size: dict[str, int]
) -> None:
    label = f"Ghi chú {size['width']}"
    page = open_browser(size, "binh")
    _open_start_form(page)
    if size["width"] > 900:
        _add_by_keyboard(page, label)
    else:
        expect(page.get_by_text("Cần màn hình rộng hơn")).to_be_visible()
        _add_as_text(page, label)

    expect(page.locator("#look").get_by_label(label)).to_be_visible()
    watch.inspect(page, "form-editor")
    page.get_by_role("button", name="Kiểm tra và lưu bản nháp").click()
    page.get_by_label("Phiên bản này khác gì?").fill(f"Thêm ô {label}")
    page.get_by_role("button", name=re.compile("Công bố phiên bản")).click()

    counter = open_browser(size, "thu")
    counter.goto(f"/counter/{PROCEDURE.rsplit('/', 1)[1]}")
    expect(counter.get_by_label(label)).to_be_visible()
    _choose_too_much(counter)


def _choose_too_much(page: Page) -> None:
    """Files that the server would not read are refused before they are sent, with what to do."""
    expect(page.locator("html[data-ready]")).to_be_attached()
    picker = page.locator(".mc-pick").first
    picker.evaluate(
        """one => {
          const data = new DataTransfer();
          data.items.add(new File([new Uint8Array(21 * 1024 * 1024)], "quet.pdf"));
          one.files = data.files;
          one.dispatchEvent(new Event("change", { bubbles: true }));
        }"""
    )
    expect(page.get_by_role("alert")).to_contain_text("20 MB")
    expect(picker).to_have_js_property("value", "")


def _open_start_form(page: Page) -> None:
    page.goto(PROCEDURE)
    page.get_by_role("link", name=re.compile("^Phiên bản ")).first.click()
    page.get_by_role("link", name="Sửa xnhn-don", exact=True).click()
    expect(page.locator("html[data-ready]")).to_have_count(1)


def _add_by_keyboard(page: Page, label: str) -> None:
    expect(page.locator("[data-form-editor][data-ready]")).to_be_visible()
    page.locator('.fjs-palette-field[data-field-type="textfield"]').focus()
    page.keyboard.press("Enter")
    panel = page.locator(".fjs-properties-panel")
    expect(panel).to_contain_text("Dành cho một cửa")
    panel.get_by_text("Chung", exact=True).click()
    panel.get_by_role("textbox", name="Nhãn", exact=True).fill(label)
    panel.get_by_text("Điều kiện", exact=True).click()
    expect(panel.get_by_text("Điều kiện để ẩn ô này")).to_be_visible()
    panel.get_by_text("Dành cho một cửa").click()
    panel.get_by_label("Loại câu trả lời").select_option(label="số điện thoại")
    expect(page.locator("#schema")).to_have_value(re.compile('"kind": "phone"'))


def _add_as_text(page: Page, label: str) -> None:
    text = page.get_by_label("Nội dung biểu mẫu (JSON)")
    field = f'{{"type": "textfield", "key": "o_{len(label)}_moi", "id": "M", "label": "{label}"}},'
    written = text.input_value().replace('"components": [', f'"components": [{field}', 1)
    text.fill(written)
    text.press("End")
