"""Who is away, who stands in, whose hands a task is in, and that somebody can always act."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Barrier, Thread
from uuid import UUID

import pytest
from sqlalchemy import delete, select

from tests.webapp.conftest import NINE
from tests.webapp.office import open_task, receive, work
from webapp.actors import Actor
from webapp.cli.checks import problems
from webapp.db import Database
from webapp.errors import ConflictError, NotAllowedError, ProductError, RejectedError
from webapp.models import InstanceEvent, Timer, UserTask, UserTaskCandidate
from webapp.operations import absences, assigning, delegating, signed_in, stranded, user_tasks
from webapp.operations import people as people_operations
from webapp.operations.stranded import Why
from webapp.worker.routing import Router

People = dict[str, Actor]
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def dossier(database: Database, people: People, review: str) -> UUID:
    return receive(database, review, people["thu"], NINE)


@pytest.fixture
def appraisal(database: Database, people: People, dossier: UUID) -> UUID:
    """A task that Hạnh has taken."""
    task_id = open_task(database, dossier, "Task_Appraise")
    with database.transaction() as session:
        user_tasks.claim(session, task_id, actor=people["hanh"], at=NINE)
    return task_id


def test_tasks_of_who_is_away_go_to_who_stands_in_and_come_back(
    database: Database, people: People, appraisal: UUID
) -> None:
    _away(database, people, "hanh", "long", NINE + HOUR, NINE + DAY)

    Router(database).work(NINE)
    assert _holder(database, appraisal) == people["hanh"].user_id
    Router(database).work(NINE + HOUR)
    assert _holder(database, appraisal) == people["long"].user_id
    Router(database).work(NINE + DAY)
    assert _holder(database, appraisal) == people["hanh"].user_id

    with database.reading() as session:
        told = session.scalars(
            select(InstanceEvent.data).where(InstanceEvent.kind == "user_task.assigned")
        ).all()
    assert [one["why"] for one in told] == ["absence", "back"]
    assert told[0]["after"] == "Ngô Hải Long"


def test_what_the_substitute_began_stays_with_the_substitute(
    database: Database, people: People, appraisal: UUID
) -> None:
    _away(database, people, "hanh", "long", NINE, NINE + DAY)
    Router(database).work(NINE)
    with database.transaction() as session:
        user_tasks.save_draft(session, appraisal, {"a": "b"}, actor=people["long"], at=NINE + HOUR)

    Router(database).work(NINE + DAY)

    assert _holder(database, appraisal) == people["long"].user_id


def test_a_substitute_who_is_away_is_replaced_by_the_substitutes_substitute(
    database: Database, people: People, appraisal: UUID
) -> None:
    _away(database, people, "long", "mai", NINE, NINE + DAY)
    _away(database, people, "hanh", "long", NINE, NINE + DAY)

    Router(database).work(NINE)

    assert _holder(database, appraisal) == people["mai"].user_id


def test_two_who_stand_in_for_each_other_give_the_task_back_to_the_desk_only_if_one_is_there(
    database: Database, people: People, appraisal: UUID
) -> None:
    _away(database, people, "long", "hanh", NINE, NINE + DAY)
    _away(database, people, "hanh", "long", NINE, NINE + DAY)

    Router(database).work(NINE)

    assert _holder(database, appraisal) == people["hanh"].user_id
    assert [one.why for one in _stranded(database, NINE)] == [Why.HOLDER_AWAY]


def test_without_a_substitute_the_task_goes_back_to_its_desk(
    database: Database, people: People, appraisal: UUID
) -> None:
    _away(database, people, "hanh", None, NINE, NINE + DAY)

    Router(database).work(NINE)

    assert _holder(database, appraisal) is None
    assert _stranded(database, NINE) == []


def test_who_stands_in_takes_tasks_of_the_desks_of_who_is_away(
    database: Database, people: People, dossier: UUID
) -> None:
    with database.transaction() as session:
        _, secret = people_operations.sign_in(session, "mai", "motcua-test", NINE)
    _away(database, people, "hanh", "mai", NINE, NINE + DAY)
    task_id = open_task(database, dossier, "Task_Appraise")

    with database.transaction() as session:
        mai = signed_in.actor_of_session(session, secret, NINE + HOUR)
        assert mai is not None
        assert [name for _, name in mai.stands_in_for] == ["Trần Thị Hạnh"]
        user_tasks.claim(session, task_id, actor=mai, at=NINE + HOUR)
    with database.reading() as session:
        after = signed_in.actor_of_session(session, secret, NINE + 7 * HOUR)
        assert after is not None
        assert "xay-dung" in after.groups

    assert _holder(database, task_id) == people["mai"].user_id


def test_an_absence_that_cannot_be_is_refused(database: Database, people: People) -> None:
    with pytest.raises(RejectedError):
        _away(database, people, "hanh", "long", NINE + DAY, NINE)
    with pytest.raises(RejectedError):
        _away(database, people, "hanh", "hanh", NINE, NINE + DAY)
    with pytest.raises(RejectedError):  # an analyst works no tasks
        _away(database, people, "hanh", "binh", NINE, NINE + DAY)
    _away(database, people, "hanh", "long", NINE, NINE + DAY)
    with pytest.raises(ConflictError):
        _away(database, people, "hanh", "long", NINE + HOUR, NINE + 2 * DAY)
    with pytest.raises(NotAllowedError):
        _away(database, people, "hanh", "long", NINE + 3 * DAY, NINE + 4 * DAY, by="long")


def test_a_leader_gives_many_tasks_to_a_person_all_or_none(
    database: Database, people: People, review: str, appraisal: UUID
) -> None:
    other = open_task(database, receive(database, review, people["thu"], NINE), "Task_Appraise")
    _away(database, people, "mai", None, NINE, NINE + DAY)

    with pytest.raises(RejectedError, match="away"):
        _assign(database, people, [appraisal, other], "mai")
    with pytest.raises(NotAllowedError):
        _assign(database, people, [appraisal], "long", by="hanh")
    with pytest.raises(ConflictError):  # one of them is Hạnh's meanwhile
        _assign(database, people, [appraisal, other], "long", held_by=frozenset({None}))
    assert _holder(database, other) is None

    _assign(database, people, [appraisal, other], "long")

    assert _holder(database, appraisal) == _holder(database, other) == people["long"].user_id


def test_of_two_leaders_reassigning_at_once_exactly_one_wins(
    database: Database, people: People, appraisal: UUID
) -> None:
    seen = frozenset({people["hanh"].user_id})

    outcomes = _at_once(
        lambda: _assign(database, people, [appraisal], "long", held_by=seen),
        lambda: _assign(database, people, [appraisal], "mai", held_by=seen),
    )

    assert sorted(outcomes) == ["ConflictError", "done"]


def test_of_lending_and_completing_at_once_exactly_one_wins(
    database: Database, people: People, appraisal: UUID
) -> None:
    def complete() -> None:
        with database.transaction() as session:
            user_tasks.complete(
                session, appraisal, {"ket_qua": "dat"}, actor=people["hanh"], at=NINE + HOUR
            )

    outcomes = _at_once(lambda: _lend(database, people, appraisal, "hanh", "long"), complete)

    assert sorted(outcomes) == ["ConflictError", "done"]


def test_a_lent_task_is_prepared_returned_and_completed_by_its_owner(
    database: Database, people: People, appraisal: UUID
) -> None:
    _lend(database, people, appraisal, "hanh", "mai")
    with database.transaction() as session:
        user_tasks.save_draft(session, appraisal, {"a": "b"}, actor=people["mai"], at=NINE + HOUR)
    for forbidden in (_complete, _release):
        with pytest.raises(RejectedError, match="lent"):
            forbidden(database, appraisal, people["mai"])
    with pytest.raises(RejectedError, match="lent"):
        _lend(database, people, appraisal, "mai", "long")

    with database.transaction() as session:
        delegating.give_back(session, appraisal, "xong", actor=people["mai"], at=NINE + 2 * HOUR)
    with database.reading() as session:
        task = session.get_one(UserTask, appraisal)
        assert (task.assignee_id, task.hand, task.owner_id) == (people["hanh"].user_id, None, None)
        assert (task.draft, task.hand_note) == ({"a": "b"}, "xong")

    _complete(database, appraisal, people["hanh"])


def test_an_owner_fetches_a_lent_task_back(
    database: Database, people: People, appraisal: UUID
) -> None:
    _lend(database, people, appraisal, "hanh", "mai")
    with pytest.raises(ConflictError), database.transaction() as session:
        delegating.take_back(session, appraisal, actor=people["long"], at=NINE)

    with database.transaction() as session:
        delegating.take_back(session, appraisal, actor=people["hanh"], at=NINE)

    assert _holder(database, appraisal) == people["hanh"].user_id


def test_a_desk_shares_its_tasks_out_to_those_there_with_the_least_to_do(
    database: Database, people: People, review: str, appraisal: UUID
) -> None:
    with database.transaction() as session:
        assigning.set_sharing_out(session, "xay-dung", shares_out=True, actor=people["lan"])
    tasks = [
        open_task(database, receive(database, review, people["thu"], NINE), "Task_Appraise")
        for _ in range(3)
    ]

    Router(database).work(NINE)

    holders = [_holder(database, one) for one in tasks]
    assert holders.count(people["long"].user_id) == 2  # Hạnh had one already
    assert holders.count(people["hanh"].user_id) == 1


def test_sharing_out_passes_over_who_is_away(
    database: Database, people: People, dossier: UUID
) -> None:
    with database.transaction() as session:
        assigning.set_sharing_out(session, "xay-dung", shares_out=True, actor=people["lan"])
    _away(database, people, "hanh", "long", NINE, NINE + DAY)

    Router(database).work(NINE)

    task_id = open_task(database, dossier, "Task_Appraise")
    assert _holder(database, task_id) == people["long"].user_id


def test_every_kind_of_dossier_with_which_nobody_can_act_is_found(
    database: Database, people: People, dossier: UUID, appraisal: UUID
) -> None:
    assert _stranded(database, NINE) == []
    with database.transaction() as session:
        people_operations.set_groups(session, _id(people, "hanh"), [], actor=people["lan"])
        people_operations.set_groups(session, _id(people, "long"), [], actor=people["lan"])
        user_tasks.release(session, appraisal, actor=people["hanh"], at=NINE)
    assert [(one.why, one.who) for one in _stranded(database, NINE)] == [
        (Why.DESK_EMPTY, "Xây dựng")
    ]
    assert any("nobody can act (desk_empty)" in one for one in problems(database))

    _assign(database, people, [appraisal], "mai")
    assert _stranded(database, NINE) == []
    with database.transaction() as session:
        people_operations.set_roles(session, _id(people, "mai"), [], actor=people["lan"])
    assert [one.why for one in _stranded(database, NINE)] == [Why.HOLDER_GONE]

    with database.transaction() as session:
        for row in session.scalars(select(UserTask)):
            row.status = "cancelled"
        session.execute(delete(Timer))
    assert [one.why for one in _stranded(database, NINE)] == [Why.NOTHING_WAITS]


def test_a_task_is_attended_while_a_candidate_or_who_stands_in_is_there(
    database: Database, people: People, dossier: UUID, appraisal: UUID
) -> None:
    with database.transaction() as session:
        user_tasks.release(session, appraisal, actor=people["hanh"], at=NINE)
    for one in ("hanh", "long"):
        _away(database, people, one, "mai" if one == "hanh" else None, NINE, NINE + DAY)
    assert _stranded(database, NINE) == []

    _away(database, people, "mai", None, NINE, NINE + HOUR)
    assert [(one.why, one.who) for one in _stranded(database, NINE)] == [
        (Why.DESK_EMPTY, "Xây dựng")
    ]
    with database.transaction() as session:
        for name in ("mai", "thu"):
            session.add(
                UserTaskCandidate(user_task_id=appraisal, username=name, status="unclaimed")
            )
            session.flush()
            at_desk = [one.who for one in stranded.stranded(session, NINE)]
            assert at_desk == (["Xây dựng, mai"] if name == "mai" else [])
    assert _stranded(database, NINE + HOUR) == []


def test_a_finished_dossier_is_not_missed_by_anybody(
    database: Database, people: People, dossier: UUID
) -> None:
    work(database, dossier, "Task_Appraise", people["hanh"], NINE + HOUR, ket_qua="tu_choi")

    assert _stranded(database, NINE + HOUR) == []


def _away(
    database: Database,
    people: People,
    who: str,
    substitute: str | None,
    starts_at: datetime,
    ends_at: datetime,
    by: str = "lan",
) -> None:
    with database.transaction() as session:
        absences.announce(
            session,
            _id(people, who),
            starts_at,
            ends_at,
            substitute_id=people[substitute].user_id if substitute else None,
            reason="",
            actor=people[by],
            at=NINE,
        )


def _assign(
    database: Database,
    people: People,
    tasks: list[UUID],
    to: str,
    *,
    by: str = "lan",
    held_by: frozenset[UUID | None] | None = None,
) -> None:
    with database.transaction() as session:
        delegating.assign(
            session, tasks, _id(people, to), "", actor=people[by], at=NINE, held_by=held_by
        )


def _lend(database: Database, people: People, task_id: UUID, owner: str, to: str) -> None:
    with database.transaction() as session:
        delegating.delegate(
            session, task_id, _id(people, to), "", actor=people[owner], at=NINE + HOUR
        )


def _complete(database: Database, task_id: UUID, actor: Actor) -> None:
    with database.transaction() as session:
        user_tasks.complete(session, task_id, {"ket_qua": "dat"}, actor=actor, at=NINE + 3 * HOUR)


def _release(database: Database, task_id: UUID, actor: Actor) -> None:
    with database.transaction() as session:
        user_tasks.release(session, task_id, actor=actor, at=NINE + 3 * HOUR)


def _holder(database: Database, task_id: UUID) -> UUID | None:
    with database.reading() as session:
        return session.get_one(UserTask, task_id).assignee_id


def _stranded(database: Database, at: datetime) -> list[stranded.Stranded]:
    with database.reading() as session:
        return list(stranded.stranded(session, at))


def _id(people: People, username: str) -> UUID:
    user_id = people[username].user_id
    assert user_id is not None
    return user_id


def _at_once(*doings: Callable[[], None]) -> list[str]:
    barrier = Barrier(len(doings))
    outcomes: list[str] = []

    def run(doing: Callable[[], None]) -> None:
        barrier.wait()
        try:
            doing()
        except ProductError as error:
            outcomes.append(type(error).__name__)
        else:
            outcomes.append("done")

    threads = [Thread(target=run, args=(one,)) for one in doings]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
