"""What the people of the test office do, in few words, through the real operations."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from webapp.actors import Actor
from webapp.db import Database
from webapp.models import Dossier, UserTask, UserTaskStatus
from webapp.operations import dossiers, user_tasks
from webapp.operations.dossiers import DossierRequest

REQUEST = DossierRequest(
    applicant_name="Đặng Thị Hường",
    applicant_phone="0900000123",
    subject="Sửa nhà cấp 4",
    answers={"noi_dung": "Sửa nhà"},
)


def receive(database: Database, key: str, actor: Actor, at: datetime) -> UUID:
    """Return the id of a new dossier."""
    with database.transaction() as session:
        return dossiers.start(session, key, REQUEST, actor=actor, at=at)


def open_task(database: Database, dossier_id: UUID, element_id: str) -> UUID:
    """Return the id of the dossier's open task at an element."""
    with database.reading() as session:
        return session.scalars(
            select(UserTask.id)
            .join(Dossier, Dossier.instance_id == UserTask.instance_id)
            .where(
                Dossier.id == dossier_id,
                UserTask.element_id == element_id,
                UserTask.status == UserTaskStatus.OPEN,
            )
        ).one()


def work(
    database: Database,
    dossier_id: UUID,
    element_id: str,
    actor: Actor,
    at: datetime,
    **answers: Any,
) -> UUID:
    """Claim and complete the dossier's open task at an element; return the task's id."""
    task_id = open_task(database, dossier_id, element_id)
    with database.transaction() as session:
        user_tasks.claim(session, task_id, actor=actor, at=at)
    with database.transaction() as session:
        user_tasks.complete(session, task_id, answers, actor=actor, at=at)
    return task_id
