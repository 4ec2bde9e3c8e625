"""The command line: ``motcua serve``, ``worker``, ``publish``, ``decide`` and so on."""

import gc
from importlib import import_module

import click

COMMANDS = {  # name: module and the command in it, loaded when it is called
    "api-key": "api_keys.api_key",
    "backup": "backups.backup",
    "check": "checking.check",
    "decide": "decisions.decide",
    "demo": "playing.demo",
    "elements": "elements.elements",
    "feel": "expressions.feel",
    "instance": "instances.instance",
    "lint": "models.lint",
    "migrate": "migrations.migrate",
    "places": "places.places",
    "publish": "models.publish",
    "rebuild": "rebuilding.rebuild",
    "restore": "backups.restore",
    "retention": "backups.retention",
    "serve": "running.serve",
    "tell": "conditions.tell",
    "upgrade": "upgrading.upgrade",
    "user": "accounts.user",
    "worker": "working.worker",
}


class _Commands(click.Group):
    """Loads only the command that is called: what the others need would double the start."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return sorted(COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of that name, or None."""
        place = COMMANDS.get(cmd_name)
        if place is None:
            return None
        module, _, name = place.partition(".")
        gc.disable()  # nothing that is loaded is garbage; looking for it took a fifth of the time
        try:
            found: click.Command = getattr(import_module(f"webapp.cli.{module}"), name)
        finally:
            gc.enable()
        gc.freeze()
        return found


@click.group(cls=_Commands)
@click.version_option(package_name="motcua")
def main() -> None:
    """Một cửa: administrative procedures as BPMN, without code."""
