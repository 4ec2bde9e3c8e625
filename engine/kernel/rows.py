"""From a machine to what is stored of it, and back: a row per live token, nothing of the specs."""

from typing import Any

from engine.errors import SnapshotFormatError
from engine.kernel.base import TaskState, Token
from engine.kernel.build import Program
from engine.kernel.scope import InnerScope, Machine, Moment, Scope
from engine.model import InstanceStatus
from engine.texts import N_


def state_of(machine: Machine) -> dict[str, Any]:
    """Return what must be stored of a machine whose tokens all rest.

    ``scopes`` has, outer ones first: the spec's key, the host token's id, the variables (null where
    they are the enclosing scope's) and per token: id, element, host token, flow, wait.
    """
    scopes: list[Any] = []
    _collect(machine, scopes)
    return {
        "process": machine.spec.name,
        "status": machine.status.value,
        "last_id": machine.last_id,
        "scopes": scopes,
    }


def machine_of(program: Program, state: dict[str, Any], moment: Moment) -> Machine:
    """Return the machine that was stored. Raises SnapshotFormatError when it does not fit."""
    if state["process"] != program.top.name:
        raise SnapshotFormatError(
            N_("The stored instance belongs to the process “%(found)s”, not to “%(expected)s”."),
            params={"found": state["process"], "expected": program.top.name},
        )
    try:
        return _restore(program, state, moment)
    except (LookupError, TypeError, ValueError) as error:
        raise SnapshotFormatError(
            N_("The stored instance does not fit this version of the process.")
        ) from error


def scope_variables(state: dict[str, Any], token_id: str | None) -> dict[str, Any] | None:
    """Return the stored variables that a token (or the outermost scope) sees, if it is there."""
    seen: dict[str, dict[str, Any]] = {}  # by token id, filled from the outside in
    for _, host_id, variables, rows in state["scopes"]:
        if variables is None:
            variables = seen[host_id]
        if token_id is None:
            return variables  # type: ignore[no-any-return]
        seen.update((row[0], variables) for row in rows)
    return seen.get(token_id or "")


def _collect(scope: Scope, scopes: list[Any]) -> None:
    host = scope.host
    shared = host is not None and host.workflow.variables is scope.variables
    rows: list[Any] = []
    scopes.append([scope.spec.name, host and host.id, None if shared else scope.variables, rows])
    for token_id, token in scope.tasks.items():
        if token is scope.task_tree:
            continue
        host_id = token.host_id
        via = token.via if token.task_spec.joins else None
        rows.append([token_id, token.task_spec.name, host_id, via, token.wait or None])
        inner = scope.machine.subprocesses.get(token_id)
        if inner is not None:
            _collect(inner, scopes)


def _restore(program: Program, state: dict[str, Any], moment: Moment) -> Machine:
    _, _, variables, rows = state["scopes"][0]
    machine = Machine(program, variables, moment)
    machine.status = InstanceStatus(state["status"])
    machine.last_id = state["last_id"]
    hosts: dict[str, Token] = {}
    _fill(machine, rows, hosts)
    for key, host_id, own, inner_rows in state["scopes"][1:]:
        host = hosts[host_id]
        spec = program.scopes[key]
        scope = InnerScope(spec, host, host.workflow.variables if own is None else own)
        _fill(scope, inner_rows, hosts)
    return machine


def _fill(scope: Scope, rows: list[Any], hosts: dict[str, Token]) -> None:
    machine = scope.machine
    specs = scope.spec.task_specs
    for token_id, name, host_id, via, wait in rows:
        spec = specs[name]
        parent = scope.tasks[host_id] if host_id else scope.task_tree
        token = Token(scope, spec, parent, TaskState.WAITING, token_id)
        if wait:
            token.wait.update(wait)
        if spec.joins:
            token.via = via
            scope.wait_at_join(token)
        elif spec.hosts_scope:
            token.put(TaskState.STARTED)
            hosts[token_id] = token
        elif spec.rests:
            machine.waits[token_id] = token
