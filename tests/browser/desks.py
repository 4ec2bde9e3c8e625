"""What people at the desks do, told once: receive a dossier, take a task, work it."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from tests.browser.answering import answer

EXTRACT = "trich_luc_ho_tich"
LOOKS = 40  # at the inbox, each a page load
PHONE_NUMBER = "0905 123478"
REQUEST = {
    "loai_ban_sao": "trich_luc_khai_sinh",
    "so_ban": "2",
    "muc_dich": "Nhập học",
    "ho_ten_nguoi_dang_ky": "Nguyễn Gia Bảo",
    "ngay_sinh_nguoi_dang_ky": "05/09/2019",
    "noi_dang_ky": "UBND phường An Hòa",
    "quan_he": "cha_me",
}
FOUND = {
    "nguon_tra_cuu": ["csdl_ho_tich", "so_goc"],
    "ket_luan_tra_cuu": "du",
    "so_dang_ky": "128/2019",
    "ngay_dang_ky": "12/09/2019",
    "du_lieu_khop": True,
}
APPLICANT = {
    "applicant-name": "Nguyễn Thị Thanh Thảo",
    "applicant-phone": PHONE_NUMBER,
    "applicant-identity": "048190001234",
    "applicant-address": "27 đường Lê Lợi, phường An Hòa",
}


@dataclass(frozen=True)
class Received:
    """A dossier as the counter hands it out."""

    code: str
    page: str  # address of the dossier's page
    tracking: str  # address in the QR code


def receive(page: Page) -> Received:
    """Start a dossier for a civil-status extract at the counter and read its receipt."""
    page.goto(f"/counter/{EXTRACT}")
    fill_intake(page)
    press(page, "check")
    press(page, "start")
    return read_receipt(page)


def fill_intake(page: Page) -> None:
    """Tick the papers, enter the applicant, fill in the start form."""
    for paper in page.locator('input[name^="paper-"][type="radio"][value="complete"]').all():
        paper.check()
    answer(page, APPLICANT)
    answer(page, REQUEST)


def read_receipt(page: Page) -> Received:
    """Open the receipt of the dossier that is open; return what it and the dossier say."""
    dossier = page.url
    tracking = page.locator('main a[href^="/t/"]').get_attribute("href")
    page.goto(f"{dossier}/receipt")
    code = page.locator(".slip-code").inner_text()
    site = urlsplit(dossier)
    return Received(code, dossier, f"{site.scheme}://{site.netloc}{tracking}")


def open_task(page: Page, code: str) -> None:
    """Find the task of a dossier among those nobody has taken, take it and open it.

    Another system may have to answer first: the inbox is looked at until the task is there.
    """
    task = page.get_by_role("link", name=code, exact=True)
    for _look in range(LOOKS):
        page.goto(f"/inbox?scope=unclaimed&q={code}")
        if task.count():
            break
    task.first.click()
    page.get_by_role("main").get_by_role("button", name="Nhận việc").click()
    expect(page.locator("#fields")).to_be_visible()


def press(page: Page, action: str) -> None:
    """Press the visible button of the form that does ``action``."""
    page.locator(f'button[name="action"][value="{action}"]:not([aria-hidden])').first.click()
