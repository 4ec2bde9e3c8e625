"""Journey 3: an officer takes a task from the inbox, works it, and the dossier moves on."""

from pathlib import Path

from playwright.sync_api import Route, expect

from tests.browser import desks
from tests.browser.answering import answer
from tests.browser.conftest import DESK, Open
from tests.browser.watching import Watch


def test_an_officer_completes_a_task_and_the_next_desk_has_it(
    open_browser: Open, watch: Watch, size: dict[str, int], tmp_path: Path
) -> None:
    received = desks.receive(open_browser(DESK, "thu"))
    page = open_browser(size, "khoa")
    scan = tmp_path / "trich-luc.pdf"
    scan.write_bytes(b"%PDF-1.4\n%%EOF\n")

    page.goto("/inbox")
    watch.inspect(page, "inbox")
    page.goto("/inbox?scope=unclaimed")
    watch.inspect(page, "inbox-unclaimed")
    page.get_by_label("Mã hồ sơ, người nộp").fill("thanh thao")
    page.get_by_role("button", name="Lọc", exact=True).click()
    row = page.get_by_role("row").filter(has_text=received.code)
    expect(row).to_contain_text("Nguyễn Thị Thanh Thảo")
    watch.inspect(page, "inbox-filtered")
    row.get_by_role("button", name="Nhận việc").click()
    page.goto(f"/inbox?q={received.code}")
    page.get_by_role("link", name=received.code, exact=True).click()
    watch.inspect(page, "task")

    desks.press(page, "check")
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    watch.inspect(page, "task-with-errors")
    answer(page, {"ket_luan_tra_cuu": "bo_sung"})
    expect(page.locator('[name="noi_dung_bo_sung"]')).to_be_visible()
    answer(page, desks.FOUND)
    expect(page.locator('[name="noi_dung_bo_sung"]')).to_have_count(0)
    answer(page, {"file-du_thao": scan})
    page.get_by_role("button", name="Đính kèm").first.click()
    expect(page.get_by_role("link", name="trich-luc.pdf").first).to_be_visible()
    desks.press(page, "save")
    expect(page.get_by_text("Đã lưu nháp")).to_be_visible()
    expect(page.locator('[name="so_dang_ky"]')).to_have_value(desks.FOUND["so_dang_ky"])
    desks.press(page, "check")
    expect(page.get_by_role("heading", name="Kiểm tra lại")).to_be_visible()
    watch.inspect(page, "task-check")
    page.get_by_role("button", name="Hoàn thành việc", exact=True).click()
    watch.inspect(page, "task-done")

    leader = open_browser(size, "dinh")
    leader.goto(f"/inbox?scope=unclaimed&q={received.code}")
    expect(leader.get_by_role("row").filter(has_text=received.code)).to_contain_text("Ký bản sao")


def test_of_two_people_completing_one_task_the_second_is_told_who_was_first(
    open_browser: Open, watch: Watch, size: dict[str, int]
) -> None:
    received = desks.receive(open_browser(DESK, "thu"))
    first, second = open_browser(size, "khoa"), open_browser(size, "khoa")
    desks.open_task(first, received.code)
    second.goto(first.url)
    answer(first, desks.FOUND)
    desks.press(first, "check")
    answer(second, {**desks.FOUND, "so_dang_ky": "999/2019"})

    first.get_by_role("button", name="Hoàn thành việc", exact=True).click()
    desks.press(second, "check")

    expect(second.get_by_text("Đỗ Anh Khoa").first).to_be_visible()
    expect(second.get_by_text("999/2019")).to_be_visible()
    watch.inspect(second, "task-conflict")


def test_what_is_typed_outlives_the_session(open_browser: Open, watch: Watch) -> None:
    received = desks.receive(open_browser(DESK, "thu"))
    page = open_browser(DESK, "khoa")
    page.clock.install()
    desks.open_task(page, received.code)
    answer(page, {"ket_luan_tra_cuu": "du"})
    page.locator('[name="so_dang_ky"]').fill("128/2019")
    lost = page.get_by_role("alert")

    page.context.clear_cookies(name="motcua_session")
    page.locator('[name="du_lieu_khop"]').check()
    expect(lost).to_contain_text("Bạn đã bị đăng xuất")
    watch.complaints.clear()  # the browser's own, about the refusal
    watch.inspect(page, "signed-out")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Đăng nhập ở thẻ mới").click()
    opened.value.locator('button[name="username"][value="khoa"]').click()
    page.bring_to_front()
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(lost).to_be_hidden()
    page.clock.fast_forward("16:00")
    desks.press(page, "save")

    expect(page.get_by_text("Đã lưu nháp")).to_be_visible()
    expect(page.locator('[name="so_dang_ky"]')).to_have_value("128/2019")


def test_what_is_typed_while_the_fields_are_drawn_anew_is_kept(open_browser: Open) -> None:
    received = desks.receive(open_browser(DESK, "thu"))
    page = open_browser(DESK, "khoa")
    desks.open_task(page, received.code)
    answer(page, {"ket_luan_tra_cuu": "du"})
    expect(page.locator('[name="ghi_chu_du_lieu"]')).to_be_visible()
    held: list[Route] = []
    page.route("**/user-tasks/*", lambda route: held.append(route))

    with page.expect_request("**/user-tasks/*"):
        page.locator('[name="du_lieu_khop"]').check()
    page.locator('[name="so_dang_ky"]').fill("128/20")
    held[0].continue_()

    expect(page.locator('[name="ghi_chu_du_lieu"]')).to_have_count(0)
    expect(page.locator('[name="so_dang_ky"]')).to_have_value("128/20")
