"""Commands that move running dossiers to another version: plan, check, run."""

from collections.abc import Sequence
from threading import Event
from uuid import UUID

import click

from engine.migrating import PlanLine
from webapp import clock
from webapp.cli import house
from webapp.cli.instances import administrator
from webapp.db import Database
from webapp.models import MigrationStatus
from webapp.operations import migrating
from webapp.queries import migrations as queries
from webapp.queries.migrations import MigrationView
from webapp.queries.procedures import get_version
from webapp.worker import migrations as worker

NOWHERE = "-"
MOST_LISTED = 1000  # dossiers
LOOK_EVERY_SECONDS = 0.5  # while a worker holds the plan
_ENDED = frozenset({MigrationStatus.CHECKED, MigrationStatus.DONE, MigrationStatus.PAUSED})

_map = click.option(
    "--map",
    "mapped",
    multiple=True,
    metavar="OLD=NEW",
    help=f"Another place than the plan found; OLD={NOWHERE} for nowhere.",
)


@click.group()
def migrate() -> None:
    """Move running dossiers of a procedure to another version by a plan."""


@migrate.command()
@click.argument("key")
@click.argument("before", type=int)
@click.argument("after", type=int)
@_map
@house.refusals_are_told
def plan(key: str, before: int, after: int, mapped: tuple[str, ...]) -> None:
    """Print what becomes of dossiers at each element; nothing is written."""
    with house.opened(house.settings(log_level="WARNING")) as database:
        _, _, lines = _plan(database, key, (before, after), mapped)
    for line in lines:
        print(f"{line.element_id} -> {line.target_id or NOWHERE}  ({line.kind}, {line.name})")
        for warning in line.warnings:
            print(f"    {warning}")


@migrate.command()
@click.argument("key")
@click.argument("before", type=int)
@click.argument("after", type=int)
@_map
@click.option("--recompute", is_flag=True, help="Timers, people and dates by the new version.")
@click.option("--by", "username", required=True, help="The administrator who does it.")
@click.option("--reason", required=True, help="It stays in the history, with the name.")
@house.refusals_are_told
def check(
    key: str,
    before: int,
    after: int,
    mapped: tuple[str, ...],
    *,
    recompute: bool,
    username: str,
    reason: str,
) -> None:
    """Write a plan down and try every dossier without moving it; print the plan's id."""
    with house.migrated(house.settings(log_level="WARNING")) as database:
        actor = administrator(database, username)
        source_id, target_id, lines = _plan(database, key, (before, after), mapped)
        with database.transaction() as session:
            migration_id = migrating.create(
                session,
                source_id,
                target_id,
                {line.element_id: line.target_id for line in lines},
                recompute=recompute,
                reason=reason,
                actor=actor,
                at=clock.now(),
            )
        found = _driven(database, migration_id, "Checking")
        _tell(database, found)
    print(f"Plan {migration_id}: {found.counts.get('fits', 0)} of {found.total} can move.")


@migrate.command()
@click.argument("plan_id", type=click.UUID, metavar="PLAN")
@click.option("--by", "username", required=True, help="The administrator who does it.")
@click.option("--dry-run", is_flag=True, help="Try each dossier as it stands now; move none.")
@house.refusals_are_told
def run(plan_id: UUID, *, username: str, dry_run: bool) -> None:
    """Move the dossiers that fit a checked plan, one by one; also after a pause."""
    with house.migrated(house.settings(log_level="WARNING")) as database:
        actor = administrator(database, username)
        if dry_run:
            _rehearse(database, plan_id)
            return
        with database.transaction() as session:
            migrating.execute(session, plan_id, actor=actor, at=clock.now())
        found = _driven(database, plan_id, "Moving")
        _tell(database, found)
    print(f"{found.counts.get('moved', 0)} of {found.total} moved; the plan is {found.status}.")


def _plan(
    database: Database, key: str, numbers: tuple[int, int], mapped: Sequence[str]
) -> tuple[UUID, UUID, Sequence[PlanLine]]:
    """Return the ids of both versions and the plan between them, with its changes."""
    changes = _mapping(mapped)
    with database.reading() as session:
        source, target = (get_version(session, key, one).definition_id for one in numbers)
        lines = migrating.plan_lines(session, source, target)
        wanted = {line.element_id: line.target_id for line in lines} | changes
        return source, target, migrating.plan_lines(session, source, target, wanted)


def _mapping(mapped: Sequence[str]) -> dict[str, str | None]:
    pairs = [one.partition("=") for one in mapped]
    wrong = next((one for one, (old, _, new) in zip(mapped, pairs, strict=True) if not new), None)
    if wrong is not None:
        raise click.BadParameter(f"{wrong}: write OLD=NEW", param_hint="--map")
    return {old: None if new == NOWHERE else new for old, _, new in pairs}


def _driven(database: Database, migration_id: UUID, label: str) -> MigrationView:
    """Do what a plan has to do, beside any worker that does it, too, and return how it stands."""
    never = Event()
    found = _view(database, migration_id)
    with click.progressbar(length=max(1, found.open), label=label) as bar:
        while found.status not in _ENDED and found.status != MigrationStatus.GIVEN_UP:
            before = found.open
            if not worker.work(database, never, at=clock.now()):
                never.wait(LOOK_EVERY_SECONDS)
            found = _view(database, migration_id)
            bar.update(max(0, before - found.open))
    return found


def _rehearse(database: Database, migration_id: UUID) -> None:
    with database.reading() as session:
        found = queries.get_migration(session, migration_id)
        ids = migrating.waiting(session, migration_id)
    stay = []
    with click.progressbar(ids, label="Trying") as bar:
        for instance_id in bar:
            with database.reading() as session:
                why = migrating.rehearse(session, migration_id, instance_id, at=clock.now())
            stay += [f"{instance_id}: {why}"] if why else []
    for line in stay:
        print(line)
    print(f"{len(ids) - len(stay)} of {found.total} would move now; nothing was changed.")


def _view(database: Database, migration_id: UUID) -> MigrationView:
    with database.reading() as session:
        return queries.get_migration(session, migration_id)


def _tell(database: Database, found: MigrationView) -> None:
    """Print which dossiers stay, and why."""
    with database.reading() as session:
        for item in queries.items(session, found.id, limit=MOST_LISTED):
            if item.message:
                print(f"{item.code}: {item.message % dict(item.params)}")
