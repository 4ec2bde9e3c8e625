"""The command that looks for what is wrong."""

import click

from webapp.cli import checks, house


@click.command()
@house.refusals_are_told
def check() -> None:
    """Check database, migrations and snapshots; status 1 where something is wrong."""
    config = house.settings(log_level="WARNING")
    with (
        house.opened(config) as database,
        click.progressbar(length=checks.size(database), label="Checking") as bar,
    ):
        problems = checks.problems(database, passed=lambda: bar.update(1))
    for problem in problems:
        print(problem)
    if problems:
        raise SystemExit(1)
    print("Everything is in order.")
