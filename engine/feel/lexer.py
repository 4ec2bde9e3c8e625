"""Splitting the text of an expression into tokens."""

import re
from dataclasses import dataclass

from engine.feel.errors import N_, FeelSyntaxError

KEYWORDS = frozenset(
    {
        "for", "in", "return", "if", "then", "else", "some", "every", "satisfies", "and", "or",
        "between", "true", "false", "null", "function", "external", "instance",
    }
)  # fmt: skip

_PHRASES = "date and time|days and time duration|years and months duration|get or else".replace(
    " ", r"\s+"
)
_SPACE = re.compile(r"(?:\s|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
_FEEL = re.compile(
    rf"""(?P<phrase>(?:{_PHRASES})(?=\s*\())
    |(?P<number>(?:[0-9]+(?:\.(?!\.)[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    |(?P<string>"(?:[^"\\]|\\.)*")
    |(?P<name>[^\W\d]\w*|\?)
    |(?P<symbol>\*\*|\.\.|<=|>=|!=|[-+*/=<>()\[\]{{}}:,.@])""",
    re.VERBOSE | re.DOTALL,
)
_JUEL = re.compile(
    r"""(?P<number>[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)
    |(?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    |(?P<name>[^\W\d]\w*)
    |(?P<symbol>&&|\|\||==|!=|<=|>=|[-+*/%<>!?:.,()\[\]])""",
    re.VERBOSE | re.DOTALL,
)
_PHRASE = re.compile(_PHRASES)
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r"}


@dataclass(frozen=True, slots=True)
class Token:
    """``kind`` is name, keyword, number, string, symbol or end; ``position`` is 0-based."""

    kind: str
    text: str
    position: int


def feel_tokens(text: str) -> tuple[Token, ...]:
    """Return the tokens of a FEEL text, the last of kind "end". Raises FeelSyntaxError."""
    tokens: list[Token] = []
    at = _skip(text, 0)
    while at < len(text):
        phrase = _PHRASE.match(text, at) if tokens and tokens[-1].text == "of" else None
        found = phrase or _FEEL.match(text, at)
        if found is None:
            raise _unreadable(text, at)
        tokens.append(_token(found, "phrase" if phrase else str(found.lastgroup)))
        _refuse_other_languages(tokens, text)
        at = _skip(text, found.end())
    return (*tokens, Token("end", "", at))


def juel_tokens(text: str, offset: int) -> tuple[Token, ...]:
    """Return the tokens of what stands between ``${`` and ``}``; ``offset`` is its position."""
    tokens: list[Token] = []
    at = len(text) - len(text.lstrip())
    while at < len(text):
        found = _JUEL.match(text, at)
        if found is None:
            raise FeelSyntaxError(
                N_("“%(text)s” cannot stand in an expression."), {"text": text[at]}, at + offset
            )
        raw = found.group()
        kind = str(found.lastgroup)
        tokens.append(Token(kind, _unescaped(raw[1:-1]) if kind == "string" else raw, at + offset))
        at = found.end()
        at += len(text[at:]) - len(text[at:].lstrip())
    return (*tokens, Token("end", "", at + offset))


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _token(found: re.Match[str], kind: str) -> Token:
    raw = found.group()
    if kind == "string":
        raw = _unescaped(raw[1:-1])
    elif kind == "phrase":
        kind, raw = "name", " ".join(raw.split())
    elif kind == "name" and raw in KEYWORDS:
        kind = "keyword"
    return Token(kind, raw, found.start())


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text
    plain = _ESCAPE.sub(_escaped, text)
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _escaped(found: re.Match[str]) -> str:
    code = found.group(1)
    if len(code) > 1:
        return chr(int(code[1:], 16))
    return _ESCAPED.get(code) or (code if code in "\"'\\" else found.group())


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


def _refuse_other_languages(tokens: list[Token], text: str) -> None:
    last = tokens[-1]
    if last.text == "=" and text.startswith("==", last.position):
        raise FeelSyntaxError(_FOREIGN["=="], None, last.position)
