"""Sentences of the engine on the command line, in the language that is asked for."""

from collections.abc import Mapping

import click

from engine.feel import FeelError
from webapp.mail_words import sentence

in_language = click.option(
    "--language", type=click.Choice(["en", "vi"]), default="en", help="Of what is said of mistakes."
)


def said(error: FeelError, language: str) -> str:
    """Return what an error says in a language."""
    return filled(error.message, language, error.params)


def filled(template: str, language: str, params: Mapping[str, object]) -> str:
    """Return a template of the engine in a language, with its names filled in."""
    return sentence(template, language, params)
