"""A leader enters an absence, gives the work that came free to somebody, and ends the absence."""

from playwright.sync_api import Page, expect

from tests.browser import desks
from tests.browser.conftest import DESK, Open
from tests.browser.watching import Watch

AWAY, RECEIVER = "Hoàng Ngọc Diệp", "Đỗ Anh Khoa"


def test_a_leader_reassigns_tasks_during_an_absence(open_browser: Open, watch: Watch) -> None:
    received = desks.receive(open_browser(DESK, "thu"))
    desks.open_task(open_browser(DESK, "diep"), received.code)
    leader = open_browser(DESK, "dinh")

    leader.goto("/team")
    leader.get_by_role("link", name="Lịch vắng mặt").first.click()
    leader.get_by_label("Người vắng mặt").select_option(label=AWAY)
    leader.get_by_label("Lý do").fill("Tập huấn")
    leader.get_by_role("button", name="Ghi", exact=True).click()
    row = leader.get_by_role("row").filter(has_text=AWAY)
    expect(row).to_contain_text("đang vắng")
    watch.inspect_everywhere(leader, "absences")
    leader.goto("/team")
    expect(row).to_contain_text("chưa có người thay thế")
    watch.inspect_everywhere(leader, "team")
    leader.goto("/team/desks/tu-phap-ho-tich")
    _give(leader, watch, received.code)
    expect(leader.locator(".mc-note--done")).to_be_visible()

    officer = open_browser(DESK, "khoa")
    officer.goto(f"/inbox?q={received.code}")
    expect(officer.get_by_role("link", name=received.code, exact=True)).to_be_visible()
    officer.goto("/notices")
    expect(officer.get_by_role("main")).to_contain_text(received.code)
    watch.inspect_everywhere(officer, "notices")

    leader.goto("/absences")
    row.get_by_role("button").click()
    expect(row).to_have_count(0)


def _give(leader: Page, watch: Watch, code: str) -> None:
    line = leader.get_by_role("row").filter(has_text=code)
    expect(line).to_be_visible()
    watch.inspect_everywhere(leader, "team-desk")
    line.get_by_role("checkbox").check()
    select = leader.locator('select[name="to"]')
    select.select_option(select.locator("option", has_text=RECEIVER).get_attribute("value"))
    leader.get_by_role("button", name="Giao việc").click()
