"""Regular expressions whose time grows only with text length times pattern length.

A pattern becomes a small program that is run on all its threads at once (Thompson's way), so no
pattern can make it try combinations. Back-references and look-around do not exist in it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from engine.feel.errors import N_, FeelSyntaxError
from engine.feel.limits import LIMITS, exceeded

_LONGEST_PROGRAM = 3_000
_MOST_REPEATS = 200
_DEEPEST = 40

CharTest = Callable[[str], bool]


def matches(text: str, pattern: str, flags: str, charge: Callable[[int], None]) -> bool:
    """Return whether the pattern is found anywhere in the text.

    ``flags`` may hold ``i`` (letter case does not matter) and ``s`` (a dot matches line ends too).
    ``charge`` is called with the work done. Raises FeelError for a pattern that is not one.
    """
    program = compiled(pattern, flags)
    threads: set[int] = set()
    for at, character in enumerate([*text, ""]):
        here = _Place(start=at == 0, end=at == len(text))
        _follow(program, threads | {0}, here, reached := set[int]())
        charge(1 + len(reached))
        if len(program) in reached:
            return True
        threads = {
            step + 1
            for step in reached
            if character and isinstance(action := program[step], _One) and action.test(character)
        }
    return False


@dataclass(frozen=True, slots=True)
class _One:
    """Take one character."""

    test: CharTest


@dataclass(frozen=True, slots=True)
class _Edge:
    """Go on only at the start or end of the text."""

    start: bool


@dataclass(frozen=True, slots=True)
class _Fork:
    """Go on at these steps, counted from this one, without taking a character."""

    steps: tuple[int, ...]


_Step = _One | _Edge | _Fork
_Program = tuple[_Step, ...]


@dataclass(frozen=True, slots=True)
class _Place:
    start: bool
    end: bool


def _follow(program: _Program, threads: set[int], here: _Place, reached: set[int]) -> None:
    waiting = list(threads)
    while waiting:
        at = waiting.pop()
        if at in reached:
            continue
        reached.add(at)
        step = program[at] if at < len(program) else None
        if isinstance(step, _Fork):
            waiting.extend(at + by for by in step.steps)
        elif isinstance(step, _Edge) and (here.start if step.start else here.end):
            waiting.append(at + 1)


@lru_cache(maxsize=256)
def compiled(pattern: str, flags: str = "") -> _Program:
    """Return the program of a pattern. Raises FeelError for a pattern that is not one."""
    if len(pattern) > LIMITS.pattern_length:
        raise exceeded("pattern_length")
    if set(flags) - {"i", "s"}:
        raise FeelSyntaxError(
            N_("The flags “%(text)s” are not available. Only “i” and “s” are."), {"text": flags}
        )
    reader = _Reader(pattern, flags)
    program = reader.choice()
    if reader.at < len(pattern):
        raise reader.wrong()
    return program


def _sized(program: _Program) -> _Program:
    if len(program) > _LONGEST_PROGRAM:
        raise exceeded("pattern_length")
    return program


def _either(left: _Program, right: _Program) -> _Program:
    return (_Fork((1, len(left) + 2)), *left, _Fork((len(right) + 1,)), *right)


def _optional(part: _Program) -> _Program:
    return (_Fork((1, len(part) + 1)), *part)


def _many(part: _Program) -> _Program:
    return (_Fork((1, len(part) + 2)), *part, _Fork((-len(part) - 1,)))


def _repeated(part: _Program, least: int, most: int | None) -> _Program:
    if len(part) * max(least, most or 0) > _LONGEST_PROGRAM:
        raise exceeded("pattern_length")
    if most is None:
        return _sized(part * least + _many(part))
    tail: _Program = ()
    for _ in range(most - least):
        tail = _sized(_optional(part + tail))
    return _sized(part * least + tail)


_CLASSES: dict[str, CharTest] = {
    "d": lambda c: "0" <= c <= "9",
    "w": lambda c: c.isalnum() or c == "_",
    "s": str.isspace,
}
_CONTROL = {"n": "\n", "t": "\t", "r": "\r"}
_REPEATS: dict[str, tuple[int, int | None]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}


def _opposite(test: CharTest) -> CharTest:
    return lambda c: not test(c)


def _between(low: str, high: str) -> CharTest:
    return lambda c: low <= c <= high


class _Reader:
    """A pattern and how far it is read."""

    def __init__(self, pattern: str, flags: str) -> None:
        self.pattern = pattern
        self.at = 0
        self._depth = 0
        self._folded = "i" in flags
        self._dot_takes_all = "s" in flags

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

    def choice(self) -> _Program:
        program = self._sequence()
        options = [program]
        while self._skips("|"):
            options.append(self._sequence())
        program = options.pop()
        while options:
            program = _sized(_either(options.pop(), program))
        return program

    def _sequence(self) -> _Program:
        program: _Program = ()
        while self.at < len(self.pattern) and self.pattern[self.at] not in "|)":
            program = _sized(program + self._quantified())
        return program

    def _quantified(self) -> _Program:
        part = self._part()
        bounds = self._bounds()
        if bounds is None:
            return part
        self._skips("?")  # greedy or not makes no difference to whether it matches
        if self.at < len(self.pattern) and self.pattern[self.at] in "*+":
            raise self.wrong()
        return _repeated(part, *bounds)

    def _bounds(self) -> tuple[int, int | None] | None:
        for sign, bounds in _REPEATS.items():
            if self._skips(sign):
                return bounds
        if not self._skips("{"):
            return None
        least = self._count()
        most: int | None = least
        if self._skips(","):
            most = None if self._sees("}") else self._count()
        if not self._skips("}") or (most is not None and most < least):
            raise self.wrong()
        return least, most

    def _count(self) -> int:
        digits = ""
        while len(digits) < 4 and self.pattern[self.at : self.at + 1].isdecimal():
            digits += self._take()
        if not digits.isascii() or not digits or int(digits) > _MOST_REPEATS:
            raise self.wrong()
        return int(digits)

    def _part(self) -> _Program:
        if self._skips("("):
            return self._group()
        if self._skips("["):
            return (_One(self._set()),)
        character = self._take()
        if character in "^$":
            return (_Edge(start=character == "^"),)
        if character in "*+?{":
            self.at -= 1
            raise self.wrong()
        if character == ".":
            return (_One(lambda c: self._dot_takes_all or c != "\n"),)
        return (_One(self._escape() if character == "\\" else self._literal(character)),)

    def _group(self) -> _Program:
        self._depth += 1
        if self._depth > _DEEPEST or (self._sees("?") and not self._skips("?:")):
            raise self.wrong()
        program = self.choice()
        if not self._skips(")"):
            raise self.wrong()
        self._depth -= 1
        return program

    def _literal(self, character: str) -> CharTest:
        if not self._folded:
            return lambda c: c == character
        folded = character.casefold()
        return lambda c: c.casefold() == folded

    def _escape(self) -> CharTest:
        letter = self._take()
        if letter.lower() in _CLASSES:
            test = _CLASSES[letter.lower()]
            return test if letter.islower() else _opposite(test)
        if letter in _CONTROL:
            return self._literal(_CONTROL[letter])
        if letter.isalnum():
            self.at -= 1
            raise self.wrong()
        return self._literal(letter)

    def _set(self) -> CharTest:
        negated = self._skips("^")
        tests: list[CharTest] = []
        while not self._skips("]"):
            tests.append(self._set_entry())
        if not tests:
            raise self.wrong()
        choices = tuple(tests)
        return lambda c: any(test(c) for test in choices) is not negated

    def _set_entry(self) -> CharTest:
        low = self._take()
        if low == "\\":
            return self._escape()
        if low == "[" or not self._sees("-") or self._sees("-]"):
            return self._literal(low)
        self._take()
        high = self._take()
        if high in "\\[" or high < low:
            raise self.wrong()
        if not self._folded:
            return _between(low, high)
        plain = _between(low, high)
        return lambda c: plain(c) or plain(c.lower()) or plain(c.upper())
