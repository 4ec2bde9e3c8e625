"""Rules about what can happen on the way: joins that wait for ever, tokens without end."""

from collections.abc import Iterator

from engine.bpmn.elements import Definitions, Scope
from engine.bpmn.lower import lower
from engine.lint.loops import check_dead, check_loops
from engine.lint.markings import MOST_TOKENS, walk
from engine.lint.report import at, error, hint, warning
from engine.lint.upload import Upload
from engine.model import Finding
from engine.texts import N_


def check(model: Definitions, upload: Upload) -> Iterator[Finding]:
    """Yield what shows when every way through the processes of one file is tried."""
    for process in upload.running(model):
        for scope in _scopes(lower(process)):
            if _flows_are_whole(scope):
                yield from check_loops(model.file, scope)
            if _can_be_walked(scope):
                yield from _walked(model.file, scope)


def _scopes(scope: Scope) -> Iterator[Scope]:
    yield scope
    for node in scope.nodes.values():
        if node.scope is not None:
            yield from _scopes(node.scope)


def _can_be_walked(scope: Scope) -> bool:
    """Return whether flows decide alone what happens; broken flows are told elsewhere."""
    return (
        scope.kind != "adHocSubProcess"
        and all(node.kind != "complexGateway" for node in scope.nodes.values())
        and _flows_are_whole(scope)
    )


def _flows_are_whole(scope: Scope) -> bool:
    ends = (end for flow in scope.flows.values() for end in (flow.source, flow.target))
    return all(end in scope.nodes for end in ends)


def _walked(file: str, scope: Scope) -> Iterator[Finding]:
    seen = walk(scope)
    waiting = {scope.flows[flow_id].target for state in seen.stuck for flow_id, _ in state}
    for key in (key for key in scope.nodes if key in waiting):
        certain = seen.complete and key not in seen.done
        yield _never(file, scope, key) if certain else _perhaps(file, scope, key)
    yield from check_dead(file, scope, seen)
    piled = next((flow for key, flow in scope.flows.items() if key in seen.piled), None)
    if piled is not None:  # those behind it follow from it
        yield warning(
            at(file, scope.nodes[piled.target]),
            "tokens-multiply",
            N_("“%(name)s” can be reached by more than %(tokens)s tokens at the same time."),
            N_("Look for a loop that splits in parallel, and join the branches inside the loop."),
            tokens=MOST_TOKENS,
        )
    if not seen.complete and not seen.piled:
        yield hint(
            at(file, scope),
            "ways-too-many",
            N_("“%(name)s” has more ways than can be tried; %(states)s states were looked at."),
            N_("Nothing needs to be done; smaller sub-processes can be checked completely."),
            states=seen.states,
        )


def _never(file: str, scope: Scope, key: str) -> Finding:
    return error(
        at(file, scope.nodes[key]),
        "join-never-completes",
        N_(
            "“%(name)s” waits for all its incoming flows, but they never all come: "
            "an exclusive gateway or an interrupting event takes only one of them. "
            "Nothing after it ever happens."
        ),
        N_("Join the branches with an exclusive gateway first, or split them in parallel."),
    )


def _perhaps(file: str, scope: Scope, key: str) -> Finding:
    return warning(
        at(file, scope.nodes[key]),
        "join-may-wait",
        N_("“%(name)s” waits for all its incoming flows; on some ways not all of them come."),
        N_("Check that every way to it brings a token for each flow, or use an inclusive join."),
    )
