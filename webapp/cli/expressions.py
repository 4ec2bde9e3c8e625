"""Commands for expressions: feel."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from engine import feel as expressions
from webapp import clock
from webapp.cli.words import in_language, said

_DIALECTS = [expressions.Dialect.FEEL, expressions.Dialect.JUEL, expressions.Dialect.PYTHON]


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
@in_language
def feel(expression: str, file: Path | None, dialect: str | None, language: str) -> None:
    """Evaluate an expression with the variables of a JSON file, within the usual limits."""
    context = {"now": clock.now()} | (_variables(file) if file else {})
    try:
        found = expressions.parse(expression, dialect, names=context).value(context)
        print(expressions.to_text(found))
    except expressions.FeelError as error:
        raise click.ClickException(_explained(expression, error, language)) from error


def _variables(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise click.ClickException(f"{file.name} is not JSON: {error}") from error
    if not isinstance(found, dict):
        raise click.ClickException(f"{file.name} must hold an object: one entry per variable.")
    return found


def _explained(expression: str, error: expressions.FeelError, language: str) -> str:
    """Return the sentence of the error, and the line with its place marked."""
    sentence = said(error, language)
    if error.position is None:
        return sentence
    start = expression.rfind("\n", 0, error.position) + 1
    line = expression[start:].split("\n")[0]
    return f"{sentence}\n  {line}\n  {' ' * (error.position - start)}^"
