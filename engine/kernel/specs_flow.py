"""Gateways: where one token becomes several and several become one."""

from collections.abc import Collection, Iterable

from engine.events import EventKind
from engine.kernel.base import TaskState, Token
from engine.kernel.scope import Flow, Scope
from engine.kernel.specs import ElementSpec
from engine.kernel.variables import Formula


class ExclusiveGateway(ElementSpec):
    """Takes the first flow whose condition is true, in the order of the file, else the default."""

    def route(self, token: Token) -> Iterable[Flow]:
        variables = token.context(self.asks_about)
        for flow in self.flows:
            if flow.condition is None or self.holds(flow.condition, token, variables):
                return (flow,)
        if self.default is not None:
            return (self.default,)
        if self.flows:
            raise self.no_way_out()
        return ()


class JoiningGateway(ElementSpec):
    """A gateway at which tokens of different flows wait for each other."""

    joins = True

    def arrive(self, token: Token) -> None:
        if len(self.incoming) < 2:
            token.make_ready()
            return
        waiting = token.workflow.wait_at_join(token)
        self.consider(token.workflow, waiting)

    def consider(self, scope: Scope, waiting: dict[str, Token]) -> None:
        """Let the waiting tokens go on as one if nothing more has to come."""


class ParallelGateway(JoiningGateway):
    """Joins one token of every incoming flow and forks into every outgoing one."""

    def route(self, token: Token) -> Iterable[Flow]:
        return self.flows if self.default is None else (*self.flows, self.default)

    def consider(self, scope: Scope, waiting: dict[str, Token]) -> None:
        first = _first_of_each_flow(waiting)
        if len(first) == len(self.incoming):
            _fuse(scope, first)


class InclusiveGateway(JoiningGateway):
    """Joins the tokens that can still arrive and forks into all flows whose condition is true.

    Source: BPMN 2.0.2, table 13.3. A token elsewhere is waited for when it can reach an empty
    incoming flow without passing the gateway, and cannot reach one that has a token already.
    """

    def recheck(self, scope: Scope) -> None:
        while waiting := scope.joins.get(self.name):
            first = _first_of_each_flow(waiting)
            if len(first) < len(self.incoming) and self.more_may_come(scope, first):
                return
            _fuse(scope, first)

    def more_may_come(self, scope: Scope, filled: Collection[str]) -> bool:
        """Return whether a token elsewhere can still reach a flow that has none."""
        reaching = scope.spec.reaching
        expected = [reaching[flow] for flow in self.incoming if flow not in filled]
        settled = [reaching[flow] for flow in filled]
        for token in scope.task_tree.child_tokens():
            place = token.task_spec.name
            if token.task_spec is self and token.state == TaskState.WAITING:
                continue
            if any(place in origins for origins in expected) and not any(
                place in origins for origins in settled
            ):
                return True
        return False


class ComplexGateway(InclusiveGateway):
    """Goes on once its condition on ``activationCount`` is true, and swallows what comes after.

    It starts afresh when every flow has brought a token, when none can come any more, or when a
    flow brings its second one. Without a condition it joins as the inclusive gateway does.
    Source: BPMN 2.0.2, 13.4.5.
    """

    activation: Formula | None = None

    def recheck(self, scope: Scope) -> None:
        waiting = scope.joins.get(self.name)
        if not waiting:
            return
        seen = scope.gateways.get(self.name)
        if seen is not None and any(token.via in seen for token in waiting.values()):
            del scope.gateways[self.name]
            seen = None
        if seen is None:
            seen = self._activate(scope, list(waiting.values()))
        else:
            for token in list(waiting.values()):
                seen.append(token.via)
                scope.remove(token, EventKind.ELEMENT_COMPLETED)
        if seen and (len(set(seen)) >= len(self.incoming) or not self.more_may_come(scope, seen)):
            scope.gateways.pop(self.name, None)

    def _activate(self, scope: Scope, waiting: list[Token]) -> list[str] | None:
        """Let the last token go on if the condition is true; return the flows seen so far."""
        seen = [token.via for token in waiting]
        if self.activation is None:
            active = len(set(seen)) >= len(self.incoming) or not self.more_may_come(scope, seen)
        else:
            counted = {**scope.context(), "activationCount": len(waiting)}
            active = self.holds(self.activation, waiting[-1], counted)
        if not active:
            return None
        scope.gateways[self.name] = seen
        for token in waiting[:-1]:
            scope.remove(token, EventKind.ELEMENT_COMPLETED)
        scope.leave_join(waiting[-1])
        waiting[-1].make_ready()
        return seen


class EventBasedGateway(ElementSpec):
    """Waits for the first of the events behind it; the others are forgotten."""

    def activate(self, token: Token) -> bool:
        scope: Scope = token.workflow
        for flow in self.flows:
            scope.spec.task_specs[flow.target].arm(scope.place(flow.target, parent=token))
        return False

    def arm_fired(self, arm: Token) -> None:
        """Go on behind the event that came first."""
        scope: Scope = arm.workflow
        scope.remove(arm.parent, EventKind.ELEMENT_COMPLETED)
        scope.enter_ready(arm.task_spec.name)


def _first_of_each_flow(waiting: dict[str, Token]) -> dict[str, Token]:
    first: dict[str, Token] = {}
    for token in waiting.values():
        first.setdefault(token.via, token)
    return first


def _fuse(scope: Scope, first: dict[str, Token]) -> None:
    """Let one of the tokens go on; the others have come to their end here."""
    keep, *rest = first.values()
    for token in rest:
        scope.remove(token, EventKind.ELEMENT_COMPLETED)
    scope.leave_join(keep)
    keep.make_ready()
