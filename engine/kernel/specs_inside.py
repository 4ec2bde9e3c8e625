"""Activities with an inside: sub-processes, transactions and ad-hoc sub-processes."""

from typing import Any

from engine.kernel.base import Token
from engine.kernel.compensation import undo
from engine.kernel.errors import caught_at
from engine.kernel.machine import InnerScope
from engine.kernel.scope import Flow, Scope
from engine.kernel.specs import ElementSpec, ScopeSpec
from engine.kernel.variables import Layer
from engine.model import Variables


class SubProcessSpec(ElementSpec):
    """Runs an inner scope that sees the variables around it; data objects of its own stay in it."""

    hosts_scope = True
    inside = ""  # key of the inner scope's spec

    def _run_hook(self, token: Token) -> bool | None:
        self.begin_inside(self.open(token))
        return None

    def furnish(self, inside: ScopeSpec) -> None:
        """Do nothing: only an ad-hoc sub-process adds to its inside."""

    def open(self, token: Token) -> InnerScope:
        """Return the new inner scope of a token, still empty."""
        machine = token.workflow.machine
        return InnerScope(machine.program.scopes[self.inside], token, self.inner_variables(token))

    def begin_inside(self, inner: InnerScope) -> None:
        """Start the inside."""
        inner.begin(inner.spec.starts)

    def inner_variables(self, token: Token) -> Variables | Layer:
        """Return what the inner scope works on."""
        data = token.workflow.machine.program.scopes[self.inside].data
        visible: Variables | Layer = token.variables
        return Layer(dict.fromkeys(data), visible) if data else visible

    def inside_ended(self, token: Token, inner: Scope) -> None:
        """Go on behind the activity after its inside has ended."""
        if token.wait.get("cancelled") and caught_at(token, "cancel", None):
            return
        if "owner" not in token.wait:
            self._note_inside(token, inner)
        token.complete()

    def undo_inside(self, token: Token, rows: list[list[object]]) -> None:
        """Compensate the inside of a token that had completed."""
        self._undo(InnerScope(self._inside_of(token), token, token.variables), token, rows)

    def _inside_of(self, token: Token) -> Any:
        return token.workflow.machine.program.scopes[self.inside]

    def _undo(self, inner: InnerScope, token: Token, rows: list[list[object]]) -> None:
        token.wait["inside"] = True  # it has given its results once already
        if inner.spec.undoer is not None:
            inner.log = rows
            inner.emit([Flow("", inner.spec.undoer)])
        else:
            undo(token, inner, rows)
        inner.settle()

    def _note_inside(self, token: Token, inner: Scope) -> None:
        if self.compensator is not None or self.element.triggered_by_event:
            return
        if inner.log or inner.spec.undoer:
            own = {} if token.own is None else dict(token.own.own)
            if inner.variables is not token.variables and isinstance(inner.variables, Layer):
                own.update(inner.variables.own)
            row = [self.element_id, self.name, own or None, inner.log]
            token.workflow.log.append(row)
