"""Two transactions that meet: the first is held open until the second has run into it."""

from collections.abc import Callable
from threading import Event, Thread

from sqlalchemy import text
from sqlalchemy.orm import Session

from engine.errors import CommandRejectedError
from webapp.db import Database
from webapp.errors import ConflictError, ProductError

Action = Callable[[Session], object]
LOOK_SECONDS = 0.01
PATIENCE = 500  # looks
WON = "done"


def meet(database: Database, first: Action, second: Action) -> tuple[str, str]:
    """Run both in transactions of their own that overlap; return what became of each.

    The first has done everything but its commit when the second begins, and commits when that one
    waits for it (or has ended). "done", or the name of the refusal.
    """
    acted, ended = Event(), Event()
    outcomes: dict[str, str] = {}

    def lead() -> None:
        def act(session: Session) -> None:
            first(session)
            session.flush()
            acted.set()
            _hold(database, ended)

        outcomes["first"] = _outcome(database, act)
        acted.set()

    def follow() -> None:
        acted.wait(30)
        outcomes["second"] = _outcome(database, second)
        ended.set()

    threads = [Thread(target=lead), Thread(target=follow)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return outcomes["first"], outcomes["second"]


def attempt(database: Database, action: Action) -> str:
    """Run an action alone, as who retries it does; return what became of it."""
    return _outcome(database, action)


def _outcome(database: Database, action: Action) -> str:
    try:
        with database.transaction() as session:
            action(session)
    except CommandRejectedError:  # the edges answer both alike
        return ConflictError.__name__
    except ProductError as error:
        return type(error).__name__
    return WON


def _hold(database: Database, ended: Event) -> None:
    """Return when the other transaction waits for a lock, or has ended."""
    looks = 5 if database.sql_engine.dialect.name == "sqlite" else PATIENCE  # there it always waits
    for _ in range(looks):
        if ended.wait(LOOK_SECONDS) or _somebody_waits(database):
            return


def _somebody_waits(database: Database) -> bool:
    if database.sql_engine.dialect.name == "sqlite":
        return False
    with database.reading() as session:
        waiting = text(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(session.scalar(waiting))
