"""Starting the activities of ad-hoc sub-processes, which people choose on the dossier's page."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

import engine
from engine.texts import N_
from webapp.actors import Actor, Role
from webapp.errors import NotAllowedError, NotFoundError
from webapp.models import Dossier, DossierGroup, ProcessInstance
from webapp.operations.definitions import compiled
from webapp.operations.moving import locked_instance, move


def offered(
    session: Session, dossier_id: UUID, *, actor: Actor, at: datetime
) -> tuple[engine.Choice, ...]:
    """Return what this person may start in a dossier now, by ad-hoc sub-process."""
    dossier = _get(session, dossier_id)
    process = compiled(session, dossier.definition_id)
    if not any(node.scope is not None and node.scope.by_hand for node in process.elements.values()):
        return ()
    instance = session.get_one(ProcessInstance, dossier.instance_id)
    found = engine.resting(process, instance.snapshot, at=at).choices
    return tuple(one for one in found if _may(session, dossier, one, actor))


def start(
    session: Session,
    dossier_id: UUID,
    token_id: str,
    element_id: str,
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """Start one activity.

    Raises NotFoundError, NotAllowedError, and engine.CommandRejectedError when it cannot be started
    (any more).
    """
    _do(session, dossier_id, engine.StartActivity(token_id, element_id), actor, at)


def finish(
    session: Session, dossier_id: UUID, token_id: str, *, actor: Actor, at: datetime
) -> None:
    """End an ad-hoc sub-process. Raises as ``start`` does."""
    _do(session, dossier_id, engine.FinishAdHoc(token_id), actor, at)


def _do(
    session: Session,
    dossier_id: UUID,
    command: engine.StartActivity | engine.FinishAdHoc,
    actor: Actor,
    at: datetime,
) -> None:
    instance = locked_instance(session, _get(session, dossier_id).instance_id)
    allowed = offered(session, dossier_id, actor=actor, at=at)
    if all(one.token_id != command.token_id for one in allowed):
        raise NotAllowedError(N_("This is not (or no longer) yours to start."))
    move(session, instance, command, actor=actor, at=at)


def _get(session: Session, dossier_id: UUID) -> Dossier:
    dossier = session.get(Dossier, dossier_id)
    if dossier is None:
        raise NotFoundError(N_("There is no such dossier."))
    return dossier


def _may(session: Session, dossier: Dossier, choice: engine.Choice, actor: Actor) -> bool:
    """Return whether somebody works in the dossier, in one of the activities, or is in charge."""
    if actor.has(Role.ADMIN):
        return True
    node = compiled(session, dossier.definition_id).elements[choice.element_id]
    drawn = node.scope.nodes.values() if node.scope is not None else ()
    groups = {group for one in drawn for group in one.assignment.candidate_groups}
    groups |= set(
        session.scalars(select(DossierGroup.group_key).where(DossierGroup.dossier_id == dossier.id))
    )
    return bool(actor.groups.intersection(groups))
