"""The rule about parallel joins that wait for branches of which only one is ever taken."""

from collections.abc import Iterator

from engine.bpmn.elements import Definitions, FlowNode, Scope
from engine.lint.paths import reachable, successors
from engine.lint.report import at, warning
from engine.lint.upload import Upload
from engine.model import Finding
from engine.texts import N_

_MOST_WORK = 3_000_000  # nodes looked at per scope; only machine-made models need more


def check(model: Definitions, upload: Upload) -> Iterator[Finding]:
    """Yield the parallel joins that can never complete because of an exclusive split."""
    for scope in upload.scopes(model):
        joins = [node for node in scope.nodes.values() if _is(node, "parallelGateway", joins=True)]
        splits = [node for node in scope.nodes.values() if _is(node, "exclusiveGateway")]
        branches = sum(len(split.outgoing) for split in splits)
        size = len(scope.nodes) + len(scope.flows)
        if joins and branches * (len(joins) + 1) * size <= _MOST_WORK:
            yield from _starving(model.file, scope, joins, splits)


def _is(node: FlowNode, kind: str, *, joins: bool = False) -> bool:
    return node.kind == kind and len(node.incoming if joins else node.outgoing) > 1


def _starving(
    file: str, scope: Scope, joins: list[FlowNode], splits: list[FlowNode]
) -> Iterator[Finding]:
    following = successors(scope)
    for split in splits:
        needs = {key: _only_behind(scope, following, key) for key in split.outgoing}
        for join in joins:
            if _starves(scope, following, split, join, needs):
                yield warning(
                    at(file, join),
                    "join-never-completes",
                    N_(
                        "“%(name)s” waits for all its incoming flows, but the exclusive gateway "
                        "“%(split)s” takes only one of them."
                    ),
                    N_("Join the branches with an exclusive gateway, or split them in parallel."),
                    split=split.name or split.id,
                )


def _only_behind(scope: Scope, following: dict[str, list[str]], flow_id: str) -> set[str]:
    """Return the nodes (and the flow itself) that no token reaches without this flow."""
    flow = scope.flows[flow_id]
    without = {**following, flow.source: _without_one(following[flow.source], flow.target)}
    begin = [
        node.id
        for node in scope.nodes.values()
        if node.kind == "startEvent" or not (node.incoming or node.attached_to)
    ]
    return {flow_id, *reachable(begin, following)} - reachable(begin, without)


def _without_one(targets: list[str], target: str) -> list[str]:
    left = list(targets)
    if target in left:
        left.remove(target)
    return left


def _starves(
    scope: Scope,
    following: dict[str, list[str]],
    split: FlowNode,
    join: FlowNode,
    needs: dict[str, set[str]],
) -> bool:
    """Return whether two incoming flows of the join need two different branches of the split.

    A loop that leads back to the split before the join may feed both, so it does not count.
    """
    sources: set[str] = set()
    for key in join.incoming:
        source = scope.flows[key].source
        sources.update(branch for branch, only in needs.items() if key in only or source in only)
    if len(sources) < 2:
        return False
    ways = {**following, join.id: []}
    targets = [scope.flows[key].target for key in split.outgoing]
    return split.id not in reachable(targets, ways)
