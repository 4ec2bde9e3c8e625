"""What every element does: a token arrives, rests or runs, and leaves along the flows."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from engine.bpmn.elements import FlowNode
from engine.bpmn.lower import is_helper
from engine.errors import ExecutionError
from engine.events import EventKind
from engine.kernel import compensation
from engine.kernel.base import ElementSpecBase, ScopeSpecBase, TaskState, Token
from engine.kernel.correlation import KeyOf
from engine.kernel.data import DataAccess
from engine.kernel.scope import Condition, Flow, Scope
from engine.kernel.variables import Formula, Layer, mapped
from engine.model import (
    Call,
    Choice,
    ConditionWait,
    DecisionWait,
    Job,
    MessageWait,
    SignalWait,
    Timer,
    UserTask,
    Variables,
)
from engine.texts import N_


@dataclass(slots=True)
class Waits:
    """What the tokens of an instance wait for, collected from their specs."""

    user_tasks: list[UserTask] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)
    timers: list[Timer] = field(default_factory=list)
    messages: list[MessageWait] = field(default_factory=list)
    signals: list[SignalWait] = field(default_factory=list)
    conditions: list[ConditionWait] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    decisions: list[DecisionWait] = field(default_factory=list)


class ScopeSpec(ScopeSpecBase):
    """A process or sub-process: its specs by element id, and where its tokens begin.

    ``reaching`` holds, per incoming flow of an inclusive join, the elements from which that flow
    can be reached without passing the join.
    """

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.starts: tuple[str, ...] = ()
        self.reaching: dict[str, frozenset[str]] = {}
        self.triggers: tuple[str, ...] = ()  # starts of event sub-processes that listen
        self.catchers: dict[str, tuple[tuple[str | None, str], ...]] = {}  # kind -> (code, spec)
        self.undoer: str | None = None  # event sub-process that compensates this scope
        self.handles_event = False  # whether this is the inside of an event sub-process
        self.data: tuple[str, ...] = ()  # variables of its own


ENTERED, LEFT = EventKind.ELEMENT_ENTERED, EventKind.ELEMENT_COMPLETED  # looked up once
EACH = "~each"  # ends the name of the spec of one instance of a repeated activity
TRIGGER = "~trigger"  # ends the name of the spec that listens for an event sub-process


class ElementSpec(ElementSpecBase):
    """An element that lets its token pass at once: start event, abstract task, link event."""

    joins = False  # whether tokens wait here for tokens from other flows
    hosts_scope = False  # whether a token here is the outside of an inner scope
    rests = False  # whether a token here waits for a command
    asks_conditions = False  # whether a token here waits for a condition
    is_door = False  # whether people start the activities around a token here

    def __init__(self, scope_spec: ScopeSpec, element: FlowNode) -> None:
        super().__init__(scope_spec, element.id)
        self.element = element
        self.wants_several = element.start_quantity > 1
        self.gives_one = element.completion_quantity == 1
        self.hidden = is_helper(element.id)  # nobody drew it, so nobody hears of it
        self.element_id = element.id.removesuffix(EACH).removesuffix(TRIGGER)
        self.is_instance = element.id.endswith(EACH)
        self.sealed = False  # whether what a token writes here stays with it
        self.flows: tuple[Flow, ...] = ()
        self.default: Flow | None = None
        self.asks = False  # whether a flow has a condition
        self.asks_about: frozenset[str] | None = None  # all that the conditions read, if known
        self.incoming = element.incoming
        self.listeners: tuple[str, ...] = ()  # boundary events that are armed on arrival
        self.boundaries: tuple[str, ...] = ()  # all boundary events that can be triggered
        self.catchers: dict[str, tuple[tuple[str | None, str], ...]] = {}  # kind -> (code, spec)
        self.correlations: tuple[KeyOf, ...] = ()  # what a message that begins here is about
        self.compensator: str | None = None  # the activity that undoes this one
        self.takes: tuple[tuple[str, Formula], ...] = ()  # variables of its own, set on arrival
        self.writes: tuple[tuple[str, Formula], ...] = ()  # instead of what a command brings
        self.gives: tuple[tuple[str, Formula], ...] = ()  # variables of the scope, set at the end
        self.data: DataAccess | None = None  # data stores and states of data objects

    def accept(self, token: Token) -> None:
        """Take in a token that has just been placed here."""
        if token.state == TaskState.FUTURE:
            token.workflow.machine.record(ENTERED, token)
            token.state = TaskState.WAITING
            self.arrive(token)

    def arrive(self, token: Token) -> None:
        """Take a token in, with as many others as the element wants at once."""
        if self.wants_several and not self._enough(token):
            return
        if self.data is not None and not self.data.available(token):
            token.workflow.machine.starve(token, self.data.missing(token))
            return
        self.begin(token)

    def begin(self, token: Token) -> None:
        """Let a token begin that has arrived, with its data."""
        self.prepare(token)
        if self.activate(token):
            token.make_ready()

    def prepare(self, token: Token) -> None:
        """Give a token its variables and let the boundary events listen."""
        if self.data is not None:
            self.data.before(token)
        if self.takes:
            self._take(token)
        if self.listeners:
            scope: Scope = token.workflow
            for name in self.listeners:
                scope.spec.task_specs[name].arm(scope.place(name, parent=token))

    def activate(self, token: Token) -> bool:
        """Return whether the token may run now; otherwise it rests."""
        return True

    def _run_hook(self, token: Token) -> bool | None:
        return True

    def _on_complete(self, token: Token) -> None:
        scope: Scope = token.workflow
        if token.id not in scope.tasks:
            return
        if self.gives and "inside" not in token.wait:
            scope.write(mapped(self.gives, token.context(), self.element_id))
        if self.data is not None and "inside" not in token.wait:
            self.data.after(token)
        if self.is_instance or "owner" in token.wait:
            self._hand_back(token)
            return
        flows = self.route(token)
        if self.compensator is not None:
            self.note(token)
        scope.remove(token, LEFT)
        scope.emit(flows if self.gives_one else tuple(flows) * self.element.completion_quantity)
        if not flows and scope.host is not None:
            scope.host.task_spec.part_done(scope)
        scope.settle()

    def _hand_back(self, token: Token) -> None:
        """Tell whoever sent the token that it is done: a repeated activity or a compensation."""
        scope: Scope = token.workflow
        host = token.parent if token.hangs else None
        if host is not None and self.compensator is not None:
            self.note(token)
        scope.remove(token, LEFT)
        if host is not None:
            host.task_spec.instance_done(host, token)
        else:
            compensation.undone(scope.machine, token.wait["owner"])
        scope.settle()

    def note(self, token: Token) -> None:
        """Remember an activity that can be compensated."""
        own = None if token.own is None else dict(token.own.own)
        token.workflow.log.append([self.element_id, self.compensator, own, None])

    def part_done(self, inner: Scope) -> None:
        """Do nothing: only an ad-hoc sub-process looks at each activity inside it."""

    def instance_done(self, token: Token, instance: Token) -> None:
        """Do nothing: only a repeated activity has instances."""

    def instance_dropped(self, token: Token) -> bool:
        """Go on without an instance that was taken away; False where that cannot be."""
        return False

    def all_undone(self, token: Token) -> None:
        """Do nothing: only a throwing event goes on after compensation."""

    def route(self, token: Token) -> Iterable[Flow]:
        """Return the flows to take: all unconditional and true ones, else the default."""
        if not self.asks:
            return self.flows if self.default is None else (*self.flows, self.default)
        variables = token.context(self.asks_about)
        taken = [
            flow
            for flow in self.flows
            if flow.condition is None or self.holds(flow.condition, token, variables)
        ]
        if self.default is not None and all(flow.condition is None for flow in taken):
            taken.append(self.default)
        if not taken:
            raise self.no_way_out()
        return taken

    def holds(self, condition: Condition, token: Token, variables: Variables) -> bool:
        """Return whether a condition is true; null counts as not true and is written down."""
        verdict = condition.verdict(variables, self.element_id)
        if verdict is None:
            token.workflow.machine.record_null(token, condition.source)
        return verdict is True

    def no_way_out(self) -> ExecutionError:
        """Return the error for a split whose conditions are all false."""
        return ExecutionError(
            N_("No condition is true behind “%(element)s” and it has no default flow."),
            params={"element": self.element.name or self.element_id},
            element_id=self.element_id,
            line=self.element.line,
        )

    def take_in(self, place: Token | Scope, variables: Variables) -> None:
        """Write what came from outside at a token or scope, through the output mappings if any."""
        if not self.writes:
            place.write(variables)
            return
        seen = {**place.context(), **variables}
        place.outside.write(mapped(self.writes, seen, self.element_id))

    def awaits(self, token: Token, kind: str, name: str) -> bool:
        """Return whether a token here waits for this message or signal."""
        return False

    def report(self, token: Token, waits: Waits) -> None:
        """Add what a token that rests here waits for."""

    def _take(self, token: Token) -> None:
        """Give the token the variables that its input mappings set."""
        values = mapped(self.takes, token.context(), self.element_id)
        if token.own is None:
            token.own = Layer(values, token.workflow.variables)
        else:
            token.own.own.update(values)

    def _enough(self, token: Token) -> bool:
        """Return whether as many tokens have come as the element wants; they become one."""
        scope: Scope = token.workflow
        token.wait["queued"] = True
        waiting = list(scope.wait_at_join(token).values())
        if len(waiting) < self.element.start_quantity:
            return False
        for other in waiting:
            if other is not token:
                scope.remove(other, LEFT)
        scope.leave_join(token)
        del token.wait["queued"]
        return True

    def recheck(self, scope: Scope) -> None:
        """Look again after something in the scope has moved; only gateways have to."""
