"""Slips as PDF. What a person typed reaches the template as data, never as its text.

Typst is loaded with the first slip, so that the program starts without it.
"""

import json
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.texts import N_
from webapp.errors import RejectedError
from webapp.slips.purposes import common

FONTS = Path(__file__).parents[1] / "static" / "build" / "fonts"
MAX_TEMPLATE = 40_000  # characters
_PLACE = re.compile(r"slip\.typ:(\d+):(\d+)")
_FOREIGN = re.compile(r"\b(import|include|read|plugin|eval|csv|json|toml|yaml|xml|cbor)\b")


class BrokenTemplateError(RejectedError):
    """The template cannot be set; the message says where, and why in Typst's words."""

    code = "template_broken"


def pdf(template: str, content: Mapping[str, Any]) -> bytes:
    """Return a slip as PDF/A-2b. Raises BrokenTemplateError."""
    import typst  # noqa: PLC0415  (20 MB that most requests never need)

    source = f"{common()}\n{template}"
    with tempfile.TemporaryDirectory() as alone:  # a root with no other file to read
        main = Path(alone) / "slip.typ"
        main.write_text(source, encoding="utf-8")
        try:
            return bytes(
                typst.compile(
                    str(main),
                    root=alone,
                    font_paths=[str(FONTS)] if FONTS.is_dir() else [],
                    ignore_system_fonts=FONTS.is_dir(),
                    format="pdf",
                    sys_inputs={"data": json.dumps(content, ensure_ascii=False)},
                    pdf_standards="a-2b",
                )
            )
        except typst.TypstError as error:
            raise _broken(error.message, error.diagnostic, template) from error


def _broken(why: str, diagnostic: str, template: str) -> BrokenTemplateError:
    """Return the error by the line of the template that people see, without the common parts."""
    before, lines = common().count("\n") + 1, template.split("\n")
    for line, column in _PLACE.findall(diagnostic):
        number = int(line) - before
        if 1 <= number <= len(lines):
            return BrokenTemplateError(
                N_("Line %(line)s, column %(column)s: %(why)s. There stands: %(text)s"),
                line=number,
                column=int(column),
                why=why,
                text=lines[number - 1].strip()[:120],
            )
    return BrokenTemplateError(N_("The template cannot be set: %(why)s"), why=why)


def check_template(template: str) -> None:
    """Raise RejectedError for a template that reaches for anything but what it is given."""
    if not template.strip() or len(template) > MAX_TEMPLATE:
        raise RejectedError(
            N_("A template has between 1 and %(length)s characters."), length=MAX_TEMPLATE
        )
    found = _FOREIGN.search(template)
    if found:
        raise RejectedError(
            N_("Line %(line)s: a template may not use “%(word)s”, it gets everything as d."),
            line=template.count("\n", 0, found.start()) + 1,
            word=found[1],
        )
