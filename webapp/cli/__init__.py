"""The command line: ``motcua serve | worker | lint | publish | demo | check | user``."""

import click

from webapp.cli import accounts, models, running


@click.group()
@click.version_option(package_name="motcua")
def main() -> None:
    """Một cửa: administrative procedures as BPMN, without code."""


for command in (
    running.serve,
    running.worker,
    running.demo,
    running.check,
    models.lint,
    models.publish,
    accounts.user,
):
    main.add_command(command)
