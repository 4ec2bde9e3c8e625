"""Splitting FEEL into tokens, one at a time: which words are one name depends on what is known."""

import re
from collections.abc import Iterable, Sized
from dataclasses import dataclass
from functools import lru_cache

from engine.feel.errors import N_, FeelSyntaxError
from engine.feel.limits import Limits, exceeded

KEYWORDS = frozenset(
    {
        "for", "in", "return", "if", "then", "else", "some", "every", "satisfies", "and", "or",
        "between", "true", "false", "null", "function", "external", "instance",
    }
)  # fmt: skip

# The letters of DMN 10.3.1.2, grammar rules 28 and 29, but for the question mark: it is a name
# of its own here, the tested value.
_START = (
    r"A-Z_a-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C-\u200D"
    r"\u2070-\u218F\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD\U00010000-\U000EFFFF"
)
_PART = _START + r"0-9\u00B7\u0300-\u036F\u203F-\u2040"
_BLANK = r"\s\u0085\u1680\u180E\u2000-\u200B\u2028\u2029\u202F\u205F\u3000\uFEFF"
_SKIPPED = re.compile(rf"(?:[{_BLANK}]+|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
_TOKEN = re.compile(
    rf"""(?P<number>(?:[0-9]+(?:\.(?!\.)[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    |(?P<string>"(?:[^"\\]|\\.)*")
    |(?P<name>[{_START}][{_PART}]*|\?)
    |(?P<symbol>\*\*|\.\.|<=|>=|!=|->|[-+*/=<>()\[\]{{}}:,.@])""",
    re.VERBOSE | re.DOTALL,
)
SIMPLE_NAME = re.compile(rf"[{_START}][{_PART}]*")
_NAME_PART = re.compile(rf"[{_PART}]+")
_PIECES = re.compile(rf"[{_PART}]+|[^\s]")
_FREE_NAME = rf"((?:[{_PART}]|[ \t\n]|[./\-'+*]){{1,200}}?)"  # with the signs that names may hold
_BEFORE_COLON = re.compile(rf"\s*{_FREE_NAME}\s*(?=:)")
_BEFORE_IN = re.compile(rf"\s*{_FREE_NAME}(?=\s+in\b)")
_BEFORE_COMMA = re.compile(rf"\s*{_FREE_NAME}\s*(?=[:,)])")
ENDINGS = {":": _BEFORE_COLON, "in": _BEFORE_IN, ",": _BEFORE_COMMA}
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{6}|.)", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r"}
_LAST_LETTER = 0x10FFFF
_MOST_NAMES = 4_000


@dataclass(frozen=True, slots=True)
class Token:
    """``kind`` is name, keyword, number, string, symbol or end; ``position`` is 0-based."""

    kind: str
    text: str
    position: int
    end: int


class Scanner:
    """A text, the token at hand, and the names that are known so far.

    ``phrases`` is a pattern of the built-in names with spaces that may stand before a bracket.
    """

    def __init__(
        self, text: str, names: Iterable[str], phrases: re.Pattern[str], limits: Limits
    ) -> None:
        self.text = text
        self.limits = limits
        self._work = 0
        self._phrases = phrases
        self._special = _special_among(frozenset(names))
        self.token = self._read(0)

    def take(self) -> Token:
        """Return the token at hand and go on to the next one."""
        token = self.token
        if token.kind != "end":
            self.token = self._read(token.end)
        return token

    def jump(self, position: int) -> None:
        """Go on at a position of the text."""
        self.token = self._read(position)

    def sees(self, *texts: str) -> bool:
        return self.token.text in texts and self.token.kind in {"symbol", "keyword"}

    def skips(self, text: str) -> bool:
        if self.sees(text):
            self.take()
            return True
        return False

    def goes_on(self, closing: str, entries: Sized) -> bool:
        """Return whether an entry follows: the first unless closed, others after a comma."""
        return self.skips(",") if entries else not self.sees(closing)

    def expect(self, text: str) -> None:
        if not self.skips(text):
            raise self.unexpected(text)

    def declare(self, name: str) -> None:
        """Make a name known from here on."""
        if _is_special(name) and name not in self._special:
            self._special |= {name}

    def name(self) -> str:
        """Read a name: the longest known one, else all neighbouring words."""
        known = self.known_name()
        if known is not None:
            self.jump(known[0])
            return known[1]
        words: list[str] = []
        while self.token.kind == "name" and self.token.text != "?":
            words.append(self.take().text)
            if self.token.kind == "number" and _NAME_PART.fullmatch(self.token.text):
                words.append(self.take().text)
        if not words:
            sentence = N_("A name is missing before “%(found)s”.")
            raise FeelSyntaxError(sentence, {"found": self.token.text[:40]}, self.token.position)
        name = " ".join(words)
        if name.endswith(" not") and self.sees("in"):
            sentence = N_("Write “not(… in …)”, not “… not in …”.")
            raise FeelSyntaxError(sentence, None, self.token.position)
        if name.endswith((" is None", " is not None")):
            raise FeelSyntaxError(N_("Write “= null”, not “is None”."), None, self.token.position)
        return usable(name, self.token.position)

    def free_name(self, ending: str) -> str:
        """Read a name that is being declared: everything up to ``ending``, a key of ENDINGS."""
        found = ENDINGS[ending].match(self.text, self.token.position)
        if found is None:
            return self.name()
        self.jump(found.end())
        return usable(" ".join(found[1].split()), found.start())

    def known_name(self) -> tuple[int, str] | None:
        """Return (end, name) of the longest known name that begins here, if one does."""
        best: tuple[int, str] | None = None
        at = self.token.position
        if self._special:
            pattern, spelled = _known_pattern(self._special)
            if found := pattern.match(self.text, at):
                best = found.end(), spelled[_squeezed(found.group())]
        phrase = self._phrases.match(self.text, at)
        if phrase is not None and (best is None or phrase.end() > best[0]):
            best = phrase.end(), " ".join(phrase.group().split())
        return best

    def _read(self, at: int) -> Token:
        self._work += 1
        if self._work > self.limits.parser_work:
            raise exceeded("parser_work", at, limits=self.limits)
        found = _SKIPPED.match(self.text, at)
        at = found.end() if found else at
        if at >= len(self.text):
            return Token("end", "", at, at)
        found = _TOKEN.match(self.text, at)
        if found is None:
            raise _unreadable(self.text, at)
        kind, text = str(found.lastgroup), found.group()
        if text == "=" and self.text.startswith("==", at):
            raise FeelSyntaxError(_FOREIGN["=="], None, at)
        if kind == "string":
            text = unescaped(text[1:-1], at)
        elif kind == "name" and text in KEYWORDS:
            kind = "keyword"
        return Token(kind, text, at, found.end())

    def unexpected(self, wanted: str = "") -> FeelSyntaxError:
        return unexpected(self.token.kind, self.token.text, self.token.position, wanted)


def unexpected(kind: str, text: str, position: int, wanted: str = "") -> FeelSyntaxError:
    """Return the error that says what stands in the wrong place, and what should."""
    if kind == "name" and text == "?":
        sentence = N_("Write “if … then … else …”, not “? :”.")
    elif kind == "end":
        sentence = N_("The expression ends too early. Write the value that is missing at its end.")
        if wanted:
            sentence = N_("The expression ends too early: “%(wanted)s” is missing.")
    elif wanted:
        sentence = N_("Here should be “%(wanted)s”, not “%(found)s”.")
    else:
        sentence = N_(
            "“%(found)s” does not fit here. Delete it, or write what is missing before it."
        )
    return FeelSyntaxError(sentence, {"wanted": wanted, "found": text[:40]}, position)


def unescaped(text: str, position: int) -> str:
    r"""Return the text that a string literal spells; ``\u00e1`` and ``\U01F600`` are letters."""
    if "\\" not in text:
        return text

    def escaped(found: re.Match[str]) -> str:
        code = found.group(1)
        if len(code) == 1:
            return _ESCAPED.get(code) or (code if code in "\"'\\" else found.group())
        if (letter := int(code[1:], 16)) > _LAST_LETTER:
            sentence = N_("“%(text)s” is no character.")
            raise FeelSyntaxError(sentence, {"text": found.group()}, position)
        return chr(letter)

    plain = _ESCAPE.sub(escaped, text)
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def usable(name: str, position: int | None) -> str:
    """Return the name. Raises FeelSyntaxError for one that programming languages keep."""
    if name.startswith("__") and name.endswith("__"):
        sentence = N_("Names like “%(word)s” are not available. Give the variable another name.")
        raise FeelSyntaxError(sentence, {"word": name[:60]}, position)
    return name


def _is_special(name: str) -> bool:
    return bool(name.strip()) and (SIMPLE_NAME.fullmatch(name) is None or name in KEYWORDS)


@lru_cache(maxsize=64)
def _special_among(names: frozenset[str]) -> frozenset[str]:
    return frozenset(name for name in sorted(names)[:_MOST_NAMES] if _is_special(name))


@lru_cache(maxsize=256)
def _known_pattern(names: frozenset[str]) -> tuple[re.Pattern[str], dict[str, str]]:
    """Return what finds the longest of these names, and how the names are really written."""
    longest_first = sorted(sorted(names), key=len, reverse=True)
    choices = "|".join(map(_pattern_of, longest_first))
    spelled = {_squeezed(name): name for name in reversed(longest_first)}
    return re.compile(rf"(?:{choices})(?![{_PART}])"), spelled


def _squeezed(name: str) -> str:
    return "".join(name.split())


def _pattern_of(name: str) -> str:
    pattern, before = "", ""
    for piece in _PIECES.findall(name):
        both_words = before and _NAME_PART.fullmatch(before) and _NAME_PART.fullmatch(piece)
        pattern += (r"\s+" if both_words else r"\s*" if before else "") + re.escape(piece)
        before = piece
    return pattern


_FOREIGN = {
    "==": N_("Write a single “=” to compare, not “==”."),
    "&&": N_("Write “and”, not “&&”."),
    "||": N_("Write “or”, not two bars."),
    "'": N_("Put texts between double quotes: \"dat\", not 'dat'."),
    "!": N_("Write “not(…)”, not “!”."),
    "“": N_("Put texts between straight double quotes (\"), not curly ones."),
    "”": N_("Put texts between straight double quotes (\"), not curly ones."),
    '"': N_("The text that begins here is never closed with a double quote."),
}  # fmt: skip


def _unreadable(text: str, at: int) -> FeelSyntaxError:
    for start, sentence in _FOREIGN.items():
        if text.startswith(start, at):
            return FeelSyntaxError(sentence, None, at)
    return FeelSyntaxError(N_("“%(text)s” cannot stand in an expression."), {"text": text[at]}, at)
