"""The ways an expression may be written, and reading each into the one tree."""

import re
import unicodedata
from enum import StrEnum

from engine.feel.cursor import Cursor, check_size, number
from engine.feel.errors import N_, FeelSyntaxError
from engine.feel.lexer import Token, juel_tokens
from engine.feel.limits import LIMITS, exceeded
from engine.feel.parser import parse_feel
from engine.feel.tree import (
    And,
    Arithmetic,
    Compare,
    Constant,
    Empty,
    If,
    Index,
    Joined,
    Name,
    Negate,
    Node,
    Or,
    Path,
    Truth,
)


class Dialect(StrEnum):
    FEEL = "feel"
    JUEL = "juel"
    LITERAL = "literal"  # plain text that stands for itself


_JUEL_START = re.compile(r"[$#]\{")
_JUEL_PIECE = re.compile(
    r"[$#]\{((?:[^{}'\"]|'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")*)\}", re.DOTALL
)


def detect(text: str) -> Dialect:
    """Return how a text that may or may not be an expression is written."""
    if _JUEL_START.search(text):
        return Dialect.JUEL
    return Dialect.FEEL if text.lstrip().startswith("=") else Dialect.LITERAL


def tree_of(text: str, dialect: Dialect) -> Node:
    """Return the tree of a text. Raises FeelError."""
    if len(text) > LIMITS.text_length:
        raise exceeded("text_length")
    if dialect is Dialect.LITERAL:
        return Constant(text)
    if dialect is Dialect.JUEL:
        return _parse_juel(unicodedata.normalize("NFC", text.strip()))
    stripped = text.strip()
    without_sign = stripped.removeprefix("=")
    if not without_sign.strip():
        raise FeelSyntaxError(N_("The expression is empty."))
    return parse_feel(without_sign)


def _parse_juel(text: str) -> Node:
    parts: list[Node] = []
    at = 0
    for piece in _JUEL_PIECE.finditer(text):
        if piece.start() > at:
            parts.append(Constant(text[at : piece.start()]))
        parts.append(_parse_piece(piece.group(1), piece.start(1)))
        at = piece.end()
    rest = text[at:]
    if _JUEL_START.search(rest):
        raise FeelSyntaxError(N_("The expression is not closed: “}” is missing."), None, at)
    if rest:
        parts.append(Constant(rest))
    tree = parts[0] if len(parts) == 1 else Joined(tuple(parts))
    check_size(tree)
    return tree


def _parse_piece(text: str, offset: int) -> Node:
    try:
        return _JuelParser(juel_tokens(text, offset)).whole()
    except RecursionError as error:
        raise exceeded("nesting", offset) from error


_LITERALS = {"true": True, "false": False, "null": None}
_EQUALS = {"==": "=", "eq": "=", "!=": "!=", "ne": "!="}
_ORDERS = {"<": "<", "lt": "<", "<=": "<=", "le": "<=", ">": ">", "gt": ">", ">=": ">=", "ge": ">="}
_SUMS = {"+": "+", "-": "-"}
_PRODUCTS = {"*": "*", "/": "/", "div": "/", "%": "%", "mod": "%"}


class _JuelParser(Cursor):
    """JUEL's own precedence; its two-valued logic is written with Truth nodes."""

    def __init__(self, tokens: tuple[Token, ...]) -> None:
        super().__init__(tokens)
        self._nesting = 0

    def sees(self, *texts: str) -> bool:
        return self.token.kind in {"symbol", "name"} and self.token.text in texts

    def whole(self) -> Node:
        tree = self.choice()
        if self.token.kind != "end":
            raise self.unexpected()
        return tree

    def choice(self) -> Node:
        self._nesting += 1
        if self._nesting > LIMITS.nesting:
            raise exceeded("nesting", self.token.position)
        tree = self.either()
        if self.skips("?"):
            then = self.choice()
            self.expect(":")
            tree = If(Truth(tree), then, self.choice())
        self._nesting -= 1
        return tree

    def either(self) -> Node:
        tree = self.both()
        operands = [tree]
        while self.skips("||") or self.skips("or"):
            operands.append(self.both())
        return tree if len(operands) == 1 else Or(tuple(Truth(part) for part in operands))

    def both(self) -> Node:
        tree = self.equality()
        operands = [tree]
        while self.skips("&&") or self.skips("and"):
            operands.append(self.equality())
        return tree if len(operands) == 1 else And(tuple(Truth(part) for part in operands))

    def equality(self) -> Node:
        tree = self.order()
        while self.sees(*_EQUALS):
            operator = _EQUALS[self.take().text]
            tree = Compare(operator, tree, self.order(), loose=True)
        return tree

    def order(self) -> Node:
        tree = self.sum()
        while self.sees(*_ORDERS):
            operator = _ORDERS[self.take().text]
            tree = Compare(operator, tree, self.sum(), loose=True)
        return tree

    def sum(self) -> Node:
        tree = self.product()
        while self.sees(*_SUMS):
            tree = Arithmetic(_SUMS[self.take().text], tree, self.product())
        return tree

    def product(self) -> Node:
        tree = self.unary()
        while self.sees(*_PRODUCTS):
            tree = Arithmetic(_PRODUCTS[self.take().text], tree, self.unary())
        return tree

    def unary(self) -> Node:
        before: list[str] = []
        while self.sees("!", "not", "-", "empty"):
            before.append(self.take().text)
            if len(before) > LIMITS.nesting:
                raise exceeded("nesting", self.token.position)
        tree = self.postfix(self.primary())
        for sign in reversed(before):
            tree = _signed(sign, tree)
        return tree

    def postfix(self, tree: Node) -> Node:
        while True:
            if self.skips("."):
                tree = self._member(tree)
            elif self.skips("["):
                tree = Index(tree, self.choice())
                self.expect("]")
            else:
                return tree

    def _member(self, tree: Node) -> Node:
        token = self.take()
        if token.kind != "name":
            raise FeelSyntaxError(N_("After “.” a name is missing."), None, token.position)
        if not self.skips("("):
            return Path(tree, token.text)
        if tree == Name("execution") and token.text == "getVariable":
            variable = self.take()
            self.expect(")")
            if variable.kind == "string":
                return Name(variable.text)
        raise self._no_call(token.text, token.position)

    def primary(self) -> Node:
        token = self.take()
        if token.kind == "number":
            return number(token.text, token.position)
        if token.kind == "string":
            return Constant(token.text)
        if token.kind == "name":
            return self._variable(token.text, token.position)
        if token.text == "(":
            tree = self.choice()
            self.expect(")")
            return tree
        self.at -= 1 if token.kind != "end" else 0
        raise self.unexpected()

    def _variable(self, name: str, position: int) -> Node:
        if name in _LITERALS:
            return Constant(_LITERALS[name])
        if self.sees("("):
            raise self._no_call(name, position)
        return Name(name)

    def _no_call(self, name: str, position: int) -> FeelSyntaxError:
        sentence = N_("“%(word)s(…)” cannot be called here. Write the condition in FEEL instead.")
        return FeelSyntaxError(sentence, {"word": name}, position)


def _signed(sign: str, tree: Node) -> Node:
    if sign == "-":
        return Negate(tree)
    return Empty(tree) if sign == "empty" else Truth(tree, negated=True)
