"""Reading small Python-style scripts: assignments, ``if``, ``for … in list``, ``append``."""

import ast
import textwrap

from engine.feel.errors import N_, FeelSyntaxError
from engine.feel.limits import LIMITS, Limits, exceeded
from engine.feel.python_dialect import arithmetic, read_python, refused, translate, variable
from engine.feel.tree import Assign, Branch, Constant, Index, Loop, Name, Node, Script
from engine.feel.tree_reading import check_size

_DEEPEST = 8
_LONGEST_PATH = 10


def parse_python_script(text: str, limits: Limits = LIMITS) -> Script:
    """Return the tree of a script. Raises FeelSyntaxError, also for what is not run here."""
    if len(text) > limits.text_length:
        raise exceeded("text_length", limits=limits)
    module = read_python(textwrap.dedent(text).strip(), "exec")
    tree = Script(_block(module.body, 0))
    if not tree.statements:
        raise FeelSyntaxError(N_("The script is empty. Write what it sets: name = value."))
    check_size(tree, limits)
    return tree


def _block(statements: list[ast.stmt], depth: int) -> tuple[Node, ...]:
    if depth > _DEEPEST:
        raise exceeded("nesting")
    kept = (one for one in statements if not isinstance(one, ast.Pass))
    return tuple(_statement(one, depth) for one in kept)


def _statement(node: ast.stmt, depth: int) -> Node:
    match node:
        case ast.Assign(targets=[target]):
            return _assigned(target, translate(node.value))
        case ast.AugAssign():
            return _changed(node)
        case ast.If():
            then, otherwise = _block(node.body, depth + 1), _block(node.orelse, depth + 1)
            return Branch(translate(node.test), then, otherwise)
        case ast.For(target=ast.Name(id=name), orelse=[]):
            body = _block(node.body, depth + 1)
            return Loop(variable(node, name), translate(node.iter), body)
        case ast.Expr(
            value=ast.Call(
                func=ast.Attribute(attr="append", value=place), args=[entry], keywords=[]
            )
        ):
            return _appended(place, translate(entry))
    raise refused(node, type(node).__name__)


def _assigned(target: ast.expr, value: Node) -> Assign:
    name, keys = _place(target)
    return Assign(name, keys, value)


def _appended(target: ast.expr, value: Node) -> Assign:
    name, keys = _place(target)
    return Assign(name, keys, value, appended=True)


def _changed(node: ast.AugAssign) -> Assign:
    name, keys = _place(node.target)
    before: Node = Name(name)
    for key in keys:
        before = Index(before, key)
    return Assign(name, keys, arithmetic(node.op, before, translate(node.value)))


def _place(target: ast.expr) -> tuple[str, tuple[Node, ...]]:
    """Return the variable that is set, and the keys inside it. Raises PythonRefusedError."""
    keys: list[Node] = []
    while not isinstance(target, ast.Name):
        if isinstance(target, ast.Subscript):
            keys.append(translate(target.slice))
        elif isinstance(target, ast.Attribute):
            keys.append(Constant(variable(target, target.attr)))
        else:
            raise refused(target, type(target).__name__)
        if len(keys) > _LONGEST_PATH:
            raise exceeded("nesting")
        target = target.value
    return variable(target, target.id), tuple(reversed(keys))
