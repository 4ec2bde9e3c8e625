"""Standing texts of forms, as far as their light markup is read: never HTML, never an image."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

_HEADING = re.compile(r"#{1,6}\s+(.+?)\s*#*")
_ITEM = re.compile(r"(?:[-*+]|\d{1,3}[.)])\s+(.+)")
_NUMBERED = re.compile(r"\d")
_MARKED = re.compile(
    r"\*\*(?P<strong>[^*]+)\*\*|\[(?P<words>[^\]]+)\]\((?P<href>https?://[^\s)]+)\)"
)


class Span(NamedTuple):
    """A piece of a line: plain words, strong ones, or those of a link."""

    text: str
    is_strong: bool = False
    href: str = ""


Line = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """``kind`` is "heading", "text", "list" or "numbers"; a line of it, or an item."""

    kind: str
    lines: tuple[Line, ...]


def blocks_of(text: str) -> tuple[Block, ...]:
    """Return headings, paragraphs and lists of a text in the markup of the form editor.

    Headings (#), lists (-, *, 1.), **strong** words and links to http(s) are read; everything else
    stays as it was written.
    """
    lines = [(_kind(line.strip()), line.strip()) for line in text.splitlines()]
    found = []
    for kind, group in groupby(lines, key=lambda one: one[0]):
        if kind == "heading":  # each stands alone
            found += [Block(kind, (_read(kind, line),)) for _, line in group]
        elif kind:
            found.append(Block(kind, tuple(_read(kind, line) for _, line in group)))
    return tuple(found)


def _kind(line: str) -> str:
    if _HEADING.fullmatch(line):
        return "heading"
    if _ITEM.fullmatch(line):
        return "numbers" if _NUMBERED.match(line) else "list"
    return "text" if line else ""


def _read(kind: str, line: str) -> Line:
    pattern = {"heading": _HEADING, "list": _ITEM, "numbers": _ITEM}.get(kind)
    match = pattern.fullmatch(line) if pattern else None
    return tuple(_spans(match[1] if match else line))


def _spans(line: str) -> Iterator[Span]:
    at = 0
    for match in _MARKED.finditer(line):
        if line[at : match.start()]:
            yield Span(line[at : match.start()])
        if match["strong"]:
            yield Span(match["strong"], is_strong=True)
        else:
            yield Span(match["words"], href=match["href"])
        at = match.end()
    if line[at:]:
        yield Span(line[at:])
