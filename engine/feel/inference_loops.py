"""What filters, loops and tests give."""

from engine.feel.comparing import check_equal, check_order, check_passes
from engine.feel.expected import (
    ANYTHING,
    BOOLEAN,
    NOTHING,
    Expected,
    list_of,
)
from engine.feel.inference import Inference, Surroundings, infers
from engine.feel.misfits import no_condition
from engine.feel.tree import Filter, For, In, ListOf, Node, Quantified, Test, TestsOf

_PASSED = "?"  # the name of the tested value


@infers(Filter)
def _filter(node: Filter, work: Inference, around: Surroundings) -> Expected:
    found = work.of(node.subject, around)
    if found.kind == "null":
        return NOTHING
    entry = found.inside if found.kind == "list" else found
    condition = work.of(node.condition, around.inside(entry))
    if condition.kind == "number":
        return entry
    if condition.kind == "boolean":
        return list_of(entry)
    if condition.known:
        work.tell(no_condition(node.condition, condition))
        return NOTHING
    return ANYTHING


def _rounds(
    loops: tuple[tuple[str, Node], ...], work: Inference, around: Surroundings
) -> Surroundings:
    """Return what the body of a loop sees."""
    for name, domain in loops:
        found = work.of(domain, around)
        entry = found.inside if found.kind in ("list", "range") else found
        around = around.inner({name: entry})
    return around


@infers(For)
def _for(node: For, work: Inference, around: Surroundings) -> Expected:
    seen = around.inner({"partial": list_of(ANYTHING)})
    return list_of(work.of(node.body, _rounds(node.loops, work, seen)))


@infers(Quantified)
def _quantified(node: Quantified, work: Inference, around: Surroundings) -> Expected:
    work.condition(node.condition, _rounds(node.loops, work, around))
    return BOOLEAN


@infers(In)
def _in(node: In, work: Inference, around: Surroundings) -> Expected:
    found = work.of(node.subject, around)
    for test in node.tests:
        _check_test(node, node.subject, found, test, work, around)
    return BOOLEAN


@infers(TestsOf)
def _tests_of(node: TestsOf, work: Inference, around: Surroundings) -> Expected:
    found = around.find(_PASSED) or ANYTHING
    for test in node.tests:
        _check_test(test, test, found, test, work, around)
    return BOOLEAN


def _check_test(
    part: Node,
    subject: Node,
    found: Expected,
    test: Node,
    work: Inference,
    around: Surroundings,
) -> None:
    if isinstance(test, Test):
        inner = around.inner({_PASSED: found})
        if test.operator == "?":
            work.condition(test.operand, inner)
            return
        wanted = work.of(test.operand, around)
        if test.operator in ("=", "!="):
            check_equal(part, (subject, found), (test.operand, wanted), work)
        elif found.kind != "list":
            check_order(part, found, wanted, work)
    elif isinstance(test, ListOf):
        for item in test.items:
            check_passes(part, found, (item, work.of(item, around)), work)
    else:
        check_passes(part, found, (test, work.of(test, around)), work)
