"""Each command once, however often it is delivered."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select

from tests.webapp.conftest import NINE
from webapp.actors import SYSTEM, Actor
from webapp.db import Database
from webapp.errors import RejectedError, RememberedRefusalError
from webapp.models import IdempotencyKey, UserGroup
from webapp.operations import once
from webapp.operations.people import create_group

People = dict[str, Actor]


def found(database: Database, key: str | None, number: int, actor: Actor = SYSTEM) -> object:
    """Found a group under an idempotency key; return the outcome."""
    with database.transaction() as session:

        def act() -> dict[str, object]:
            create_group(session, f"to-{number}", f"Tổ {number}", actor=SYSTEM)
            return {"number": number, "at": NINE}

        return once.once(session, key, actor, NINE, act)


def groups(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(UserGroup)) or 0


def test_the_second_delivery_is_answered_like_the_first(database: Database) -> None:
    answers = [found(database, "k-1", 1), found(database, "k-1", 2)]

    assert answers == [{"number": 1, "at": NINE.isoformat()}] * 2
    assert groups(database) == 1


def test_without_a_key_every_delivery_counts(database: Database) -> None:
    found(database, None, 1)
    found(database, "", 2)

    assert groups(database) == 2


def test_everybody_has_keys_of_their_own(database: Database, people: People) -> None:
    before = groups(database)

    found(database, "k-1", 1, people["thu"])
    found(database, "k-1", 2, people["lan"])

    assert groups(database) == before + 2


def test_a_key_answers_one_question_only(database: Database) -> None:
    with database.transaction() as session:
        once.once(session, "k", SYSTEM, NINE, lambda: 1, request={"a": 1})

    with database.transaction() as session, pytest.raises(once.KeyReusedError):
        once.once(session, "k", SYSTEM, NINE, lambda: 2, request={"a": 2})


def test_a_refused_command_leaves_no_key(database: Database) -> None:
    def refuse() -> None:
        raise RejectedError("no")

    def refuse_and_remember() -> None:
        raise RememberedRefusalError("no")

    for action in (refuse, refuse_and_remember):
        with pytest.raises(RejectedError), database.transaction() as session:
            once.once(session, "k", SYSTEM, NINE, action)

    assert found(database, "k", 7) == {"number": 7, "at": NINE.isoformat()}


def test_a_key_longer_than_any_sensible_one_is_refused(database: Database) -> None:
    with pytest.raises(RejectedError):
        found(database, "k" * 201, 1)


def test_of_two_deliveries_at_once_one_is_carried_out_and_both_are_answered(
    database: Database,
) -> None:
    barrier = Barrier(2)
    answers: list[object] = []

    def deliver(number: int) -> None:
        barrier.wait(10)
        answers.append(found(database, "k", number))

    threads = [Thread(target=deliver, args=(number,)) for number in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert len(answers) == 2
    assert answers[0] == answers[1]
    assert groups(database) == 1


def test_old_keys_are_forgotten(database: Database) -> None:
    found(database, "k", 1)

    with database.transaction() as session:
        once.forget_old(session, NINE + once.KEPT)
        kept = session.scalar(select(func.count()).select_from(IdempotencyKey))
        once.forget_old(session, NINE + once.KEPT + timedelta(seconds=1))
        left = session.scalar(select(func.count()).select_from(IdempotencyKey))

    assert (kept, left) == (1, 0)
