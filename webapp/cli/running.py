"""Commands that run the product: serve, demo, check."""

import click

from webapp import clock, metrics, migrate
from webapp.cli import checks, house
from webapp.cli.server import Server
from webapp.demo import people as demo_people
from webapp.demo.loading import has_dossiers, load
from webapp.stores import file_store

_STEPS = 1000  # of the progress bar
UNFINISHED_DEMO = "demo-unfinished"  # this file lies in the data folder while the demo loads


@click.command()
@click.option("--without-worker", is_flag=True, help="Workers run elsewhere: motcua worker.")
@house.refusals_are_told
def serve(*, without_worker: bool) -> None:
    """Serve the pages, with a worker beside them, until stopped."""
    config = house.settings()
    with house.migrated(config):
        pass
    print(f"Motcua: {config.base_url}", flush=True)
    if config.demo:
        _print_sign_ins()
    metrics.use_folder(config.metrics_dir, fresh=True)  # before the product is loaded
    Server(config, with_worker=not without_worker).run()


@click.command()
@house.refusals_are_told
def demo() -> None:
    """Load demo people, the shipped procedures and past dossiers; a second time does nothing."""
    config = house.settings(log_level="WARNING")
    unfinished = config.data_dir / UNFINISHED_DEMO
    if unfinished.exists():  # the last load was interrupted: half a demo helps nobody
        migrate.empty(config.database_url)
        unfinished.unlink()
    with house.migrated(config) as database:
        if has_dossiers(database):
            print("There are dossiers already; nothing was changed.")
            return
        unfinished.touch()
        files = file_store(config)
        with click.progressbar(length=_STEPS, label="Playing three months of dossiers") as bar:
            load(
                database,
                files,
                now=clock.now(),
                agency_code=config.agency_code,
                passed=lambda part: bar.update(round(part * _STEPS) - bar.pos),
            )
        unfinished.unlink()
    print("The demo is loaded.")


@click.command()
@house.refusals_are_told
def check() -> None:
    """Check database, migrations and snapshots; status 1 where something is wrong."""
    config = house.settings(log_level="WARNING")
    with house.opened(config) as database:
        problems = checks.problems(database)
    for problem in problems:
        print(problem)
    if problems:
        raise SystemExit(1)
    print("Everything is in order.")


def _print_sign_ins() -> None:
    print(f"\nDemo people, all with the password {demo_people.PASSWORD}:")
    for username, name, title, *_ in demo_people.PEOPLE:
        print(f"  {username:6} {name}, {title}", flush=True)
