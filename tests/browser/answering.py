"""Filling in a form of the model the way a person does, field by field."""

from collections.abc import Mapping
from pathlib import Path

from playwright.sync_api import Locator, Page

Answer = str | bool | list[str] | Path


def answer(page: Page, answers: Mapping[str, Answer]) -> None:
    """Fill in the fields named, in the order given."""
    for key, value in answers.items():
        _fill(page.locator(f'[name="{key}"]'), value)


def _fill(field: Locator, value: Answer) -> None:
    first = field.first
    first.wait_for(state="attached")
    kind = first.evaluate("field => field.type")
    if isinstance(value, Path):
        first.set_input_files(value)
    elif isinstance(value, bool):
        first.set_checked(value)
    elif kind in {"radio", "checkbox"}:
        for chosen in [value] if isinstance(value, str) else value:
            field.and_(field.page.locator(f'[value="{chosen}"]')).check()
    elif kind.startswith("select"):
        first.select_option(value)
    else:
        first.fill(str(value))
