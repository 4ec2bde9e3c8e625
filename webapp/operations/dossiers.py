"""Receiving a dossier: code, promised instant, process instance."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

import engine
from engine.texts import N_
from webapp.actors import Actor, Role
from webapp.calendars import agency_calendar
from webapp.config import DEFAULT_AGENCY_CODE
from webapp.errors import NotAllowedError, NotFoundError, RejectedError
from webapp.folding import fold
from webapp.models import Dossier, ProcessDefinition, ProcessInstance
from webapp.operations import attachments, events, progress
from webapp.operations.definitions import compiled
from webapp.operations.deployments import find_latest
from webapp.operations.moving import deliver
from webapp.operations.numbers import next_number
from webapp.operations.recording import record
from webapp.operations.storable import storable
from webapp.promises import find_limit

RECEIVED = 2  # published state
CHANNELS = ("counter", "online", "post")
MAX_SUBJECT_LENGTH = 300  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierRequest:
    """What the counter took in. ``answers`` are the start form's typed values by key.

    ``papers`` say what came: id, state, form, copies. ``attachment_ids`` are files that the
    same person uploaded before the dossier existed.
    """

    applicant_name: str
    subject: str = ""
    applicant_identity: str = ""
    applicant_phone: str = ""
    applicant_email: str = ""
    applicant_address: str = ""
    channel: str = "counter"
    papers: tuple[Mapping[str, Any], ...] = ()
    answers: Mapping[str, Any] = field(default_factory=dict)
    attachment_ids: tuple[UUID, ...] = ()


def start(
    session: Session,
    key: str,
    request: DossierRequest,
    *,
    actor: Actor,
    at: datetime,
    agency_code: str = DEFAULT_AGENCY_CODE,
) -> UUID:
    """Start the newest version of a procedure for an applicant; return the dossier's id.

    Raises NotFoundError when nothing is published under ``key``, NotAllowedError when the actor
    is not at the counter, RejectedError for a malformed request, and engine.ExecutionError
    when the process cannot go its first steps with these answers.
    """
    if actor.user_id is not None and not actor.has(Role.COUNTER):
        raise NotAllowedError(N_("Only the counter receives dossiers."))
    definition = find_latest(session, key)
    if definition is None:
        raise NotFoundError(N_("There is no such procedure."))
    _check(request)
    promised_at = _promised_at(definition.facts, at)
    code = _next_code(session, agency_code, at)
    outcome = engine.start(
        compiled(session, definition.id),
        _variables(request, code, at, promised_at),
        at=at,
        calendar=agency_calendar(),
    )
    instance = ProcessInstance(
        id=uuid4(),
        definition_id=definition.id,
        status=outcome.status,
        snapshot=outcome.snapshot,
        started_at=at,
        started_by=actor.user_id,
    )
    session.add(instance)
    session.flush()
    dossier = _dossier(definition, instance, request, code, promised_at, actor, at)
    session.add(dossier)
    session.flush()
    progress.let_see(session, dossier, actor.groups)
    attachments.bind(session, request.attachment_ids, instance.id, actor=actor)
    _note_received(session, dossier, actor, at)
    rows = record(session, instance, outcome, actor=actor, at=at)
    deliver(session, outcome, rows, actor=actor, at=at)
    return dossier.id


def promised_for(session: Session, key: str, at: datetime) -> datetime | None:
    """Return the promised instant of a dossier of ``key`` received at ``at``, before it exists."""
    definition = find_latest(session, key)
    return _promised_at(definition.facts, at) if definition else None


def _check(request: DossierRequest) -> None:
    if not request.applicant_name.strip():
        raise RejectedError(N_("Enter the applicant's name."))
    if request.channel not in CHANNELS:
        raise RejectedError(N_("There is no channel %(channel)s."), channel=request.channel)
    if len(request.subject) > MAX_SUBJECT_LENGTH:
        raise RejectedError(
            N_("The subject has at most %(length)s characters."), length=MAX_SUBJECT_LENGTH
        )


def _next_code(session: Session, agency_code: str, at: datetime) -> str:
    """Return the next code of the agency and local day, e.g. H99.26-261121-0007."""
    day = agency_calendar().local(at).date()
    number = next_number(session, f"dossier {agency_code}", day)
    return f"{agency_code}-{day:%y%m%d}-{number:04d}"


def _promised_at(facts: Mapping[str, Any], at: datetime) -> datetime | None:
    limit = find_limit(facts)
    return limit.due_at(at) if limit else None


def _variables(
    request: DossierRequest, code: str, at: datetime, promised_at: datetime | None
) -> dict[str, Any]:
    return {
        **request.answers,
        "ho_so": {"ma": code, "tiep_nhan_luc": at, "hen_tra_luc": promised_at},
        "nguoi_nop": {
            "ten": request.applicant_name,
            "dien_thoai": request.applicant_phone,
            "dia_chi": request.applicant_address,
            "so_dinh_danh": request.applicant_identity,
            "email": request.applicant_email,
        },
    }


def _dossier(
    definition: ProcessDefinition,
    instance: ProcessInstance,
    request: DossierRequest,
    code: str,
    promised_at: datetime | None,
    actor: Actor,
    at: datetime,
) -> Dossier:
    searched = (code, request.applicant_name, request.subject, definition.name)
    return Dossier(
        id=uuid4(),
        instance_id=instance.id,
        definition_id=definition.id,
        code=code,
        tracking_token=secrets.token_urlsafe(18),
        state=RECEIVED,
        channel=request.channel,
        subject=request.subject.strip() or definition.name,
        applicant_name=request.applicant_name.strip(),
        applicant_identity=request.applicant_identity.strip(),
        applicant_phone=request.applicant_phone.strip(),
        applicant_email=request.applicant_email.strip(),
        applicant_address=request.applicant_address.strip(),
        search_text=fold(" ".join(searched)),
        papers=storable(request.papers),
        answers=storable(request.answers),
        received_at=at,
        received_by=actor.user_id,
        first_promised_at=promised_at,
        promised_at=promised_at,
        outcome="",
    )


def _note_received(session: Session, dossier: Dossier, actor: Actor, at: datetime) -> None:
    events.append(
        session,
        dossier.instance_id,
        events.DOSSIER_RECEIVED,
        actor=actor,
        at=at,
        data={"code": dossier.code, "promised_at": dossier.promised_at},
    )
