"""What the program does itself, by topic of the model's service tasks.

A handler runs inside the transaction that completes its job, so it may draw numbers; nothing
that leaves the building belongs here.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from webapp.calendars import agency_calendar
from webapp.operations.jobs import ClaimedJob
from webapp.operations.numbers import next_number

Handler = Callable[[Session, ClaimedJob, datetime], Mapping[str, Any]]
DEFAULT_SYMBOL = "UBND"  # where the model names no kind of document


def document_number(session: Session, job: ClaimedJob, at: datetime) -> Mapping[str, Any]:
    """Return the next number of the year for a kind of document, e.g. ``123/GPXD``.

    The model may map ``ky_hieu`` into the task. Source: Decree 30/2020, numbers begin at 1 on
    1 January and are gap-free per kind.
    """
    symbol = str(job.variables.get("ky_hieu") or DEFAULT_SYMBOL)
    today = agency_calendar().local(at).date()
    number = next_number(session, f"document {symbol}", today.replace(month=1, day=1))
    return {"so_van_ban": f"{number:02d}/{symbol}", "ngay_van_ban": today}


HANDLERS: Mapping[str, Handler] = {"document-number": document_number}
