from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from tests.webapp.conftest import NINE
from tests.webapp.office import open_task, receive
from tests.webapp.programs import Program, key_of, program
from tests.webapp.visitor import product
from webapp import clock
from webapp.actors import SYSTEM, Actor
from webapp.db import Database
from webapp.errors import NotAllowedError, RejectedError
from webapp.models import ApiKey
from webapp.operations import api_keys
from webapp.operations import people as people_operations

People = dict[str, Actor]


@pytest.fixture
def app(database: Database) -> Flask:
    api_keys.forget_known()
    return product(database)


@pytest.fixture
def appraisal(database: Database, people: People, review: str) -> UUID:
    dossier = receive(database, review, people["thu"], NINE)
    return open_task(database, dossier, "Task_Appraise")


def test_a_key_acts_in_the_name_of_its_account(
    app: Flask, database: Database, people: People, appraisal: UUID
) -> None:
    hanh = program(app, database, people["hanh"])

    assert hanh.post(f"/v1/user-tasks/{appraisal}/claim").status_code == 204

    told = hanh.get(f"/v1/user-tasks/{appraisal}").json
    assert told is not None
    assert (told["assignee"], told["may_work"]) == ("Trần Thị Hạnh", True)


def test_of_a_key_only_the_hash_is_kept(database: Database, people: People) -> None:
    secret = key_of(database, people["hanh"])

    with database.reading() as session:
        kept = session.scalars(select(ApiKey)).one()

    assert secret.startswith("mck_")
    assert secret not in str(vars(kept))


@pytest.mark.parametrize("key", [None, "mck_wrong", ""])
def test_without_a_valid_key_nothing_is_told(
    app: Flask, database: Database, appraisal: UUID, key: str | None
) -> None:
    answer = Program(app, key).get(f"/v1/user-tasks/{appraisal}")

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.content_type == "application/problem+json"
    assert answer.json["code"] == "key_required"


def test_a_revoked_key_opens_nothing(
    app: Flask, database: Database, people: People, appraisal: UUID
) -> None:
    hanh = program(app, database, people["hanh"])
    hanh.get(f"/v1/user-tasks/{appraisal}")

    with database.transaction() as session:
        key = session.scalars(select(ApiKey)).one()
        api_keys.revoke(session, key.id, actor=SYSTEM, at=clock.now())

    assert hanh.get(f"/v1/user-tasks/{appraisal}").status_code == 401


def test_the_key_of_a_closed_account_opens_nothing_two_seconds_later(
    app: Flask, database: Database, people: People
) -> None:
    secret, at = key_of(database, people["hanh"]), clock.now()
    with database.transaction() as session:
        assert api_keys.actor_of_key(session, secret, at) is not None
        people_operations.set_active(
            session, people["hanh"].user_id, active=False, actor=SYSTEM, at=at
        )

    assert api_keys.find_known(secret, at + timedelta(seconds=1)) is not None
    assert api_keys.find_known(secret, at + timedelta(seconds=2)) is None
    with database.reading() as session:
        assert api_keys.actor_of_key(session, secret, at) is None


def test_a_key_ends_at_its_instant(database: Database, people: People) -> None:
    end = clock.now() + timedelta(days=1)
    secret = key_of(database, people["hanh"], expires_at=end)

    with database.reading() as session:
        before = api_keys.actor_of_key(session, secret, end - timedelta(seconds=1))
        after = api_keys.actor_of_key(session, secret, end)

    assert before is not None
    assert after is None


def test_a_key_may_hold_fewer_roles_than_its_account(
    app: Flask, database: Database, people: People, appraisal: UUID
) -> None:
    narrow = program(app, database, people["thu"], roles=[])

    answer = narrow.get(f"/v1/user-tasks/{appraisal}")

    assert answer.status_code == 403
    assert answer.json["code"] == "not_allowed"


def test_a_key_cannot_hold_a_role_that_its_account_lacks(
    database: Database, people: People
) -> None:
    with pytest.raises(RejectedError):
        key_of(database, people["thu"], roles=["admin"])


def test_only_an_administrator_gives_out_keys(database: Database, people: People) -> None:
    hanh = people["hanh"]
    with database.transaction() as session, pytest.raises(NotAllowedError):
        api_keys.create(session, hanh.user_id, name="mine", actor=hanh, at=NINE)


def test_the_use_of_a_key_is_noted(
    app: Flask, database: Database, people: People, appraisal: UUID
) -> None:
    hanh = program(app, database, people["hanh"])

    hanh.get(f"/v1/user-tasks/{appraisal}")

    with database.reading() as session:
        assert session.scalars(select(ApiKey.used_at)).one() is not None


def test_a_key_that_asks_too_often_is_told_to_wait(
    database: Database, people: People, review: str
) -> None:
    hanh = program(product(database, api_rate="2 per minute"), database, people["hanh"])

    answers = [hanh.get("/v1/user-tasks/" + 8 * "0" + "-0000-0000-0000-" + 12 * "0")
               for _ in range(3)]  # fmt: skip

    assert [one.status_code for one in answers] == [404, 404, 429]


def test_guessing_keys_is_slowed_down(app: Flask) -> None:
    guess = f"/v1/user-tasks/{UUID(int=0)}"
    answers = [Program(app, f"mck_{n}").get(guess) for n in range(61)]

    assert {one.status_code for one in answers[:60]} == {401}
    assert answers[60].status_code == 429
