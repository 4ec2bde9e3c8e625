"""From a machine to what is stored of it, and back: a row per live token, nothing of the specs."""

from typing import Any

from engine.errors import SnapshotFormatError
from engine.kernel.base import TaskState, Token
from engine.kernel.build import Program
from engine.kernel.machine import InnerScope, Machine
from engine.kernel.scope import Moment, Scope
from engine.kernel.variables import Layer, flat
from engine.model import InstanceStatus
from engine.texts import N_

_STATUSES = {status.value: status for status in InstanceStatus}


def state_of(machine: Machine) -> dict[str, Any]:
    """Return what must be stored of a machine whose tokens all rest.

    ``scopes`` has, outer ones first: the spec's key, the host token's id, the variables (null where
    they are the enclosing scope's), per token: id, element, host token, flow, wait and variables of
    its own, and what else the scope keeps: whether its variables lie over the enclosing scope's,
    what can be compensated, flows that complex gateways have seen, specs whose turn comes later,
    states of data objects.
    """
    scopes: list[Any] = []
    _collect(machine, scopes)
    return {
        "process": machine.spec.name,
        "status": str.__str__(machine.status),
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


def scope_variables(
    state: dict[str, Any], token_id: str | None, names: frozenset[str] | None = None
) -> dict[str, Any] | None:
    """Return the stored variables that a token (or the outermost scope) sees, if it is there.

    Only those named, where ``names`` are given.
    """
    seen: dict[str, Any] = {}  # by token id, filled from the outside in
    for _, host_id, own, rows, more in state["scopes"]:
        variables = _inside(own, seen.get(host_id), more)
        if token_id is None:
            return flat(variables, names)
        for row in rows:
            seen[row[0]] = variables if row[5] is None else Layer(row[5], variables)
    found = seen.get(token_id or "")
    return None if found is None else flat(found, names)


def _collect(scope: Scope, scopes: list[Any]) -> None:
    rows: list[Any] = []
    host = scope.host
    own, layered = _own(scope)
    kept = _kept(scope, layered=layered)
    scopes.append([scope.spec.name, host and host.id, own, rows, kept])
    for token_id, token in scope.tasks.items():
        if token is scope.task_tree or token is scope.watch:
            continue
        via = token.via if token.task_spec.joins else None
        layer = None if token.own is None else token.own.own
        name = token.task_spec.name
        rows.append([token_id, name, token.host_id, via, token.wait or None, layer])
        inner = scope.machine.subprocesses.get(token_id)
        if inner is not None:
            _collect(inner, scopes)


def _kept(scope: Scope, *, layered: bool) -> dict[str, Any] | None:
    """Return what else a scope keeps, by name, if anything."""
    keys = scope.machine.keys if scope.host is None else {}
    if not (layered or scope.log or scope.gateways or scope.queue or scope.states or keys):
        return None
    kept = {
        "layer": layered,
        "log": scope.log,
        "gateways": scope.gateways,
        "queue": scope.queue,
    }
    if scope.states:
        kept["states"] = scope.states
    return {**kept, "keys": keys} if keys else kept


def _own(scope: Scope) -> tuple[dict[str, Any] | None, bool]:
    """Return the variables that are the scope's own, and whether they lie over others."""
    variables = scope.variables
    if scope.host is not None and scope.host.variables is variables:
        return None, False
    return (variables.own, True) if isinstance(variables, Layer) else (variables, False)


def _inside(own: dict[str, Any] | None, outer: Any, more: dict[str, Any] | None) -> Any:
    """Return what a scope works on, over what its host sees."""
    if own is None:
        return outer
    return Layer(own, outer) if more and more.get("layer") else own


def _restore(program: Program, state: dict[str, Any], moment: Moment) -> Machine:
    _, _, variables, rows, more = state["scopes"][0]
    machine = Machine(program, variables, moment)
    machine.status = _STATUSES[state["status"]]
    machine.last_id = state["last_id"]
    machine.touched = False
    machine.keys = (more or {}).get("keys", {})
    hosts: dict[str, Token] = {}
    _fill(machine, rows, more, hosts)
    for key, host_id, own, inner_rows, inner_more in state["scopes"][1:]:
        host = hosts[host_id]
        spec = program.scopes[key]
        scope = InnerScope(spec, host, _inside(own, host.variables, inner_more))
        _fill(scope, inner_rows, inner_more, hosts)
    return machine


def _fill(
    scope: Scope, rows: list[Any], more: dict[str, Any] | None, hosts: dict[str, Token]
) -> None:
    if more:
        scope.log = more.get("log", [])
        scope.gateways = more.get("gateways", {})
        scope.queue = more.get("queue", [])
        scope.states = more.get("states", {})
    specs = scope.spec.task_specs
    for token_id, name, host_id, via, wait, own in rows:
        spec = specs[name]
        parent = scope.tasks[host_id] if host_id else scope.task_tree
        token = Token(scope, spec, parent, TaskState.WAITING, token_id)
        if own is not None:
            above = parent.variables if spec.is_instance else scope.variables
            token.own = Layer(own, above, sealed=spec.sealed)
        if wait:
            token.wait = wait
        if spec.joins:
            token.via = via
        _put(token, hosts)


def _put(token: Token, hosts: dict[str, Token]) -> None:
    """Let a token rest where it did, known to whatever will look for it."""
    spec, scope = token.task_spec, token.workflow
    machine = scope.machine
    if "starved" in token.wait:
        machine.starved[token.id] = token
    elif spec.joins or "queued" in token.wait:
        scope.wait_at_join(token)
    elif spec.hosts_scope:
        token.state = TaskState.STARTED
        hosts[token.id] = token
    elif spec.rests:
        machine.waits[token.id] = token
        if spec.asks_conditions:
            machine.conditionals[token.id] = token
    if "undo" in token.wait:
        token.state = TaskState.STARTED
        machine.undoing[token.id] = token
