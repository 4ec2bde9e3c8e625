"""Reading Python-style conditions, as SpiffArena's files have them, into the tree of FEEL.

Python's own parser reads the text; a closed list of its nodes is translated, and nothing is run.
"""

import ast
from collections.abc import Callable
from decimal import Decimal
from threading import Lock
from typing import Any
from warnings import catch_warnings, simplefilter

from engine.feel.errors import N_, FeelSyntaxError
from engine.feel.host_functions import PYTHON_FUNCTIONS, PYTHON_METHODS
from engine.feel.limits import LIMITS, Limits, exceeded
from engine.feel.tree import (
    Arithmetic,
    Comprehension,
    Constant,
    Contained,
    ContextOf,
    HostCall,
    HostCompare,
    HostLogic,
    If,
    Index,
    IsNull,
    Joined,
    ListOf,
    Name,
    Negate,
    Node,
    Path,
    Truth,
)
from engine.feel.tree_reading import check_size
from engine.feel.values import exact, whole

LONGEST_TEXT = 4_000  # characters; Python's parser is not asked to read more
_MOST_COMPARISONS = 8
_MOST_ARGUMENTS = 4
_ONE_AT_A_TIME = Lock()  # the filters of warnings are one for all threads


class PythonRefusedError(FeelSyntaxError):
    """The text is Python, but uses something that is never run here."""

    code = "expression_refused"


def parse_python(text: str, limits: Limits = LIMITS) -> Node:
    """Return the tree of a Python-style condition.

    Raises FeelSyntaxError for what is no Python, PythonRefusedError for what is not run here.
    """
    if len(text) > min(LONGEST_TEXT, limits.text_length):
        raise exceeded("text_length", limits=limits)
    tree = translate(read_python(text.strip(), "eval").body)
    check_size(tree, limits)
    return tree


def read_python(text: str, mode: str) -> Any:
    """Return Python's own tree of a text. Raises FeelSyntaxError."""
    try:
        with _ONE_AT_A_TIME, catch_warnings():
            simplefilter("ignore")  # Python's advice on style would go to the log
            return ast.parse(text, mode=mode)
    except SyntaxError as error:
        position = _position(text, error.lineno or 1, (error.offset or 1) - 1)
        sentence = N_("This is no condition in the style of Python: %(reason)s.")
        raise FeelSyntaxError(sentence, {"reason": error.msg}, position) from error
    except (RecursionError, MemoryError) as error:
        raise exceeded("nesting") from error
    except ValueError as error:  # a character that no program may hold
        sentence = N_("This is no condition in the style of Python: %(reason)s.")
        raise FeelSyntaxError(sentence, {"reason": str(error)}) from error


def _position(text: str, line: int, column: int) -> int:
    before = text.split("\n")[: line - 1]
    return sum(len(part) + 1 for part in before) + max(column, 0)


def translate(node: ast.AST, depth: int = 0) -> Node:
    """Return the tree for a node of Python's. Raises PythonRefusedError."""
    if depth > LIMITS.nesting:
        raise exceeded("nesting")
    rule = _RULES.get(type(node))
    if rule is None:
        raise refused(node, type(node).__name__)
    return rule(node, lambda inner: translate(inner, depth + 1))


def refused(node: ast.AST, what: str) -> PythonRefusedError:
    """Return the error that says which part of Python is not run here, and in which line."""
    sentence = N_("“%(word)s” (line %(line)s) is not available here. Write it in FEEL instead.")
    params = {"word": what[:60], "line": getattr(node, "lineno", 1)}
    return PythonRefusedError(sentence, params, getattr(node, "col_offset", None))


def variable(node: ast.AST, name: str) -> str:
    """Return a name that may be used. Raises PythonRefusedError for hidden ones."""
    if name.startswith("_"):
        raise refused(node, name)
    return name


_Inner = Callable[[ast.AST], Node]


def _constant(node: ast.Constant, _: _Inner) -> Node:
    value = node.value
    if value is None or isinstance(value, bool | str):
        return Constant(value)
    if isinstance(value, int):
        return Constant(whole(value))
    if isinstance(value, float):
        return Constant(exact(repr(value)))
    raise refused(node, repr(value))


def _name(node: ast.Name, _: _Inner) -> Node:
    return Name(variable(node, node.id))


def _logic(node: ast.BoolOp, inner: _Inner) -> Node:
    return HostLogic(isinstance(node.op, ast.And), tuple(map(inner, node.values)))


def _unary(node: ast.UnaryOp, inner: _Inner) -> Node:
    operand = inner(node.operand)
    if isinstance(node.op, ast.Not):
        return Truth(operand, negated=True)
    if isinstance(node.op, ast.USub):
        is_number = isinstance(operand, Constant) and type(operand.value) in {int, Decimal}
        return Constant(-operand.value) if is_number else Negate(operand)  # type: ignore[attr-defined]
    if isinstance(node.op, ast.UAdd):
        return operand
    raise refused(node, "~")


_SIGNS: dict[type[ast.operator], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**",
}  # fmt: skip
_HOST_SIGNS: dict[type[ast.operator], str] = {ast.Mod: "mod", ast.FloorDiv: "floor division"}


def arithmetic(operator: ast.operator, left: Node, right: Node) -> Node:
    """Return the tree of a calculation. Raises PythonRefusedError."""
    kind = type(operator)
    if kind in _SIGNS:
        return Arithmetic(_SIGNS[kind], left, right)
    if kind in _HOST_SIGNS:
        return HostCall(_HOST_SIGNS[kind], (left, right))
    raise refused(operator, kind.__name__)


def _binary(node: ast.BinOp, inner: _Inner) -> Node:
    return arithmetic(node.op, inner(node.left), inner(node.right))


_ORDERS: dict[type[ast.cmpop], str] = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "=", ast.NotEq: "!=",
    ast.Is: "=", ast.IsNot: "!=",
}  # fmt: skip


def _compare(node: ast.Compare, inner: _Inner) -> Node:
    if len(node.ops) > _MOST_COMPARISONS:
        raise exceeded("height")
    operands = [inner(part) for part in (node.left, *node.comparators)]
    pairs = zip(node.ops, operands, operands[1:], strict=False)
    found = [_comparison(operator, left, right) for operator, left, right in pairs]
    return found[0] if len(found) == 1 else HostLogic(True, tuple(found))  # noqa: FBT003


def _comparison(operator: ast.cmpop, left: Node, right: Node) -> Node:
    if isinstance(operator, ast.In | ast.NotIn):
        return Contained(left, right, negated=isinstance(operator, ast.NotIn))
    if isinstance(operator, ast.Is | ast.IsNot) and right == Constant(None):
        return IsNull(left, negated=isinstance(operator, ast.IsNot))
    return HostCompare(_ORDERS[type(operator)], left, right, loose=False)


def _choice(node: ast.IfExp, inner: _Inner) -> Node:
    return If(Truth(inner(node.test)), inner(node.body), inner(node.orelse))


def _attribute(node: ast.Attribute, inner: _Inner) -> Node:
    return Path(inner(node.value), variable(node, node.attr))


def _subscript(node: ast.Subscript, inner: _Inner) -> Node:
    return Index(inner(node.value), inner(node.slice))


def _list(node: ast.List | ast.Tuple, inner: _Inner) -> Node:
    return ListOf(tuple(map(inner, node.elts)))


def _dictionary(node: ast.Dict, inner: _Inner) -> Node:
    entries: list[tuple[str, Node]] = []
    for key, value in zip(node.keys, node.values, strict=True):
        if not (isinstance(key, ast.Constant) and isinstance(key.value, str)):
            raise refused(node, "{…}")
        entries.append((key.value, inner(value)))
    return ContextOf(tuple(entries), independent=True)


def _comprehension(node: ast.ListComp | ast.GeneratorExp, inner: _Inner) -> Node:
    loop = node.generators[0]
    if len(node.generators) > 1 or len(loop.ifs) > 1 or not isinstance(loop.target, ast.Name):
        raise refused(node, "for … for …")
    condition = inner(loop.ifs[0]) if loop.ifs else None
    name = variable(node, loop.target.id)
    return Comprehension(inner(node.elt), name, inner(loop.iter), condition)


def _joined(node: ast.JoinedStr, inner: _Inner) -> Node:
    parts: list[Node] = []
    for part in node.values:
        if isinstance(part, ast.FormattedValue):
            if part.format_spec is not None or part.conversion != -1:
                raise refused(node, "{…:…}")
            parts.append(inner(part.value))
        else:
            parts.append(inner(part))
    return Joined(tuple(parts))


def _call(node: ast.Call, inner: _Inner) -> Node:
    name = ast.unparse(node.func)[:40] + "(…)"
    if node.keywords or len(node.args) > _MOST_ARGUMENTS:
        raise refused(node, name)
    callee = node.func
    if isinstance(callee, ast.Name) and callee.id in PYTHON_FUNCTIONS:
        return HostCall(callee.id, tuple(map(inner, node.args)))
    if isinstance(callee, ast.Attribute) and callee.attr in PYTHON_METHODS:
        arguments = (inner(callee.value), *map(inner, node.args))
        return HostCall("." + callee.attr, arguments)
    raise refused(node, name)


_RULES: dict[type[ast.AST], Callable[[Any, _Inner], Node]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.BoolOp: _logic,
    ast.UnaryOp: _unary,
    ast.BinOp: _binary,
    ast.Compare: _compare,
    ast.IfExp: _choice,
    ast.Attribute: _attribute,
    ast.Subscript: _subscript,
    ast.List: _list,
    ast.Tuple: _list,
    ast.Dict: _dictionary,
    ast.ListComp: _comprehension,
    ast.GeneratorExp: _comprehension,
    ast.JoinedStr: _joined,
    ast.Call: _call,
}
