"""The command that brings the tables up to date, before the services start."""

import click

from webapp import migrate
from webapp.cli import house


@click.command()
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@house.refusals_are_told
def upgrade(*, dry_run: bool) -> None:
    """Bring the database's tables up to date; serve and worker do it, too, when they start.

    Several at once take turns. Tables of a newer version are left as they are.
    """
    config = house.settings()
    if dry_run:
        due = migrate.due(config.database_url)
        for step in due:
            print(f"{step.revision}  {step.text}")
        print(f"{len(due)} steps would be done." if due else _DONE)
        return
    done = house.upgrade(config)
    print(f"{done} steps are done." if done else _DONE)


_DONE = "The tables are up to date."
