"""Reading FEEL into the tree: a Pratt parser (DMN 10.3.1.2) whose work is counted."""

import unicodedata
from collections.abc import Callable, Iterable
from decimal import Decimal
from difflib import get_close_matches

from engine.feel.builtins import BUILTINS
from engine.feel.errors import N_, FeelSyntaxError
from engine.feel.limits import LIMITS, Limits, exceeded
from engine.feel.moment_texts import any_literal
from engine.feel.operator_parser import COMPARISONS, OperatorParser
from engine.feel.tree import (
    Constant,
    ContextOf,
    For,
    FunctionOf,
    If,
    ListOf,
    Name,
    Node,
    Quantified,
    Span,
    Test,
    TestsOf,
)
from engine.feel.tree_reading import check_size
from engine.feel.type_parser import read_type
from engine.feel.values import exact

_LITERALS = {"true": True, "false": False, "null": None}

_LONGEST_GUESSED = 40  # characters of a name for which a known one is looked for


def parse_feel(text: str, names: Iterable[str] = (), limits: Limits = LIMITS) -> Node:
    """Return the tree of a FEEL text without its leading "=". Raises FeelError.

    ``names`` are the variables, functions and types of the surroundings; needed for names that
    hold other signs than letters and spaces, and for functions that are no built-in ones.
    """
    return _read(text, names, limits, _Parser.whole)


def parse_feel_tests(text: str, names: Iterable[str] = (), limits: Limits = LIMITS) -> TestsOf:
    """Return the tree of the unary tests in a cell of a decision table. Raises FeelError."""
    tree = _read(text, names, limits, _Parser.whole_tests)
    return tree if isinstance(tree, TestsOf) else TestsOf((tree,), negated=False)


def _read(
    text: str, names: Iterable[str], limits: Limits, read: Callable[["_Parser"], Node]
) -> Node:
    if len(text) > limits.text_length:
        raise exceeded("text_length", limits=limits)
    known = frozenset(unicodedata.normalize("NFC", name) for name in names)
    try:
        tree = read(_Parser(unicodedata.normalize("NFC", text), known, limits))
    except RecursionError as error:
        raise exceeded("nesting", limits=limits) from error
    check_size(tree, limits)
    return tree


class _Parser(OperatorParser):
    """The operands: what an expression can begin with."""

    def whole(self) -> Node:
        tree = self.expression()
        if self.token.kind != "end":
            raise self.unexpected()
        return tree

    def whole_tests(self) -> TestsOf:
        start = self.token
        if self.skips("-"):
            if self.token.kind == "end":
                return TestsOf((), negated=False)
            self.jump(start.position)
        if start.text == "not" and start.kind == "name":
            self.take()
            if self.skips("("):
                tests = self._tests()
                if self.skips(")") and self.token.kind == "end":
                    return TestsOf(tests, negated=True)
            self.jump(start.position)
        tests = self._tests()
        if self.token.kind != "end":
            raise self.unexpected()
        return TestsOf(tests, negated=False)

    def _tests(self) -> tuple[Node, ...]:
        tests = [self.test()]
        while self.skips(","):
            tests.append(self.test())
        return tuple(tests)

    def primary(self) -> Node:
        token = self.token
        if token.kind == "name" or (token.kind == "keyword" and self.known_name()):
            return self._variable()
        if token.kind == "number":
            self.take()
            return number(token.text, token.position)
        if token.kind == "string":
            self.take()
            return Constant(token.text)
        if token.kind == "keyword" and token.text in _LITERALS:
            self.take()
            return Constant(_LITERALS[token.text])
        read = _STARTS.get(token.text) if token.kind in {"symbol", "keyword"} else None
        if read is None:
            raise self.unexpected()
        self.take()
        return read(self)

    def _variable(self) -> Node:
        token = self.token
        if token.text == "?":
            self.take()
            return Name("?")
        name = self.name()
        if name in self.functions:
            return Name(name)
        called = self.sees("(")
        if not called and (name == "not" or name.startswith("not ")):
            raise FeelSyntaxError(N_("Write “not(…)” with brackets."), None, token.position)
        if called and name not in BUILTINS and not self.inside_filter:
            raise _no_function(name, token.position)
        return Name(name)

    def read_bracket(self) -> Node:
        if self.sees(*COMPARISONS):
            operator = self.take().text
            tree: Node = Test(operator, self.endpoint())
        else:
            tree = self.expression()
            if self.skips(".."):
                return self.range_end(tree, low_included=False)
        self.expect(")")
        return tree

    def read_list(self) -> Node:
        items: list[Node] = []
        while self.goes_on("]", items):
            items.append(self.test())
            if len(items) == 1 and not isinstance(items[0], Test) and self.skips(".."):
                return self.range_end(items[0], low_included=True)
        self.expect("]")
        return ListOf(tuple(items))

    def read_open_range(self) -> Node:
        low = self.endpoint()
        self.expect("..")
        return self.range_end(low, low_included=False)

    def read_context(self) -> Node:
        entries: dict[str, Node] = {}
        while self.goes_on("}", entries):
            token = self.token
            key = self.take().text if token.kind == "string" else self.free_name(":")
            if key in entries:
                sentence = N_("The entry “%(word)s” is there twice.")
                raise FeelSyntaxError(sentence, {"word": key}, token.position)
            self.expect(":")
            self.declare(key)
            entries[key] = self.expression()
        self.expect("}")
        return ContextOf(tuple(entries.items()))

    def read_at(self) -> Node:
        token = self.take()
        value = any_literal(token.text) if token.kind == "string" else None
        if value is None:
            sentence = N_('After “@” write a date, time or duration: @"2026-11-24", @"P3D".')
            raise FeelSyntaxError(sentence, None, token.position)
        return Constant(value)

    def read_if(self) -> Node:
        condition = self.expression()
        self.expect("then")
        then = self.expression()
        self.expect("else")
        return If(condition, then, self.expression())

    def read_for(self) -> Node:
        loops = self._loops()
        self.expect("return")
        return For(loops, self.expression())

    def read_some(self) -> Node:
        return self._quantified(every=False)

    def read_every(self) -> Node:
        return self._quantified(every=True)

    def _quantified(self, *, every: bool) -> Node:
        loops = self._loops()
        self.expect("satisfies")
        return Quantified(every, loops, self.expression())

    def _loops(self) -> tuple[tuple[str, Node], ...]:
        loops = [self._loop()]
        while self.skips(","):
            loops.append(self._loop())
        return tuple(loops)

    def _loop(self) -> tuple[str, Node]:
        name = self.free_name("in")
        self.expect("in")
        self.declare(name)
        domain = self.expression()
        return name, Span(domain, self.expression()) if self.skips("..") else domain

    def read_function(self) -> Node:
        self.expect("(")
        parameters: list[str] = []
        types = []
        while self.goes_on(")", parameters):
            parameters.append(self.free_name(","))
            self.declare(parameters[-1])
            types.append(read_type(self, self.given) if self.skips(":") else None)
        self.expect(")")
        if self.sees("external"):
            sentence = N_("Functions of other programs are never run. Write the body in FEEL.")
            raise FeelSyntaxError(sentence, None, self.token.position)
        return FunctionOf(tuple(parameters), tuple(types), self.expression())


def number(text: str, position: int) -> Constant:
    """Return the constant that ``text`` spells. Raises FeelSyntaxError when it is out of range."""
    value = exact(text)
    if value is None:
        raise FeelSyntaxError(
            N_("The number %(text)s is too large."), {"text": text[:40]}, position
        )
    whole = value.as_tuple().exponent == 0 and abs(value) < Decimal(10**18)
    return Constant(int(value) if whole else value)


_STARTS: dict[str, Callable[[_Parser], Node]] = {
    "(": _Parser.read_bracket,
    "[": _Parser.read_list,
    "]": _Parser.read_open_range,
    "{": _Parser.read_context,
    "@": _Parser.read_at,
    "if": _Parser.read_if,
    "for": _Parser.read_for,
    "some": _Parser.read_some,
    "every": _Parser.read_every,
    "function": _Parser.read_function,
}


def _no_function(name: str, position: int) -> FeelSyntaxError:
    """Return the refusal of an unknown function, with the known one that is spelled most alike."""
    alike = get_close_matches(name, BUILTINS, 1) if len(name) <= _LONGEST_GUESSED else []
    if alike:
        sentence = N_("There is no function “%(word)s”. Write “%(meant)s” if that is meant.")
        return FeelSyntaxError(sentence, {"word": name, "meant": alike[0]}, position)
    sentence = N_("There is no function “%(word)s”. Write one of FEEL's own, or declare it before.")
    return FeelSyntaxError(sentence, {"word": name}, position)
