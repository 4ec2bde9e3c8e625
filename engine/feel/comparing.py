"""Which comparisons of two types can never be true or false."""

from engine.feel.expected import Expected
from engine.feel.inference import Inference
from engine.feel.misfits import incomparable, never_chosen
from engine.feel.tree import Constant, Node
from engine.feel.values import ORDERED

Side = tuple[Node, Expected]


def check_order(part: Node, left: Expected, right: Expected, work: Inference) -> None:
    """Tell where two values have no order: other types, or a type that has none."""
    unordered = any(one.known and one.kind not in ORDERED for one in (left, right))
    different = left.known and right.known and left.kind != right.kind
    if unordered or different:
        work.tell(incomparable(part, left, right))


def check_equal(part: Node, left: Side, right: Side, work: Inference) -> None:
    """Tell where two values are never equal: other types, or texts that they cannot be.

    A list of one entry also equals that entry.
    """
    (one_node, one), (other_node, other) = left, right
    if one.kind == "list" and other.kind != "list":
        one = one.inside
    elif other.kind == "list" and one.kind != "list":
        other = other.inside
    if not (one.known and other.known) or "list" in (one.kind, other.kind):
        return
    if one.kind != other.kind:
        work.tell(incomparable(part, left[1], right[1]))
    elif isinstance(other_node, Constant):
        check_choice(part, one, other, work)
    elif isinstance(one_node, Constant):
        check_choice(part, other, one, work)


def check_choice(part: Node, found: Expected, wanted: Expected, work: Inference) -> None:
    """Tell where a value that is one of some texts is never one of those that are asked for."""
    if found.choices is None or wanted.choices is None:
        return
    if found.choices and not found.choices & wanted.choices:
        work.tell(never_chosen(part, next(iter(wanted.choices), ""), found.choices))


def check_passes(part: Node, found: Expected, wanted: Side, work: Inference) -> None:
    """Tell where a value never passes a test that is evaluated: is never it nor lies in it."""
    node, test = wanted
    if found.kind == "list" or not found.known:
        return
    if test.kind == "range":
        if found.kind != "range":
            check_order(part, found, test.inside, work)
    elif test.kind == "list":
        inside = test.inside
        if inside.known and inside.kind not in ("list", "range"):
            check_equal(part, (part, found), (part, inside), work)
            check_choice(part, found, inside, work)
    else:
        check_equal(part, (part, found), (node, test), work)
