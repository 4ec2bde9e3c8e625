"""What the program does itself, by topic of the model's service tasks.

A handler runs inside the transaction that completes its job, so it may draw numbers; nothing
that leaves the building belongs here.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.texts import N_
from webapp.actors import SYSTEM
from webapp.calendars import agency_calendar
from webapp.models import Dossier, ProcessDefinition, ProcessInstance
from webapp.operations.beginning import begin_by_event
from webapp.operations.deployments import find_latest
from webapp.operations.jobs import ClaimedJob
from webapp.operations.moving import settle
from webapp.operations.numbers import next_number
from webapp.worker import inputs
from webapp.worker.doing import Handler, HopelessError


def document_number(session: Session, job: ClaimedJob, at: datetime) -> Mapping[str, Any]:
    """Return the next number of the year for a kind of document, e.g. ``123/GPXD``.

    The kind is the model's variable ``ky_hieu``, else the initials of the process id. Source:
    Decree 30/2020: numbers begin at 1 on 1 January and are gap-free per kind.
    """
    symbol = str(job.variables.get("ky_hieu") or _initials(session, job))
    today = agency_calendar().local(at).date()
    number = next_number(session, f"document {symbol}", today.replace(month=1, day=1))
    return {"so_van_ban": f"{number:02d}/{symbol}", "ngay_van_ban": today}


def start_process(session: Session, job: ClaimedJob, at: datetime) -> Mapping[str, Any]:
    """Start the newest version of the process named by the input ``process``; return its id.

    The input ``variables`` (a context) is what it begins with. It is started in the transaction
    that completes the job: both happen, or neither.
    """
    key = inputs.required(job, "process")
    definition = find_latest(session, key)
    if definition is None:
        raise HopelessError(N_("There is no procedure “%(key)s”."), key=key)
    given = job.variables.get("variables") or {}
    if not isinstance(given, dict):
        raise HopelessError(N_("The input %(name)s must be a context."), name="variables")
    # The same job starts the same instance, whatever happens.
    instance_id = uuid5(job.id, "start-process")
    instance, outcome = begin_by_event(
        session, definition.id, None, given, instance_id=instance_id, at=at
    )
    settle(session, instance, outcome, actor=SYSTEM, at=at)
    code = session.scalar(select(Dossier.code).where(Dossier.instance_id == instance_id))
    return {"process_instance_id": str(instance_id), "dossier_code": code}


def _initials(session: Session, job: ClaimedJob) -> str:
    """Return for example GPXD for the process giay_phep_xay_dung."""
    key = session.scalars(
        select(ProcessDefinition.key)
        .join(ProcessInstance, ProcessInstance.definition_id == ProcessDefinition.id)
        .where(ProcessInstance.id == job.instance_id)
    ).one()
    return "".join(part[0] for part in key.split("_") if part).upper()


HANDLERS: Mapping[str, Handler] = {
    "document-number": document_number,
    "start-process": start_process,
}
