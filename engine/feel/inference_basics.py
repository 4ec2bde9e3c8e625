"""What names, paths, arithmetic, comparisons and collections give."""

from datetime import UTC, datetime
from typing import Any

from engine.feel.arithmetic import calculate
from engine.feel.comparing import check_equal, check_order
from engine.feel.expected import (
    ANYTHING,
    BOOLEAN,
    NOTHING,
    NUMBER,
    Expected,
    context_of,
    joined,
    joined_all,
    list_of,
    of_type,
    of_value,
)
from engine.feel.inference import Inference, Surroundings, infers
from engine.feel.limits import Budget
from engine.feel.misfits import incalculable, incomparable, no_entries, unknown_entry
from engine.feel.moments import Clock, Duration, Months
from engine.feel.operations import PARTS
from engine.feel.tree import (
    And,
    Arithmetic,
    Between,
    Compare,
    Constant,
    ContextOf,
    FunctionOf,
    If,
    InstanceOf,
    ListOf,
    Name,
    Negate,
    Node,
    Or,
    Path,
    RangeOf,
    Span,
    Test,
)
from engine.feel.values import admit, kind_of

_FUNCTION = Expected("function")
_SAMPLES: dict[str, Any] = {
    "number": 1,
    "string": "a",
    "date": admit(datetime(2026, 1, 1, tzinfo=UTC).date()),
    "time": Clock(0, 0),
    "date and time": admit(datetime(2026, 1, 1, tzinfo=UTC)),
    "days and time duration": Duration(1),
    "years and months duration": Months(1),
}


@infers(Constant)
def _constant(node: Constant, _: Inference, __: Surroundings) -> Expected:
    return of_value(node.value)


@infers(Name)
def _name(node: Name, _: Inference, around: Surroundings) -> Expected:
    return around.find(node.name) or ANYTHING


@infers(Path)
def _path(node: Path, work: Inference, around: Surroundings) -> Expected:
    return part_of(node.subject, node.name, work.of(node.subject, around), work)


def part_of(subject: Node, name: str, found: Expected, work: Inference) -> Expected:
    """Return what ``subject.name`` gives where the subject is what was found."""
    if found.kind == "context":
        if name in found.entries:
            return found.entries[name]
        if not found.closed:
            return ANYTHING
        work.tell(unknown_entry(subject, name, found.entries))
        return NOTHING
    if found.kind == "list":
        return list_of(part_of(subject, name, found.inside, work))
    if not found.known:
        return found
    if name not in PARTS.get(found.kind, ()):
        work.tell(no_entries(subject, name, found))
        return NOTHING
    return _property(name, found)


def _property(name: str, found: Expected) -> Expected:
    if found.kind == "range":
        return BOOLEAN if name.endswith("included") else found.inside
    if name == "timezone":
        return Expected("string")
    return Expected("days and time duration") if name == "time offset" else NUMBER


@infers(Negate)
def _negate(node: Negate, work: Inference, around: Surroundings) -> Expected:
    found = work.of(node.operand, around)
    if not found.known or found.kind == "number" or found.kind.endswith("duration"):
        return Expected(found.kind)
    work.tell(incalculable(node, NUMBER, found, "-"))
    return NOTHING


@infers(Arithmetic)
def _arithmetic(node: Arithmetic, work: Inference, around: Surroundings) -> Expected:
    left, right = work.of(node.left, around), work.of(node.right, around)
    if not (left.known and right.known):
        return ANYTHING
    one, other = _SAMPLES.get(left.kind), _SAMPLES.get(right.kind)
    value = calculate(node.operator, one, other, Budget())
    if value is None:
        work.tell(incalculable(node, left, right, node.operator))
        return NOTHING
    return Expected(kind_of(value))


@infers(Compare)
def _compare(node: Compare, work: Inference, around: Surroundings) -> Expected:
    left, right = work.of(node.left, around), work.of(node.right, around)
    if node.operator in ("=", "!="):
        check_equal(node, (node.left, left), (node.right, right), work)
    elif left.kind != "list":  # of one entry it stands for that entry
        check_order(node, left, right, work)
    return BOOLEAN


@infers(Between)
def _between(node: Between, work: Inference, around: Surroundings) -> Expected:
    found = work.of(node.subject, around)
    for end in (node.low, node.high):
        check_order(Compare("<=", node.subject, end), found, work.of(end, around), work)
    return BOOLEAN


@infers(And, Or)
def _logic(node: And | Or, work: Inference, around: Surroundings) -> Expected:
    for operand in node.operands:
        work.condition(operand, around)
    return BOOLEAN


@infers(If)
def _if(node: If, work: Inference, around: Surroundings) -> Expected:
    work.condition(node.condition, around)
    return joined(work.of(node.then, around), work.of(node.otherwise, around))


@infers(InstanceOf)
def _instance_of(node: InstanceOf, work: Inference, around: Surroundings) -> Expected:
    work.of(node.subject, around)
    return BOOLEAN


@infers(ListOf)
def _list(node: ListOf, work: Inference, around: Surroundings) -> Expected:
    return list_of(joined_all([work.of(item, around) for item in node.items]))


@infers(ContextOf)
def _context(node: ContextOf, work: Inference, around: Surroundings) -> Expected:
    made: dict[str, Expected] = {}
    inner = around if node.independent else around.inner(made)
    for name, value in node.entries:
        if isinstance(value, FunctionOf):  # which may call itself
            made[name] = _FUNCTION
        made[name] = work.of(value, inner)
    return context_of(made, closed=True)


@infers(FunctionOf)
def _function(node: FunctionOf, work: Inference, around: Surroundings) -> Expected:
    types = node.types or (None,) * len(node.parameters)
    given = {name: of_type(one) for name, one in zip(node.parameters, types, strict=True)}
    work.of(node.body, around.inner(given))
    return _FUNCTION


@infers(RangeOf)
def _range(node: RangeOf, work: Inference, around: Surroundings) -> Expected:
    low, high = work.of(node.low, around), work.of(node.high, around)
    if low.known and high.known and low.kind != high.kind:
        work.tell(incomparable(node, low, high))
    return Expected("range", entry=joined(low, high))


@infers(Span)
def _span(node: Span, work: Inference, around: Surroundings) -> Expected:
    ends = joined(work.of(node.first, around), work.of(node.last, around))
    return list_of(Expected(ends.kind))


@infers(Test)
def _test(node: Test, work: Inference, around: Surroundings) -> Expected:
    found = work.of(node.operand, around)
    return ANYTHING if node.operator == "?" else Expected("range", entry=found)
