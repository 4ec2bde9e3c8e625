"""The demo offices: their groups and the people who play them."""

from datetime import datetime, timedelta

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
    "dia-chinh": "Địa chính – nông nghiệp",
    "van-hoa-xa-hoi": "Văn hóa – xã hội",
    "hoi-dong-xet-duyet": "Hội đồng xét duyệt trợ cấp",
    "cong-an": "Công an phường",
    "bao-hiem-xa-hoi": "Bảo hiểm xã hội",
    "lanh-dao": "Lãnh đạo UBND phường",
    "van-thu": "Văn thư",
    "co-quan-gop-y": "Cơ quan góp ý",
    "mot-cua-tinh": "Trung tâm Phục vụ hành chính công tỉnh",
    "dat-dai": "Văn phòng đăng ký đất đai",
    "lanh-dao-dat-dai": "Lãnh đạo Văn phòng đăng ký đất đai",
    "van-thu-dat-dai": "Văn thư Văn phòng đăng ký đất đai",
    "cong-thuong": "Sở Công Thương",
    "lanh-dao-cong-thuong": "Lãnh đạo Sở Công Thương",
    "hai-quan": "Chi cục Hải quan",
    "kiem-hoa": "Đội kiểm hóa",
    "lanh-dao-hai-quan": "Lãnh đạo Hải quan",
}

_OFFICER, _COUNTER = ("officer",), ("counter", "officer")
PEOPLE: tuple[tuple[str, str, str, tuple[str, ...], tuple[str, ...]], ...] = (
    # user name, name, title, roles, groups; the first nine stand on the sign-in page
    ("binh", "Võ Thanh Bình", "Người thiết kế quy trình", ("analyst",), ()),
    ("thu", "Lê Minh Thu", "Cán bộ một cửa, quầy 3", _COUNTER, ("mot-cua",)),
    ("hanh", "Trần Thị Hạnh", "Chuyên viên xây dựng", _OFFICER, ("xay-dung",)),
    ("khoa", "Đỗ Anh Khoa", "Công chức tư pháp – hộ tịch", _OFFICER, ("tu-phap-ho-tich",)),
    ("yen", "Nguyễn Hải Yến", "Chuyên viên đăng ký kinh doanh", _OFFICER, ("kinh-te",)),
    ("dinh", "Phan Văn Định", "Chủ tịch UBND phường", _OFFICER, ("lanh-dao",)),
    ("mai", "Bùi Tuyết Mai", "Văn thư", _OFFICER, ("van-thu",)),
    ("quan", "Lý Minh Quân", "Cơ quan góp ý chuyên ngành", _OFFICER, ("co-quan-gop-y",)),
    ("lan", "Hồ Ngọc Lan", "Quản trị, theo dõi thời gian", ("admin",), ()),
    ("ngan", "Phạm Kim Ngân", "Cán bộ một cửa, quầy 1", _COUNTER, ("mot-cua",)),
    ("hieu", "Vũ Trung Hiếu", "Cán bộ một cửa, quầy 2", _COUNTER, ("mot-cua",)),
    ("diep", "Hoàng Ngọc Diệp", "Công chức tư pháp – hộ tịch", _OFFICER, ("tu-phap-ho-tich",)),
    ("tuan", "Ngô Anh Tuấn", "Chuyên viên xây dựng", _OFFICER, ("xay-dung",)),
    ("oanh", "Đặng Kiều Oanh", "Chuyên viên đăng ký kinh doanh", _OFFICER, ("kinh-te",)),
    ("phong", "Bùi Hải Phong", "Công chức địa chính", _OFFICER, ("dia-chinh",)),
    ("giang", "Trần Hương Giang", "Công chức địa chính", _OFFICER, ("dia-chinh",)),
    (
        "thao",
        "Lê Phương Thảo",
        "Công chức văn hóa – xã hội",
        _OFFICER,
        ("van-hoa-xa-hoi", "hoi-dong-xet-duyet"),
    ),
    ("son", "Đỗ Hồng Sơn", "Mặt trận Tổ quốc phường", _OFFICER, ("hoi-dong-xet-duyet",)),
    ("nga", "Phan Thanh Nga", "Hội Người cao tuổi", _OFFICER, ("hoi-dong-xet-duyet",)),
    ("long", "Nguyễn Hoàng Long", "Phó Chủ tịch UBND phường", _OFFICER, ("lanh-dao",)),
    ("duc", "Võ Minh Đức", "Công an phường", _OFFICER, ("cong-an",)),
    ("hue", "Dương Thị Huệ", "Bảo hiểm xã hội", _OFFICER, ("bao-hiem-xa-hoi",)),
    ("tam", "Hồ Thanh Tâm", "Một cửa tỉnh, quầy 5", _COUNTER, ("mot-cua-tinh",)),
    ("vy", "Lý Tường Vy", "Một cửa tỉnh, quầy 6", _COUNTER, ("mot-cua-tinh",)),
    ("cuong", "Trần Việt Cường", "Văn phòng đăng ký đất đai", _OFFICER, ("dat-dai",)),
    ("linh", "Phạm Diệu Linh", "Văn phòng đăng ký đất đai", _OFFICER, ("dat-dai",)),
    ("thanh", "Vũ Đức Thành", "Giám đốc VP đăng ký đất đai", _OFFICER, ("lanh-dao-dat-dai",)),
    ("loan", "Ngô Bích Loan", "Văn thư VP đăng ký đất đai", _OFFICER, ("van-thu-dat-dai",)),
    ("minh", "Đặng Quang Minh", "Sở Công Thương", _OFFICER, ("cong-thuong",)),
    ("chi", "Hoàng Lan Chi", "Phó Giám đốc Sở Công Thương", _OFFICER, ("lanh-dao-cong-thuong",)),
    ("hung", "Bùi Mạnh Hùng", "Công chức hải quan", _OFFICER, ("hai-quan", "kiem-hoa")),
    ("ha", "Lê Thu Hà", "Lãnh đạo Hải quan", _OFFICER, ("lanh-dao-hai-quan",)),
    ("an", "Trương Bảo An", "Thanh tra thành phố", ("inspector",), ()),
)


def add_people(session: Session, at: datetime) -> dict[str, Actor]:
    """Create the groups and people that are not there yet; return the people by user name."""
    present = set(session.scalars(select(UserGroup.key)))
    for key, name in GROUPS.items():
        if key not in present:
            people.create_group(session, key, name, actor=SYSTEM)
    known = set(session.scalars(select(UserAccount.username)))
    password_hash = people.hashed(PASSWORD)  # once: all have the same, and it takes its time
    for number, (username, name, title, roles, groups) in enumerate(PEOPLE):
        if username not in known:
            people.create_user(
                session,
                username=username,
                name=name,
                title=title,
                password=PASSWORD,
                password_hash=password_hash,
                roles=roles,
                groups=groups,
                is_demo=True,
                actor=SYSTEM,
                at=at + timedelta(seconds=number),  # the sign-in page keeps this order
            )
    rows = session.scalars(select(UserAccount).where(UserAccount.is_demo))
    return {row.username: people.actor_of(row) for row in rows}
