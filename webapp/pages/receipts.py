"""The receipt that an applicant gets, as a page that prints on A5."""

from datetime import datetime
from typing import Any
from uuid import UUID

import segno
from flask import Blueprint, render_template, url_for

from engine.texts import N_
from webapp.errors import NotFoundError
from webapp.pages import wording
from webapp.pages.guard import current_actor
from webapp.pages.product import config, database
from webapp.queries.dossiers import DossierView, find_dossier
from webapp.queries.names import words

bp = Blueprint("receipts", __name__)
SLIP_FORMS = {
    "original": "Bản chính",
    "copy": "Bản sao",
    "electronic": "Bản điện tử",
    "data": "Dữ liệu",
}


@bp.get("/dossiers/<uuid:dossier_id>/receipt")
def receipt(dossier_id: UUID) -> str:
    """Show the receipt that the applicant gets, on A5 when printed."""
    with database().reading() as session:
        found = find_dossier(session, dossier_id, current_actor())
    if found is None:
        raise NotFoundError(N_("There is no such dossier."))
    tracking_url = f"{config().base_url}{url_for('tracking.form')}"
    address = f"{config().base_url}{url_for('tracking.dossier', token=found.tracking_token)}"
    return render_template(
        "dossiers/receipt.html",
        dossier=found,
        facts=found.procedure.facts,
        tracking_url=tracking_url.split("://", 1)[-1],
        qr=segno.make(address, error="m").svg_data_uri(border=0),
        here=wording.local(found.received_at),
        received_words=_official(found.received_at),
        promised_words=_official(found.first_promised_at),
        number=int(found.code.rsplit("-", 1)[-1]),
        papers=_slip_papers(found),
        agency_short=config().agency_name.removeprefix("UBND ").strip(),
        place=_place(config().agency_name),
    )


def _official(instant: datetime | None) -> str:
    """Return "09 giờ 15 phút, ngày 16 tháng 11 năm 2026", as official papers write it."""
    if instant is None:
        return ""
    here = wording.local(instant)
    return f"{here:%H} giờ {here:%M} phút, ngày {here:%d} tháng {here:%m} năm {here:%Y}"


def _place(agency_name: str) -> str:
    """Return the name of the place from "UBND phường An Hòa"."""
    words = agency_name.removeprefix("UBND ").split()
    return " ".join(words[1:]) if len(words) > 1 else agency_name


def _slip_papers(found: DossierView) -> list[dict[str, Any]]:
    """The papers that came, in the words of the official slip, which is Vietnamese always."""
    listed = {one.get("id"): one for one in found.procedure.facts.get("papers", [])}
    return [
        {
            "name": words(listed.get(one.get("id"), {}).get("name"), "vi") or one.get("name", ""),
            "form": SLIP_FORMS.get(one.get("form", ""), "–"),
            "copies": one.get("copies"),
        }
        for one in found.papers
        if one.get("state", "complete") == "complete"
    ]
