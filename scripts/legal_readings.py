"""Write ``docs/reference/legal-readings.md``: what a lawyer has to read before a procedure is used.

Run by ``python -m scripts.legal_readings``. The shipped procedures say in place what nobody could
verify ("cần kiểm tra") and what is a sample that the authority has to approve ("mẫu"); the page
gathers these sentences, so that it cannot promise more than they do.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lxml import etree

PAGE = Path("docs/reference/legal-readings.md")
PROCEDURES = Path("procedures_bpmn")
TO_CHECK, SAMPLE = "cần kiểm tra", "cần địa phương phê duyệt"
HEAD = """# Legal readings needed

Written by `python -m scripts.legal_readings` from the shipped procedures; do not edit. They were
drawn from published records and decrees. **To be checked**: an article, amount or time limit that
we have from second hand or could not find in a legal text. **To be approved**: a sample where no
source says anything, above all the time of each step. Let your lawyer read both lists, put right
what differs in your copy of the folder, and publish that. What stands in the models without such
a word has its article beside it. Coded legal reasons and the articles of the clock are data of
their own, see [blocks](blocks.md) and [deadlines](deadlines.md).
"""
_SENTENCE = re.compile(r"(?<=[.])\s+")
_MODELS = {"documentation", "annotationEntry"}


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


def page() -> str:
    """Return the page as the folders stand."""
    found = [*PROCEDURES.glob("*/facts.json"), *PROCEDURES.glob("earlier/*/facts.json")]
    folders = sorted(path.parent for path in found)
    return HEAD + "".join(map(_section, folders))


def _section(folder: Path) -> str:
    facts = json.loads((folder / "facts.json").read_text(encoding="utf-8"))
    told = list(dict.fromkeys([*_models(folder), *_facts(facts)]))
    name, code = facts["name"]["vi"], facts.get("code") or "mã: cần kiểm tra"
    lines = [f"\n## {name} ({code})\n\nFolder `{folder.as_posix()}`. Law as shipped:\n"]
    lines += [f"- {one['vi']}" for one in facts["legal_basis"]]
    for title, mark in (("To be checked", TO_CHECK), ("To be approved", SAMPLE)):
        found = [f"- `{place}` {text}" for place, text in told if mark in text]
        lines += [f"\n### {title}\n", *(found or ["Nothing."])]
    return "\n".join(lines) + "\n"


def _models(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield each marked sentence of the models and decisions with the element it stands at."""
    for path in sorted([*folder.glob("*.bpmn"), *folder.glob("*.dmn")]):
        for item in etree.parse(path).iter("{*}*"):
            if etree.QName(item).localname in _MODELS:
                yield from _marked(_place(item), str(item.xpath("string()")))


def _place(item: etree._Element) -> str:
    parent = item.getparent()
    return "" if parent is None else str(parent.get("id", ""))


def _facts(told: Any, place: str = "facts") -> Iterator[tuple[str, str]]:
    """Yield each marked Vietnamese sentence of a facts sheet with its path."""
    if isinstance(told, Mapping):
        for key, value in told.items():
            if key not in {"en", "element_names"}:
                yield from _facts(value, place if key == "vi" else f"{place}.{key}")
    elif isinstance(told, list):
        for value in told:
            yield from _facts(value, place)
    elif isinstance(told, str):
        yield from _marked(place, told)


def _marked(place: str, text: str) -> Iterator[tuple[str, str]]:
    for sentence in _SENTENCE.split(" ".join(text.split())):
        if TO_CHECK in sentence or SAMPLE in sentence:
            yield place, sentence.strip(" ;")


if __name__ == "__main__":
    main()
