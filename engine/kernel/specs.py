"""What every element does: a token arrives, rests or runs, and leaves along the flows."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from engine.bpmn.elements import FlowNode
from engine.bpmn.lower import is_helper
from engine.errors import ExecutionError
from engine.events import EventKind
from engine.kernel.base import ElementSpecBase, ScopeSpecBase, TaskState, Token
from engine.kernel.scope import Flow, Scope
from engine.kernel.variables import Formula, mapped
from engine.model import Job, MessageWait, SignalWait, Timer, UserTask, Variables
from engine.texts import N_


@dataclass(slots=True)
class Waits:
    """What the tokens of an instance wait for, collected from their specs."""

    user_tasks: list[UserTask] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)
    timers: list[Timer] = field(default_factory=list)
    messages: list[MessageWait] = field(default_factory=list)
    signals: list[SignalWait] = field(default_factory=list)


class ScopeSpec(ScopeSpecBase):
    """A process or sub-process: its specs by element id, and where its tokens begin.

    ``reaching`` holds, per incoming flow of an inclusive join, the elements from which that flow
    can be reached without passing the join.
    """

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.starts: tuple[str, ...] = ()
        self.reaching: dict[str, frozenset[str]] = {}


class ElementSpec(ElementSpecBase):
    """An element that lets its token pass at once: start event, abstract task, link event."""

    joins = False  # whether tokens wait here for tokens from other flows
    hosts_scope = False  # whether a token here is the outside of an inner scope
    rests = False  # whether a token here waits for a command

    def __init__(self, scope_spec: ScopeSpec, element: FlowNode) -> None:
        super().__init__(scope_spec, element.id)
        self.element = element
        self.hidden = is_helper(element.id)  # nobody drew it, so nobody hears of it
        self.flows: tuple[Flow, ...] = ()
        self.default: Flow | None = None
        self.asks = False  # whether a flow has a condition
        self.incoming = element.incoming
        self.listeners: tuple[str, ...] = ()  # boundary events that are armed on arrival
        self.error_catchers: tuple[tuple[str | None, str], ...] = ()  # (code or any, spec name)
        self.writes: tuple[tuple[str, Formula], ...] = ()

    def accept(self, token: Token) -> None:
        """Take in a token that has just been placed here."""
        if token.state == TaskState.FUTURE:
            token.workflow.machine.record(EventKind.ELEMENT_ENTERED, token)
            token.put(TaskState.WAITING)
            self.arrive(token)

    def arrive(self, token: Token) -> None:
        """Take a token in: arm what listens for it, then run it or let it rest."""
        scope: Scope = token.workflow
        for name in self.listeners:
            scope.spec.task_specs[name].arm(scope.place(name, parent=token))
        if self.activate(token):
            token.make_ready()

    def activate(self, token: Token) -> bool:
        """Return whether the token may run now; otherwise it rests."""
        return True

    def _on_ready_hook(self, token: Token) -> None:
        token.workflow.machine.agenda.append(token)

    def _run_hook(self, token: Token) -> bool | None:
        return True

    def _on_error(self, token: Token) -> None:
        """Do nothing: a failed command throws the whole machine away."""

    def _on_complete(self, token: Token) -> None:
        scope: Scope = token.workflow
        if token.id not in scope.tasks:
            return
        flows = self.route(token)
        scope.remove(token, EventKind.ELEMENT_COMPLETED)
        scope.emit(flows)
        scope.settle()

    def route(self, token: Token) -> Iterable[Flow]:
        """Return the flows to take: all unconditional and true ones, else the default."""
        if not self.asks:
            return self.flows if self.default is None else (*self.flows, self.default)
        variables = token.workflow.context()
        taken = [
            flow
            for flow in self.flows
            if flow.condition is None or flow.condition.holds(variables, self.name)
        ]
        if self.default is not None and all(flow.condition is None for flow in taken):
            taken.append(self.default)
        if not taken:
            raise self.no_way_out()
        return taken

    def no_way_out(self) -> ExecutionError:
        """Return the error for a split whose conditions are all false."""
        return ExecutionError(
            N_("No condition is true behind “%(element)s” and it has no default flow."),
            params={"element": self.element.name or self.name},
            element_id=self.name,
            line=self.element.line,
        )

    def take_in(self, scope: Scope, variables: Variables) -> None:
        """Write what came from outside to the scope, through the output mappings if any."""
        if self.writes:
            seen = {**scope.context(), **variables}
            variables = mapped(self.writes, seen, self.name)
        scope.variables.update(variables)

    def awaits(self, kind: str, name: str) -> bool:
        """Return whether a token here waits for this message or signal."""
        return False

    def report(self, token: Token, waits: Waits) -> None:
        """Add what a token that rests here waits for."""
