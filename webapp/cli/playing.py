"""The command that loads the demonstration."""

import click

from webapp import clock, migrate
from webapp.cli import house
from webapp.demo.loading import has_dossiers, load
from webapp.stores import file_store

_STEPS = 1000  # of the progress bar
UNFINISHED_DEMO = "demo-unfinished"  # this file lies in the data folder while the demo loads


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
