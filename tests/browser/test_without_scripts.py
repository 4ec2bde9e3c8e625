"""Journeys 3 and 4 in a browser that runs no scripts."""

from playwright.sync_api import expect

from tests.browser import desks
from tests.browser.answering import answer
from tests.browser.conftest import DESK, Open


def test_without_scripts_an_officer_works_a_task(open_browser: Open, size: dict[str, int]) -> None:
    received = desks.receive(open_browser(DESK, "thu"))
    page = open_browser(size, "khoa", scripts=False)

    desks.open_task(page, received.code)
    answer(page, {"nguon_tra_cuu": ["so_goc"], "ket_luan_tra_cuu": "du"}, scripts=False)
    desks.press(page, "check")
    expect(page.get_by_role("main")).to_contain_text("Có chỗ cần sửa")
    answer(page, desks.FOUND, scripts=False)
    desks.press(page, "check")
    page.get_by_role("button", name="Hoàn thành việc", exact=True).click()

    leader = open_browser(size, "dinh", scripts=False)
    leader.goto(f"/inbox?scope=unclaimed&q={received.code}")
    expect(leader.get_by_role("row").filter(has_text=received.code)).to_contain_text("Ký bản sao")


def test_without_scripts_a_citizen_follows_a_dossier(
    open_browser: Open, size: dict[str, int]
) -> None:
    received = desks.receive(open_browser(DESK, "thu"))
    page = open_browser(size, scripts=False)

    page.goto("/tracking")
    page.get_by_label("Mã hồ sơ").fill(received.code)
    page.get_by_label("4 số cuối").fill(desks.PHONE_NUMBER[-4:])
    page.get_by_role("main").get_by_role("button", name="Xem hồ sơ").click()

    expect(page.get_by_role("main")).to_contain_text(received.code)
