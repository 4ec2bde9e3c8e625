"""What a leader gives to whom: the work and the people of the leader's own agency.

Administrators, and leaders who belong to no agency, lead everybody.
"""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import Session

from engine.texts import N_
from webapp.actors import Actor
from webapp.errors import NotAllowedError
from webapp.models import Dossier, UserTask, UserTaskCandidate
from webapp.staffing import Person, Staffing, leads_everybody, led_people


def of_the_agency(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that a dossier was received, or is decided, where the actor leads."""
    if leads_everybody(actor):
        return true()
    return or_(
        Dossier.received_agency_id == actor.agency_id,
        Dossier.deciding_agency_id == actor.agency_id,
    )


def require_reach(
    session: Session, tasks: Collection[UserTask], to_id: UUID, there: Staffing, actor: Actor
) -> None:
    """Raise NotAllowedError unless the leader leads the receiver and reaches every task.

    A task is reached by its holder, by a desk that offers it, or by its dossier.
    """
    if leads_everybody(actor):
        return
    led = led_people(there, actor)
    if to_id not in {one.id for one in led}:
        raise NotAllowedError(N_("Tasks are given to people of your own agency."))
    holders = {one.id for one in led}
    others = [one.id for one in tasks if one.assignee_id not in holders]
    if others and len(_reached(session, others, led, actor)) < len(others):
        raise NotAllowedError(N_("One of the tasks belongs to another agency."))


def _reached(
    session: Session, task_ids: Sequence[UUID], led: Sequence[Person], actor: Actor
) -> frozenset[UUID]:
    desks = {key for one in led for key in one.groups}
    offered = select(UserTaskCandidate.user_task_id).where(
        UserTaskCandidate.user_task_id.in_(task_ids), UserTaskCandidate.group_key.in_(desks)
    )
    found = session.scalars(
        select(UserTask.id)
        .outerjoin(Dossier, Dossier.instance_id == UserTask.dossier_instance())
        .where(UserTask.id.in_(task_ids))
        .where(or_(UserTask.assignee_id.is_(None) & UserTask.id.in_(offered), of_the_agency(actor)))
    )
    return frozenset(found)
