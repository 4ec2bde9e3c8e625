"""Call activities: another process, run inside the same instance or as an instance of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.errors import ExecutionError
from engine.kernel.base import Token
from engine.kernel.machine import InnerScope
from engine.kernel.scope import Scope
from engine.kernel.specs import Waits
from engine.kernel.specs_activities import CallingSpec
from engine.kernel.specs_inside import SubProcessSpec
from engine.kernel.variables import Formula, Layer, flat, mapped
from engine.model import Binding, Call, Variables
from engine.texts import N_


@dataclass(frozen=True, slots=True)
class Exchange:
    """What a call carries in and out. "Local" are variables of the activity itself."""

    reads: tuple[tuple[str, Formula], ...] = ()
    all_in: bool = False
    own_in: bool = False
    all_out: bool = False
    own_out: bool = False
    local_results: frozenset[str] = frozenset()

    def take(self, token: Token) -> Variables:
        """Return the variables that the called process starts with."""
        carried: Variables = {}
        if self.all_in:
            carried = flat(token.variables)
        elif self.own_in and token.own is not None:
            carried = dict(token.own.own)
        return {**carried, **mapped(self.reads, token.context(), token.task_spec.element_id)}

    def give(self, token: Token, variables: Mapping[str, Any], results: Variables) -> None:
        """Write what the called process has left behind."""
        if self.all_out:
            token.write(dict(variables))
        local = {name: results[name] for name in results if name in self.local_results}
        if self.own_out:
            local = {**variables, **local}
        if local:
            _own(token).own.update(local)
        token.outside.write({name: results[name] for name in results if name not in local})


class CallActivitySpec(SubProcessSpec):
    """Runs a process of the same deployment with variables of its own; mappings carry values."""

    exchange: Exchange

    def inner_variables(self, token: Token) -> Variables:
        return self.exchange.take(token)

    def inside_ended(self, token: Token, inner: Scope) -> None:
        if "inside" in token.wait:
            token.complete()
            return
        if "owner" not in token.wait:
            self._note_inside(token, inner)
        results = mapped(self.writes, inner.context(), self.element_id)
        self.exchange.give(token, inner.variables, results)
        token.complete()

    def undo_inside(self, token: Token, rows: Any) -> None:
        """Compensate the inside of the called process, with the variables that it had left."""
        inner = InnerScope(self._inside_of(token), token, rows["variables"])
        self._undo(inner, token, rows["log"])

    def _note_inside(self, token: Token, inner: Scope) -> None:
        if self.compensator is None and (inner.log or inner.spec.undoer):
            own = None if token.own is None else dict(token.own.own)
            left = {"variables": flat(inner.variables), "log": inner.log}
            token.workflow.log.append([self.element_id, self.name, own, left])


class CalledElsewhereSpec(CallingSpec):
    """Rests while an instance of a process of any deployment does the work.

    Whoever runs the engine starts that instance, and tells how it ended.
    """

    exchange: Exchange
    process: Formula
    version: Formula | None = None
    business_key: Formula | None = None

    def activate(self, token: Token) -> bool:
        token.workflow.machine.rest(token)
        self.ask(token)
        return False

    def ask(self, token: Token) -> None:
        if "undoes" in token.wait:
            token.workflow.machine.asked[token.id] = {}
            return
        drawn = self.element.call
        wanted = {
            "process": self._text(self.process, token),
            "binding": (drawn and drawn.binding) or Binding.LATEST.value,
            "version": self._text(self.version, token),
            "key": self._text(self.business_key, token),
        }
        if not wanted["process"]:
            raise ExecutionError(
                N_("“%(element)s” names no process that it calls: “%(text)s” is empty."),
                params={
                    "element": self.element.name or self.element_id,
                    "text": self.process.source,
                },
                element_id=self.element_id,
                line=self.element.line,
            )
        token.wait["call"] = {name: value for name, value in wanted.items() if value}
        token.workflow.machine.asked[token.id] = self.exchange.take(token)

    def undo_inside(self, token: Token, called: dict[str, Any]) -> None:
        """Ask for the compensation of the instance that had done this call, and wait for it."""
        token.wait.update(inside=True, undoes=called["token"], call=called["call"])
        token.workflow.machine.rest(token)
        self.ask(token)

    def called_ended(self, token: Token, variables: Variables, *, can_be_undone: bool) -> None:
        if "undoes" in token.wait:
            token.complete()
            return
        if can_be_undone and self.compensator is None and "owner" not in token.wait:
            own = None if token.own is None else dict(token.own.own)
            called = {"token": token.id, "call": token.wait["call"]}
            token.workflow.log.append([self.element_id, self.name, own, called])
        context = token.workflow.machine.context_of(variables)
        results = mapped(self.writes, context, self.element_id)
        self.exchange.give(token, variables, results)
        token.complete()

    def report(self, token: Token, waits: Waits) -> None:
        wanted, drawn = token.wait["call"], self.element.call
        waits.calls.append(
            Call(
                token_id=token.id,
                element_id=self.element_id,
                name=self.element.name or self.element_id,
                process=wanted["process"],
                binding=Binding(wanted["binding"]),
                version=wanted.get("version"),
                business_key=wanted.get("key"),
                inherits_key=drawn is not None and drawn.inherits_key,
                variables=token.workflow.machine.asked.get(token.id),
                undoes=token.wait.get("undoes"),
            )
        )

    def _text(self, formula: Formula | None, token: Token) -> str | None:
        if formula is None:
            return None
        value = formula.value(token.context(), self.element_id)
        return None if value is None else str(value)


def _own(token: Token) -> Layer:
    """Return the layer of variables that only this token sees, new where it had none."""
    if token.own is None:
        token.own = Layer({}, token.workflow.variables)
    return token.own  # type: ignore[no-any-return]
