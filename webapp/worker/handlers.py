"""What the program does itself, by topic of the model's service tasks.

A handler runs inside the transaction that completes its job, so it may draw numbers; nothing
that leaves the building belongs here.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.calendars import agency_calendar
from webapp.models import ProcessDefinition, ProcessInstance
from webapp.operations.jobs import ClaimedJob
from webapp.operations.numbers import next_number
from webapp.worker.doing import Handler


def document_number(session: Session, job: ClaimedJob, at: datetime) -> Mapping[str, Any]:
    """Return the next number of the year for a kind of document, e.g. ``123/GPXD``.

    The kind is the model's variable ``ky_hieu``, else the initials of the process id. Source:
    Decree 30/2020: numbers begin at 1 on 1 January and are gap-free per kind.
    """
    symbol = str(job.variables.get("ky_hieu") or _initials(session, job))
    today = agency_calendar().local(at).date()
    number = next_number(session, f"document {symbol}", today.replace(month=1, day=1))
    return {"so_van_ban": f"{number:02d}/{symbol}", "ngay_van_ban": today}


def _initials(session: Session, job: ClaimedJob) -> str:
    """Return for example GPXD for the process giay_phep_xay_dung."""
    key = session.scalars(
        select(ProcessDefinition.key)
        .join(ProcessInstance, ProcessInstance.definition_id == ProcessDefinition.id)
        .where(ProcessInstance.id == job.instance_id)
    ).one()
    return "".join(part[0] for part in key.split("_") if part).upper()


HANDLERS: Mapping[str, Handler] = {"document-number": document_number}
