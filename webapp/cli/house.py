"""What every command needs: settings, a migrated database, refusals as plain sentences."""

import secrets
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

import click
from sqlalchemy.exc import OperationalError

from engine.errors import EngineError
from engine.feel import use_limits
from webapp import logs, migrate
from webapp.config import SECRET_FILE, Bucket, Config, MissingSecretError
from webapp.db import Database
from webapp.errors import ProductError, UnavailableError
from webapp.operations.moving import use_hops

P = ParamSpec("P")
R = TypeVar("R")


def refusals_are_told(command: Callable[P, R]) -> Callable[P, R]:
    """Let a command end with one sentence and status 1 where something is refused."""

    @wraps(command)
    def told(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except UnavailableError as error:  # disk full, server gone: nothing is half-written
            why = getattr(error.__cause__, "orig", None) or error.__cause__
            raise click.ClickException(f"The database refused: {why}") from error
        except (ProductError, EngineError) as error:
            raise click.ClickException(str(error)) from error
        except OperationalError as error:
            raise click.ClickException(f"The database refused: {error.orig}") from error
        except OSError as error:
            if error.filename is None:
                raise  # no file: whoever read our output is gone
            raise click.ClickException(_file_words(error)) from error

    return told


def _file_words(error: OSError) -> str:
    words = f"{error.filename}: {error.strerror}."
    if Path(str(error.filename)).is_relative_to(Config.data_dir_from_env()):
        words += " MOTCUA_DATA_DIR must name a folder that this account may write to."
    return words


def settings(*, log_level: str | None = None) -> Config:
    """Return the settings; a secret that is missing is made and kept in the data folder.

    ``log_level`` overrules the configured one for commands that print for people.
    """
    try:
        config = Config.from_env()
    except MissingSecretError:
        config = _with_new_secret()
    use_limits(config.expression_limits)
    use_hops(config.hops)
    logs.configure(log_level or config.log_level, log_format=config.log_format)
    return config


@contextmanager
def migrated(config: Config) -> Iterator[Database]:
    """Yield the database with the newest tables."""
    upgrade(config)
    with opened(config) as database:
        yield database


def upgrade(config: Config) -> int:
    """Bring the tables up to date, with a bar where something is due; return how many steps.

    Those that another process makes meanwhile are not counted.
    """
    due = migrate.due(config.database_url)
    if not due:
        return 0
    made: list[str] = []
    with click.progressbar(
        length=len(due),
        label="Bringing the tables up to date",
        item_show_func=_step_words,
        file=sys.stderr,
    ) as bar:

        def passed(step: migrate.Step) -> None:
            made.append(step.revision)
            bar.update(1, step)

        migrate.upgrade(config.database_url, passed=passed)
    return len(made)


def _step_words(step: migrate.Step | None) -> str:
    return f"{step.revision} {step.text}" if step else ""


@contextmanager
def opened(config: Config) -> Iterator[Database]:
    """Yield the database as it is."""
    database = Database(config.database_url)
    try:
        yield database
    finally:
        database.dispose()


def elsewhere(config: Config, folder: Path) -> Config:
    """Return the same settings with an empty database and file store in ``folder``."""
    url = f"sqlite:///{folder}/motcua.db"
    return replace(config, database_url=url, data_dir=folder, bucket=Bucket())


def _with_new_secret() -> Config:
    folder = Config.data_dir_from_env()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / SECRET_FILE
    path.touch(mode=0o600)
    path.write_text(secrets.token_urlsafe(48), encoding="ascii")
    return Config.from_env()
