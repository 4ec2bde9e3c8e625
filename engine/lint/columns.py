"""In which column of its line a finding begins; the XML parser tells only lines."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import replace

from engine.model import Files, Finding

_LINE_END = re.compile(r"\r\n|\r|\n")


def with_columns(findings: Iterable[Finding], files: Files) -> Iterator[Finding]:
    """Yield the findings with the 1-based column where their element's tag begins.

    Without an element, or inside one, it is the first character of the line that is no space.
    """
    texts: dict[str, _Text] = {}
    for one in findings:
        if one.line is None or one.file not in files:
            yield one
            continue
        if one.file not in texts:
            texts[one.file] = _Text(files[one.file])
        yield replace(one, column=texts[one.file].column(one.line, one.element_id))


class _Text:
    """The text of a file with the beginnings of its lines and of the tags that have an id."""

    def __init__(self, content: bytes) -> None:
        self.text = content.decode("utf-8", errors="replace").removeprefix("\ufeff")
        self.lines = [0, *(match.end() for match in _LINE_END.finditer(self.text))]
        self.tags: dict[str, list[int]] = {}
        for match in re.finditer(r"""\bid\s*=\s*["']([^"'<>]*)["']""", self.text):
            begin = self.text.rfind("<", 0, match.start())
            self.tags.setdefault(match.group(1), []).append(begin)

    def column(self, line: int, element_id: str | None) -> int | None:
        if not 1 <= line <= len(self.lines):
            return None
        for begin in self.tags.get(element_id or "", ()):
            if begin >= 0 and bisect_right(self.lines, begin) == line:
                return begin - self.lines[line - 1] + 1
        rest = self.text[self.lines[line - 1] :].split("\n", 1)[0]
        return len(rest) - len(rest.lstrip()) + 1
