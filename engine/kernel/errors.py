"""BPMN errors on their way up: to the nearest activity around that catches them."""

from engine.events import EventKind
from engine.kernel.base import Token
from engine.kernel.scope import Scope
from engine.model import InstanceStatus, Variables


def throw_error(
    scope: Scope,
    activity: Token | None,
    code: str,
    message: str = "",
    variables: Variables | None = None,
) -> None:
    """Interrupt the nearest activity that catches ``code``, or fail the instance.

    ``activity`` is the token whose work failed; ``None`` when an event inside ``scope`` throws.
    A catcher of exactly this code goes before one of any code. Source: BPMN 2.0.2, 10.5.6.
    """
    while True:
        if activity is not None:
            scope = activity.workflow
            catcher = _catcher(activity, code)
            if catcher is not None:
                _catch(scope, activity, catcher, variables or {})
                return
        activity = scope.host
        if activity is None:
            scope.machine.end(
                InstanceStatus.FAILED, EventKind.INSTANCE_FAILED, code=code, message=message
            )
            return


def _catcher(activity: Token, code: str) -> str | None:
    catchers = dict(reversed(activity.task_spec.error_catchers))
    return catchers.get(code) or catchers.get(None)


def _catch(scope: Scope, activity: Token, catcher: str, variables: Variables) -> None:
    scope.remove(activity, EventKind.ELEMENT_CANCELLED)
    scope.spec.task_specs[catcher].take_in(scope, variables)
    scope.enter_ready(catcher)
