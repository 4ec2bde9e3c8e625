"""Journey 1: an analyst uploads a procedure, sees what is wrong, publishes the next version."""

import base64
import io
import re
import zipfile
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.watching import DRAWN, Watch

FOLDER = Path(__file__).parents[2] / "procedures_bpmn" / "giay-phep-xay-dung"
MODEL = "giay-phep-xay-dung.bpmn"


def test_an_analyst_publishes_the_next_version(
    open_browser: Open, watch: Watch, size: dict[str, int]
) -> None:
    page = open_browser(size)
    remark = f"seen at {size['width']} pixels"

    page.goto("/")
    watch.inspect(page, "sign-in")
    page.get_by_label("Tài khoản công vụ").fill("binh")
    page.get_by_label("Mật khẩu").fill("motcua-demo")
    page.get_by_role("button", name="Đăng nhập").click()
    page.goto("/procedures")
    watch.inspect(page, "procedures")

    page.get_by_role("link", name="Tải thủ tục lên").click()
    watch.inspect(page, "upload")
    _upload(page, _archive(remark, spoil=True))
    expect(page.get_by_role("heading", level=3).first).to_contain_text("Lỗi 1")
    expect(page.locator(DRAWN)).to_be_visible()
    watch.inspect(page, "upload-with-errors")
    page.locator(".mc-findings [data-focus]").first.click()
    expect(page.locator(".djs-element.is-focus")).to_have_count(1)

    page.goto("/procedures/upload")
    _upload(page, _archive(remark))
    expect(page.locator(DRAWN)).to_be_visible()
    watch.inspect(page, "draft")
    title = page.get_by_role("button", name=re.compile("Công bố phiên bản")).inner_text()
    number = int(title.split()[-1])
    page.get_by_label("Phiên bản này khác gì?").fill(f"Bản kiểm tra: {remark}")
    page.get_by_role("button", name=re.compile("Công bố phiên bản")).click()
    watch.inspect(page, "procedure")
    page.get_by_role("link", name=f"Phiên bản {number}", exact=True).click()
    expect(page.locator(DRAWN)).to_be_visible()
    watch.inspect(page, "version")

    with page.expect_download() as download:
        page.get_by_role("link", name=MODEL).click()
    assert number > 1
    assert Path(download.value.path()).read_bytes() == _model(remark)


_DROPPED = """content => {
  const data = new DataTransfer();
  const bytes = Uint8Array.from(atob(content), one => one.charCodeAt(0));
  data.items.add(new File([bytes], "thu-tuc.zip"));
  return data;
}"""


def _upload(page: Page, archive: bytes) -> None:
    expect(page.locator("html[data-ready]")).to_be_attached()
    expect(page.get_by_text("Chưa chọn tệp")).to_be_visible()
    dropped = page.evaluate_handle(_DROPPED, base64.b64encode(archive).decode())
    page.dispatch_event("[data-drop]", "drop", {"dataTransfer": dropped})
    expect(page.get_by_text("thu-tuc.zip")).to_be_visible()
    page.get_by_role("button", name="Tải lên và kiểm tra").click()


def _archive(remark: str, *, spoil: bool = False) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(FOLDER.iterdir()):
            content = _model(remark) if path.name == MODEL else path.read_bytes()
            if spoil and path.name == MODEL:
                content = re.sub(
                    rb">\s*= [^<]+</bpmn:conditionExpression>",
                    b">= ( and</bpmn:conditionExpression>",
                    content,
                    count=1,
                )
            archive.writestr(path.name, content)
    return packed.getvalue()


def _model(remark: str) -> bytes:
    """Return the shipped model with a remark, so that it differs from every published version."""
    return (FOLDER / MODEL).read_bytes() + f"<!-- {remark} -->\n".encode()
