"""Rules about tokens that run and get nowhere: loops without a rest, work that is never begun."""

from collections.abc import Iterator

from engine.bpmn.elements import FlowNode, Scope
from engine.lint.markings import Walk
from engine.lint.paths import circles, reachable, successors
from engine.lint.report import at, warning
from engine.model import Finding
from engine.texts import N_

_IDLE = ("task", "exclusiveGateway", "intermediateThrowEvent", "implicitThrowEvent")
_FORKS = ("inclusiveGateway", "parallelGateway")  # with one way in they do not wait
_WORK = ("Task", "task", "callActivity", "subProcess", "transaction", "adHocSubProcess")


def check_loops(file: str, scope: Scope) -> Iterator[Finding]:
    """Yield each loop in which nothing waits and no variable changes."""
    following = successors(scope)
    idle = {key: None for key, node in scope.nodes.items() if _is_idle(node)}
    inside = {key: [to for to in following[key] if to in idle] for key in idle}
    for loop in circles(inside):
        decides = _decides(scope, loop, following)
        if decides is not None:
            yield warning(
                at(file, decides),
                "livelock",
                N_(
                    "In the loop through “%(name)s” nothing waits and no variable changes: what"
                    " goes round once goes round for ever."
                ),
                N_("Put the work or the wait that changes something into the loop."),
            )


def check_dead(file: str, scope: Scope, seen: Walk) -> Iterator[Finding]:
    """Yield the work that no way through a completely explored scope ever begins."""
    if not seen.complete:
        return
    follow = reachable(seen.done, successors(scope))
    dead = [
        node
        for key, node in scope.nodes.items()
        if key in follow and key not in seen.done and node.kind.endswith(_WORK)
    ]
    for node in dead[:1]:
        yield warning(
            at(file, node),
            "dead-element",
            N_("“%(name)s” is never begun, whatever happens (and %(others)s others behind it)."),
            N_("Look for the join before it that waits for more than ever comes."),
            others=len(dead) - 1,
        )


def _decides(scope: Scope, loop: set[str], following: dict[str, list[str]]) -> FlowNode | None:
    """Return the gateway that decides about the next round; loops without an exit are told."""
    for key, node in scope.nodes.items():
        if key in loop and node.kind == "exclusiveGateway" and set(following[key]) - loop:
            return node
    return None


def _is_idle(node: FlowNode) -> bool:
    """Return whether a token passes a node at once and leaves every variable as it was."""
    if node.outputs or node.data_outputs or node.repetition is not None:
        return False
    return node.kind in _IDLE or (node.kind in _FORKS and len(node.incoming) < 2)
