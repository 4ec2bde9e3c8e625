"""What slips say about a dossier, in the official words, which are Vietnamese always."""

from dataclasses import replace
from datetime import datetime
from io import BytesIO
from typing import Any
from uuid import UUID

import segno
from flask import url_for
from sqlalchemy.orm import Session

from webapp.actors import LEADERS, Actor
from webapp.pages import wording
from webapp.pages.changed import money
from webapp.pages.product import config
from webapp.queries import letterheads
from webapp.queries.actions import ActionView
from webapp.queries.case import fee_change
from webapp.queries.dossiers import DossierView
from webapp.queries.letterheads import Letterhead
from webapp.queries.slips import DeskStep, desk_steps
from webapp.slips.purposes import DECIDING, Purpose

FORMS = {
    "original": "Bản chính",
    "copy": "Bản sao",
    "electronic": "Bản điện tử",
    "data": "Dữ liệu",
}
CHANNELS = {"counter": "Trực tiếp", "online": "Trực tuyến", "post": "Bưu chính", "event": "Tự động"}
STATES = {  # as the national portal publishes them
    1: "Mới đăng ký",
    2: "Được tiếp nhận",
    3: "Không được tiếp nhận",
    4: "Đang xử lý",
    5: "Yêu cầu bổ sung giấy tờ",
    6: "Yêu cầu thực hiện nghĩa vụ tài chính",
    7: "Công dân yêu cầu rút hồ sơ",
    8: "Dừng xử lý",
    9: "Đã xử lý xong",
    10: "Đã trả kết quả",
}
FEES = {
    "none": "không thu",
    "owed": "chưa nộp",
    "paid": "đã nộp",
    "waived": "được miễn",
    "refunded": "đã hoàn trả",
}
DOTS = "…………………………………………"
HEAD_OF_AGENCY = "Thủ trưởng cơ quan"
NOBODY = "không có người nộp"
EARLY, ON_TIME, LATE = "Trước hạn", "Đúng hạn", "Quá hạn"


def sender(session: Session, at: datetime) -> Letterhead:
    """Return the head of the house itself, for papers that are about several dossiers."""
    code = config().agency_code
    found = letterheads.of_code(session, code, wording.local(at).date())
    return found or letterheads.of_name(config().agency_name, code, config().agency_phone)


def signing(session: Session, dossier_id: UUID, kind: Purpose, at: datetime) -> Letterhead:
    """Return the head of the agency that signs a paper of a dossier; the house where no one is."""
    day = wording.local(at).date()
    decides = kind in DECIDING
    found = letterheads.of_dossier(session, dossier_id, day, decides=decides)
    head = found or sender(session, at)
    return replace(head, unit="") if decides else head  # the agency itself signs, not its counter


def head(at: datetime, signer: str, title: str, sender: Letterhead) -> dict[str, Any]:
    """Return what stands on every paper: agency, place, date, signer."""
    here = wording.local(at)
    address = f"{config().base_url}{url_for('tracking.form')}"
    return {
        "title": title,
        "parent": sender.parent,
        "agency": sender.agency,
        "unit": sender.unit,
        "place": sender.place,
        "date": f"ngày {here:%d} tháng {here:%m} năm {here:%Y}",
        "happened": official(at),
        "signer": signer,
        "phone_agency": sender.phone or config().agency_phone,
        "tracking": address.split("://", 1)[-1],
        "note": "Mẫu dữ liệu thử nghiệm." if config().demo else "",
        "book": f"{here:%m/%Y}",
        "position": HEAD_OF_AGENCY,
        "code": "",
        "qr": "",
        "explanation": "",
    }


def about(session: Session, found: DossierView) -> dict[str, Any]:
    """Return what papers say about a dossier; the limit is that of its own case."""
    facts = found.procedure.facts
    limit = letterheads.promised(session, found.id) or facts.get("limit", {})
    basis = (limit.get("basis") or {}).get("vi", "")
    name = (facts.get("name") or {}).get("vi") or found.procedure.name
    return {
        "code": found.code,
        "qr": _qr(found),
        "applicant": found.applicant_name or NOBODY,
        "address": found.applicant_address or DOTS,
        "phone": found.applicant_phone or DOTS,
        "email": found.applicant_email,
        "procedure": f"{name} ({found.procedure.code})" if found.procedure.code else name,
        "papers": _papers(found) or [["–", "Không yêu cầu giấy tờ", "–", "–"]],
        "limit": ((limit.get("text") or {}).get("vi") or "theo quy định")
        + (f" ({basis})" if basis else ""),
        "received": official(found.received_at),
        "due": official(found.first_promised_at) or "trả ngay trong ngày",
        "delivery": delivery(found.channel),
        "where": _where(session, found),
        **_fee(session, found),
        "fee": (facts.get("fee", {}).get("text") or {}).get("vi") or "không",
        "serial": found.code.rsplit("-", 1)[-1].lstrip("0") or "0",
    }


def _fee(session: Session, found: DossierView) -> dict[str, Any]:
    """Return how the fee stands, and what the payment slip says of it."""
    state = letterheads.money(session, found.id)
    last = fee_change(session, found.instance_id)
    last = last if last is not None and last.state == state else None
    amount = last.amount if last else None
    return {
        "money": FEES.get(state, "–"),
        "refunded": state == "refunded",
        "amount": DOTS if amount is None else f"{money(amount)} đồng",
        "paid": official(last.at) if last else DOTS,
        "voucher": (last.note if last else "") or DOTS,
    }


def _where(session: Session, found: DossierView) -> str:
    """Return the steps that wait now, in official words; its published state where none does."""
    waiting = [
        f"{found.procedure.element(one.element_id, one.name, 'vi')} ({', '.join(one.groups)})"
        for one in desk_steps(session, found.instance_id)
        if one.done_at is None and one.element_id
    ]
    return "; ".join(waiting) or state(found.state)


def state(number: int) -> str:
    """Return a published state in official words."""
    return STATES.get(number, "–")


def delivery(channel: str) -> str:
    """Return how the applicant gets the result."""
    return "Qua bưu chính" if channel == "post" else "Tại Bộ phận Một cửa"


def person(name: str, address: str, phone: str) -> str:
    """Return who applied, with address and phone, as the register has it in one column."""
    return ", ".join(filter(None, (name or NOBODY, address, phone)))


def signer(session: Session, kind: Purpose, action: ActionView | None, actor: Actor) -> str:
    """Return the name under a paper; "" where a leader signs and the action does not say which."""
    if kind not in DECIDING:
        return actor.name
    leads = action is not None and letterheads.belongs_to(session, action.actor_id, LEADERS)
    return action.actor_name if action is not None and leads else ""


def because(action: ActionView) -> dict[str, Any]:
    """Return what papers say about the action that they answer."""
    return {
        "reason": f"{action.reason_code} – {action.reason}",
        "basis": action.basis,
        "explanation": action.explanation,
        "happened": official(action.happened_at),
        "points": [
            [str(number), str(point.get("ten") or "–"), str(point.get("yeu_cau", ""))]
            for number, point in enumerate(action.points, 1)
        ],
        "old_due": official(action.old_due_at) or "–",
        "new_due": official(action.new_due_at),
    }


def desk_rows(steps: tuple[DeskStep, ...]) -> list[list[str]]:
    """Return the rows of the control slip: step, person, received, handed on, in time or not."""
    return [
        [
            str(number),
            ", ".join([step.name, *step.groups]),
            step.person or "–",
            moment(step.taken_at),
            moment(step.done_at),
            _in_time(step),
        ]
        for number, step in enumerate(steps, 1)
    ]


def moment(instant: datetime | None) -> str:
    """Return 16:20 20/11/2026, or a dash."""
    return f"{wording.local(instant):%H:%M %d/%m/%Y}" if instant else "–"


def official(instant: datetime | None) -> str:
    """Return "09 giờ 15 phút, ngày 16 tháng 11 năm 2026", as official papers write it."""
    if instant is None:
        return ""
    here = wording.local(instant)
    return f"{here:%H} giờ {here:%M} phút, ngày {here:%d} tháng {here:%m} năm {here:%Y}"


def _in_time(step: DeskStep) -> str:
    if step.done_at is None or step.due_at is None:
        return "–"
    left = (step.due_at - step.done_at).total_seconds()
    return LATE if left < 0 else ON_TIME if left < 60 else EARLY


def _qr(found: DossierView) -> str:
    address = f"{config().base_url}{url_for('tracking.dossier', token=found.tracking_token)}"
    drawn = BytesIO()
    segno.make(address, error="m").save(drawn, kind="svg", border=0, xmldecl=False)
    return drawn.getvalue().decode()


def _papers(found: DossierView) -> list[list[str]]:
    listed = {one.get("id"): one for one in found.procedure.facts.get("papers", [])}
    came = [one for one in found.papers if one.get("state", "complete") == "complete"]
    return [
        [
            str(number),
            (listed.get(one.get("id"), {}).get("name") or {}).get("vi") or str(one.get("name")),
            FORMS.get(str(one.get("form")), "–"),
            str(one.get("copies") or "–"),
        ]
        for number, one in enumerate(came, 1)
    ]
