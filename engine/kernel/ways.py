"""Ways into an instance: which scope holds an element, opened where none is open yet."""

from collections.abc import Iterator
from typing import Any

from engine.commands import Target
from engine.errors import CommandRejectedError
from engine.events import EventKind
from engine.kernel.base import TaskState, Token
from engine.kernel.scope import Scope
from engine.kernel.specs import ElementSpec
from engine.model import LiveToken
from engine.texts import N_

Way = tuple[str, ...]
_DEPTH_AT_MOST = 50  # of calls inside each other that are looked into


def scopes_of(machine: Any) -> list[Scope]:
    """Return all open scopes of an instance, outer ones first."""
    inner = sorted(machine.subprocesses.values(), key=lambda scope: scope.depth)
    return [machine, *inner]


def token_of(machine: Any, token_id: str) -> Token:
    """Return a live token that moves by itself. Raises CommandRejectedError."""
    for scope in scopes_of(machine):
        token = scope.tasks.get(token_id)
        if token is None or not isinstance(token.task_spec, ElementSpec):
            continue
        if token.armed:
            raise CommandRejectedError(
                N_("“%(element)s” only listens for something else and goes with it."),
                params={"element": called(token.task_spec)},
                element_id=token.task_spec.element_id,
            )
        return token
    raise CommandRejectedError(
        N_("There is no token “%(token)s” (any more)."), params={"token": token_id}
    )


def live_tokens(machine: Any) -> list[LiveToken]:
    """Return the tokens that move by themselves, outer ones first."""
    return [
        LiveToken(
            token.id,
            token.task_spec.element_id,
            scope.host.id if scope.host is not None else None,
            token.task_spec.is_instance,
            dict(token.own.own) if token.own is not None else {},
        )
        for scope in scopes_of(machine)
        for token in scope.tasks.values()
        if isinstance(token.task_spec, ElementSpec) and not token.armed
    ]


def arrived(machine: Any) -> Iterator[Token]:
    """Yield the tokens that move by themselves and are at their element, outer ones first."""
    for scope in scopes_of(machine):
        for token in scope.tasks.values():
            yet_to_begin = "queued" in token.wait or "starved" in token.wait
            if isinstance(token.task_spec, ElementSpec) and not token.armed and not yet_to_begin:
                yield token


def scope_for(machine: Any, target: Target, near: Scope | None) -> Scope:
    """Return the scope for a target, the nearest to ``near`` that holds it or leads to it.

    Sub-processes and calls on the way are entered without their own start. Raises
    CommandRejectedError when the element is nowhere, or could be meant several times.
    """
    base, way = _base(machine, target, near)
    for name in way:
        base = _inner(machine, base, name)
    return base


def called(spec: ElementSpec) -> str:
    """Return what an element is called."""
    return spec.element.name or spec.element_id


def _base(machine: Any, target: Target, near: Scope | None) -> tuple[Scope, Way]:
    for scope in _bases(machine, target, near):
        ways = list(_ways(machine, scope.spec, target.element_id))
        if len(ways) > 1:
            raise CommandRejectedError(
                N_("“%(element)s” lies in several places; say in which sub-process or call."),
                params={"element": target.element_id},
                element_id=target.element_id,
            )
        if ways:
            return scope, ways[0]
    raise CommandRejectedError(
        N_("There is no element “%(element)s” where a token could go."),
        params={"element": target.element_id},
        element_id=target.element_id,
    )


def _bases(machine: Any, target: Target, near: Scope | None) -> Iterator[Scope]:
    """Yield where to look first: the named inside alone, else from near outwards."""
    if target.inside is not None:
        inner = machine.subprocesses.get(target.inside)
        if inner is None:
            raise CommandRejectedError(
                N_("The token “%(token)s” has nothing inside."), params={"token": target.inside}
            )
        yield inner
        return
    scope: Scope | None = near or machine
    while scope is not None:
        yield scope
        scope = scope.host.workflow if scope.host is not None else None


def _ways(machine: Any, spec: Any, element_id: str, depth: int = 0) -> Iterator[Way]:
    """Yield the names of the activities to go into, one tuple per place of the element."""
    if isinstance(spec.task_specs.get(element_id), ElementSpec):
        yield ()
        return
    if depth > _DEPTH_AT_MOST:
        return
    for name, element in spec.task_specs.items():
        inside = machine.program.scopes.get(getattr(element, "inside", ""))
        if inside is not None and inside is not spec and element.hosts_scope:
            for way in _ways(machine, inside, element_id, depth + 1):
                yield (name, *way)


def _inner(machine: Any, scope: Scope, name: str) -> Scope:
    hosts = [token for token in scope.tasks.values() if token.task_spec.name == name]
    open_ = [machine.subprocesses[host.id] for host in hosts if host.id in machine.subprocesses]
    if len(open_) == 1:
        return open_[0]  # type: ignore[no-any-return]
    spec = scope.spec.task_specs[name]
    if open_:
        raise CommandRejectedError(
            N_("“%(element)s” runs several times at once; say in which of them."),
            params={"element": called(spec)},
            element_id=spec.element_id,
        )
    return _opened(scope, spec)


def _opened(scope: Scope, spec: Any) -> Scope:
    """Return the new inside of an activity that no token has entered by itself."""
    refuse_unentered(spec)
    token = scope.place(spec.name)
    scope.machine.record(EventKind.ELEMENT_ENTERED, token)
    token.state = TaskState.STARTED
    spec.prepare(token)
    inner: Scope = spec.open(token)
    inner.listen()
    return inner


def refuse_unentered(spec: ElementSpec) -> None:
    """Raise CommandRejectedError for an activity that no token may simply enter."""
    reason = None
    if spec.is_instance:
        reason = N_("“%(element)s” is done several times; a token can only start the whole of it.")
    elif spec.element.triggered_by_event:
        reason = N_("“%(element)s” is started by its event, not by a token.")
    elif spec.element.is_for_compensation:
        reason = N_("“%(element)s” only undoes what another activity did.")
    if reason is not None:
        raise CommandRejectedError(
            reason, params={"element": called(spec)}, element_id=spec.element_id
        )
