"""Reading FEEL into the tree: a Pratt parser that never backs up, so its work is linear."""

import unicodedata
from collections.abc import Callable
from decimal import Decimal

from engine.feel import temporal
from engine.feel.builtins import BUILTINS
from engine.feel.cursor import Cursor, check_size, number
from engine.feel.errors import N_, FeelSyntaxError
from engine.feel.lexer import Token, feel_tokens
from engine.feel.limits import LIMITS, exceeded
from engine.feel.tree import (
    And,
    Arithmetic,
    Between,
    Call,
    Compare,
    Constant,
    ContextOf,
    Filter,
    For,
    If,
    In,
    InstanceOf,
    ListOf,
    Name,
    Negate,
    Node,
    Or,
    Path,
    Quantified,
    RangeOf,
    Span,
    Test,
    all_names,
)
from engine.feel.values import TYPE_NAMES

_COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})
_POWERS = {"or": 1, "and": 2, "between": 3, "in": 3, "instance": 8, "+": 5, "-": 5, "*": 6, "/": 6,
           "**": 7} | dict.fromkeys(_COMPARISONS, 3)  # fmt: skip
_OPERAND = 4  # binds tighter than comparisons
_LITERALS = {"true": True, "false": False, "null": None}


def parse_feel(text: str) -> Node:
    """Return the tree of a FEEL text without its leading "=". Raises FeelError."""
    if len(text) > LIMITS.text_length:
        raise exceeded("text_length")
    parser = _Parser(feel_tokens(unicodedata.normalize("NFC", text)))
    try:
        tree = parser.whole()
    except RecursionError as error:
        raise exceeded("nesting") from error
    check_size(tree)
    return tree


class _Parser(Cursor):
    def __init__(self, tokens: tuple[Token, ...]) -> None:
        super().__init__(tokens)
        self._nesting = 0
        self._brackets_filter = True  # false inside a range, where "[" may close it

    def whole(self) -> Node:
        tree = self.expression()
        if self.token.kind != "end":
            raise self.unexpected()
        return tree

    def expression(self) -> Node:
        return self._nested(lambda: self.binary(0), brackets_filter=True)

    def endpoint(self) -> Node:
        return self._nested(lambda: self.binary(_OPERAND), brackets_filter=False)

    def _nested(self, read: Callable[[], Node], *, brackets_filter: bool) -> Node:
        self._nesting += 1
        if self._nesting > LIMITS.nesting:
            raise exceeded("nesting", self.token.position)
        before = self._brackets_filter
        self._brackets_filter = brackets_filter
        tree = read()
        self._brackets_filter = before
        self._nesting -= 1
        return tree

    def binary(self, minimum: int) -> Node:
        left = self.unary()
        while True:
            token = self.token
            power = _POWERS.get(token.text, -1) if token.kind in {"symbol", "keyword"} else -1
            if power < max(minimum, 0):
                return left
            self.take()
            left = self._operation(token.text, power, left)

    def _operation(self, operator: str, power: int, left: Node) -> Node:
        if operator in _WORDS:
            return _WORDS[operator](self, left)
        right = self.binary(power + 1)
        if operator in _COMPARISONS:
            return Compare(operator, left, right)
        return Arithmetic(operator, left, right)

    def read_and(self, left: Node) -> Node:
        right = self.binary(_POWERS["and"] + 1)
        return And((*left.operands, right) if isinstance(left, And) else (left, right))

    def read_or(self, left: Node) -> Node:
        right = self.binary(_POWERS["or"] + 1)
        return Or((*left.operands, right) if isinstance(left, Or) else (left, right))

    def read_between(self, left: Node) -> Node:
        low = self.binary(_OPERAND)
        self.expect("and")
        return Between(left, low, self.binary(_OPERAND))

    def read_instance(self, left: Node) -> Node:
        if self.token.text != "of":
            raise self.unexpected("of")
        self.take()
        token = self.token
        name = self.name()
        if name not in TYPE_NAMES:
            params = {"word": name, "known": ", ".join(sorted(TYPE_NAMES))}
            sentence = N_("There is no type “%(word)s”. Write one of: %(known)s.")
            raise FeelSyntaxError(sentence, params, token.position)
        return InstanceOf(left, name)

    def read_in(self, left: Node) -> Node:
        if self.sees("(") and not self.sees(*_COMPARISONS):
            tests, grouped = self._bracketed_tests()
            if not grouped:
                return In(left, (self.postfix(tests[0]),))
            return In(left, tests)
        if self.sees(*_COMPARISONS):
            return In(left, (self.test(),))
        return In(left, (self.binary(_OPERAND),))

    def _bracketed_tests(self) -> tuple[tuple[Node, ...], bool]:
        self.take()
        first = self.test()
        if self.skips(".."):
            return (self._range_end(first, low_included=False),), True
        tests = [first]
        while self.skips(","):
            tests.append(self.test())
        self.expect(")")
        return tuple(tests), len(tests) > 1 or not self.sees("[", ".")

    def test(self) -> Node:
        """Read one entry of a list of tests: a comparison without its left side, or a value."""
        if self.sees(*_COMPARISONS):
            operator = self.take().text
            return Test(operator, self.binary(_OPERAND))
        tree = self.expression()
        return Test("?", tree) if "?" in all_names(tree) else tree

    def unary(self) -> Node:
        minuses = 0
        while self.skips("-"):
            minuses += 1
        tree = self.postfix(self.primary())
        if minuses % 2 and isinstance(tree, Constant) and isinstance(tree.value, int | Decimal):
            return Constant(-tree.value)
        return Negate(tree) if minuses % 2 else tree

    def postfix(self, tree: Node) -> Node:
        while True:
            if self.skips("."):
                tree = Path(tree, self.name())
            elif self._brackets_filter and self.skips("["):
                condition = self.expression()
                self.expect("]")
                tree = Filter(tree, condition)
            else:
                return tree

    def name(self) -> str:
        """Read a name; neighbouring words are one name with spaces."""
        words: list[str] = []
        while self.token.kind == "name" and self.token.text != "?":
            words.append(self.take().text)
        if not words:
            params = {"found": self.token.text[:40]}
            raise FeelSyntaxError(
                N_("A name is missing before “%(found)s”."), params, self.token.position
            )
        return " ".join(words)

    # -- what an operand can begin with

    def primary(self) -> Node:
        token = self.token
        if token.kind == "name":
            return self._variable_or_call()
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

    def _variable_or_call(self) -> Node:
        token = self.token
        if token.text == "?":
            self.take()
            return Name("?")
        name = self.name()
        if not self.sees("("):
            if name == "not" or name.startswith("not "):
                raise FeelSyntaxError(N_("Write “not(…)” with brackets."), None, token.position)
            return Name(name)
        if name not in BUILTINS:
            sentence = N_("There is no function “%(word)s”.")
            raise FeelSyntaxError(sentence, {"word": name}, token.position)
        self.take()
        return Call(name, self._arguments())

    def _arguments(self) -> tuple[tuple[str | None, Node], ...]:
        arguments: list[tuple[str | None, Node]] = []
        while not self.sees(")"):
            label = self._label()
            arguments.append((label, self.expression()))
            if not self.skips(","):
                break
        self.expect(")")
        return tuple(arguments)

    def _label(self) -> str | None:
        ahead = self.at
        while self.tokens[ahead].kind == "name":
            ahead += 1
        if ahead == self.at or self.tokens[ahead].text != ":":
            return None
        label = self.name()
        self.expect(":")
        return label

    def read_bracket(self) -> Node:
        if self.sees(*_COMPARISONS):
            operator = self.take().text
            tree: Node = Test(operator, self.endpoint())
        else:
            tree = self.expression()
            if self.skips(".."):
                return self._range_end(tree, low_included=False)
        self.expect(")")
        return tree

    def read_list(self) -> Node:
        items: list[Node] = []
        while not self.sees("]"):
            items.append(self.test())
            if len(items) == 1 and self.skips(".."):
                return self._range_end(items[0], low_included=True)
            if not self.skips(","):
                break
        self.expect("]")
        return ListOf(tuple(items))

    def read_open_range(self) -> Node:
        low = self.endpoint()
        self.expect("..")
        return self._range_end(low, low_included=False)

    def _range_end(self, low: Node, *, low_included: bool) -> Node:
        high = self.endpoint()
        if self.skips("]"):
            return RangeOf(low, high, low_included, high_included=True)
        if self.skips(")") or self.skips("["):
            return RangeOf(low, high, low_included, high_included=False)
        raise self.unexpected("]")

    def read_context(self) -> Node:
        entries: list[tuple[str, Node]] = []
        while not self.sees("}"):
            token = self.token
            key = self.take().text if token.kind == "string" else self.name()
            if any(key == other for other, _ in entries):
                sentence = N_("The entry “%(word)s” is there twice.")
                raise FeelSyntaxError(sentence, {"word": key}, token.position)
            self.expect(":")
            entries.append((key, self.expression()))
            if not self.skips(","):
                break
        self.expect("}")
        return ContextOf(tuple(entries))

    def read_at(self) -> Node:
        token = self.take()
        value = temporal.any_literal(token.text) if token.kind == "string" else None
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
        name = self.name()
        self.expect("in")
        domain = self.expression()
        return name, Span(domain, self.expression()) if self.skips("..") else domain

    def refuse_function(self) -> Node:
        sentence = N_("Own functions are not available. Use the built-in functions.")
        raise FeelSyntaxError(sentence, None, self.token.position)


_WORDS: dict[str, Callable[[_Parser, Node], Node]] = {
    "and": _Parser.read_and,
    "or": _Parser.read_or,
    "between": _Parser.read_between,
    "in": _Parser.read_in,
    "instance": _Parser.read_instance,
}
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
    "function": _Parser.refuse_function,
}
