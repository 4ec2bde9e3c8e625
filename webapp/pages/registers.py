"""The register of the dossiers received in a month, as PDF."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from engine.texts import N_
from webapp import clock
from webapp.calendars import TIMEZONE
from webapp.errors import RejectedError
from webapp.operations import slips
from webapp.operations.slips import SlipOrder
from webapp.pages import slip_words, uploads
from webapp.pages.guard import current_actor
from webapp.pages.product import acting
from webapp.queries import slips as queries
from webapp.queries.names import procedure_names
from webapp.slips.purposes import Purpose

bp = Blueprint("registers", __name__)


@bp.post("/register")
def register() -> Response:
    """Make the register of a month and open it."""
    actor, at = current_actor(), clock.now()
    since, until = month_of(request.form.get("month", ""))
    with acting() as session:
        rows = queries.register(session, since, until)
        names = procedure_names(session, {one.procedure_id for one in rows})
        sender = slip_words.sender(session, at)
        content: dict[str, Any] = slip_words.head(at, actor.name, "Sổ theo dõi hồ sơ", sender)
        content["book"] = f"{since.astimezone(ZoneInfo(TIMEZONE)):%m/%Y}"
        content["rows"] = [
            [
                str(number),
                one.code,
                names[one.procedure_id].title("vi"),
                slip_words.person(one.applicant, one.address, one.phone),
                one.deciding or sender.agency,
                slip_words.moment(one.received_at),
                slip_words.moment(one.promised_at),
                slip_words.moment(one.ended_at),
                slip_words.delivery(one.channel),
                slip_words.state(one.state),
            ]
            for number, one in enumerate(rows, 1)
        ]
        order = SlipOrder(
            purpose=Purpose.REGISTER,
            agency_code=sender.code,
            content=content,
            listed=[one.dossier_id for one in rows],
        )
        slip_id = slips.make(session, uploads.file_store(), order, actor=actor, at=at)
    return redirect(url_for("slips.pdf", slip_id=slip_id), code=303)


def month_of(text: str) -> tuple[datetime, datetime]:
    """Return the first instants of the month typed as mm/yyyy and of the one after."""
    try:
        first = datetime.strptime(text.strip(), "%m/%Y").replace(tzinfo=ZoneInfo(TIMEZONE))
    except ValueError as error:
        raise RejectedError(N_("Enter the month as mm/yyyy.")) from error
    following = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
    return first.astimezone(UTC), following.astimezone(UTC)
