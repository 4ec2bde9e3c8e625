"""After an instance came to a new version: what listens now, and until when."""

from collections.abc import Collection

from engine.kernel.base import Token
from engine.kernel.machine import Machine
from engine.kernel.scope import Scope
from engine.kernel.specs import ElementSpec
from engine.kernel.specs_activities import JobSpec, UserTaskSpec
from engine.kernel.specs_events import CatchingSpec
from engine.kernel.specs_flow import JoiningGateway
from engine.kernel.translation import Translation, kinds_of, listeners_of, same_triggers
from engine.kernel.ways import scopes_of


def settle_in(machine: Machine, translation: Translation, *, recompute: bool) -> None:
    """Arm what is new, keep or recompute what was waited for, and let joins look again.

    A timer keeps its due instant, a user task its people and due date, a message its key, unless
    ``recompute`` asks for all of them anew, counted from now.
    """
    for scope in scopes_of(machine):
        _arm_new(scope, translation)
        for token in list(scope.tasks.values()):
            old = translation.origins.get(token.id)
            if old is not None:
                _rearm(token, old, recompute=recompute)
    machine.states_changed = True
    for scope in scopes_of(machine):
        _look_again(scope)


def _arm_new(scope: Scope, translation: Translation) -> None:
    """Let listen what the old version did not have; what had happened there stays as it was."""
    outer = None if scope.host is None else scope.host.id
    if scope.watch is not None:
        _arm(scope, scope.watch, scope.spec.triggers, translation.known(outer, None))
    for token in list(scope.tasks.values()):
        spec = token.task_spec
        if isinstance(spec, ElementSpec) and not token.armed and not _has_yet_to_begin(token):
            _arm(scope, token, listeners_of(spec), translation.known(outer, token.id))


def _has_yet_to_begin(token: Token) -> bool:
    """Return whether a token waits before its element, for other tokens or for data."""
    return "queued" in token.wait or "starved" in token.wait


def _arm(scope: Scope, host: Token, wanted: tuple[str, ...], known: Collection[str | None]) -> None:
    for name in wanted:
        if name not in known:
            scope.spec.task_specs[name].arm(scope.place(name, parent=host))


def _rearm(token: Token, old: ElementSpec, *, recompute: bool) -> None:
    spec = token.task_spec
    if _has_yet_to_begin(token):
        return
    if isinstance(spec, CatchingSpec) and token.id in token.workflow.machine.waits:
        if recompute or not same_triggers(old, spec):
            _listen_anew(token, spec, old, recompute=recompute)
    elif recompute and isinstance(spec, UserTaskSpec | JobSpec):
        for name in [one for one in token.wait if one not in ("index", "owner")]:
            del token.wait[name]
        spec.activate(token)


def _listen_anew(token: Token, spec: CatchingSpec, old: ElementSpec, *, recompute: bool) -> None:
    """Wait for the new triggers; one of the same kind at its old place goes on as it was."""
    timers = {row[0]: row for row in token.wait.pop("timers", ())}
    keys = token.wait.pop("keys", {})
    token.wait.pop("seen", None)
    spec.listen(token)
    if recompute or not isinstance(old, CatchingSpec):
        return
    alike = [was == now for was, now in zip(kinds_of(old), kinds_of(spec), strict=False)]
    kept = {index for index, same in enumerate(alike) if same}
    rows = token.wait.get("timers", [])
    rows[:] = [timers.get(row[0], row) if row[0] in kept else row for row in rows]
    for index, key in keys.items():
        if int(index) in kept:
            token.wait.setdefault("keys", {})[index] = key


def _look_again(scope: Scope) -> None:
    for name, waiting in list(scope.joins.items()):
        spec = scope.spec.task_specs[name]
        if isinstance(spec, JoiningGateway):
            spec.consider(scope, waiting)
    if not scope.completed and scope.task_tree.has_children:
        scope.settle()
