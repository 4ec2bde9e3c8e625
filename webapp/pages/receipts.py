"""The receipt that an applicant gets, as a page that prints on A5."""

from uuid import UUID

import segno
from flask import Blueprint, render_template, url_for

from engine.texts import N_
from webapp.errors import NotFoundError
from webapp.pages import slip_words
from webapp.pages.guard import current_actor
from webapp.pages.product import config, database
from webapp.queries.dossiers import find_dossier
from webapp.slips.purposes import Purpose

bp = Blueprint("receipts", __name__)


@bp.get("/dossiers/<uuid:dossier_id>/receipt")
def receipt(dossier_id: UUID) -> str:
    """Show the receipt that the applicant gets, on A5 when printed.

    It bears the name of the agency that received the dossier, as of the day it did.
    """
    with database().reading() as session:
        found = find_dossier(session, dossier_id, current_actor())
        if found is None or found.is_begun_by_program:  # nobody handed it in
            raise NotFoundError(N_("There is no such dossier."))
        sender = slip_words.signing(session, found.id, Purpose.RECEIPT, found.received_at)
        told = slip_words.about(session, found)
    address = f"{config().base_url}{url_for('tracking.dossier', token=found.tracking_token)}"
    head = slip_words.head(found.received_at, found.received_by, "", sender)
    return render_template(
        "dossiers/receipt.html",
        dossier=found,
        slip=head | told,
        symbol=segno.make(address, error="m").svg_data_uri(border=0),
    )
