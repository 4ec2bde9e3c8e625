"""Command for conditional start events: tell."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from webapp import clock
from webapp.actors import SYSTEM
from webapp.cli.house import migrated, refusals_are_told, settings
from webapp.operations import conditions

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=_FILE)
@refusals_are_told
def tell(file: Path) -> None:
    """Tell how things stand: FILE is JSON with variables, e.g. {"water_level": 4.2}.

    Starts an instance at each conditional start event whose condition is true for them.
    """
    variables = _variables(file)
    with migrated(settings(log_level="WARNING")) as database, database.transaction() as session:
        begun = conditions.tell(session, variables, actor=SYSTEM, at=clock.now())
    for instance_id in begun:
        print(f"started {instance_id}")
    if not begun:
        print("No condition is true for these variables.")


def _variables(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise click.ClickException(f"{file.name} is not JSON: {error}") from error
    if not isinstance(found, dict):
        raise click.ClickException(f"{file.name} must hold an object: one entry per variable.")
    return found
