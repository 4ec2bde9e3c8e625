"""Reading JUEL (``${amount > 1000 && status == 'new'}``) into the tree of FEEL."""

import re

from engine.feel.errors import N_, FeelSyntaxError
from engine.feel.host_functions import JUEL_METHODS
from engine.feel.limits import LIMITS, Limits, exceeded
from engine.feel.parser import number
from engine.feel.scanner import Token, unescaped, unexpected, usable
from engine.feel.tree import (
    Arithmetic,
    Constant,
    Empty,
    HostCall,
    HostCompare,
    HostLogic,
    If,
    Index,
    IsNull,
    Joined,
    Name,
    Negate,
    Node,
    Path,
    Truth,
)
from engine.feel.tree_reading import check_size

JUEL_START = re.compile(r"[$#]\{")
_PIECE = re.compile(r"[$#]\{((?:[^{}'\"]|'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")*)\}", re.DOTALL)
_TOKEN = re.compile(
    r"""(?P<number>[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)
    |(?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    |(?P<name>[^\W\d]\w*)
    |(?P<symbol>&&|\|\||==|!=|<=|>=|[-+*/%<>!?:.,()\[\]])""",
    re.VERBOSE | re.DOTALL,
)
_BLANK = re.compile(r"\s*")


def parse_juel(text: str, limits: Limits = LIMITS) -> Node:
    """Return the tree of a text with ``${…}`` or ``#{…}`` in it; text around is joined to it.

    Raises FeelError.
    """
    parts: list[Node] = []
    at = 0
    for piece in _PIECE.finditer(text):
        if piece.start() > at:
            parts.append(Constant(text[at : piece.start()]))
        parts.append(_parse_piece(piece.group(1), piece.start(1), limits))
        at = piece.end()
    rest = text[at:]
    if JUEL_START.search(rest):
        raise FeelSyntaxError(N_("The expression is not closed: “}” is missing."), None, at)
    if rest:
        parts.append(Constant(rest))
    tree = parts[0] if len(parts) == 1 else Joined(tuple(parts))
    check_size(tree, limits)
    return tree


def _parse_piece(text: str, offset: int, limits: Limits) -> Node:
    try:
        return _Parser(_tokens(text, offset), limits).whole()
    except RecursionError as error:
        raise exceeded("nesting", offset, limits=limits) from error


def _tokens(text: str, offset: int) -> tuple[Token, ...]:
    tokens: list[Token] = []
    at = _after_blanks(text, 0)
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise FeelSyntaxError(
                N_("“%(text)s” cannot stand in an expression."), {"text": text[at]}, at + offset
            )
        kind, written = str(found.lastgroup), found.group()
        if kind == "string":
            written = unescaped(written[1:-1], at + offset)
        tokens.append(Token(kind, written, at + offset, found.end() + offset))
        at = _after_blanks(text, found.end())
    return (*tokens, Token("end", "", at + offset, at + offset))


def _after_blanks(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return found.end() if found else at


_LITERALS = {"true": True, "false": False, "null": None}
_EQUALS = {"==": "=", "eq": "=", "!=": "!=", "ne": "!="}
_ORDERS = {"<": "<", "lt": "<", "<=": "<=", "le": "<=", ">": ">", "gt": ">", ">=": ">=", "ge": ">="}
_SUMS = {"+": "+", "-": "-"}
_PRODUCTS = {"*": "*", "/": "/", "div": "/", "%": "%", "mod": "%"}


class _Parser:
    """The tokens of one piece, read with JUEL's own precedence."""

    def __init__(self, tokens: tuple[Token, ...], limits: Limits) -> None:
        self.tokens = tokens
        self.at = 0
        self.limits = limits
        self._nesting = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def take(self) -> Token:
        token = self.token
        if token.kind != "end":
            self.at += 1
        return token

    def sees(self, *texts: str) -> bool:
        return self.token.kind in {"symbol", "name"} and self.token.text in texts

    def skips(self, text: str) -> bool:
        if self.sees(text):
            self.at += 1
            return True
        return False

    def expect(self, text: str) -> None:
        if not self.skips(text):
            raise self.unexpected(text)

    def unexpected(self, wanted: str = "") -> FeelSyntaxError:
        token = self.token
        return unexpected(token.kind, token.text, token.position, wanted)

    def whole(self) -> Node:
        tree = self.choice()
        if self.token.kind != "end":
            raise self.unexpected()
        return tree

    def choice(self) -> Node:
        self._nesting += 1
        if self._nesting > self.limits.nesting:
            raise exceeded("nesting", self.token.position, limits=self.limits)
        tree = self.either()
        if self.skips("?"):
            then = self.choice()
            self.expect(":")
            tree = If(Truth(tree), then, self.choice())
        self._nesting -= 1
        return tree

    def either(self) -> Node:
        operands = [self.both()]
        while self.skips("||") or self.skips("or"):
            operands.append(self.both())
        tree = operands[0]
        return tree if len(operands) == 1 else Truth(HostLogic(False, tuple(operands)))  # noqa: FBT003

    def both(self) -> Node:
        operands = [self.equality()]
        while self.skips("&&") or self.skips("and"):
            operands.append(self.equality())
        tree = operands[0]
        return tree if len(operands) == 1 else Truth(HostLogic(True, tuple(operands)))  # noqa: FBT003

    def equality(self) -> Node:
        tree = self.order()
        while self.sees(*_EQUALS):
            operator = _EQUALS[self.take().text]
            tree = HostCompare(operator, tree, self.order(), loose=True)
        return tree

    def order(self) -> Node:
        tree = self.sum()
        while self.sees(*_ORDERS):
            operator = _ORDERS[self.take().text]
            tree = HostCompare(operator, tree, self.sum(), loose=True)
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
            if len(before) > self.limits.nesting:
                raise exceeded("nesting", self.token.position, limits=self.limits)
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
            return Path(tree, usable(token.text, token.position))
        arguments = self._arguments()
        if tree == Name("execution") and token.text in {"getVariable", "hasVariable"}:
            match arguments:
                case (Constant(str(name)),) if token.text == "getVariable":
                    return Name(name)
                case (Constant(str(name)),):
                    return IsNull(Name(name), negated=True)
        if token.text in JUEL_METHODS:
            return HostCall("." + token.text, (tree, *arguments))
        raise self._no_call(token.text, token.position)

    def _arguments(self) -> tuple[Node, ...]:
        arguments: list[Node] = []
        while not self.sees(")"):
            arguments.append(self.choice())
            if not self.skips(","):
                break
        self.expect(")")
        return tuple(arguments)

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
        return Name(usable(name, position))

    def _no_call(self, name: str, position: int) -> FeelSyntaxError:
        sentence = N_("“%(word)s(…)” cannot be called here. Write the condition in FEEL instead.")
        return FeelSyntaxError(sentence, {"word": name}, position)


def _signed(sign: str, tree: Node) -> Node:
    if sign == "-":
        return Negate(tree)
    return Empty(tree) if sign == "empty" else Truth(tree, negated=True)
