"""Telling people what concerns them: in the page, by e-mail at once, or in a daily digest.

Who causes something tells in the same transaction; of new and overdue tasks the worker tells, from
the tasks themselves, so that a completion costs no more and nothing is lost.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import String, bindparam, func, select, update
from sqlalchemy.orm import Session

from engine.texts import N_
from webapp import staffing
from webapp.actors import Actor
from webapp.errors import RejectedError
from webapp.mail_words import sentence
from webapp.models import (
    Dossier,
    Mail,
    Notice,
    NoticeSetting,
    UserTask,
    UserTaskCandidate,
    UserTaskStatus,
)
from webapp.storable import storable

AT_ONCE = 200  # tasks in one transaction


class Kind(StrEnum):
    FOR_ME = "for_me"
    FOR_MY_DESK = "for_my_desk"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    MENTIONED = "mentioned"
    INSTRUCTED = "instructed"
    LENT = "lent"
    RETURNED = "returned"


class Way(StrEnum):
    OFF = "off"
    PAGE = "page"
    DIGEST = "digest"  # in the page, and in one e-mail a day
    MAIL = "mail"  # in the page, and by e-mail at once


USUAL = dict.fromkeys(Kind, Way.PAGE) | {Kind.FOR_MY_DESK: Way.OFF}
SENTENCES = {
    Kind.FOR_ME: N_("New task for you: “%(task)s”, dossier %(code)s"),
    Kind.FOR_MY_DESK: N_("New task for your desk: “%(task)s”, dossier %(code)s"),
    Kind.DUE_SOON: N_("Dossier %(code)s is due soon"),
    Kind.OVERDUE: N_("Overdue: “%(task)s”, dossier %(code)s"),
    Kind.MENTIONED: N_("%(by)s mentioned you in a note on dossier %(code)s"),
    Kind.INSTRUCTED: N_("%(by)s gave an instruction on dossier %(code)s"),
    Kind.LENT: N_("%(by)s lent you the task “%(task)s”, dossier %(code)s"),
    Kind.RETURNED: N_("%(by)s gave back the task “%(task)s”, dossier %(code)s"),
}


def tell(
    session: Session,
    user_ids: Iterable[UUID],
    kind: Kind,
    *,
    about: Mapping[str, Any],
    dossier_id: UUID | None,
    user_task_id: UUID | None,
    at: datetime,
) -> int:
    """Write a notice for each of these people who wishes it, and e-mails; return how many."""
    wanted = sorted(set(user_ids), key=str)
    if not wanted:
        return 0
    found = session.scalars(select(NoticeSetting).where(NoticeSetting.user_id.in_(wanted)))
    settings = {one.user_id: one for one in found}
    told = 0
    for user_id in wanted:
        setting = settings.get(user_id)
        way = _way(setting, kind)
        if way is Way.OFF:
            continue
        told += 1
        session.add(
            Notice(
                id=uuid4(),
                user_id=user_id,
                kind=kind,
                dossier_id=dossier_id,
                user_task_id=user_task_id,
                data=storable(about),
                created_at=at,
                in_digest=way is Way.DIGEST,
            )
        )
        if way is Way.MAIL and setting is not None and setting.email:
            subject = sentence(SENTENCES[kind], setting.language, about)
            _post(session, setting, subject, f"{subject}.\n", at)
    session.flush()
    return told


def tell_of_task(
    session: Session, task: UserTask, user_ids: Iterable[UUID], kind: Kind, by: str, at: datetime
) -> int:
    """Tell people of a task."""
    row = session.execute(
        select(Dossier.id, Dossier.code).where(
            Dossier.instance_id == (task.root_instance_id or task.instance_id)
        )
    ).first()
    about = {"task": task.name, "code": row.code if row else "–", "by": by}
    where = {"dossier_id": row.id if row else None, "user_task_id": task.id}
    return tell(session, user_ids, kind, about=about, at=at, **where)


def tell_of_dossier(session: Session, dossier: Dossier, kind: Kind, by: str, at: datetime) -> int:
    """Tell whoever holds a task of a dossier, else the people of the desks where one lies."""
    tasks = session.scalars(
        select(UserTask).where(
            UserTask.belongs_to(dossier.instance_id), UserTask.status == UserTaskStatus.OPEN
        )
    ).all()
    if not tasks:
        return 0
    there = staffing.staffing(session, at)
    people = {one for task in tasks for one in _concerned(session, there, task)}
    about = {"code": dossier.code, "by": by, "task": ""}
    where = {"dossier_id": dossier.id, "user_task_id": None}
    return tell(session, people, kind, about=about, at=at, **where)


def tell_new(session: Session, *, at: datetime) -> int:
    """Tell of open tasks nobody was told of yet; return how many tasks that were."""
    rows = _next_tasks(session, UserTask.created_at, UserTask.told_at.is_(None))
    there = staffing.staffing(session, at) if rows else None
    for task in rows:
        task.told_at = at
        if there is None or (task.assignee_id and task.claimed_at != task.created_at):
            continue  # somebody took it, or was told when it was given
        kind = Kind.FOR_ME if task.assignee_id else Kind.FOR_MY_DESK
        tell_of_task(session, task, _concerned(session, there, task), kind, "", at)
    session.flush()
    return len(rows)


def tell_overdue(session: Session, *, at: datetime) -> int:
    """Tell of open tasks whose time has passed, once; return how many tasks that were."""
    late = UserTask.late_told_at.is_(None), UserTask.due_at < at
    rows = _next_tasks(session, UserTask.due_at, *late)
    there = staffing.staffing(session, at) if rows else None
    for task in rows:
        task.late_told_at = at
        if there is not None:
            tell_of_task(session, task, _concerned(session, there, task), Kind.OVERDUE, "", at)
    session.flush()
    return len(rows)


def mark_read(session: Session, notice_id: UUID | None, *, actor: Actor, at: datetime) -> None:
    """Mark one notice of the actor as read, or all of them."""
    wanted = update(Notice).where(Notice.user_id == actor.user_id, Notice.read_at.is_(None))
    if notice_id is not None:
        wanted = wanted.where(Notice.id == notice_id)
    session.execute(wanted.values(read_at=at))


def choose(
    session: Session,
    choices: Mapping[str, str],
    *,
    email: str,
    language: str,
    digest_hour: int,
    actor: Actor,
) -> None:
    """Keep how the actor wishes to be told. Raises RejectedError for what cannot be."""
    if actor.user_id is None:
        return
    address = email.strip()
    local, _, domain = address.rpartition("@")
    if address and (not local or "." not in domain or not address.isascii() or " " in address):
        raise RejectedError(N_("“%(name)s” is not an e-mail address."), name=address[:100])
    kept = {str(kind): Way(choices.get(kind, USUAL[kind])) for kind in Kind}
    if not address and {Way.MAIL, Way.DIGEST} & set(kept.values()):
        raise RejectedError(N_("Enter the e-mail address to which messages go."))
    row = session.get(NoticeSetting, actor.user_id)
    if row is None:
        row = NoticeSetting(user_id=actor.user_id)
        session.add(row)
    row.email, row.language, row.choices = address, language, dict(kept)
    row.digest_hour = min(max(digest_hour, 0), 23)
    session.flush()


def unread(session: Session, actor: Actor) -> int:
    """Return how many notices the actor has not read."""
    mine = (Notice.user_id == actor.user_id, Notice.read_at.is_(None))
    return session.scalar(select(func.count()).select_from(Notice).where(*mine)) or 0


def _way(setting: NoticeSetting | None, kind: Kind) -> Way:
    return Way(setting.choices.get(kind, USUAL[kind])) if setting else USUAL[kind]


def _post(session: Session, setting: NoticeSetting, subject: str, body: str, at: datetime) -> None:
    session.add(
        Mail(
            id=uuid4(),
            user_id=setting.user_id,
            address=setting.email,
            subject=subject,
            body=body,
            created_at=at,
            due_at=at,
            tries=0,
            last_error="",
        )
    )


def _next_tasks(session: Session, first: Any, *conditions: Any) -> list[UserTask]:
    """Return open tasks by an index that holds only those: "open" has to stand in the statement."""
    is_open = bindparam("open", UserTaskStatus.OPEN, String(), literal_execute=True)
    return list(
        session.scalars(
            select(UserTask)
            .where(UserTask.status == is_open, *conditions)
            .order_by(first)
            .limit(AT_ONCE)
            .with_for_update(skip_locked=True)
        )
    )


def _concerned(session: Session, there: staffing.Staffing, task: UserTask) -> set[UUID]:
    """Return who has a task, or who there could take it."""
    if task.assignee_id is not None:
        acting = there.acting(task.assignee_id)
        return {acting.id} if acting else set()
    rows = session.execute(
        select(UserTaskCandidate.group_key, UserTaskCandidate.username).where(
            UserTaskCandidate.user_task_id == task.id
        )
    ).all()
    groups = [row.group_key for row in rows if row.group_key]
    return {one.id for one in there.present(groups, [row.username for row in rows if row.username])}
