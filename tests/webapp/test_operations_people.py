from datetime import timedelta

import pytest

from tests.webapp.conftest import NINE, PASSWORD
from webapp.actors import SYSTEM, Actor, Role
from webapp.db import Database
from webapp.errors import ConflictError, NotAllowedError, RejectedError
from webapp.operations import people as operations
from webapp.operations import signed_in
from webapp.operations.people import SignInRefusedError

People = dict[str, Actor]
MINUTE = timedelta(minutes=1)


def test_whoever_knows_the_password_is_signed_in_with_roles_and_groups(
    database: Database, people: People
) -> None:
    with database.transaction() as session:
        actor, secret = operations.sign_in(session, " THU ", PASSWORD, NINE)

    assert actor.roles == {Role.COUNTER, Role.OFFICER}
    assert actor.groups == {"mot-cua"}
    with database.reading() as session:
        assert signed_in.actor_of_session(session, secret, NINE + MINUTE) == actor


def test_five_wrong_passwords_close_an_account_for_a_quarter_of_an_hour(
    database: Database, people: People
) -> None:
    for _ in range(5):
        _refused(database, "thu", "wrong password")

    _refused(database, "thu", PASSWORD)
    with database.transaction() as session:
        actor, _ = operations.sign_in(session, "thu", PASSWORD, NINE + 16 * MINUTE)

    assert actor.username == "thu"


def test_four_wrong_passwords_are_forgiven_by_a_right_one(
    database: Database, people: People
) -> None:
    for _ in range(2):
        for _ in range(4):
            _refused(database, "thu", "wrong password")
        with database.transaction() as session:
            operations.sign_in(session, "thu", PASSWORD, NINE)


def test_unknown_ended_and_mistaken_people_get_the_same_answer(
    database: Database, people: People
) -> None:
    with database.transaction() as session:
        hanh = people["hanh"].user_id
        assert hanh is not None
        operations.set_active(session, hanh, active=False, actor=people["lan"], at=NINE)

    answers = {
        _refused(database, "nobody", PASSWORD),
        _refused(database, "hanh", PASSWORD),
        _refused(database, "thu", "wrong password"),
    }

    assert len(answers) == 1


def test_a_session_ends_when_idle_and_after_half_a_day_in_any_case(
    database: Database, people: People
) -> None:
    with database.transaction() as session:
        _, secret = operations.sign_in(session, "thu", PASSWORD, NINE)
    with database.reading() as session:
        assert signed_in.actor_of_session(session, secret, NINE + timedelta(hours=8)) is None

    for hour in range(1, 12):
        with database.transaction() as session:
            operations.touch(session, secret, NINE + timedelta(hours=hour))

    with database.reading() as session:
        before, after = NINE + timedelta(hours=11.9), NINE + timedelta(hours=12)
        assert signed_in.actor_of_session(session, secret, before) is not None
        assert signed_in.actor_of_session(session, secret, after) is None


def test_signing_out_a_new_password_and_an_ended_account_end_sessions(
    database: Database, people: People
) -> None:
    thu = people["thu"].user_id
    assert thu is not None

    for end in ("sign_out", "password", "deactivate"):
        with database.transaction() as session:
            _, secret = operations.sign_in(session, "thu", PASSWORD, NINE)
        with database.transaction() as session:
            if end == "sign_out":
                operations.sign_out(session, secret)
            elif end == "password":
                operations.set_password(session, thu, PASSWORD, actor=people["lan"])
            else:
                operations.set_active(session, thu, active=False, actor=people["lan"], at=NINE)
        with database.reading() as session:
            assert signed_in.actor_of_session(session, secret, NINE) is None


def test_only_administrators_change_people(database: Database, people: People) -> None:
    thu = people["thu"].user_id
    assert thu is not None

    with database.transaction() as session, pytest.raises(NotAllowedError):
        operations.set_roles(session, thu, ["admin"], actor=people["thu"])


def test_the_last_administrator_cannot_be_lost(database: Database, people: People) -> None:
    lan = people["lan"].user_id
    assert lan is not None

    with pytest.raises(RejectedError), database.transaction() as session:
        operations.set_roles(session, lan, [], actor=people["lan"])
    with pytest.raises(RejectedError), database.transaction() as session:
        operations.set_active(session, lan, active=False, actor=people["lan"], at=NINE)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"username": "thu"}, ConflictError),
        ({"username": "Có dấu"}, RejectedError),
        ({"name": " "}, RejectedError),
        ({"password": "short"}, RejectedError),
        ({"roles": ["king"]}, RejectedError),
        ({"groups": ["nowhere"]}, RejectedError),
    ],
)
def test_a_malformed_person_is_refused(
    database: Database, people: People, change: dict[str, str], error: type[Exception]
) -> None:
    wanted = {"username": "new", "name": "New", "password": PASSWORD, **change}

    with pytest.raises(error), database.transaction() as session:
        operations.create_user(session, **wanted, actor=SYSTEM, at=NINE)  # type: ignore[arg-type]


def _refused(database: Database, username: str, password: str) -> str:
    with pytest.raises(SignInRefusedError) as refused, database.transaction() as session:
        operations.sign_in(session, username, password, NINE)
    return str(refused.value)
