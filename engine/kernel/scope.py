"""Scopes hold tokens and variables; see ``engine.kernel.machine`` for the outermost one.

Tokens are flat children of their scope's root. What listens for a token (boundary events, the arms
of an event-based gateway) hangs on it and goes with it. A token that has done its work leaves the
tree, so that a scope is as large as what is alive in it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from engine.events import EventKind
from engine.kernel.base import TaskState, Token
from engine.surroundings import NOWHERE, Surroundings
from engine.worktime import Calendar

__all__ = ["NOWHERE", "Condition", "Flow", "Moment", "Scope", "Surroundings"]


class Flow(NamedTuple):
    """A way out of an element: the flow's id, the spec it leads to, its condition."""

    id: str
    target: str
    condition: "Condition | None" = None


class Condition(Protocol):
    """Something that is true or not for given variables, or cannot be said: null."""

    @property
    def source(self) -> str: ...

    @property
    def reads(self) -> frozenset[str] | None: ...

    def verdict(self, variables: Mapping[str, Any], element_id: str) -> bool | None: ...


@dataclass(slots=True)
class Moment:
    """When, by whose calendar and in which surroundings a command is carried out."""

    at: datetime
    calendar: Calendar
    surroundings: Surroundings = NOWHERE


class Scope:
    """What a process and a sub-process have in common while they run."""

    spec: Any
    tasks: dict[str, Token]
    task_tree: Token
    completed = False
    machine: Any
    host: Token | None  # the activity in the enclosing scope that this scope is the inside of
    variables: Any  # a dictionary, or a Layer over the variables of the scope around this one
    joins: dict[str, dict[str, Token]]  # tokens that wait at a joining gateway, by spec name
    watch: Token | None  # what the starts of event sub-processes hang on while they listen
    log: list[list[Any]]  # what can be compensated: see engine.kernel.compensation
    gateways: dict[str, list[str]]  # flows that a complex gateway has seen since it went on
    states: dict[str, str]  # of data objects, by variable
    queue: list[str]  # specs whose turn comes later (ad-hoc sub-process)

    def _open(self, spec: Any, machine: Any, host: Token | None, variables: Any) -> None:
        self.spec = spec
        self.machine = machine
        self.host = host
        self.variables = variables
        self.joins = {}
        self.tasks = {}
        self.log = []
        self.gateways = {}
        self.queue = []
        self.states = {}
        root_id = "/" if host is None else f"{host.id}/"
        self.task_tree = Token(self, spec.start, None, TaskState.COMPLETED, root_id)
        self.watch = None
        if spec.triggers:
            self.watch = Token(self, spec.start, None, TaskState.COMPLETED, f"{root_id}!")

    @property
    def outside(self) -> "Scope":
        """The scope itself: what is written through output mappings goes here."""
        return self

    def context(self) -> dict[str, Any]:
        """Return what expressions read: the variables, and the moment as now() and today()."""
        return self.machine.context_of(self.variables)  # type: ignore[no-any-return]

    def write(self, values: Mapping[str, Any]) -> None:
        """Set variables."""
        self.variables.update(values)
        self.machine.touched = True

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
        """Start the scope at these elements, with its event sub-processes listening."""
        self.listen()
        self.emit([Flow("", name) for name in spec_names])
        self.settle()

    def listen(self) -> None:
        """Let the starts of event sub-processes listen."""
        for name in self.spec.triggers:
            self.spec.task_specs[name].arm(self.place(name, parent=self.watch))

    def settle(self) -> None:
        """Let waiting joins look again, and end the scope when nothing is left in it."""
        if self.joins:
            for spec_name in list(self.joins):
                self.spec.task_specs[spec_name].recheck(self)
        if not self.completed and not self.task_tree.has_children:
            self.completed = True
            self._listen_no_more()
            self.machine.scope_ended(self)

    def remove(self, token: Token, why: EventKind) -> None:
        """Take a token away with all that hangs on it; ``why`` is recorded when it had arrived."""
        if token.id not in self.tasks:
            return
        machine = self.machine
        if token.has_children:
            for child in token.child_tokens():
                self.remove(child, EventKind.ELEMENT_CANCELLED)
        if token.id in machine.subprocesses:
            machine.subprocesses.pop(token.id).dissolve()
        if token.state != TaskState.FUTURE and not token.armed:
            machine.record(why, token)
        token.parent.detach(token.id)
        del self.tasks[token.id]
        machine.forget(token)
        if self.joins:
            self.leave_join(token)
        token.state = TaskState.CANCELLED

    def dissolve(self) -> None:
        """Take every token away; the scope itself tells nobody."""
        self.completed = True
        self.empty()

    def empty(self) -> None:
        """Take every token away, those that listen for event sub-processes included."""
        self._listen_no_more()
        for token in self.task_tree.child_tokens():
            self.remove(token, EventKind.ELEMENT_CANCELLED)

    def wait_at_join(self, token: Token) -> dict[str, Token]:
        """Let a token wait at its gateway; return all that wait there, oldest first."""
        token.state = TaskState.WAITING
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

    def _listen_no_more(self) -> None:
        if self.watch is not None:
            for token in self.watch.child_tokens():
                self.remove(token, EventKind.ELEMENT_CANCELLED)

    def _task_completed_notify(self, task: Token) -> None:
        """Do nothing: the inherited method walks the whole tree."""

    def update_waiting_tasks(self) -> None:
        """Do nothing: what waits is indexed, not searched."""
