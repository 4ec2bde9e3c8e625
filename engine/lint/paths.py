"""Rules about the ways through a process: what is never reached and what never ends."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from engine.bpmn.elements import Definitions, FlowNode, Scope
from engine.bpmn.lower import join_links
from engine.lint.report import at, error, warning
from engine.lint.upload import Upload
from engine.model import Finding
from engine.texts import N_


def check(model: Definitions, upload: Upload) -> Iterator[Finding]:
    """Yield the nodes that no token reaches and those that none can leave for an end."""
    for scope in upload.scopes(model):
        if scope.kind != "adHocSubProcess" and scope.nodes:
            yield from _ways(model.file, scope)


def successors(scope: Scope) -> dict[str, list[str]]:
    """Return the nodes that may follow each node: by flow, by link and by boundary event."""
    following: dict[str, list[str]] = {key: [] for key in scope.nodes}
    for flow in join_links(scope).flows.values():
        if flow.source in following and flow.target in following:
            following[flow.source].append(flow.target)
    for node in scope.nodes.values():
        if node.attached_to in following:
            following[node.attached_to].append(node.id)
    return following


def circles(following: Mapping[str, Sequence[str]]) -> list[set[str]]:
    """Return the sets of nodes that all reach one another, in time linear in the flows."""
    preceding: dict[str, list[str]] = {key: [] for key in following}
    for key, targets in following.items():
        for target in targets:
            preceding[target].append(key)
    left = set(following)
    found = []
    for key in reversed(_left_last(following)):
        if key not in left:
            continue
        left.remove(key)
        circle = [key]
        for one in circle:  # grows while it is gone through
            before = [other for other in preceding[one] if other in left]
            left.difference_update(before)
            circle += dict.fromkeys(before)
        if len(circle) > 1 or key in following[key]:
            found.append(set(circle))
    return found


def _left_last(following: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the nodes in the order in which a walk into the depth is done with them."""
    seen: set[str] = set()
    done: list[str] = []
    for begin in following:
        open_ = [] if begin in seen else [(begin, iter(following[begin]))]
        seen.add(begin)
        while open_:
            key, targets = open_[-1]
            target = next((one for one in targets if one not in seen), None)
            if target is None:
                done.append(key)
                open_.pop()
            else:
                seen.add(target)
                open_.append((target, iter(following[target])))
    return done


def reachable(begin: Iterable[str], following: Mapping[str, Iterable[str]]) -> set[str]:
    """Return every node that can be reached, the beginning included."""
    found = set(begin)
    waiting = list(found)
    while waiting:
        for key in following.get(waiting.pop(), ()):
            if key not in found:
                found.add(key)
                waiting.append(key)
    return found


def _ways(file: str, scope: Scope) -> Iterator[Finding]:
    following = successors(scope)
    starts = _beginnings(scope, following)
    reached = reachable(starts, following)
    yield from _unreached(file, scope, reached)
    preceding: dict[str, list[str]] = {key: [] for key in scope.nodes}
    for key, targets in following.items():
        for target in targets:
            preceding[target].append(key)
    last = [key for key, targets in following.items() if not targets or _ends(scope.nodes[key])]
    finishing = reachable(last, preceding)
    if starts and not finishing.intersection(starts):
        yield error(
            at(file, scope),
            "never-ends",
            N_("“%(name)s” can never end: from its start no end event can be reached."),
            N_("Add a way to an end event."),
        )
        return
    yield from _without_end(file, scope, reached - finishing)
    yield from _dead_ends(file, scope, reached)


def _beginnings(scope: Scope, following: Mapping[str, list[str]]) -> list[str]:
    """Return where tokens appear: start events, or else what nothing leads to."""
    own = [node.id for node in scope.nodes.values() if _starts_itself(node)]
    if any(scope.nodes[key].kind == "startEvent" for key in own):
        return own
    targets = {key for ends in following.values() for key in ends}
    return own + [key for key in scope.nodes if key not in targets]


def _starts_itself(node: FlowNode) -> bool:
    return (
        node.kind == "startEvent"
        or node.triggered_by_event
        or node.is_for_compensation
        or node.instantiate
    )


def _ends(node: FlowNode) -> bool:
    return node.kind == "endEvent" or node.triggered_by_event or node.is_for_compensation


def _unreached(file: str, scope: Scope, reached: set[str]) -> Iterator[Finding]:
    for node in scope.nodes.values():
        if node.id not in reached and node.kind != "boundaryEvent" and not _jumps(node):
            yield warning(
                at(file, node),
                "unreachable",
                N_("No path from a start event leads to “%(name)s”; it will never happen."),
                N_("Connect it with a sequence flow, or delete it."),
            )


def _without_end(file: str, scope: Scope, keys: set[str]) -> Iterator[Finding]:
    for key in (key for key in scope.nodes if key in keys):
        yield warning(
            at(file, scope.nodes[key]),
            "no-way-to-end",
            N_("From “%(name)s” no end can be reached: the path runs in a circle for ever."),
            N_("Add a gateway with a way out to an end event."),
        )


def _dead_ends(file: str, scope: Scope, reached: set[str]) -> Iterator[Finding]:
    """Yield nodes that nothing follows, in scopes that show elsewhere how they end."""
    if scope.kind == "process" and not any(n.kind == "endEvent" for n in scope.nodes.values()):
        yield warning(
            at(file, scope),
            "no-end-event",
            N_("The process “%(name)s” has no end event; it ends where nothing follows."),
            N_("Draw an end event after the last activity, so that the result is clear."),
        )
        return
    if not any(node.kind == "endEvent" for node in scope.nodes.values()):
        return
    for node in scope.nodes.values():
        if node.id in reached and not node.outgoing and not _is_told_elsewhere(node):
            yield warning(
                at(file, node),
                "dead-end",
                N_("Nothing follows “%(name)s”, although it is no end event."),
                N_("Lead it on to the next element or to an end event."),
            )


def _is_told_elsewhere(node: FlowNode) -> bool:
    return _ends(node) or _jumps(node) or node.kind == "boundaryEvent"


def _jumps(node: FlowNode) -> bool:
    """Return whether a node is reached or left without a flow: links and compensation."""
    return any(event.kind in ("link", "compensate") for event in node.events)
