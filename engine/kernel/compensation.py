"""Compensation: what has been done is undone, the last first, each before the one before it.

A scope's log has a row per completed activity that can be undone: its element, the spec that undoes
it (its handler, or the sub-process itself), the variables of its own, the log of its inside. The
token that asked for it keeps the rows still to be undone.
"""

from typing import Any

from engine.events import EventKind
from engine.kernel.base import TaskState, Token
from engine.kernel.scope import Scope
from engine.kernel.variables import Layer

Row = list[Any]
UNDO = "~undo"  # the spec at which an ended instance waits while it undoes what it did


def taken(scope: Scope, element_id: str | None) -> list[Row]:
    """Return and forget what can be undone in a scope, by default all of it."""
    rows = scope.log
    if element_id is None:
        scope.log = []
        return rows
    scope.log = [row for row in rows if row[0] != element_id]
    return [row for row in rows if row[0] == element_id]


def undo(token: Token, scope: Scope, rows: list[Row]) -> bool:
    """Begin to undo; return whether there is anything for the token to wait for."""
    if not rows:
        return False
    token.wait["undo"] = rows
    token.wait["undo_in"] = None if scope.host is None else scope.host.id
    token.state = TaskState.STARTED
    scope.machine.undoing[token.id] = token
    _undo_last(token)
    return True


def undone(machine: Any, owner_id: str) -> None:
    """Go on with the next row, or with the token that asked for it."""
    owner = machine.undoing.get(owner_id)
    if owner is None:
        return
    if owner.wait["undo"]:
        _undo_last(owner)
        return
    del owner.wait["undo"], owner.wait["undo_in"], machine.undoing[owner_id]
    owner.task_spec.all_undone(owner)


def _undo_last(owner: Token) -> None:
    machine = owner.workflow.machine
    host_id = owner.wait["undo_in"]
    scope: Scope = machine if host_id is None else machine.subprocesses[host_id]
    _, spec_name, own, inside = owner.wait["undo"].pop()
    token = scope.place(spec_name)
    token.wait["owner"] = owner.id
    if own is not None:
        token.own = Layer(own, scope.variables)
    if inside is None:
        token.task_spec.accept(token)
        return
    machine.record(EventKind.ELEMENT_ENTERED, token)
    token.state = TaskState.STARTED
    token.task_spec.undo_inside(token, inside)
