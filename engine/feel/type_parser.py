"""Reading type expressions such as ``list<number>`` (DMN 10.3.1.2, grammar rules 54 and 55)."""

import re
from collections.abc import Iterable

from engine.feel.errors import N_, FeelSyntaxError
from engine.feel.feel_types import SIMPLE, Type
from engine.feel.limits import LIMITS, exceeded
from engine.feel.scanner import Scanner

_NO_PHRASES = re.compile(r"(?!)")
_LONG_NAMES = re.compile(
    r"(?:years\s+and\s+months\s+duration|days\s+and\s+time\s+duration|date\s+and\s+time)\b"
)


def parse_type(text: str, declared: Iterable[str] = ()) -> Type:
    """Return the type that a text spells; ``declared`` are names of other types that exist.

    Raises FeelSyntaxError.
    """
    names = frozenset(declared)
    scanner = Scanner(text.removeprefix("feel:"), names, _NO_PHRASES, LIMITS)
    found = read_type(scanner, names)
    if scanner.token.kind != "end":
        raise scanner.unexpected()
    return found


def read_type(scanner: Scanner, declared: frozenset[str], depth: int = 0) -> Type:
    """Read a type where the scanner stands. Raises FeelSyntaxError."""
    if depth > scanner.limits.nesting:
        raise exceeded("nesting", scanner.token.position, limits=scanner.limits)
    long_name = _LONG_NAMES.match(scanner.text, scanner.token.position)
    if long_name is not None:
        scanner.jump(long_name.end())
        return Type(" ".join(long_name.group().split()))
    if scanner.skips("function"):
        return _function(scanner, declared, depth)
    position = scanner.token.position
    if scanner.sees("null"):
        raise _unknown("null", declared, position)
    name = _dotted_name(scanner)
    if scanner.sees("<") and name in {"list", "range", "context"}:
        scanner.take()
        return _parts(scanner, name, declared, depth)
    if name not in SIMPLE and name not in declared:
        raise _unknown(name, declared, position)
    return Type(name)


def _dotted_name(scanner: Scanner) -> str:
    name = scanner.name()
    while scanner.skips("."):
        name += "." + scanner.name()
    return name


def _unknown(name: str, declared: frozenset[str], position: int) -> FeelSyntaxError:
    params = {"word": name, "known": ", ".join(sorted(SIMPLE | set(list(declared)[:20])))}
    sentence = N_("There is no type “%(word)s”. Write one of: %(known)s.")
    return FeelSyntaxError(sentence, params, position)


def _parts(scanner: Scanner, name: str, declared: frozenset[str], depth: int) -> Type:
    if name != "context":
        part = read_type(scanner, declared, depth + 1)
        scanner.expect(">")
        return Type(name, (part,))
    labels: list[str] = []
    parts: list[Type] = []
    while scanner.goes_on(">", parts):
        labels.append(scanner.free_name(":"))
        scanner.expect(":")
        parts.append(read_type(scanner, declared, depth + 1))
    scanner.expect(">")
    return Type(name, tuple(parts), tuple(labels))


def _function(scanner: Scanner, declared: frozenset[str], depth: int) -> Type:
    if not scanner.skips("<"):
        return Type("function")
    parts: list[Type] = []
    while scanner.goes_on(">", parts):
        parts.append(read_type(scanner, declared, depth + 1))
    scanner.expect(">")
    scanner.expect("->")
    parts.append(read_type(scanner, declared, depth + 1))
    return Type("function", tuple(parts))
