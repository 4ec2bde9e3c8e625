"""Scopes hold tokens and variables; the machine is the outermost scope with agenda and record.

Tokens are flat children of their scope's root. What listens for a token (boundary events, the arms
of an event-based gateway) hangs on it and goes with it. A token that has done its work leaves the
tree, so that a scope is as large as what is alive in it.
"""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, Protocol
from zoneinfo import ZoneInfo

from engine.errors import ExecutionError
from engine.events import Event, EventKind
from engine.kernel.base import BpmnSubWorkflow, BpmnWorkflow, TaskState, Token
from engine.model import InstanceStatus
from engine.texts import N_
from engine.worktime import Calendar

STEPS_AT_MOST = 10_000  # of one command; more is a loop without a rest
CALLS_AT_MOST = 50  # nested call activities and sub-processes


class Flow(NamedTuple):
    """A way out of an element: the flow's id, the spec it leads to, its condition."""

    id: str
    target: str
    condition: "Condition | None" = None


class Condition(Protocol):
    """Something that is true or not for given variables."""

    def holds(self, variables: Mapping[str, Any], element_id: str) -> bool: ...


@dataclass(slots=True)
class Moment:
    """When and by whose calendar a command is carried out."""

    at: datetime
    calendar: Calendar


class Scope:
    """What a process and a sub-process have in common while they run."""

    spec: Any
    tasks: dict[str, Token]
    task_tree: Token
    completed: bool
    machine: "Machine"
    host: Token | None  # the activity in the enclosing scope that this scope is the inside of
    variables: dict[str, Any]
    joins: dict[str, dict[str, Token]]  # tokens that wait at a joining gateway, by spec name

    def _open(self, machine: "Machine", host: Token | None, variables: dict[str, Any]) -> None:
        self.machine = machine
        self.host = host
        self.variables = variables
        self.joins = {}
        self.tasks = {}
        root_id = "/" if host is None else f"{host.id}/"
        self.task_tree = Token(self, self.spec.start, None, TaskState.COMPLETED, root_id)

    def context(self) -> dict[str, Any]:
        """Return what expressions read: the variables, and the moment as now() and today()."""
        moment = self.machine.moment
        now = moment.at.astimezone(ZoneInfo(moment.calendar.tz))
        return {**self.variables, "now": now, "today": now.date()}

    def place(self, spec_name: str, *, parent: Token | None = None, via: str = "") -> Token:
        """Return a new token at an element, not yet arrived."""
        token = Token(
            self,
            self.spec.task_specs[spec_name],
            parent or self.task_tree,
            TaskState.FUTURE,
            self.machine.new_id(),
        )
        token.via = via
        return token

    def emit(self, flows: Iterable[Flow]) -> None:
        """Send one token along each flow; all are placed before the first one arrives."""
        placed = [self.place(flow.target, via=flow.id) for flow in flows]
        for token in placed:
            if token.id in self.tasks:
                token.task_spec.accept(token)

    def enter_ready(self, spec_name: str) -> None:
        """Put a token on an event that has just been triggered: it need not wait any more."""
        token = self.place(spec_name)
        self.machine.record(EventKind.ELEMENT_ENTERED, token)
        token.make_ready()

    def begin(self, spec_names: Iterable[str]) -> None:
        """Start the scope at these elements."""
        self.emit([Flow("", name) for name in spec_names])
        self.settle()

    def settle(self) -> None:
        """Let waiting joins look again, and end the scope when nothing is left in it."""
        for spec_name in list(self.joins):
            self.spec.task_specs[spec_name].recheck(self)
        if not self.completed and not self.task_tree.has_children:
            self.completed = True
            self.machine.scope_ended(self)

    def remove(self, token: Token, why: EventKind) -> None:
        """Take a token away with all that hangs on it; ``why`` is recorded when it had arrived."""
        if token.id not in self.tasks:
            return
        for child in token.child_tokens():
            self.remove(child, EventKind.ELEMENT_CANCELLED)
        inner = self.machine.subprocesses.pop(token.id, None)
        if inner is not None:
            inner.dissolve()
        if not token.armed and token.state != TaskState.FUTURE:
            self.machine.record(why, token)
        token.parent.detach(token.id)
        del self.tasks[token.id]
        self.machine.waits.pop(token.id, None)
        self.leave_join(token)
        token.put(TaskState.CANCELLED)

    def dissolve(self) -> None:
        """Take every token away; the scope itself tells nobody."""
        self.completed = True
        for token in self.task_tree.child_tokens():
            self.remove(token, EventKind.ELEMENT_CANCELLED)

    def wait_at_join(self, token: Token) -> dict[str, Token]:
        """Let a token wait at its gateway; return all that wait there, oldest first."""
        token.put(TaskState.WAITING)
        waiting = self.joins.setdefault(token.task_spec.name, {})
        waiting[token.id] = token
        return waiting

    def leave_join(self, token: Token) -> None:
        """Let a token wait at its gateway no longer."""
        waiting = self.joins.get(token.task_spec.name)
        if waiting is not None:
            waiting.pop(token.id, None)
            if not waiting:
                del self.joins[token.task_spec.name]

    def _task_completed_notify(self, task: Token) -> None:
        """Do nothing: the inherited method walks the whole tree."""

    def update_waiting_tasks(self) -> None:
        """Do nothing: what waits is indexed, not searched."""


class InnerScope(Scope, BpmnSubWorkflow):
    """The inside of a sub-process or call activity."""

    def __init__(self, spec: Any, host: Token, variables: dict[str, Any]) -> None:
        self.host = host
        machine = host.workflow.machine
        super().__init__(spec, host.id, machine, deserializing=True)
        self._open(machine, host, variables)
        if self.depth > CALLS_AT_MOST:
            raise ExecutionError(
                N_("More than %(limit)s processes or sub-processes lie inside each other."),
                params={"limit": CALLS_AT_MOST},
                element_id=host.task_spec.name,
            )
        machine.subprocesses[host.id] = self

    @property
    def parent_workflow(self) -> Scope:
        """The scope that the host stands in."""
        assert self.host is not None  # noqa: S101  (set in __init__; for the type checker)
        return self.host.workflow  # type: ignore[no-any-return]


class Machine(Scope, BpmnWorkflow):
    """One running process instance."""

    def __init__(self, program: Any, variables: dict[str, Any], moment: Moment) -> None:
        self.program = program
        self.moment = moment
        self.agenda: deque[Token] = deque()
        self.events: list[Event] = []
        self.waits: dict[str, Token] = {}  # tokens that rest for a person, program or event
        self.status = InstanceStatus.ACTIVE
        self.last_id = 0
        self.steps = 0
        super().__init__(program.top, program.scopes, script_engine=program, deserializing=True)
        self._open(self, None, variables)

    def new_id(self) -> str:
        """Return a token id that this instance has not used before."""
        self.last_id += 1
        return str(self.last_id)

    def record(self, kind: EventKind, token: Token | None = None, **data: Any) -> None:
        """Write down what happened."""
        if token is None:
            self.events.append(Event(kind, data=data))
        elif not token.task_spec.hidden:
            self.events.append(Event(kind, token.task_spec.name, token.id, data))

    def rest(self, token: Token) -> None:
        """Let a token wait for a command."""
        token.put(TaskState.WAITING)
        self.waits[token.id] = token

    def run(self) -> None:
        """Move tokens until all of them rest."""
        while self.agenda:
            token = self.agenda.popleft()
            if token.id in token.workflow.tasks and token.state == TaskState.READY:
                self._spend_step(token)
                token.run()

    def scope_ended(self, scope: Scope) -> None:
        """Go on behind the activity that the scope is the inside of, or end the instance."""
        if scope.host is not None:
            self.subprocesses.pop(scope.host.id, None)
            scope.host.task_spec.inside_ended(scope.host, scope)
        elif self.status is InstanceStatus.ACTIVE:
            self.status = InstanceStatus.COMPLETED
            self.record(EventKind.INSTANCE_COMPLETED)

    def end(self, status: InstanceStatus, kind: EventKind, **data: Any) -> None:
        """Take every token away and end the instance for good."""
        self.status = status
        self.dissolve()
        self.record(kind, **data)

    def _spend_step(self, token: Token) -> None:
        self.steps += 1
        if self.steps > STEPS_AT_MOST:
            raise ExecutionError(
                N_("One command moved tokens more than %(limit)s times; the model seems to loop."),
                params={"limit": STEPS_AT_MOST},
                element_id=token.task_spec.name,
            )
