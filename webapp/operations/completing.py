"""The rows of a user task that its worker completes: itself, its candidates, how long it took."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Uuid, bindparam, null, update
from sqlalchemy.orm import Session

from engine.texts import N_
from webapp.actors import Actor
from webapp.errors import ConflictError
from webapp.models import ProcessInstance, UserTask, UserTaskStatus
from webapp.operations import timings
from webapp.operations.known import TASK, Waits
from webapp.operations.waits import end_candidates
from webapp.prepared import Prepared
from webapp.storable import storable

_COMPLETE = Prepared(
    update(UserTask.__table__)  # type: ignore[arg-type]  # a mapped table
    .where(
        UserTask.id == bindparam("task_id", type_=Uuid()),
        UserTask.status == UserTaskStatus.OPEN,
        # no index serves this comparison: where the tables are new, PostgreSQL takes the index of
        # a person's tasks instead of the key, and reads all of them
        UserTask.assignee_id.is_not_distinct_from(bindparam("worker_id", type_=Uuid())),
    )
    .values(
        status=UserTaskStatus.COMPLETED,
        completed_at=bindparam("at"),
        completed_by=bindparam("worker_id", type_=Uuid()),
        answers=bindparam("given"),
        draft=null(),
    )
)


@dataclass(frozen=True, slots=True)
class Completion:
    """A user task, locked and its worker's to complete, and the typed answers."""

    task: UserTask
    answers: Mapping[str, Any]


def keep(
    session: Session,
    completion: Completion,
    instance: ProcessInstance,
    known: Waits,
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """Write down that the actor completed the task, which is no wait of its instance any more.

    Raises ConflictError where it is not open, or not the actor's.
    """
    task = completion.task
    known[TASK].pop((task.token_id, task.element_id, "", None), None)
    values = {
        "task_id": task.id,
        "worker_id": actor.user_id,
        "at": at,
        "given": storable(completion.answers),
    }
    _COMPLETE.run(session, values, otherwise=_overtaken)
    end_candidates(session, task.id)
    timings.keep_completed(session, task, instance, at)


def _overtaken() -> ConflictError:
    return ConflictError(N_("Somebody else changed this meanwhile."))
