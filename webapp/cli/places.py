"""Commands for provinces and communes."""

from pathlib import Path

import click

from webapp import clock
from webapp.actors import SYSTEM
from webapp.cli import house
from webapp.operations import place_lists

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def places() -> None:
    """Provinces and communes that address fields offer."""


@places.command("import")
@click.argument("file", type=_FILE)
@house.refusals_are_told
def take_over(file: Path) -> None:
    """Take over a CSV list: code,parent,name,valid_from,valid_to (see docs/reference/forms.md)."""
    text = file.read_text(encoding="utf-8-sig")
    with (
        house.migrated(house.settings()) as database,
        click.progressbar(length=max(0, len(text.splitlines()) - 1), label="Places") as bar,
        database.transaction() as session,
    ):
        plan = place_lists.take_over(
            session, text, file.name, actor=SYSTEM, at=clock.now(), passed=bar.update
        )
    click.echo(f"{plan.count} places taken over")
