"""Reading what stands between operands: operators, tests, paths, filters and calls."""

from collections.abc import Callable
from decimal import Decimal

from engine.feel.builtins import PHRASES
from engine.feel.errors import N_, FeelSyntaxError
from engine.feel.limits import Limits, exceeded
from engine.feel.scanner import Scanner
from engine.feel.tree import (
    And,
    Arithmetic,
    Between,
    Call,
    Compare,
    Constant,
    Filter,
    In,
    InstanceOf,
    Negate,
    Node,
    Or,
    Path,
    RangeOf,
    Test,
)
from engine.feel.tree_reading import uses
from engine.feel.type_parser import read_type

COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
_POWERS = {"or": 1, "and": 2, "between": 3, "in": 3, "+": 5, "-": 5, "*": 6, "/": 6,
           "**": 7} | dict.fromkeys(COMPARISONS, 3)  # fmt: skip
_OPERAND = 4  # binds tighter than comparisons


class OperatorParser(Scanner):
    """A scanner that reads expressions; operands are read by who inherits."""

    def __init__(self, text: str, names: frozenset[str], limits: Limits) -> None:
        super().__init__(text, names, PHRASES, limits)
        self.given = names
        self.functions = set(names)  # what may be called besides the built-in functions
        self._nesting = 0
        self.inside_filter = 0
        self._brackets_filter = True  # false inside a range, where "[" may close it

    def declare(self, name: str) -> None:
        self.functions.add(name)
        super().declare(name)

    def primary(self) -> Node:
        raise NotImplementedError

    def expression(self) -> Node:
        return self._nested(lambda: self.binary(0), brackets_filter=True)

    def endpoint(self) -> Node:
        return self._nested(lambda: self.binary(_OPERAND), brackets_filter=False)

    def _nested(self, read: Callable[[], Node], *, brackets_filter: bool) -> Node:
        self._nesting += 1
        if self._nesting > self.limits.nesting:
            raise exceeded("nesting", self.token.position, limits=self.limits)
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
        if operator in COMPARISONS:
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

    def read_in(self, left: Node) -> Node:
        if self.sees("("):
            tests, grouped = self._bracketed_tests()
            return In(left, tests if grouped else (self.postfix(tests[0]),))
        if self.sees(*COMPARISONS):
            return In(left, (self.test(),))
        return In(left, (self.binary(_OPERAND),))

    def _bracketed_tests(self) -> tuple[tuple[Node, ...], bool]:
        self.take()
        first = self.test()
        if self.skips(".."):
            return (self.range_end(first, low_included=False),), True
        tests = [first]
        while self.skips(","):
            tests.append(self.test())
        self.expect(")")
        return tuple(tests), len(tests) > 1 or not self.sees("[", ".")

    def test(self) -> Node:
        """Read one entry of a list of tests: a comparison without its left side, or a value."""
        if self.sees(*COMPARISONS):
            operator = self.take().text
            return Test(operator, self.binary(_OPERAND))
        tree = self.expression()
        return Test("?", tree) if uses(tree, "?") else tree

    def unary(self) -> Node:
        minuses = 0
        while self.skips("-"):
            minuses += 1
            if minuses > self.limits.nesting:
                raise exceeded("nesting", self.token.position, limits=self.limits)
        tree = self.postfix(self.primary())
        for _ in range(minuses):
            is_number = isinstance(tree, Constant) and type(tree.value) in {int, Decimal}
            tree = Constant(-tree.value) if is_number else Negate(tree)  # type: ignore[attr-defined]
        return tree

    def postfix(self, tree: Node) -> Node:
        while True:
            if self.skips("."):
                tree = Path(tree, self.name())
            elif self._brackets_filter and self.skips("["):
                self.inside_filter += 1
                tree = Filter(tree, self.expression())
                self.inside_filter -= 1
                self.expect("]")
            elif self.sees("("):
                tree = self._call(tree)
            elif self.skips("instance"):
                if self.token.text != "of":
                    raise self.unexpected("of")
                self.take()
                tree = InstanceOf(tree, read_type(self, self.given))
            else:
                return tree

    def _call(self, function: Node) -> Node:
        position = self.token.position
        self.take()
        arguments: list[tuple[str | None, Node]] = []
        while self.goes_on(")", arguments):
            label = self._label()
            arguments.append((label, self.expression()))
        self.expect(")")
        if len({label is None for label, _ in arguments}) > 1:
            sentence = N_("Give every argument its name, or none of them.")
            raise FeelSyntaxError(sentence, None, position)
        return Call(function, tuple(arguments))

    def _label(self) -> str | None:
        start = self.token
        if start.kind != "name" and self.known_name() is None:
            return None
        try:
            label = self.name()
            found = self.skips(":")
        except FeelSyntaxError:
            found = False
        if not found:
            self.jump(start.position)
        return label if found else None

    def range_end(self, low: Node, *, low_included: bool) -> Node:
        high = self.endpoint()
        if self.skips("]"):
            return RangeOf(low, high, low_included, high_included=True)
        if self.skips(")") or self.skips("["):
            return RangeOf(low, high, low_included, high_included=False)
        raise self.unexpected("]")


_WORDS: dict[str, Callable[[OperatorParser, Node], Node]] = {
    "and": OperatorParser.read_and,
    "or": OperatorParser.read_or,
    "between": OperatorParser.read_between,
    "in": OperatorParser.read_in,
}
