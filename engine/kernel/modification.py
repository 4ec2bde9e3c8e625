"""Changing a running instance by hand: tokens cancelled, moved, started; variables set.

All changes of one command are made before anything moves. Afterwards what has become empty is
closed: a sub-process without a token goes, too; an instance without a token is refused.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from engine import commands
from engine.commands import Target
from engine.errors import CommandRejectedError
from engine.events import Event, EventKind
from engine.kernel import compensation
from engine.kernel.base import Token
from engine.kernel.machine import Machine
from engine.kernel.scope import Flow, Scope
from engine.kernel.specs import ElementSpec
from engine.kernel.specs_flow import EventBasedGateway
from engine.kernel.variables import Layer, from_outside
from engine.kernel.ways import called, refuse_unentered, scope_for, scopes_of, token_of
from engine.model import InstanceStatus
from engine.texts import N_

Told = dict[str, Any]


def cancel(machine: Machine, command: commands.Cancel) -> None:
    """End the instance where it stands."""
    machine.end(InstanceStatus.CANCELLED, EventKind.INSTANCE_CANCELLED, reason=command.reason)


def modify(machine: Machine, command: commands.Modify) -> None:
    """Make all changes of the command. Raises CommandRejectedError."""
    if not command.changes:
        raise CommandRejectedError(N_("Nothing is to be changed."))
    work = _Work(machine, EventKind.INSTANCE_MODIFIED, command.reason)
    for change in command.changes:
        _CHANGES[type(change)](work, change)
    work.finish()


def restart(machine: Machine, command: commands.Restart) -> None:
    """Let an ended instance go on. Raises CommandRejectedError."""
    if not machine.has_ended:
        raise CommandRejectedError(N_("The process instance has not ended."))
    if not command.targets:
        raise CommandRejectedError(N_("Say where the process instance goes on."))
    work = _Work(machine, EventKind.INSTANCE_RESTARTED, command.reason)
    machine.status = InstanceStatus.ACTIVE
    machine.completed = False
    machine.listen()
    for target in command.targets:
        _start(work, commands.StartToken(target))
    work.finish()


@dataclass(slots=True)
class _Work:
    """What one command does: the record of it, and what has to wait until all is changed."""

    machine: Machine
    kind: EventKind
    reason: str
    told: list[Told] = field(default_factory=list)
    later: list[Callable[[], None]] = field(default_factory=list)
    place: int = 0

    def __post_init__(self) -> None:
        if not self.reason.strip():
            raise CommandRejectedError(N_("Give a reason."))
        self.place = len(self.machine.events)

    def finish(self) -> None:
        """Let go on what lost a part, close what is empty, write down what was done."""
        for act in self.later:
            act()
        _close_empty(self.machine)
        ended = self.machine.completed
        if not ended and not self.machine.task_tree.has_children:
            raise CommandRejectedError(
                N_("No token would be left. Cancel the whole instead, or start a token as well.")
            )
        for scope in scopes_of(self.machine):
            if not scope.completed:
                scope.settle()
        data = {"reason": self.reason.strip(), "changes": self.told}
        self.machine.events.insert(self.place, Event(self.kind, data=data))


def _cancel(work: _Work, change: commands.CancelToken) -> None:
    token = token_of(work.machine, change.token_id)
    work.told.append(_of_token("cancel", token))
    _take_away(work, token)


def _move(work: _Work, change: commands.MoveToken) -> None:
    token = token_of(work.machine, change.token_id)
    if not change.targets:
        raise CommandRejectedError(N_("Say where the token goes."))
    scopes = [_scope(work.machine, target, token.workflow) for target in change.targets]
    targets = [_of_target(target) for target in change.targets]
    work.told.append({**_of_token("move", token), "to": targets})
    _take_away(work, token)
    for scope, target in zip(scopes, change.targets, strict=True):
        _put(scope, target)


def _start(work: _Work, change: commands.StartToken) -> None:
    scope = _scope(work.machine, change.target, None)
    work.told.append({"do": "start", **_of_target(change.target)})
    _put(scope, change.target)


def _set(work: _Work, change: commands.SetVariables) -> None:
    values = from_outside(change.values)
    token = None if change.token_id is None else token_of(work.machine, change.token_id)
    seen: Any = work.machine.variables if token is None else _own(token)
    missing = [name for name in change.remove if name not in seen]
    if missing:
        raise CommandRejectedError(
            N_("There is no variable “%(name)s” to remove."), params={"name": missing[0]}
        )
    before = {name: seen.get(name) for name in (*values, *change.remove)}
    seen.update(values)
    for name in change.remove:
        del seen[name]
    work.machine.touched = True
    place = {} if token is None else _of_token("set", token)
    work.told.append(
        {**place, "do": "set", "before": before, "after": values, "removed": list(change.remove)}
    )


def _set_timer(work: _Work, change: commands.SetTimer) -> None:
    if change.due_at.tzinfo is None:
        raise CommandRejectedError(N_("Say in which time zone the timer is due."))
    token = work.machine.waits.get(change.timer_id.partition(".")[0])
    if token is None or not token.wait.get("timers"):
        raise CommandRejectedError(N_("This timer is not armed any more."))
    before = token.task_spec.set_timer(token, change.timer_id, change.due_at)
    work.machine.touched = True
    told = {"before": before.isoformat(), "after": change.due_at.isoformat()}
    work.told.append({**_of_token("timer", token), **told})


def _own(token: Token) -> dict[str, Any]:
    """Return the variables that only this token sees, none at first."""
    inner = token.workflow.machine.subprocesses.get(token.id)
    if inner is not None:
        variables = inner.variables
        if isinstance(variables, Layer) and variables is not token.variables:
            return variables.own
        if isinstance(variables, dict) and variables is not token.variables:
            return variables
        raise CommandRejectedError(
            N_("“%(element)s” has no variables of its own; set them for the whole instance."),
            params={"element": called(token.task_spec)},
            element_id=token.task_spec.element_id,
        )
    if token.own is None:
        token.own = Layer({}, token.workflow.variables)
    return token.own.own  # type: ignore[no-any-return]


def _scope(machine: Machine, target: Target, near: Scope | None) -> Scope:
    scope = scope_for(machine, target, near)
    _check(scope.spec.task_specs[target.element_id], target)
    return scope


def _check(spec: ElementSpec, target: Target) -> None:
    """Refuse what a token cannot be put on. Raises CommandRejectedError."""
    refuse_unentered(spec)
    reason = _no_way_behind(spec) if target.after else _no_way_in(spec)
    if reason is not None:
        raise CommandRejectedError(
            reason, params={"element": called(spec)}, element_id=spec.element_id
        )


def _no_way_behind(spec: ElementSpec) -> str | None:
    if isinstance(spec, EventBasedGateway):
        return N_("Behind “%(element)s” an event decides; start the token at the gateway itself.")
    if not spec.flows and spec.default is None:
        return N_("Nothing comes after “%(element)s”.")
    return None


def _no_way_in(spec: ElementSpec) -> str | None:
    if spec.element.kind == "boundaryEvent":
        return N_("“%(element)s” listens only while its activity runs; start the token after it.")
    joined = spec.joins and len(spec.incoming) > 1
    if joined or spec.wants_several:
        return N_("Tokens wait for each other at “%(element)s”; start the token after it.")
    return None


def _put(scope: Scope, target: Target) -> None:
    if not target.after:
        scope.emit([Flow("", target.element_id)])
        return
    spec = scope.spec.task_specs[target.element_id]
    token = scope.place(target.element_id)
    flows = spec.route(token)
    token.parent.detach(token.id)
    del scope.tasks[token.id]
    scope.emit(flows)


def _take_away(work: _Work, token: Token) -> None:
    """Remove a token; what waits for it goes on later without it."""
    machine, scope = work.machine, token.workflow
    host = token.parent if token.hangs else None
    owner = token.wait.get("owner")
    for handler in _handlers(machine, token):
        handler.workflow.remove(handler, EventKind.ELEMENT_CANCELLED)
    scope.remove(token, EventKind.ELEMENT_CANCELLED)
    if host is not None:
        work.later.append(lambda: _drop_instance(host))
    elif owner is not None:
        work.later.append(lambda: compensation.undone(machine, owner))


def _handlers(machine: Machine, token: Token) -> list[Token]:
    """Return the tokens that undo something for this one."""
    if token.id not in machine.undoing:
        return []
    return [
        other
        for scope in scopes_of(machine)
        for other in scope.tasks.values()
        if other.wait.get("owner") == token.id
    ]


def _drop_instance(host: Token) -> None:
    if host.id in host.workflow.tasks and not host.task_spec.instance_dropped(host):
        raise CommandRejectedError(
            N_("A round of “%(element)s” cannot be taken away alone; take the whole of it."),
            params={"element": called(host.task_spec)},
            element_id=host.task_spec.element_id,
        )


def _close_empty(machine: Machine) -> None:
    """Take away what has nothing inside any more, from the inside out."""
    for scope in reversed(scopes_of(machine)):
        host = scope.host
        if host is None or scope.completed or scope.task_tree.has_children:
            continue
        repeated = host.parent if host.hangs else None
        host.workflow.remove(host, EventKind.ELEMENT_CANCELLED)
        if repeated is not None:
            _drop_instance(repeated)


def _of_token(what: str, token: Token) -> Told:
    return {"do": what, "element_id": token.task_spec.element_id, "token_id": token.id}


def _of_target(target: Target) -> Told:
    return {"element_id": target.element_id, "after": target.after}


_CHANGES: dict[type, Callable[[_Work, Any], None]] = {
    commands.CancelToken: _cancel,
    commands.MoveToken: _move,
    commands.StartToken: _start,
    commands.SetVariables: _set,
    commands.SetTimer: _set_timer,
}
