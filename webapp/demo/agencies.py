"""The demo's agencies: a ward, its province's service centre, and those who decide beside them."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.actors import SYSTEM
from webapp.models import UserAccount
from webapp.models.agencies import AgencyKind
from webapp.operations import agencies
from webapp.operations.agencies import AgencyFacts

PROVINCE = "H99"
WARD_GROUPS = (
    "mot-cua",
    "tu-phap-ho-tich",
    "xay-dung",
    "kinh-te",
    "dia-chinh",
    "van-hoa-xa-hoi",
    "hoi-dong-xet-duyet",
    "lanh-dao",
    "van-thu",
)
BESIDE = (  # code, name, English name, kind, groups
    (
        "H99.01",
        "Trung tâm Phục vụ hành chính công tỉnh",
        "Provincial service centre",
        AgencyKind.CENTRE,
        ("mot-cua-tinh",),
    ),
    (
        "H99.02",
        "Văn phòng đăng ký đất đai",
        "Land registration office",
        AgencyKind.DEPARTMENT,
        ("dat-dai", "lanh-dao-dat-dai", "van-thu-dat-dai"),
    ),
    (
        "H99.03",
        "Sở Công Thương",
        "Department of Industry and Trade",
        AgencyKind.DEPARTMENT,
        ("cong-thuong", "lanh-dao-cong-thuong"),
    ),
    (
        "H99.04",
        "Chi cục Hải quan",
        "Customs branch",
        AgencyKind.VERTICAL,
        ("hai-quan", "kiem-hoa", "lanh-dao-hai-quan"),
    ),
)
DECIDES = {  # process key: code; the other dossiers are decided where they are received
    "chuyen_nhuong_dat": "H99.02",
    "han_ngach_thue_quan": "H99.03",
    "thong_quan_dien_tu": "H99.04",
}


def add_agencies(session: Session, ward_code: str, day: date) -> Mapping[str, UUID]:
    """Add the agencies that are not there yet, with their people; return who decides, by key."""
    known = {one.code: one.agency_id for one in agencies.on_day(session, day)}

    def add(code: str, name: str, name_en: str, kind: str, parent_id: UUID | None) -> UUID:
        if code not in known:
            facts = AgencyFacts(
                code=code, name=name, name_en=name_en, kind=kind, parent_id=parent_id
            )
            known[code] = agencies.add(session, facts, day, actor=SYSTEM)
        return known[code]

    province = add(
        PROVINCE, "UBND tỉnh", "Provincial People’s Committee", AgencyKind.PROVINCE, None
    )
    ward = add(
        ward_code,
        "UBND phường An Hòa",
        "An Hoa ward People’s Committee",
        AgencyKind.COMMUNE,
        province,
    )
    _give(session, ward, WARD_GROUPS)
    for code, name, name_en, kind, groups in BESIDE:
        _give(session, add(code, name, name_en, kind, province), groups)
    return {key: known[code] for key, code in DECIDES.items()}


def _give(session: Session, agency_id: UUID, groups: tuple[str, ...]) -> None:
    """Let the demo people of these groups belong to an agency; those who belong to one stay."""
    people = session.scalars(
        select(UserAccount).where(UserAccount.is_demo, UserAccount.agency_id.is_(None))
    ).all()
    theirs = {one.id for one in people if {group.key for group in one.groups} & set(groups)}
    agencies.give_people(session, agency_id, frozenset(theirs), actor=SYSTEM)
