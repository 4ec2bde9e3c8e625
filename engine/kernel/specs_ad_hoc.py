"""Ad-hoc sub-processes: their activities all at once, in turn, or as people start them."""

from engine.bpmn.elements import FlowNode
from engine.bpmn.lower import HELPER
from engine.errors import CommandRejectedError
from engine.events import EventKind
from engine.kernel.base import Token
from engine.kernel.machine import InnerScope
from engine.kernel.scope import Flow, Scope
from engine.kernel.specs import ElementSpec, ScopeSpec, Waits
from engine.kernel.specs_inside import SubProcessSpec
from engine.kernel.variables import Formula
from engine.model import Choice
from engine.texts import N_


class AdHocSpec(SubProcessSpec):
    """Offers its activities at once or in turn, until its condition is true or nothing is left.

    Where people start them, a hidden token inside (the door) waits for what they choose.
    """

    completion: Formula | None = None
    door: str | None = None  # the spec of that token

    def furnish(self, inside: ScopeSpec) -> None:
        """Give the inside the spec of its door where people start the activities."""
        drawn = self.element.scope
        if drawn is not None and drawn.by_hand:
            node = FlowNode(f"{HELPER}door_{self.element_id}", "door", self.element.line)
            self.door = DoorSpec(inside, node).name

    def begin_inside(self, inner: InnerScope) -> None:
        if self.door is not None:
            inner.begin((self.door,))
            return
        starts = list(inner.spec.starts)
        if self.element.scope is not None and self.element.scope.in_turn:
            starts, inner.queue = starts[:1], starts[1:]
        inner.begin(starts)

    def part_done(self, inner: Scope) -> None:
        """Look whether the sub-process is complete, else let the next activity have its turn."""
        drawn = self.element.scope
        if self._is_complete(inner):
            inner.queue = []
            if drawn is not None and drawn.cancels_rest:
                inner.empty()
            self._shut(inner)
        elif inner.queue:
            inner.emit([Flow("", inner.queue.pop(0))])

    def _shut(self, inner: Scope) -> None:
        """Let nobody start anything more."""
        for token in inner.task_tree.child_tokens():
            if token.task_spec.name == self.door:
                inner.remove(token, EventKind.ELEMENT_COMPLETED)

    def _is_complete(self, inner: Scope) -> bool:
        if self.completion is None or inner.host is None:
            return False
        return self.holds(self.completion, inner.host, inner.context())


class DoorSpec(ElementSpec):
    """Rests inside an ad-hoc sub-process until it is over; people start activities through it."""

    rests = True
    is_door = True

    def activate(self, token: Token) -> bool:
        token.workflow.machine.rest(token)
        return False

    def report(self, token: Token, waits: Waits) -> None:
        scope: Scope = token.workflow
        host = scope.host
        if host is None:
            return
        spec = host.task_spec
        waits.choices.append(
            Choice(
                token.id,
                spec.element_id,
                spec.element.name or spec.element_id,
                self._offered(token),
                spec.completion is None and not _busy(token),
            )
        )

    def begin_activity(self, token: Token, element_id: str) -> None:
        """Start an activity. Raises CommandRejectedError when it cannot be started (now)."""
        scope: Scope = token.workflow
        if element_id not in scope.spec.starts:
            raise CommandRejectedError(
                N_("“%(element)s” is none of the activities that can be started here."),
                params={"element": element_id},
                element_id=self.element_id,
            )
        if element_id not in self._offered(token):
            raise CommandRejectedError(
                N_("Here one activity is done after the other; another one still runs."),
                element_id=self.element_id,
            )
        scope.emit([Flow("", element_id)])
        scope.settle()

    def finish(self, token: Token) -> None:
        """End the sub-process. Raises CommandRejectedError when it is not over."""
        scope: Scope = token.workflow
        decided = scope.host is not None and scope.host.task_spec.completion is not None
        if decided or _busy(token):
            raise CommandRejectedError(
                N_("The sub-process is not over: something runs in it, or its condition decides."),
                element_id=self.element_id,
            )
        scope.remove(token, EventKind.ELEMENT_COMPLETED)
        scope.settle()

    def _offered(self, token: Token) -> tuple[str, ...]:
        scope: Scope = token.workflow
        drawn = None if scope.host is None else scope.host.task_spec.element.scope
        one_by_one = drawn is not None and drawn.in_turn
        return () if one_by_one and _busy(token) else tuple(scope.spec.starts)


def _busy(token: Token) -> bool:
    return len(token.workflow.task_tree.child_tokens()) > 1
