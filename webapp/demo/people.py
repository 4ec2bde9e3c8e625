"""The demo office: its groups and the people who play it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.actors import SYSTEM, Actor
from webapp.models import UserAccount, UserGroup
from webapp.operations import people

PASSWORD = "motcua-demo"  # noqa: S105  (known to everybody, demo mode only)

GROUPS = {
    "mot-cua": "Bộ phận một cửa",
    "tu-phap-ho-tich": "Tư pháp – hộ tịch",
    "xay-dung": "Tổ xây dựng",
    "kinh-te": "Đăng ký kinh doanh",
    "lanh-dao": "Lãnh đạo UBND phường",
    "van-thu": "Văn thư",
    "co-quan-gop-y": "Cơ quan góp ý",
    "van-hoa-xa-hoi": "Văn hóa – xã hội",
    "hoi-dong-xet-duyet": "Hội đồng xét duyệt trợ cấp",
    "dia-chinh": "Địa chính – nông nghiệp",
    "dat-dai": "Văn phòng đăng ký đất đai",
    "lanh-dao-dat-dai": "Lãnh đạo Văn phòng đăng ký đất đai",
    "van-thu-dat-dai": "Văn thư Văn phòng đăng ký đất đai",
    "hai-quan": "Chi cục Hải quan",
    "kiem-hoa": "Đội kiểm hóa",
    "lanh-dao-hai-quan": "Lãnh đạo Hải quan",
    "cong-thuong": "Sở Công Thương",
    "lanh-dao-cong-thuong": "Lãnh đạo Sở Công Thương",
    "cong-an": "Công an phường",
    "bao-hiem-xa-hoi": "Bảo hiểm xã hội",
    "mot-cua-tinh": "Trung tâm Phục vụ hành chính công tỉnh",
}

PEOPLE: tuple[tuple[str, str, str, tuple[str, ...], tuple[str, ...]], ...] = (
    # user name, name, title, roles, groups
    ("binh", "Võ Thanh Bình", "Người thiết kế quy trình", ("analyst",), ()),
    ("thu", "Lê Minh Thu", "Cán bộ một cửa, quầy 3", ("counter", "officer"), ("mot-cua",)),
    ("hanh", "Trần Thị Hạnh", "Chuyên viên xây dựng", ("officer",), ("xay-dung",)),
    ("khoa", "Đỗ Anh Khoa", "Công chức tư pháp – hộ tịch", ("officer",), ("tu-phap-ho-tich",)),
    ("yen", "Nguyễn Hải Yến", "Chuyên viên đăng ký kinh doanh", ("officer",), ("kinh-te",)),
    ("dinh", "Phan Văn Định", "Chủ tịch UBND phường", ("officer",), ("lanh-dao",)),
    ("mai", "Bùi Tuyết Mai", "Văn thư", ("officer",), ("van-thu",)),
    ("quan", "Lý Minh Quân", "Cơ quan góp ý chuyên ngành", ("officer",), ("co-quan-gop-y",)),
    ("lan", "Hồ Ngọc Lan", "Quản trị, theo dõi thời gian", ("admin",), ()),
)


def add_people(session: Session, at: datetime) -> dict[str, Actor]:
    """Create the groups and people that are not there yet; return the people by user name."""
    present = set(session.scalars(select(UserGroup.key)))
    for key, name in GROUPS.items():
        if key not in present:
            people.create_group(session, key, name, actor=SYSTEM)
    known = set(session.scalars(select(UserAccount.username)))
    for username, name, title, roles, groups in PEOPLE:
        if username not in known:
            people.create_user(
                session,
                username=username,
                name=name,
                title=title,
                password=PASSWORD,
                roles=roles,
                groups=groups,
                is_demo=True,
                actor=SYSTEM,
                at=at,
            )
    rows = session.scalars(select(UserAccount).where(UserAccount.is_demo))
    return {row.username: people.actor_of(row) for row in rows}
