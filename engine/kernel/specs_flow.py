"""Gateways: where one token becomes several and several become one."""

from collections.abc import Iterable

from engine.events import EventKind
from engine.kernel.base import TaskState, Token
from engine.kernel.scope import Flow, Scope
from engine.kernel.specs import ElementSpec


class ExclusiveGateway(ElementSpec):
    """Takes the first flow whose condition is true, in the order of the file, else the default."""

    def route(self, token: Token) -> Iterable[Flow]:
        variables = token.workflow.context()
        for flow in self.flows:
            if flow.condition is None or flow.condition.holds(variables, self.name):
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

    def recheck(self, scope: Scope) -> None:
        """Look again after something in the scope has moved."""


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
            if len(first) < len(self.incoming) and self._more_may_come(scope, first):
                return
            _fuse(scope, first)

    def _more_may_come(self, scope: Scope, filled: dict[str, Token]) -> bool:
        reaching = scope.spec.reaching
        expected = [reaching[flow] for flow in self.incoming if flow not in filled]
        settled = [reaching[flow] for flow in filled]
        for token in scope.tasks.values():
            place = token.task_spec.name
            if token.task_spec is self and token.state == TaskState.WAITING:
                continue
            if any(place in origins for origins in expected) and not any(
                place in origins for origins in settled
            ):
                return True
        return False


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
