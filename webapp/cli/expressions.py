"""Commands for expressions: feel."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from engine import feel as language
from webapp import clock

_DIALECTS = [language.Dialect.FEEL, language.Dialect.JUEL, language.Dialect.PYTHON]


@click.command()
@click.argument("expression")
@click.option(
    "--context",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A JSON file with the variables.",
)
@click.option(
    "--dialect",
    type=click.Choice([dialect.value for dialect in _DIALECTS]),
    help="How the expression is written; without it ${…} is JUEL and all else FEEL.",
)
def feel(expression: str, file: Path | None, dialect: str | None) -> None:
    """Evaluate an expression with the variables of a JSON file, within the usual limits."""
    context = {"now": clock.now()} | (_variables(file) if file else {})
    try:
        found = language.parse(expression, dialect, names=context).value(context)
        print(language.to_text(found))
    except language.FeelError as error:
        raise click.ClickException(_explained(expression, error)) from error


def _variables(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise click.ClickException(f"{file.name} is not JSON: {error}") from error
    if not isinstance(found, dict):
        raise click.ClickException(f"{file.name} must hold an object: one entry per variable.")
    return found


def _explained(expression: str, error: language.FeelError) -> str:
    """Return the sentence of the error, and the line with its place marked."""
    if error.position is None:
        return str(error)
    start = expression.rfind("\n", 0, error.position) + 1
    line = expression[start:].split("\n")[0]
    return f"{error}\n  {line}\n  {' ' * (error.position - start)}^"
