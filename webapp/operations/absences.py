"""The substitution calendar: who is away, who stands in, and work that follows by itself.

Decree 309/2026, art. 6: the agency provides a substitute, so that reception never stops.
"""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from engine.texts import N_
from webapp import staffing
from webapp.actors import Actor
from webapp.errors import ConflictError, NotAllowedError, NotFoundError, RejectedError
from webapp.models import Absence, UserAccount, UserTask, UserTaskStatus
from webapp.models.user_tasks import Hand
from webapp.operations import handing_on
from webapp.operations.noting import may_instruct
from webapp.staffing import Staffing

MAX_REASON = 200  # characters
AWAY, BACK = "absence", "back"  # why a task changed hands, as the log says


def announce(
    session: Session,
    user_id: UUID,
    starts_at: datetime,
    ends_at: datetime,
    *,
    substitute_id: UUID | None,
    reason: str,
    actor: Actor,
    at: datetime,
) -> UUID:
    """Enter an absence and return its id; open tasks go to who stands in when it begins.

    A person enters their own, a leader anybody's. Raises NotAllowedError; RejectedError for times
    that are over or the wrong way round and for a substitute who cannot do the work; ConflictError
    where the person is away already in that time.
    """
    _require(actor, user_id)
    person = session.get(UserAccount, user_id, with_for_update=True)  # one at a time per person
    if person is None:
        raise NotFoundError(N_("There is no such person."))
    if ends_at <= starts_at or ends_at <= at:
        raise RejectedError(N_("An absence ends after it begins, and not in the past."))
    _check_substitute(session, user_id, substitute_id, at)
    _check_free(session, person, starts_at, ends_at)
    row = Absence(
        id=uuid4(),
        user_id=user_id,
        substitute_id=substitute_id,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=reason.strip()[:MAX_REASON],
        created_at=at,
        created_by=actor.name,
    )
    session.add(row)
    session.flush()
    return row.id


def cancel(session: Session, absence_id: UUID, *, actor: Actor, at: datetime) -> None:
    """Take an absence back, or end it now; what was not begun goes back to the person."""
    row = session.get(Absence, absence_id, with_for_update=True)
    if row is None:
        raise NotFoundError(N_("There is no such absence."))
    _require(actor, row.user_id)
    if row.cancelled_at is not None or row.ends_at <= at:
        return
    if row.starts_at < at:
        row.ends_at = row.returned_at = at
    else:
        row.cancelled_at = at
    session.flush()
    come_back(session, at=at, actor=actor)


def reroute(session: Session, *, at: datetime, actor: Actor) -> int:
    """Give the open tasks of everybody who is away to who stands in; return how many moved.

    Without anybody to stand in, a task goes back to its desk, if somebody there can take it;
    else it stays and stands on the alarm page.
    """
    there = staffing.staffing(session, at)
    if not there.away:
        return 0
    held = session.scalars(
        select(UserTask)
        .where(UserTask.assignee_id.in_(there.away.keys()), UserTask.status == UserTaskStatus.OPEN)
        .order_by(UserTask.id)
        .with_for_update(skip_locked=True)
    ).all()
    return sum(_reroute(session, there, task, actor, at) for task in held)


def come_back(session: Session, *, at: datetime, actor: Actor) -> int:
    """Give tasks that nobody began back to owners who are there again; return how many.

    What was begun stays with the substitute, who may hand it back.
    """
    away = staffing.absences(session, at)
    rows = session.scalars(
        select(UserTask)
        .where(
            UserTask.owner_id.is_not(None),
            UserTask.owner_id.not_in(away.keys()),
            UserTask.hand == Hand.SUBSTITUTED,
            UserTask.status == UserTaskStatus.OPEN,
        )
        .order_by(UserTask.id)
        .with_for_update(skip_locked=True)
    ).all()
    moved = 0
    for task in rows:
        owner = session.get(UserAccount, task.owner_id)
        if task.draft is None and owner is not None and owner.is_active:
            handing_on.give(session, task, owner.id, why=BACK, actor=actor, at=at)
            moved += 1
        else:
            task.owner_id = task.hand = None
    session.flush()
    return moved


def _reroute(session: Session, there: Staffing, task: UserTask, actor: Actor, at: datetime) -> bool:
    absent_id = task.assignee_id
    if absent_id is None:
        return False
    acting = there.acting(absent_id)
    if acting is not None:
        owner, hand = (task.owner_id, task.hand) if task.hand else (absent_id, Hand.SUBSTITUTED)
        handing_on.give(session, task, acting.id, why=AWAY, actor=actor, at=at)
        task.owner_id, task.hand = owner, hand
        return True
    groups, usernames = handing_on.candidates(session, task.id)
    if there.present(groups, usernames):
        handing_on.put_back(session, task, why=AWAY, actor=actor, at=at)
        return True
    return False


def _check_substitute(
    session: Session, user_id: UUID, substitute_id: UUID | None, at: datetime
) -> None:
    if substitute_id is None:
        return
    substitute = staffing.staffing(session, at).people.get(substitute_id)
    if substitute_id == user_id:
        raise RejectedError(N_("Nobody stands in for themselves. Choose somebody else."))
    if substitute is None or not substitute.works:
        raise RejectedError(N_("Who stands in needs an open account and works tasks."))


def _check_free(
    session: Session, person: UserAccount, starts_at: datetime, ends_at: datetime
) -> None:
    other = session.scalar(_overlapping(person.id, starts_at, ends_at))
    if other is not None:
        raise ConflictError(
            N_("%(name)s is entered as away already until %(until)s."),
            name=person.name,
            until=other.ends_at,
        )


def _overlapping(user_id: UUID, starts_at: datetime, ends_at: datetime) -> Select[Absence]:
    return (
        select(Absence)
        .where(
            Absence.user_id == user_id,
            Absence.cancelled_at.is_(None),
            Absence.starts_at < ends_at,
            Absence.ends_at > starts_at,
        )
        .limit(1)
    )


def _require(actor: Actor, user_id: UUID) -> None:
    if actor.user_id in (None, user_id) or may_instruct(actor):
        return
    raise NotAllowedError(N_("Only leaders enter absences of other people."))
