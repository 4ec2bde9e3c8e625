"""Issue by issue of one house: received, asked about, answered on a phone, granted, explained."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser import desks
from tests.browser.answering import Answer, answer
from tests.browser.conftest import DESK, PHONE, Open
from tests.browser.watching import Watch

PERMIT = "giay_phep_xay_dung"
APOLOGISE = "Apologise and extend"
HOUSE: dict[str, Answer] = {
    "dia_diem_xay_dung": "27 đường Lê Lợi, phường An Hòa",
    "thua_dat_so": "128",
    "to_ban_do_so": "12",
    "dien_tich_dat": "120",
    "giay_to_dat": "gcn",
    "cap_cong_trinh": "cap_3",
    "dien_tich_xay_dung": "80",
    "tong_dien_tich_san": "160",
    "so_tang": "2",
    "chieu_cao": "8",
    "don_vi_thiet_ke": "Công ty tư vấn thiết kế An Hòa",
}
INCOMPLETE: dict[str, Answer] = {
    "phu_hop_quy_hoach": "co",
    "giay_to_dat_hop_le": "co",
    "ban_ve_da_kiem_tra": ["mat_bang", "cac_tang"],
    "mat_do_xay_dung": "66",
    "ket_luan_tham_dinh": "bo_sung",
    "ly_do_bo_sung": "ban_ve_chua_dat",
    "noi_dung_bo_sung": "Nộp lại bản vẽ móng có chữ ký của người thiết kế.",
    "can_cu_bo_sung": "Nghị định 217/2026/NĐ-CP, điều 60",
}
CAME: dict[str, Answer] = {
    "cach_nop_bo_sung": "truc_tuyen",
    "ngay_nhan_bo_sung": "22/11/2026",
    "giay_to_da_bo_sung": "Bản vẽ móng, 01 bản",
    "bo_sung_du": True,
}
SOUND: dict[str, Answer] = {
    "phu_hop_quy_hoach": "co",
    "giay_to_dat_hop_le": "co",
    "ban_ve_da_kiem_tra": ["mat_bang", "cac_tang", "mat_dung_cat", "mong", "dau_noi"],
    "mat_do_xay_dung": "66",
    "ket_luan_tham_dinh": "dat",
    "can_thuc_dia": "co",
    "linh_vuc_hoi": ["quy_hoach"],
    "noi_dung_hoi": "Đề nghị cho ý kiến về chỉ giới đường đỏ.",
}
LATER: tuple[tuple[str, dict[str, Answer]], ...] = (
    (
        "hanh",
        {
            "ngay_kiem_tra": "22/11/2026",
            "thanh_phan_kiem_tra": "Trần Thị Hạnh, chủ nhà",
            "hien_trang_dat": "dat_trong",
            "dung_vi_tri": "dung",
            "lien_ke_an_toan": "khong_co",
            "ket_luan_thuc_dia": "phu_hop",
        },
    ),
    ("quan", {"co_quan_tra_loi": "Phòng Quản lý đô thị", "y_kien": "dong_y"}),
    (
        "hanh",
        {
            "de_xuat": "cap_phep",
            "tong_hop": "Hồ sơ đủ điều kiện cấp phép.",
            "mau_giay_phep": "mau_03",
            "dien_tich_cap_phep": "80",
            "chieu_cao_cap_phep": "8",
            "cot_nen": "0,45",
            "hieu_luc_khoi_cong": "12",
        },
    ),
    (
        "dinh",
        {
            "quyet_dinh_ky": "ky",
            "chuc_danh_ky": "chu_tich",
            "hinh_thuc_ky": "ky_giay",
            "ngay_ky": "22/11/2026",
        },
    ),
)


def test_a_permit_is_asked_about_answered_on_a_phone_and_granted(
    open_browser: Open, watch: Watch, tmp_path: Path
) -> None:
    scan = tmp_path / "ban-ve-mong.pdf"
    scan.write_bytes(b"%PDF-1.4\n%%EOF\n")
    clerk, officer = open_browser(DESK, "thu"), open_browser(DESK, "hanh")
    received = _receive(clerk)
    _work(officer, received.code, INCOMPLETE)

    citizen = open_browser(PHONE, language="en")
    _answer_from_the_phone(citizen, watch, received.tracking, scan)

    desks.open_task(clerk, received.code)
    expect(clerk.get_by_role("main")).to_contain_text("Bản vẽ móng đã có chữ ký.")
    expect(clerk.get_by_role("link", name=scan.name).first).to_be_visible()
    watch.inspect_everywhere(clerk, "task-supplied")
    _complete(clerk, CAME)
    _work(officer, received.code, SOUND)
    for username, answers in LATER:
        page = officer if username == "hanh" else open_browser(DESK, username)
        _work(page, received.code, answers)

    citizen.goto(f"{received.tracking}/clock")
    expect(citizen.get_by_role("main")).to_contain_text("waiting for a supplement")
    expect(citizen.get_by_role("main")).to_contain_text("Promised")
    watch.inspect_everywhere(citizen, "tracking-clock")
    clerk.goto(f"{received.page}/clock")
    expect(clerk.get_by_role("main")).to_contain_text("Nghị định")
    watch.inspect_everywhere(clerk, "clock")
    expect(clerk.get_by_role("main")).to_contain_text("Hẹn trả")
    clerk.goto(received.page)
    watch.inspect_everywhere(clerk, "dossier-granted")


def test_a_leader_apologises_for_a_late_permit_and_the_slip_is_printed(
    open_browser: Open, watch: Watch, late_permit: str
) -> None:
    leader = open_browser(DESK, "dinh", language="en")

    leader.goto(f"/dossiers?q={late_permit}")
    expect(leader.get_by_role("row").filter(has_text=late_permit)).to_contain_text("days late")
    leader.get_by_role("link", name=late_permit, exact=True).click()
    dossier = leader.url
    expect(leader.locator(".mc-ident")).to_contain_text("days late")
    watch.inspect_everywhere(leader, "dossier-late")
    leader.get_by_role("link", name=APOLOGISE).click()
    watch.inspect_everywhere(leader, "action-extension")
    leader.get_by_role("button", name=APOLOGISE).click()
    watch.inspect(leader, "action-with-errors")
    leader.locator('input[name="reason"]').first.check()
    leader.get_by_label("Day/month/year").fill("31/12/2027")
    leader.get_by_label("Explanation in plain words").fill("Chờ kết quả đo đạc.")
    leader.get_by_role("button", name=APOLOGISE).click()
    leader.get_by_role("button", name="Apology and new date").click()
    watch.inspect_everywhere(leader, "dossier-extended")
    paper = leader.request.get(
        str(leader.get_by_role("link", name="Apology and new date").get_attribute("href"))
    )
    leader.goto(f"{dossier}/clock")
    expect(leader.get_by_role("main")).to_contain_text("17:00 Fri 31/12")
    watch.inspect_everywhere(leader, "clock-extended")

    assert paper.headers["content-type"] == "application/pdf"
    assert paper.body().startswith(b"%PDF-")


def _answer_from_the_phone(citizen: Page, watch: Watch, address: str, scan: Path) -> None:
    citizen.goto(address)
    expect(citizen.get_by_role("heading", level=1)).to_contain_text("waits for papers from you")
    watch.inspect_everywhere(citizen, "tracking-asked")
    citizen.locator("#files").set_input_files(scan)
    citizen.locator("#text").fill("Bản vẽ móng đã có chữ ký.")
    citizen.locator("#phone").fill("0000")
    citizen.get_by_role("button", name="Send to the ward").click()
    expect(citizen.locator(".govuk-error-summary")).to_contain_text("last four digits")
    watch.inspect(citizen, "tracking-wrong-phone")
    citizen.locator("#files").set_input_files(scan)
    citizen.locator("#phone").fill(desks.PHONE_NUMBER[-4:])
    citizen.get_by_role("button", name="Send to the ward").click()
    expect(citizen.get_by_role("main")).to_contain_text("The ward has what you sent.")
    watch.inspect_everywhere(citizen, "tracking-answered")


def _receive(page: Page) -> desks.Received:
    page.goto(f"/counter/{PERMIT}")
    for paper in page.locator('input[name^="paper-"][type="radio"][value="complete"]').all():
        paper.check()
    answer(page, desks.APPLICANT)
    answer(page, HOUSE)
    desks.press(page, "check")
    desks.press(page, "start")
    return desks.read_receipt(page)


def _work(page: Page, code: str, answers: dict[str, Answer]) -> None:
    desks.open_task(page, code)
    _complete(page, answers)


def _complete(page: Page, answers: dict[str, Answer]) -> None:
    answer(page, answers)
    desks.press(page, "check")
    page.get_by_role("button", name="Hoàn thành việc", exact=True).click()
    expect(page.locator(".mc-note--done")).to_be_visible()
