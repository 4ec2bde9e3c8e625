"""Many actions in one transaction: a refused one leaves nothing, an error ends all since then."""

import pytest
from sqlalchemy import func, select

from webapp.db import Database
from webapp.demo.together import Together
from webapp.models import UserGroup


def count(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(UserGroup)) or 0


def refused(together: Together) -> None:
    with together.transaction() as session:
        session.add(UserGroup(key="two", name="Two"))
        raise LookupError


def interrupted(database: Database) -> None:
    with Together(database) as together:
        for number in range(3):
            with together.transaction() as session:
                session.add(UserGroup(key=f"group-{number}", name="A group"))
        raise LookupError


def test_a_refused_action_leaves_nothing_and_the_others_are_kept(database: Database) -> None:
    before = count(database)

    with Together(database) as together:
        with together.transaction() as session:
            session.add(UserGroup(key="one", name="One"))
        with pytest.raises(LookupError):
            refused(together)

    assert count(database) == before + 1


def test_an_error_outside_takes_back_what_was_not_committed_yet(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.demo.together.ACTIONS", 2)
    before = count(database)

    with pytest.raises(LookupError):
        interrupted(database)

    assert count(database) == before + 2
