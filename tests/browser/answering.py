"""Filling in a form of the model the way a person does, field by field."""

from collections.abc import Mapping
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

Answer = str | bool | list[str] | Path
BUSY = ".htmx-request, .htmx-swapping, .htmx-settling"


def answer(page: Page, answers: Mapping[str, Answer], *, scripts: bool = True) -> None:
    """Fill in the fields named, in the order given.

    With ``scripts`` a field that shows or hides others redraws the form: wait for that.
    """
    for key, value in answers.items():
        field = page.locator(f'[name="{key}"]')
        if scripts and field.first.get_attribute("hx-post"):
            with page.expect_response(lambda response: response.request.method == "POST"):
                _fill(field, value)
            expect(page.locator(BUSY)).to_have_count(0)
        else:
            _fill(field, value)


def _fill(field: Locator, value: Answer) -> None:
    first = field.first
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
        first.press("Tab")
