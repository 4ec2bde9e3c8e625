"""What the parts give that only JUEL, the Python style and scripts have."""

from engine.feel.comparing import check_equal, check_order
from engine.feel.expected import (
    ANYTHING,
    BOOLEAN,
    NUMBER,
    STRING,
    Expected,
    context_of,
    joined,
    joined_all,
    list_of,
)
from engine.feel.inference import Inference, Surroundings, infers
from engine.feel.inference_basics import part_of
from engine.feel.tree import (
    Assign,
    Branch,
    Comprehension,
    Constant,
    Contained,
    Empty,
    HostCall,
    HostCompare,
    HostLogic,
    Index,
    IsNull,
    Joined,
    Loop,
    Node,
    Script,
    Truth,
)
from engine.feel.tree_reading import entries_of

_LOOSE = frozenset({"number", "string"})  # JUEL takes a text for the number it spells
_RESULTS = {
    **dict.fromkeys(("len", ".size", ".length"), NUMBER),
    **dict.fromkeys(("str", ".lower", ".upper", ".strip", ".toLowerCase", ".toUpperCase"), STRING),
    **dict.fromkeys((".trim", ".join"), STRING),
    **dict.fromkeys((".startswith", ".endswith", ".startsWith", ".endsWith"), BOOLEAN),
    **dict.fromkeys((".equals", ".equalsIgnoreCase", ".contains", ".isEmpty"), BOOLEAN),
    **dict.fromkeys(("bool", "any", "all"), BOOLEAN),
}


@infers(Index)
def _index(node: Index, work: Inference, around: Surroundings) -> Expected:
    found = work.of(node.subject, around)
    work.of(node.key, around)
    if found.kind == "list":
        return found.inside
    key = node.key.value if isinstance(node.key, Constant) else None
    if found.kind == "context" and isinstance(key, str):
        return part_of(node.subject, key, found, work)
    return ANYTHING


@infers(HostCompare)
def _compare(node: HostCompare, work: Inference, around: Surroundings) -> Expected:
    left, right = work.of(node.left, around), work.of(node.right, around)
    if node.loose and {left.kind, right.kind} == _LOOSE:
        return BOOLEAN
    if node.operator not in ("=", "!="):
        check_order(node, left, right, work)
    elif "list" not in (left.kind, right.kind):
        check_equal(node, (node.left, left), (node.right, right), work)
    return BOOLEAN


@infers(HostLogic)
def _logic(node: HostLogic, work: Inference, around: Surroundings) -> Expected:
    found = [work.of(operand, around) for operand in node.operands]
    first, *rest = found
    return joined_all([first, *rest]) if first.kind else ANYTHING


@infers(Truth, Empty, IsNull, Contained)
def _truth(node: Node, work: Inference, around: Surroundings) -> Expected:
    for part in node.children():
        work.of(part, around)
    return BOOLEAN


@infers(HostCall)
def _call(node: HostCall, work: Inference, around: Surroundings) -> Expected:
    for argument in node.arguments:
        work.of(argument, around)
    return _RESULTS.get(node.function, ANYTHING)


@infers(Comprehension)
def _comprehension(node: Comprehension, work: Inference, around: Surroundings) -> Expected:
    found = work.of(node.source, around)
    entry = found.inside if found.kind == "list" else ANYTHING
    inner = around.inner({node.name: entry})
    if node.condition is not None:
        work.of(node.condition, inner)
    return list_of(work.of(node.body, inner))


@infers(Joined)
def _joined(node: Joined, work: Inference, around: Surroundings) -> Expected:
    for part in node.parts:
        work.of(part, around)
    return STRING


@infers(Script)
def _script(node: Script, work: Inference, around: Surroundings) -> Expected:
    made: dict[str, Expected] = {}
    _run(node.statements, made, work, around.inner(made))
    return context_of({name: made.get(name, ANYTHING) for name in entries_of(node)}, closed=True)


def _run(
    statements: tuple[Node, ...], made: dict[str, Expected], work: Inference, around: Surroundings
) -> None:
    for statement in statements:
        if isinstance(statement, Assign):
            _assign(statement, made, work, around)
        elif isinstance(statement, Branch):
            _branch(statement, made, work, around)
        elif isinstance(statement, Loop):
            _loop(statement, made, work, around)


def _assign(node: Assign, made: dict[str, Expected], work: Inference, around: Surroundings) -> None:
    for key in node.keys:
        work.of(key, around)
    value = work.of(node.value, around)
    made[node.name] = ANYTHING if node.keys or node.appended else value


def _branch(node: Branch, made: dict[str, Expected], work: Inference, around: Surroundings) -> None:
    work.of(node.condition, around)
    before = dict(made)
    _run(node.then, made, work, around)
    after = dict(made)
    made.clear()
    made.update(before)
    _run(node.otherwise, made, work, around)
    for name in {*after, *made}:
        made[name] = joined(after.get(name, ANYTHING), made.get(name, ANYTHING))


def _loop(node: Loop, made: dict[str, Expected], work: Inference, around: Surroundings) -> None:
    found = work.of(node.source, around)
    for name in entries_of(Script((node,))):
        made[name] = ANYTHING  # a round may find what an earlier one left
    made[node.name] = found.inside if found.kind == "list" else ANYTHING
    _run(node.body, made, work, around)
    for name in entries_of(Script((node,))):
        made[name] = ANYTHING
