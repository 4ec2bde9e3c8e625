"""The machine: the outermost scope, with the agenda, the record and the scopes inside it."""

from collections import deque
from typing import Any
from zoneinfo import ZoneInfo

from engine.errors import ExecutionError
from engine.events import Event, EventKind
from engine.kernel.base import BpmnSubWorkflow, BpmnWorkflow, TaskState, Token
from engine.kernel.scope import Moment, Scope
from engine.kernel.variables import flat
from engine.model import InstanceStatus, StoreWrite
from engine.snapshot import Unread
from engine.texts import N_

_ACTIVE = InstanceStatus.ACTIVE  # looked up once: that takes longer than a call
STEPS_AT_MOST = 100_000  # of one command; more is a loop without a rest
CALLS_AT_MOST = 150  # nested call activities and sub-processes


class InnerScope(Scope, BpmnSubWorkflow):
    """The inside of a sub-process or call activity."""

    def __init__(self, spec: Any, host: Token, variables: Any) -> None:
        # Without the inherited method: see Machine.
        machine = host.workflow.machine
        self.depth = host.workflow.depth + 1
        self._open(spec, machine, host, variables)
        if self.depth > CALLS_AT_MOST:
            raise ExecutionError(
                N_("More than %(limit)s processes or sub-processes lie inside each other."),
                params={"limit": CALLS_AT_MOST},
                element_id=host.task_spec.element_id,
            )
        machine.subprocesses[host.id] = self


class Machine(Scope, BpmnWorkflow):
    """One running process instance."""

    depth = 0
    states_changed = False  # whether tokens that wait for data have to be asked
    touched = True  # whether variables were set since the conditions were last asked
    status = _ACTIVE
    last_id = 0
    steps = 0
    _clock: dict[str, Any] | None = None  # the moment as expressions read it

    def __init__(self, program: Any, variables: dict[str, Any], moment: Moment) -> None:
        # Without the inherited method, which makes what no spec of ours asks for.
        self.program = program
        self.moment = moment
        self.agenda: deque[Token] = deque()
        self.events: list[Event] = []
        self.waits: dict[str, Token] = {}  # tokens that rest for a person, program or event
        self.conditionals: dict[str, Token] = {}  # those of them that wait for a condition
        self.starved: dict[str, Token] = {}  # tokens that wait for data in a state
        self.undoing: dict[str, Token] = {}  # tokens that wait for compensation to be done
        self.ended: list[Scope] = []  # inner scopes whose activity has to go on
        self.keys: dict[str, str] = {}  # what the conversations of this instance are about
        self.nulls: set[str] = set()  # elements whose condition was null during this command
        self.asked: dict[str, dict[str, Any]] = {}  # variables of calls begun during this command
        self.escalations: list[str | None] = []  # codes that nothing caught during this command
        self.stored: dict[tuple[str, str], StoreWrite] = {}  # written to stores by this command
        self.subprocesses: dict[str, Scope] = {}  # inner scopes by the token of their activity
        self._open(program.top, self, None, variables)

    @property
    def has_ended(self) -> bool:
        """Whether nothing can happen to the instance any more, unless it is restarted."""
        return self.status is not _ACTIVE

    def new_id(self) -> str:
        """Return a token id that this instance has not used before."""
        self.last_id += 1
        return str(self.last_id)

    def context_of(self, variables: Any, names: frozenset[str] | None = None) -> dict[str, Any]:
        """Return the variables and the moment, which expressions read as now() and today().

        Where nothing but ``names`` is read, it may be the variables themselves: a copy would take
        longer than most conditions.
        """
        kind = type(variables)
        if names is not None and (
            kind is dict or (kind is Unread and names.isdisjoint(variables.late))
        ):
            return variables  # type: ignore[no-any-return]
        if self._clock is None:
            now = self.moment.at.astimezone(ZoneInfo(self.moment.calendar.tz))
            self._clock = {"now": now, "today": now.date()}
        if kind is Unread:
            return variables.beside(self._clock)  # type: ignore[no-any-return]
        plain = variables if kind is dict else flat(variables)
        return {**plain, **self._clock}

    def record(self, kind: EventKind, token: Token | None = None, **data: Any) -> None:
        """Write down what happened."""
        if token is None:
            self.events.append(Event(kind, None, None, data))
        elif not token.task_spec.hidden:
            self.events.append(Event(kind, token.task_spec.element_id, token.id, data))

    def record_null(self, token: Token, expression: str) -> None:
        """Write down that a condition at a token was null, once per element and command."""
        element_id = token.task_spec.element_id
        if element_id not in self.nulls:
            self.nulls.add(element_id)
            data = {"expression": expression}
            self.events.append(Event(EventKind.CONDITION_NULL, element_id, token.id, data))

    def rest(self, token: Token) -> None:
        """Let a token wait for a command."""
        token.state = TaskState.WAITING
        self.waits[token.id] = token

    def starve(self, token: Token, missing: str) -> None:
        """Let a token wait before its element until its data is there."""
        token.wait["starved"] = missing
        self.starved[token.id] = token
        self.record(EventKind.DATA_AWAITED, token, needed=missing)

    def forget(self, token: Token) -> None:
        """Drop a token that is taken away from everything that it waits in."""
        if self.waits.pop(token.id, None) is not None:
            self.conditionals.pop(token.id, None)
        elif self.starved.pop(token.id, None) is not None:
            return
        elif self.undoing:
            self.undoing.pop(token.id, None)

    def run(self) -> None:
        """Move tokens until all of them rest."""
        while True:
            if self.ended:
                self._go_on_behind(self.ended.pop(0))
            elif self.touched and self.conditionals:
                self._ask_conditions()
            elif self.states_changed and self.starved:
                self._feed()
            elif self.agenda:
                self._move(self.agenda.popleft())
            else:
                return

    def scope_ended(self, scope: Scope) -> None:
        """Note that the activity around the scope has to go on, or end the instance."""
        if scope.host is not None:
            self.subprocesses.pop(scope.host.id, None)
            self.ended.append(scope)
        elif self.status is _ACTIVE:
            self.status = InstanceStatus.COMPLETED
            self.record(EventKind.INSTANCE_COMPLETED)

    def end(self, status: InstanceStatus, kind: EventKind, **data: Any) -> None:
        """Take every token away and end the instance for good."""
        self.status = status
        self.dissolve()
        self.record(kind, **data)

    def _go_on_behind(self, inner: Scope) -> None:
        host = inner.host
        if host is not None and host.id in host.workflow.tasks:
            host.task_spec.inside_ended(host, inner)

    def _ask_conditions(self) -> None:
        self.touched = False
        for token in list(self.conditionals.values()):
            if token.id in self.conditionals:
                token.task_spec.ask(token)

    def _feed(self) -> None:
        """Let those begin whose data has come, the oldest first."""
        self.states_changed = False
        for token in list(self.starved.values()):
            data = token.task_spec.data
            if token.id in self.starved and (data is None or data.available(token)):
                del self.starved[token.id], token.wait["starved"]
                token.task_spec.begin(token)

    def _move(self, token: Token) -> None:
        if token.id in token.workflow.tasks and token.state == TaskState.READY:
            self._spend_step(token)
            token.run()

    def _spend_step(self, token: Token) -> None:
        self.steps += 1
        if self.steps > STEPS_AT_MOST:
            raise ExecutionError(
                N_("One command moved tokens more than %(limit)s times; the model seems to loop."),
                params={"limit": STEPS_AT_MOST},
                element_id=token.task_spec.element_id,
            )
