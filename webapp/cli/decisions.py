"""Commands for decision models: decide."""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from engine import dmn
from engine.feel import FeelError
from webapp import clock
from webapp.cli.words import filled, in_language, said
from webapp.storable import storable

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("model", type=_FILE)
@click.option("--input", "file", type=_FILE, help="A JSON file with the inputs.")
@click.option("--decision", help="Its id or name; needed where the model has several ends.")
@click.option("--explain", is_flag=True, help="Also print which rules matched.")
@in_language
def decide(
    model: Path, file: Path | None, decision: str | None, language: str, *, explain: bool
) -> None:
    """Make a decision with the inputs of a JSON file and print its outputs as JSON.

    Models that the file imports are looked for beside it.
    """
    files = {one.name: one.read_bytes() for one in sorted(model.parent.glob("*.dmn"))}
    inputs = _inputs(file) if file else {}
    try:
        read = _linked(files, model)
        chosen = decision or _only_end(read)
        decided = dmn.decide(read, chosen, inputs, now=clock.now())
    except FeelError as error:
        raise click.ClickException(_placed(error, language)) from error
    print(json.dumps(storable(decided.outputs), ensure_ascii=False, indent=2))
    if explain:
        for line in _explanation(decided, language):
            print(line)


def _linked(files: dict[str, bytes], model: Path) -> dmn.DecisionModel:
    """Return the model; a broken one beside it matters only where it is imported."""
    alone = {model.name: model.read_bytes()}
    try:
        return dmn.read_models(alone)[model.name]
    except dmn.DecisionError:
        return dmn.read_models(files | alone)[model.name]


def _inputs(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise click.ClickException(f"{file.name} is not JSON: {error}") from error
    if not isinstance(found, dict):
        raise click.ClickException(f"{file.name} must hold an object: one entry per input.")
    return found


def _only_end(model: dmn.DecisionModel) -> str:
    """Return the one decision that no other requires."""
    decisions = model.drawn.decisions()
    required = {one.rpartition("#")[2] for node in decisions for one in node.requires}
    ends = [one for one in decisions if one.element_id not in required]
    if len(ends) != 1:
        names = ", ".join(one.name for one in ends or decisions)
        raise click.ClickException(f"Say which decision is meant with --decision: {names}.")
    return ends[0].element_id or ends[0].name


def _explanation(decided: dmn.Decided, language: str) -> Iterator[str]:
    for made in decided.explanation:
        yield f"{made.name}: {made.output}"
        for table in made.tables:
            for rule in table.rules:
                notes = "; ".join(text for _, text in rule.annotations)
                yield f"  rule {rule.number}{f' ({notes})' if notes else ''}"
        for message, params in made.problems:
            yield f"  {filled(message, language, params)}"


def _placed(error: FeelError, language: str) -> str:
    sentence = said(error, language)
    if isinstance(error, dmn.DecisionError) and error.file:
        return f"{error.file}:{error.line or 1}: {sentence}"
    return sentence
