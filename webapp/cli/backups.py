"""Commands that keep the house: backup, restore, retention."""

import tempfile
from pathlib import Path

import click

from webapp import clock, migrate
from webapp.backups import archive, making, restoring
from webapp.backups.archive import BackupError, Reader
from webapp.cli import checks, house
from webapp.config import Config
from webapp.db import Database
from webapp.operations.retention import due
from webapp.stores import file_store
from webapp.worker.forgetting import forget_due

MOST_TOLD = 100_000  # dossiers
_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("target", type=_FILE)
@house.refusals_are_told
def backup(target: Path) -> None:
    """Write database and files to TARGET while the program runs; it appears whole or not at all."""
    config = house.settings(log_level="WARNING")
    with house.opened(config) as database:
        steps = making.steps(database.sql_engine)
        with click.progressbar(length=steps, label="Backup") as bar:
            manifest = making.make(
                database.sql_engine,
                file_store(config),
                target,
                at=clock.now(),
                progress=lambda _name: bar.update(1),
            )
    rows = sum(entry.rows for entry in manifest.tables)
    print(f"{target}: {rows} rows, {len(manifest.files)} files, {target.stat().st_size} bytes")


@click.command()
@click.argument("source", type=_FILE)
@click.option("--verify", is_flag=True, help="Restore into a scratch house, prove it, throw away.")
@click.option("--replace", is_flag=True, help="Empty the database first, after asking.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@house.refusals_are_told
def restore(source: Path, *, verify: bool, replace: bool, yes: bool) -> None:
    """Restore the backup SOURCE into the configured, empty database, and prove it."""
    config = house.settings(log_level="WARNING")
    with archive.opened(source) as reader:
        if verify:
            _verify(reader, config)
            return
        if replace:
            if not yes:
                click.confirm(f"Delete everything in {_shown(config)}?", abort=True)
            _read_whole(reader)
            migrate.empty(config.database_url)
        _restore(reader, config)
    print("The backup is restored: every row and every file is there.")


@click.command()
@click.option("--dry-run", is_flag=True, help="Only tell how many dossiers are due.")
@house.refusals_are_told
def retention(*, dry_run: bool) -> None:
    """Take the personal data out of dossiers whose retention rule says so; workers do it, too."""
    config = house.settings(log_level="WARNING")
    with house.opened(config) as database:
        with database.reading() as session:
            found = len(due(session, clock.now(), limit=MOST_TOLD))
        if dry_run:
            print(f"{found} dossiers are due.")
            return
        with click.progressbar(length=found, label="Dossiers") as bar:
            number = forget_due(database, file_store(config), clock.now(), passed=bar.update)
    print(f"{number} dossiers lost their personal data.")


def _verify(reader: Reader, config: Config) -> None:
    with tempfile.TemporaryDirectory() as folder:
        scratch = house.elsewhere(config, Path(folder))
        _restore(reader, scratch)
    rows = sum(entry.rows for entry in reader.manifest.tables)
    print(
        f"The backup of {reader.manifest.made_at} is whole: {rows} rows and "
        f"{len(reader.manifest.files)} files were restored and compared."
    )


def _read_whole(reader: Reader) -> None:
    """Look at every row and file before anything is deleted for them."""
    steps = len(reader.manifest.tables) + len(reader.manifest.files)
    with click.progressbar(length=steps, label="Read") as bar:
        restoring.require_whole(reader, progress=lambda _name: bar.update(1))


def _restore(reader: Reader, config: Config) -> None:
    steps = len(reader.manifest.tables) + len(reader.manifest.files)
    with (
        house.opened(config) as database,
        click.progressbar(length=steps, label="Restore") as bar,
    ):
        restoring.restore(
            reader, database.sql_engine, file_store(config), progress=lambda _name: bar.update(1)
        )
        _prove(reader, database)


def _prove(reader: Reader, database: Database) -> None:
    """Compare every table with the backup and every snapshot with its waits."""
    found = restoring.differences(reader, database.sql_engine) + checks.problems(database)
    if found:
        raise BackupError("\n".join(found))


def _shown(config: Config) -> str:
    with house.opened(config) as database:
        return database.sql_engine.url.render_as_string()
