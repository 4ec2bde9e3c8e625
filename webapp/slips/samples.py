"""What a preview of a template is filled with, when there is no dossier at hand."""

from typing import Any

from webapp.slips.purposes import Purpose

_QR = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">'
    '<path d="M0 0h4v4H0zM5 5h4v4H5z"/></svg>'
)
SAMPLE: dict[str, Any] = {
    "title": "Mẫu xem trước",
    "code": "H99.26-261120-0042",
    "qr": _QR,
    "parent": "Ủy ban nhân dân",
    "agency": "Phường An Hòa",
    "unit": "Bộ phận Một cửa",
    "place": "An Hòa",
    "date": "ngày 20 tháng 11 năm 2026",
    "symbol": "42/MẪU",
    "applicant": "Nguyễn Thị Minh Ánh",
    "address": "45 đường Lê Lợi, phường An Hòa",
    "phone": "0905 123 478",
    "email": "anh@example.vn",
    "procedure": "Cấp giấy phép xây dựng nhà ở riêng lẻ (1.013225)",
    "papers": [["1", "Đơn đề nghị theo mẫu", "Bản chính", "1"], ["2", "Bản vẽ", "Bản sao", "2"]],
    "points": [["1", "Bản vẽ mặt bằng móng", "Bổ sung chữ ký của chủ trì thiết kế"]],
    "steps": [
        ["1", "Thẩm định, Tổ xây dựng", "Trần Thị Hạnh", "08:10 20/11/2026", "16:20", "Đúng hạn"]
    ],
    "rows": [
        [
            "1",
            "H99.26-261120-0042",
            "Cấp giấy phép xây dựng nhà ở riêng lẻ",
            "Nguyễn Thị Minh Ánh, 45 đường Lê Lợi, 0905 123 478",
            "UBND phường An Hòa",
            "09:15 20/11/2026",
            "09:15 02/12/2026",
            "–",
            "Tại Bộ phận Một cửa",
            "Đang xử lý",
        ]
    ],
    "position": "Thủ trưởng cơ quan",
    "where": "Thẩm định hồ sơ (Tổ xây dựng)",
    "money": "chưa nộp",
    "amount": "75.000 đồng",
    "refunded": False,
    "paid": "09 giờ 20 phút, ngày 20 tháng 11 năm 2026",
    "voucher": "BL 0012",
    "limit": "7 ngày làm việc (Nghị định 217/2026/NĐ-CP)",
    "received": "09 giờ 15 phút, ngày 20 tháng 11 năm 2026",
    "due": "09 giờ 15 phút, ngày 02 tháng 12 năm 2026",
    "old_due": "09 giờ 15 phút, ngày 02 tháng 12 năm 2026",
    "new_due": "17 giờ 00 phút, ngày 07 tháng 12 năm 2026",
    "happened": "10 giờ 00 phút, ngày 20 tháng 11 năm 2026",
    "delivery": "Tại Bộ phận Một cửa",
    "fee": "75.000 đồng",
    "book": "11/2026",
    "serial": "42",
    "signer": "Lê Minh Thu",
    "giver": "Lê Minh Thu",
    "receiver": "Tổ xây dựng",
    "reason": "BS02 – Giấy tờ không hợp lệ hoặc không chính xác",
    "basis": "Khoản 1 Điều 8 Nghị định 309/2026/NĐ-CP",
    "explanation": "Bản vẽ chưa có chữ ký của chủ trì thiết kế.",
    "tracking": "motcua.example.vn/tracking",
    "phone_agency": "1900 0000",
    "note": "",
}
_HANDED = [
    [
        "1",
        "H99.26-261120-0042",
        "Cấp giấy phép xây dựng nhà ở riêng lẻ",
        "Nguyễn Thị Minh Ánh",
        "09:15 02/12/2026",
    ]
]


def sample_of(purpose: Purpose) -> dict[str, Any]:
    """Return what the preview of a purpose's template is filled with."""
    return {**SAMPLE, "rows": _HANDED} if purpose is Purpose.HANDOVER else SAMPLE
