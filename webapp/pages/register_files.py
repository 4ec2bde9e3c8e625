"""The register of the dossiers received in a month as CSV and XLSX."""

from flask import Blueprint, Response, request
from flask_babel import gettext

from engine.texts import N_
from webapp.pages import registers, sheets, wording
from webapp.pages.breakdown_filters import CHANNELS
from webapp.pages.product import database
from webapp.pages.sheets import Sheet, Value
from webapp.queries import slips as queries
from webapp.queries.names import procedure_names

bp = Blueprint("register_files", __name__)


@bp.get("/register.<any(csv, xlsx):kind>")
def register(kind: str) -> Response:
    """Return the register of a month as a table."""
    since, until = registers.month_of(request.args.get("month", ""))
    with database().reading() as session:
        rows = queries.register(session, since, until)
        names = procedure_names(session, {one.procedure_id for one in rows})
    headings = sheets.headings(
        *(N_("No."), N_("Dossier"), N_("Procedure"), N_("Applicant"), N_("Phone")),
        *(N_("Received"), N_("Promised"), N_("Ended"), N_("Channel")),
    )
    cells: list[list[Value]] = [
        [
            number,
            one.code,
            names[one.procedure_id].title(wording.language()),
            one.applicant,
            one.phone,
            wording.moment_words(one.received_at),
            wording.moment_words(one.promised_at),
            wording.moment_words(one.ended_at),
            gettext(CHANNELS.get(one.channel, one.channel)),
        ]
        for number, one in enumerate(rows, 1)
    ]
    month = f"{wording.local(since):%m/%Y}"
    title = gettext("Register of a month")
    sheet = Sheet(f"register-{month[3:]}-{month[:2]}", title, [month], headings, cells)
    return sheets.answer(kind, sheet)
