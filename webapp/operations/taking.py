"""One user task and its instance for writing, by one statement."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, Uuid, bindparam, select
from sqlalchemy.orm import Session

from engine.texts import N_
from webapp.errors import NotFoundError
from webapp.fetching import Fetch, holds, loaded
from webapp.models import ProcessInstance, UserTask

# what completing needs: each column costs its time
_OF_TASK = (
    UserTask.id,
    UserTask.instance_id,
    UserTask.definition_id,
    UserTask.token_id,
    UserTask.element_id,
    UserTask.name,
    UserTask.status,
    UserTask.form_ref,
    UserTask.assignee_id,
    UserTask.created_at,
    UserTask.due_at,
    UserTask.claimed_at,
    UserTask.hand,
)
_OF_INSTANCE = (
    ProcessInstance.id,
    ProcessInstance.definition_id,
    ProcessInstance.status,
    ProcessInstance.snapshot,
    ProcessInstance.revision,
    ProcessInstance.ended_at,
    ProcessInstance.suspended_at,
    ProcessInstance.calendar_code,
    ProcessInstance.parent_id,
    ProcessInstance.parent_token_id,
    ProcessInstance.root_id,
)
_TASK_NAMES = tuple(column.key for column in _OF_TASK)
_INSTANCE_NAMES = tuple(column.key for column in _OF_INSTANCE)


def _both(*columns: Any) -> Select[Any]:
    """Return the select of a task and its instance that locks both."""
    return (
        select(*columns)
        .join_from(UserTask, ProcessInstance, ProcessInstance.id == UserTask.instance_id)
        .where(UserTask.id == bindparam("task_id", type_=Uuid()))
        .with_for_update(of=(ProcessInstance, UserTask), key_share=True)
    )


_COLUMNS = Fetch(_both(*_OF_TASK, *_OF_INSTANCE))
_OBJECTS = _both(UserTask, ProcessInstance).execution_options(populate_existing=True)


def locked_task(session: Session, user_task_id: UUID) -> tuple[UserTask, ProcessInstance]:
    """Return a task and its instance for writing; see ``stepping.locked_instance``.

    Both are locked, the instance first as everywhere: who waited sees the task as it is now.
    Raises NotFoundError.
    """
    if holds(session, UserTask, user_task_id):
        return _again(session, user_task_id)
    found = _COLUMNS.rows(session, {"task_id": user_task_id})
    if not found:
        raise NotFoundError(N_("There is no such task."))
    count = len(_OF_TASK)
    of_task = dict(zip(_TASK_NAMES, found[0][:count], strict=True))
    if holds(session, ProcessInstance, of_task["instance_id"]):
        return _again(session, user_task_id)
    of_instance = dict(zip(_INSTANCE_NAMES, found[0][count:], strict=True))
    return loaded(session, UserTask, of_task), loaded(session, ProcessInstance, of_instance)


def _again(session: Session, user_task_id: UUID) -> tuple[UserTask, ProcessInstance]:
    """Return them where the session has one of them, as it was read before."""
    found = session.execute(_OBJECTS, {"task_id": user_task_id}).first()
    if found is None:
        raise NotFoundError(N_("There is no such task."))
    return found.UserTask, found.ProcessInstance
