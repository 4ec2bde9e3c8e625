"""The first moment of an instance: begun by a person, or by an event."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

import engine
from webapp import agency_calendars
from webapp.actors import SYSTEM, Actor
from webapp.models import ProcessDefinition, ProcessInstance
from webapp.models.dossiers import BY_EVENT
from webapp.operations import intake, progress, promising
from webapp.operations.definitions import compiled
from webapp.operations.numbers import DEFAULT_AGENCY_CODE, next_dossier_code
from webapp.operations.surroundings import Surroundings

_FOR_PEOPLE = ("userTask", "manualTask")


@dataclass(frozen=True, slots=True)
class Link:
    """What ties a called instance to its caller, and to the dossier of the outermost one."""

    parent_id: UUID
    parent_token_id: str
    root_id: UUID
    business_key: str | None = None


def begin(
    session: Session,
    definition_id: UUID,
    variables: Mapping[str, Any],
    *,
    actor: Actor,
    at: datetime,
    start_element: str | None = None,
    cause: engine.Occurrence | None = None,
    instance_id: UUID | None = None,
    calendar_code: str = DEFAULT_AGENCY_CODE,
    called_by: Link | None = None,
) -> tuple[ProcessInstance, engine.Outcome]:
    """Start an instance and store its row; the caller settles the outcome afterwards.

    Raises engine.ExecutionError when the first tokens cannot go on.
    """
    outcome = engine.start(
        compiled(session, definition_id),
        dict(variables),
        at=at,
        calendar=agency_calendars.current(session, calendar_code),
        start_element=start_element,
        cause=cause,
        surroundings=Surroundings(session),
    )
    instance = ProcessInstance(
        id=instance_id or uuid4(),
        definition_id=definition_id,
        status=outcome.status,
        snapshot=outcome.snapshot,
        started_at=at,
        started_by=actor.user_id,
        calendar_code=calendar_code,
        **({} if called_by is None else asdict(called_by)),
    )
    session.add(instance)
    session.flush()
    return instance, outcome


def begin_by_event(
    session: Session,
    definition_id: UUID,
    element_id: str | None,
    variables: Mapping[str, Any],
    *,
    instance_id: UUID,
    at: datetime,
    cause: engine.Occurrence | None = None,
) -> tuple[ProcessInstance, engine.Outcome]:
    """Start an instance at the start event that something happened at; None: at the plain one.

    ``cause`` is what happened, needed where the start event wants other events, too. Where people
    have work in the process there is a dossier, so that they find it in their inbox; otherwise
    there is an instance only.
    """
    nodes = compiled(session, definition_id).elements.values()
    if any(node.kind in _FOR_PEOPLE for node in nodes):
        return _with_dossier(session, definition_id, element_id, variables, instance_id, at, cause)
    return begin(
        session,
        definition_id,
        variables,
        actor=SYSTEM,
        at=at,
        start_element=element_id,
        cause=cause,
        instance_id=instance_id,
    )


def _with_dossier(
    session: Session,
    definition_id: UUID,
    element_id: str | None,
    given: Mapping[str, Any],
    instance_id: UUID,
    at: datetime,
    cause: engine.Occurrence | None,
) -> tuple[ProcessInstance, engine.Outcome]:
    definition = session.get_one(ProcessDefinition, definition_id)
    request = intake.DossierRequest(applicant_name="", channel=BY_EVENT)
    promised = promising.promise(
        session, definition, DEFAULT_AGENCY_CODE, at, request.channel, given
    )
    code = next_dossier_code(session, DEFAULT_AGENCY_CODE, at)
    desks = (DEFAULT_AGENCY_CODE, DEFAULT_AGENCY_CODE)
    instance, outcome = begin(
        session,
        definition_id,
        {**intake.variables(request, code, at, promised.due_at, desks), **_not_owned(given)},
        actor=SYSTEM,
        at=at,
        start_element=element_id,
        cause=cause,
        instance_id=instance_id,
    )
    dossier = intake.dossier_row(definition, instance, request, code, promised.due_at, SYSTEM, at)
    promising.keep(dossier, promised)
    progress.receive(session, dossier, actor=SYSTEM, at=at)
    return instance, outcome


def _not_owned(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if name not in engine.OWNED_VARIABLES}
