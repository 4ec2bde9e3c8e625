"""Events that throw: what happens when a token passes them, one definition after the other."""

from collections.abc import Callable
from dataclasses import dataclass

from engine.events import EventKind
from engine.kernel.base import Token
from engine.kernel.compensation import taken, undo
from engine.kernel.correlation import KeyOf
from engine.kernel.errors import escalate, throw_error
from engine.kernel.scope import Scope
from engine.kernel.specs import ElementSpec
from engine.kernel.variables import Formula, key_text, mapped

Throw = Callable[[Token], bool | None]  # true: the token waits until all_undone


class ThrowingSpec(ElementSpec):
    """Throws what it has to as its token passes; also the none event and the none end."""

    throws: tuple[Throw, ...] = ()

    def _run_hook(self, token: Token) -> bool | None:
        return self._throw_from(token, 0)

    def all_undone(self, token: Token) -> None:
        """Go on with what comes after the compensation."""
        if self._throw_from(token, token.wait.pop("thrown")):
            token.complete()

    def _throw_from(self, token: Token, first: int) -> bool | None:
        for index in range(first, len(self.throws)):
            token.wait["thrown"] = index + 1
            waits = self.throws[index](token)
            if waits or token.id not in token.workflow.tasks:
                return None
            del token.wait["thrown"]
        return True


@dataclass(frozen=True, slots=True)
class SendMessage:
    """Records a message for the product to deliver; BPMN messages leave the process."""

    name: str
    correlation_key: Formula | None = None
    inputs: tuple[tuple[str, Formula], ...] = ()
    correlation: KeyOf | None = None

    def __call__(self, token: Token) -> None:
        place = token.task_spec.element_id
        context = token.context()
        machine = token.workflow.machine
        carried = mapped(self.inputs, context, place)
        key = self.correlation_key.value(context, place) if self.correlation_key else None
        if self.correlation is not None:
            said = {**context, **carried}
            key = self.correlation.of_message(said, place)
            self.correlation.learn(machine, said, place)
        machine.record(
            EventKind.MESSAGE_SENT,
            token,
            name=self.name,
            correlation_key=key_text(key),
            variables=carried,
        )


@dataclass(frozen=True, slots=True)
class SendSignal:
    """Reaches every catcher in this instance and is recorded for the other instances."""

    name: str

    def __call__(self, token: Token) -> None:
        machine = token.workflow.machine
        machine.record(EventKind.SIGNAL_SENT, token, name=self.name, variables={})
        for catcher in list(machine.waits.values()):
            spec = catcher.task_spec
            if catcher.id in machine.waits and spec.awaits(catcher, "signal", self.name):
                spec.signal_arrived(catcher, self.name, {})


@dataclass(frozen=True, slots=True)
class ThrowError:
    """Throws a BPMN error to the nearest activity around the event that catches it."""

    code: str

    def __call__(self, token: Token) -> None:
        scope: Scope = token.workflow
        scope.machine.record(EventKind.ERROR_THROWN, token, code=self.code, message="")
        scope.remove(token, EventKind.ELEMENT_COMPLETED)
        throw_error(scope, None, self.code)


@dataclass(frozen=True, slots=True)
class Escalate:
    """Throws an escalation to the nearest catcher; nobody has to catch it."""

    code: str | None

    def __call__(self, token: Token) -> None:
        scope: Scope = token.workflow
        scope.machine.record(EventKind.ESCALATION_THROWN, token, code=self.code)
        escalate(scope, self.code)


@dataclass(frozen=True, slots=True)
class Compensate:
    """Undoes what its scope has done so far, or one activity of it, and waits for that.

    ``aside`` names the spec whose token waits instead where the event itself goes on at once.
    """

    element_id: str | None
    aside: str | None = None

    def __call__(self, token: Token) -> bool:
        scope: Scope = token.workflow
        if scope.spec.handles_event and scope.host is not None:
            scope = scope.host.workflow
        rows = taken(scope, self.element_id)
        if self.aside is None:
            return undo(token, scope, rows)
        if rows:
            undo(token.workflow.place(self.aside), scope, rows)
        return False


class AsideSpec(ElementSpec):
    """Where a hidden token waits for compensation that the event itself does not wait for."""

    def all_undone(self, token: Token) -> None:
        """Let the token go: nobody waits for it but the scope."""
        scope: Scope = token.workflow
        scope.remove(token, EventKind.ELEMENT_COMPLETED)
        scope.settle()


def terminate(token: Token) -> None:
    """End the scope at once: every other token in it is taken away."""
    scope: Scope = token.workflow
    scope.remove(token, EventKind.ELEMENT_COMPLETED)
    scope.empty()
    scope.settle()


def cancel_transaction(token: Token) -> None:
    """Take away what runs in the transaction around, undo what it has done, and cancel it."""
    inner: Scope = token.workflow
    while inner.host is not None and inner.host.task_spec.element.kind != "transaction":
        inner = inner.host.workflow
    host = inner.host
    if host is None:
        return
    token.workflow.remove(token, EventKind.ELEMENT_COMPLETED)
    inner.empty()
    host.wait["cancelled"] = True
    if not undo(host, inner, taken(inner, None)):
        inner.settle()
