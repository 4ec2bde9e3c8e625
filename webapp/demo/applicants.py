"""Invented applicants. Names, numbers and addresses belong to nobody."""

from dataclasses import dataclass
from random import Random

_FAMILY = [
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Huỳnh",
    "Hoàng",
    "Phan",
    "Vũ",
    "Võ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Ngô",
    "Dương",
    "Lý",
]
_WOMEN = [
    "Thị Hoa",
    "Thị Lan",
    "Ngọc Ánh",
    "Thị Thanh Huyền",
    "Minh Châu",
    "Thị Mỹ Duyên",
    "Thu Hà",
    "Thị Kim Oanh",
    "Bích Ngọc",
    "Thị Hồng Nhung",
    "Diệu Linh",
    "Thị Thu Trang",
    "Phương Thảo",
    "Thị Cúc",
    "Khánh Vy",
]
_MEN = [
    "Văn Hùng",
    "Quốc Bảo",
    "Đức Thắng",
    "Văn Tâm",
    "Minh Khôi",
    "Hữu Phước",
    "Văn Lộc",
    "Thanh Tùng",
    "Gia Huy",
    "Công Danh",
    "Văn Sơn",
    "Hoàng Nam",
    "Trọng Nghĩa",
    "Văn Bình",
    "Nhật Minh",
]
STREETS = [
    "Trần Phú",
    "Lê Lợi",
    "Nguyễn Trãi",
    "Hoàng Diệu",
    "Phan Chu Trinh",
    "Lý Thường Kiệt",
    "Hai Bà Trưng",
    "Điện Biên Phủ",
    "Nguyễn Du",
    "Bạch Đằng",
    "Quang Trung",
    "Ngô Quyền",
]


@dataclass(frozen=True, slots=True)
class Applicant:
    name: str
    phone: str
    identity: str
    address: str
    email: str


def invent(random: Random) -> Applicant:
    """Return a person who does not exist: the phone numbers begin with the unused 0900 000."""
    return Applicant(
        name=invent_name(random),
        phone=f"0900000{random.randrange(1000):03d}",
        identity=f"0000{random.randrange(10**8):08d}",
        address=invent_address(random),
        email="",
    )


def invent_name(random: Random) -> str:
    return f"{random.choice(_FAMILY)} {random.choice(random.choice((_WOMEN, _MEN)))}"


def invent_address(random: Random) -> str:
    return f"{random.randrange(2, 290)} đường {random.choice(STREETS)}, phường An Hòa"
