"""XPath's regular expressions in RE2's spelling."""

import re
import sys
import unicodedata
from functools import lru_cache

from engine.feel.errors import N_, FeelSyntaxError

_MOST_REPEATS = 500
_DEEPEST = 60
_CONTROLS = {"n": r"\n", "t": r"\t", "r": r"\r"}
_PLAIN = frozenset(r"\|.-^?*+{}()[]$")
_CATEGORY = re.compile(r"[pP]\{(Is[A-Za-z0-9-]{1,60}|[A-Z][a-z]?)\}")
_COUNT = re.compile(r"\{([0-9]{1,4})(?:(,)([0-9]{1,4})?)?\}")
# What stands between brackets for each class; a capital letter is its opposite.
_CLASSES = {
    "d": r"\p{Nd}",
    "w": r"_\p{L}\p{M}\p{N}\p{S}",
    "s": r" \t\n\r",
    "i": r":_A-Za-z\x{C0}-\x{D6}\x{D8}-\x{F6}\x{F8}-\x{2FF}\x{370}-\x{37D}\x{37F}-\x{1FFF}",
    "c": r"-.0-9:_A-Za-z\x{B7}\x{C0}-\x{D6}\x{D8}-\x{F6}\x{F8}-\x{37D}\x{37F}-\x{1FFF}",
}
_BLOCKS = {
    "BasicLatin": (0x0, 0x7F),
    "Latin-1Supplement": (0x80, 0xFF),
    "LatinExtended-A": (0x100, 0x17F),
    "LatinExtended-B": (0x180, 0x24F),
    "IPAExtensions": (0x250, 0x2AF),
    "CombiningDiacriticalMarks": (0x300, 0x36F),
    "Greek": (0x370, 0x3FF),
    "GreekandCoptic": (0x370, 0x3FF),
    "Cyrillic": (0x400, 0x4FF),
    "Hebrew": (0x590, 0x5FF),
    "Arabic": (0x600, 0x6FF),
    "Thai": (0xE00, 0xE7F),
    "LatinExtendedAdditional": (0x1E00, 0x1EFF),
    "GeneralPunctuation": (0x2000, 0x206F),
    "CurrencySymbols": (0x20A0, 0x20CF),
    "Arrows": (0x2190, 0x21FF),
    "MathematicalOperators": (0x2200, 0x22FF),
    "Hiragana": (0x3040, 0x309F),
    "Katakana": (0x30A0, 0x30FF),
    "CJKUnifiedIdeographs": (0x4E00, 0x9FFF),
    "HangulSyllables": (0xAC00, 0xD7A3),
}
Ranges = list[tuple[int, int]]


def translated(pattern: str, flags: str) -> str:
    """Return the pattern as RE2 reads it with XPath's ``flags``.

    Raises FeelSyntaxError for what is no pattern here.
    """
    reader = _Reader(_without_blanks(pattern) if "x" in flags else pattern, dot_ends="s" in flags)
    text = reader.choice()
    if reader.at < len(reader.pattern):
        raise reader.wrong()
    return text


class _Reader:
    """A pattern and how far it is read."""

    def __init__(self, pattern: str, *, dot_ends: bool) -> None:
        self.pattern = pattern
        self._dot = "." if dot_ends else r"[^\n\r]"
        self.at = 0
        self._depth = 0

    def wrong(self) -> FeelSyntaxError:
        return FeelSyntaxError(
            N_("The pattern “%(text)s” cannot be read from character %(place)s on."),
            {"text": self.pattern, "place": self.at + 1},
        )

    def _sees(self, text: str) -> bool:
        return self.pattern.startswith(text, self.at)

    def _skips(self, text: str) -> bool:
        if self._sees(text):
            self.at += len(text)
            return True
        return False

    def _take(self) -> str:
        if self.at >= len(self.pattern):
            raise self.wrong()
        self.at += 1
        return self.pattern[self.at - 1]

    def choice(self) -> str:
        parts: list[str] = []
        while self.at < len(self.pattern) and not self._sees(")"):
            parts.append("|" if self._skips("|") else self._quantified())
        return "".join(parts)

    def _quantified(self) -> str:
        part = self._part()
        repeat = self._repeat()
        if repeat and self._skips("?"):
            repeat += "?"  # as few as possible
        if repeat and self.pattern[self.at : self.at + 1] in {"*", "+", "?", "{"}:
            raise self.wrong()
        return part + repeat

    def _repeat(self) -> str:
        for sign in "*+?":
            if self._skips(sign):
                return sign
        if not self._sees("{"):
            return ""
        found = _COUNT.match(self.pattern, self.at)
        if found is None:
            raise self.wrong()
        least = int(found[1])
        most = int(found[3]) if found[3] else least
        if max(least, most) > _MOST_REPEATS or most < least:
            raise self.wrong()
        self.at = found.end()
        return found.group()

    def _part(self) -> str:
        if self._skips("("):
            return self._group()
        if self._skips("["):
            return self._set()
        letter = self._take()
        if letter in "*+?{":
            self.at -= 1
            raise self.wrong()
        if letter in "^$.":
            return self._dot if letter == "." else letter
        if letter != "\\":
            return _literal(letter)
        inside, negated = self._escape()
        return f"[{'^' if negated else ''}{inside}]"

    def _group(self) -> str:
        self._depth += 1
        opening = "(?:" if self._skips("?:") else "("
        if self._depth > _DEEPEST or self._sees("?"):
            raise self.wrong()
        inner = self.choice()
        if not self._skips(")"):
            raise self.wrong()
        self._depth -= 1
        return f"{opening}{inner})"

    def _escape(self) -> tuple[str, bool]:
        r"""Return what an escape puts between brackets, and whether it means the opposite."""
        category = _CATEGORY.match(self.pattern, self.at)
        if category is not None:
            self.at = category.end()
            return self._category(category[1]), category.group()[0] == "P"
        letter = self._take()
        if letter.lower() in _CLASSES:
            return _CLASSES[letter.lower()], letter.isupper()
        if letter in _CONTROLS:
            return _CONTROLS[letter], False
        if letter in _PLAIN:
            return _literal(letter), False
        self.at -= 1
        raise self.wrong()

    def _category(self, name: str) -> str:
        if not name.startswith("Is"):
            return rf"\p{{{name}}}"
        block = _BLOCKS.get(name.removeprefix("Is"))
        if block is None:
            raise self.wrong()
        return _written([block])

    def _set(self) -> str:
        """Read a set after its ``[``; a subtraction is worked out here, RE2 has none."""
        self._depth += 1
        negated = self._skips("^")
        parts: list[str] = []
        less: str | None = None
        while not self._skips("]"):
            if parts and self._skips("-["):
                less = self._set()
                if self._depth > _DEEPEST or not self._sees("]"):
                    raise self.wrong()
                continue
            parts.append(self._set_entry())
        if not parts:
            raise self.wrong()
        self._depth -= 1
        whole = f"[{'^' if negated else ''}{''.join(parts)}]"
        return whole if less is None else f"[{_written(_without(whole, less))}]"

    def _set_entry(self) -> str:
        low = self._take()
        if low == "[":
            raise self.wrong()
        if low == "\\":
            inside, negated = self._escape()
            if negated:
                return _opposite(inside)
            if not (inside.startswith("\\") and len(inside) == 2) or not self._sees("-"):
                return inside
            low = inside[1] if inside[1] not in _CONTROLS else "\n"
        if not self._sees("-") or self._sees("-]") or self._sees("-["):
            return _literal(low)
        return f"{_literal(low)}-{_literal(self._set_end(low))}"

    def _set_end(self, low: str) -> str:
        self._take()
        high = self._take()
        if high == "\\":
            high = self._take()
        elif high == "[":
            raise self.wrong()
        if high < low:
            raise self.wrong()
        return high


def _without_blanks(pattern: str) -> str:
    """Return the pattern without its blanks, but for those in sets (XPath's flag x)."""
    kept: list[str] = []
    depth, escaped = 0, False
    for letter in pattern:
        if letter.isspace() and depth <= 0:
            continue
        kept.append(letter)
        if not escaped:
            depth += {"[": 1, "]": -1}.get(letter, 0)
        escaped = letter == "\\" and not escaped
    return "".join(kept)


def _literal(letter: str) -> str:
    return f"\\{letter}" if letter.isascii() and not letter.isalnum() and letter > " " else letter


def _opposite(inside: str) -> str:
    """Return what means the opposite of a class when it stands among others in a set."""
    if re.fullmatch(r"\\p\{\w+\}", inside):
        return inside.replace(r"\p", r"\P")
    return _written(_without(rf"[\x{{0}}-\x{{{sys.maxunicode:X}}}]", f"[{inside}]"))


def _written(ranges: Ranges) -> str:
    if not ranges:
        return r"^\x{0}-\x{10FFFF}"
    return "".join(rf"\x{{{low:X}}}-\x{{{high:X}}}" for low, high in ranges)


_SPELLED = re.compile(
    r"\\p\{(?P<has>\w+)\}|\\P\{(?P<lacks>\w+)\}|"
    r"(?P<low>\\x\{[0-9A-F]+\}|\\.|[^\\])(?:-(?P<high>\\x\{[0-9A-F]+\}|\\.|[^\\]))?",
    re.DOTALL,
)


def _without(whole: str, less: str) -> Ranges:
    return _both(_ranges(whole), _complement(_ranges(less)))


def _ranges(written: str) -> Ranges:
    """Return the code points of a set in RE2's spelling, as sorted ranges."""
    inside = written[1:-1]
    negated = inside.startswith("^")
    found: Ranges = []
    for part in _SPELLED.finditer(inside, 1 if negated else 0):
        if part["has"] or part["lacks"]:
            known = _category_ranges(part["has"] or part["lacks"])
            found += _complement(known) if part["lacks"] else known
        else:
            low = _point(part["low"])
            found.append((low, _point(part["high"]) if part["high"] else low))
    merged = _merged(found)
    return _complement(merged) if negated else merged


def _point(spelled: str) -> int:
    if spelled.startswith("\\x{"):
        return int(spelled[3:-1], 16)
    return ord({"\\n": "\n", "\\t": "\t", "\\r": "\r"}.get(spelled, spelled[-1]))


def _merged(ranges: Ranges) -> Ranges:
    merged: Ranges = []
    for low, high in sorted(ranges):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return merged


def _complement(ranges: Ranges) -> Ranges:
    gaps: Ranges = []
    at = 0
    for low, high in ranges:
        if low > at:
            gaps.append((at, low - 1))
        at = high + 1
    return [*gaps, (at, sys.maxunicode)] if at <= sys.maxunicode else gaps


def _both(one: Ranges, other: Ranges) -> Ranges:
    return _complement(_merged(_complement(one) + _complement(other)))


@lru_cache(maxsize=64)
def _category_ranges(name: str) -> Ranges:
    points = (
        point
        for point in range(sys.maxunicode + 1)
        if unicodedata.category(chr(point)).startswith(name)
    )
    return _merged([(point, point) for point in points])
