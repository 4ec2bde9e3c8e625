"""The command line: ``motcua serve``, ``worker``, ``publish``, ``decide`` and so on."""

import click

from webapp.cli import (
    accounts,
    api_keys,
    backups,
    conditions,
    decisions,
    elements,
    expressions,
    models,
    running,
    working,
)


@click.group()
@click.version_option(package_name="motcua")
def main() -> None:
    """Một cửa: administrative procedures as BPMN, without code."""


for command in (
    running.serve,
    working.worker,
    running.demo,
    running.check,
    models.lint,
    models.publish,
    expressions.feel,
    decisions.decide,
    conditions.tell,
    elements.elements,
    accounts.user,
    api_keys.api_key,
    backups.backup,
    backups.restore,
):
    main.add_command(command)
