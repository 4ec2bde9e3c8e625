"""Receiving a dossier: code, promised instant, process instance."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from engine.texts import N_
from webapp.actors import Actor, Role
from webapp.errors import NotAllowedError, NotFoundError
from webapp.models import ProcessDefinition
from webapp.operations import agencies, beginning, moving, progress, promising, reusing
from webapp.operations.deployments import find_latest
from webapp.operations.intake import (
    DossierRequest,
    Fee,
    check,
    dossier_row,
    set_places,
    take_fee,
    variables,
)
from webapp.operations.numbers import DEFAULT_AGENCY_CODE, next_dossier_code

__all__ = ["DossierRequest", "Fee", "find_latest", "promised_for", "start", "start_with"]


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
    definition = find_latest(session, key)
    return start_with(session, definition, request, actor=actor, at=at, agency_code=agency_code)


def start_with(
    session: Session,
    definition: ProcessDefinition | None,
    request: DossierRequest,
    *,
    actor: Actor,
    at: datetime,
    agency_code: str = DEFAULT_AGENCY_CODE,
) -> UUID:
    """Do what ``start`` does with the newest version, already found; None: nothing is published."""
    if actor.user_id is not None and not actor.has(Role.COUNTER):
        raise NotAllowedError(N_("Only the counter receives dossiers."))
    if definition is None:
        raise NotFoundError(N_("There is no such procedure."))
    check(request)
    there = agencies.involved(session, actor, at, *request.places)
    received = there.get(actor.agency_id) if actor.agency_id else None
    agency_code = received.code if received else agency_code
    deciding = there.get(request.deciding_agency_id) if request.deciding_agency_id else received
    desks = (agency_code, deciding.code if deciding else agency_code)
    promised = promising.promise(session, definition, agency_code, at, *request.case)
    code = next_dossier_code(session, agency_code, at, agencies.pattern_of(received))
    instance, outcome = beginning.begin(
        session,
        definition.id,
        variables(request, code, at, promised.due_at, desks),
        actor=actor,
        at=at,
        calendar_code=agency_code,
    )
    dossier = dossier_row(definition, instance, request, code, promised.due_at, actor, at)
    promising.keep(dossier, promised)
    set_places(dossier, request, received)
    progress.receive(session, dossier, actor=actor, at=at)
    take_fee(session, dossier, request, actor=actor, at=at)
    reusing.bind(session, request.attachment_ids, dossier, actor, at)
    moving.settle(session, instance, outcome, actor=actor, at=at)
    return dossier.id


def promised_for(
    session: Session,
    key: str,
    at: datetime,
    *,
    channel: str = "counter",
    answers: Mapping[str, Any] = MappingProxyType({}),
    agency_code: str = DEFAULT_AGENCY_CODE,
) -> promising.Promise | None:
    """Return what a dossier of ``key`` received at ``at`` is promised, before it exists.

    None where nothing is published under ``key``. Raises RejectedError as ``start`` does.
    """
    definition = find_latest(session, key)
    if definition is None:
        return None
    return promising.promise(session, definition, agency_code, at, channel, answers)
