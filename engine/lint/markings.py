"""Walking through everything that the tokens of one scope can do, up to a bound.

A state is where the tokens of one run lie: how many on which sequence flow. What people, data and
the clock decide is left open, so every choice is tried. An inner sub-process counts as one step.
Each flow has only one reader, so it is enough to try the steps of one waiting node at a time
(a persistent set); inclusive joins and terminate ends come last, since others may still feed them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations

from engine.bpmn.elements import FlowNode, Scope, SequenceFlow

MOST_WORK = 100_000  # tokens in all states of a scope; real models have fewer than a thousand
MOST_TOKENS = 4  # on one flow; more of them teach nothing new
_MOST_SUBSETS_OF = 8  # flows of an inclusive split whose every combination is tried
_CLEARING = ("terminate", "error", "cancel")
_GATEWAYS_WITH_ONE_WAY = ("exclusiveGateway", "eventBasedGateway")

State = tuple[tuple[str, int], ...]
"""How many tokens lie on which flow, in the order of the ids."""


@dataclass(slots=True)
class Walk:
    """What was seen on the way: nodes that did their work, states where all stood still."""

    done: set[str] = field(default_factory=set)
    stuck: list[State] = field(default_factory=list)
    states: int = 0
    piled: set[str] = field(default_factory=set)  # flows with more tokens than are counted
    complete: bool = True


def walk(scope: Scope) -> Walk:
    """Return what the tokens of a lowered scope can do; ``complete`` is False beyond the bound."""
    seen = Walk()
    net = _Net(scope, seen)
    known: set[State] = set()
    waiting = list(net.beginnings())
    work = 0
    while waiting:
        state = waiting.pop()
        if state in known:
            continue
        work += 1 + len(state)
        if work > MOST_WORK:
            seen.complete = False
            break
        known.add(state)
        following = net.steps(state)
        waiting += following
        if not following and state:
            seen.stuck.append(state)
    seen.states = len(known)
    return seen


class _Net:
    """The scope as steps from state to state."""

    def __init__(self, scope: Scope, seen: Walk) -> None:
        self.scope = scope
        self.seen = seen
        self.reader = {
            flow.id: scope.nodes[flow.target]
            for flow in scope.flows.values()
            if flow.target in scope.nodes
        }
        self.boundaries: dict[str, list[FlowNode]] = {}
        for node in scope.nodes.values():
            if node.attached_to and all(event.kind != "compensate" for event in node.events):
                self.boundaries.setdefault(node.attached_to, []).append(node)

    def beginnings(self) -> Iterator[State]:
        """Yield the states in which a run begins: one for each way of starting it."""
        for node in self.scope.nodes.values():
            if node.kind == "startEvent" or (node.instantiate and not node.incoming):
                for put in self.results(node):
                    yield self.moved({}, (), put)

    def steps(self, state: State) -> tuple[State, ...]:
        """Return the states after the next step of the first node that can do one."""
        tokens = dict(state)
        late: list[FlowNode] = []
        for flow_id in tokens:
            node = self.reader[flow_id]
            if _comes_late(node):
                late.append(node)
            elif _may_go(node, tokens):
                return self.after(node, tokens)
        late.sort(key=_clears)
        return self.after(late[0], tokens) if late else ()

    def after(self, node: FlowNode, tokens: dict[str, int]) -> tuple[State, ...]:
        self.seen.done.add(node.id)
        if _clears(node):
            return ((),)
        if node.kind in ("parallelGateway", "complexGateway"):
            used: Iterable[str] = node.incoming
        elif node.kind == "inclusiveGateway":
            used = [key for key in node.incoming if key in tokens]
        else:
            used = [next(key for key in node.incoming if key in tokens)]
        used = tuple(used)
        found = (self.moved(tokens, used, put) for put in self.results(node))
        return tuple(dict.fromkeys(found))

    def results(self, node: FlowNode) -> Iterator[tuple[str, ...]]:
        """Yield the flows that get a token when a node has done its work, one way at a time."""
        self.seen.done.add(node.id)
        extra = [one for one in self.boundaries.get(node.id, ()) if not one.interrupting]
        for put in self.ways(node):
            yield put
            for one in extra:
                self.seen.done.add(one.id)
                for more in self.ways(one):
                    yield (*put, *more)
        for one in self.boundaries.get(node.id, ()):
            if one.interrupting:
                self.seen.done.add(one.id)
                yield from self.ways(one)

    def ways(self, node: FlowNode) -> Iterator[tuple[str, ...]]:
        flows = [self.scope.flows[key] for key in node.outgoing]
        if node.kind in _GATEWAYS_WITH_ONE_WAY:
            yield from ((flow.id,) for flow in flows)
        elif node.kind in ("parallelGateway", "boundaryEvent", "startEvent"):
            yield tuple(flow.id for flow in flows)
        else:
            yield from self.chosen(node, flows)

    def chosen(self, node: FlowNode, flows: list[SequenceFlow]) -> Iterator[tuple[str, ...]]:
        """Yield what may leave a node whose flows have conditions and perhaps a default."""
        always = tuple(flow.id for flow in flows if not _is_open(flow, node))
        if node.kind == "inclusiveGateway":
            always = ()
        open_ = [
            flow.id for flow in flows if flow.id not in always and flow.id != node.default_flow
        ]
        sizes = range(1, len(open_) + 1)
        if len(open_) > _MOST_SUBSETS_OF:
            self.seen.complete = False
            sizes = range(1, 2)
        for size in sizes:
            for some in combinations(open_, size):
                yield (*always, *some)
        if node.default_flow in node.outgoing:
            yield (*always, str(node.default_flow))
        elif always or not open_:
            yield always

    def moved(self, tokens: dict[str, int], used: Iterable[str], put: Iterable[str]) -> State:
        left = dict(tokens)
        for key in used:
            left[key] -= 1
        for key in put:
            left[key] = left.get(key, 0) + 1
            if left[key] > MOST_TOKENS:
                left[key] = MOST_TOKENS
                self.seen.complete = False
                self.seen.piled.add(key)
        return tuple(sorted((key, count) for key, count in left.items() if count))


def _is_open(flow: SequenceFlow, node: FlowNode) -> bool:
    return flow.condition is not None or flow.id == node.default_flow


def _comes_late(node: FlowNode) -> bool:
    return _clears(node) or (node.kind == "inclusiveGateway" and len(node.incoming) > 1)


def _clears(node: FlowNode) -> bool:
    """Return whether a node takes away every token of its scope."""
    return node.kind == "endEvent" and any(event.kind in _CLEARING for event in node.events)


def _may_go(node: FlowNode, tokens: dict[str, int]) -> bool:
    return node.kind != "parallelGateway" or all(key in tokens for key in node.incoming)
