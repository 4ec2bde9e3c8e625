"""A database with people, the measured procedure and dossiers, made through the operations."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmarks import models
from webapp import clock, migrate
from webapp.actors import SYSTEM, Actor, Role
from webapp.db import Database
from webapp.models import UserAccount, UserTask, UserTaskStatus
from webapp.operations import api_keys, deployments, dossiers, people, user_tasks

AT = clock.now() - timedelta(hours=2)  # office time since then is counted at every completion
PASSWORD = "benchmark-password"  # noqa: S105
ANSWERS = {"conclusion": "ok", "note": "Đủ điều kiện, đề nghị ký."}


class Office:
    """A migrated database with one group of people who work the measured procedure."""

    def __init__(
        self, database: Database, *, people_count: int, roles: Sequence[str] = (Role.OFFICER,)
    ) -> None:
        self.database = database
        self.usernames = [f"officer{number}" for number in range(people_count)]
        with database.transaction() as session:
            people.create_group(session, models.OFFICE, "Benchmark office", actor=SYSTEM)
            for username in self.usernames:
                _create(session, username, roles)
        with database.transaction() as session:
            draft = deployments.save_draft(
                session, models.our_files(), "benchmark.zip", actor=SYSTEM, at=AT
            )
            deployments.publish(session, draft, note="benchmark", actor=SYSTEM, at=AT)
            self.actors = {one: self.actor_named(session, one) for one in self.usernames}

    def receive(self, count: int) -> list[UUID]:
        """Start dossiers of two kilobytes each; return their open user tasks, oldest first."""
        for _ in range(count):
            with self.database.transaction() as session:
                dossiers.start(session, models.PROCESS_ID, _request(), actor=SYSTEM, at=AT)
        return self.waiting()

    def waiting(self) -> list[UUID]:
        """Return the open user tasks that nobody has claimed."""
        with self.database.reading() as session:
            query = select(UserTask.id).where(
                UserTask.status == UserTaskStatus.OPEN, UserTask.assignee_id.is_(None)
            )
            return list(session.scalars(query))

    def give(self, username: str, user_task_ids: list[UUID]) -> None:
        """Let a person claim tasks and fill in their forms, all but the last press of a button."""
        with self.database.transaction() as session:
            actor = self.actor_named(session, username)
            for user_task_id in user_task_ids:
                user_tasks.claim(session, user_task_id, actor=actor, at=AT)
                user_tasks.save_draft(session, user_task_id, ANSWERS, actor=actor, at=AT)

    def key_of(self, username: str) -> str:
        """Return a new API key of a person."""
        with self.database.transaction() as session:
            user_id = people.get_user_id(session, username)
            return api_keys.create(session, user_id, name="benchmark", actor=SYSTEM, at=AT)

    def actor_named(self, session: Session, username: str) -> Actor:
        return people.actor_of(
            session.scalars(select(UserAccount).where(UserAccount.username == username)).one()
        )


@contextmanager
def office(
    database_url: str, *, people_count: int, roles: Sequence[str] = (Role.OFFICER,)
) -> Iterator[Office]:
    """Make an office in an empty database; its connections close with the context."""
    migrate.upgrade(database_url)
    database = Database(database_url)
    try:
        yield Office(database, people_count=people_count, roles=roles)
    finally:
        database.dispose()


def _create(session: Session, username: str, roles: Sequence[str]) -> None:
    people.create_user(
        session,
        username=username,
        name=username.capitalize(),
        password=PASSWORD,
        roles=roles,
        groups=[models.OFFICE],
        actor=SYSTEM,
        at=AT,
    )


def _request() -> dossiers.DossierRequest:
    return dossiers.DossierRequest(
        applicant_name="Nguyễn Thị Mai",
        applicant_phone="0905123456",
        subject="Cấp giấy phép xây dựng nhà ở riêng lẻ",
        answers=models.two_kilobytes(),
    )
