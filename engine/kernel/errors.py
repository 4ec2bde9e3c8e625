"""Errors, escalations and cancellations on their way up, to the nearest place that catches them."""

from collections.abc import Sequence

from engine.events import EventKind
from engine.kernel.base import Token
from engine.kernel.scope import Flow, Scope
from engine.model import InstanceStatus, Variables

Catchers = Sequence[tuple[str | None, str]]


def throw_error(
    scope: Scope,
    activity: Token | None,
    code: str,
    message: str = "",
    variables: Variables | None = None,
) -> None:
    """Interrupt the nearest activity or scope that catches ``code``, or fail the instance.

    ``activity`` is the token whose work failed; ``None`` when an event inside ``scope`` throws.
    A catcher of exactly this code goes before one of any code. Source: BPMN 2.0.2, 10.5.6.
    """
    if not _rises("error", scope, activity, code, variables or {}):
        scope.machine.end(
            InstanceStatus.FAILED, EventKind.INSTANCE_FAILED, code=code, message=message
        )


def escalate(scope: Scope, code: str | None) -> None:
    """Trigger the nearest catcher of an escalation; without one nothing happens."""
    if not _rises("escalation", scope, None, code, {}):
        scope.machine.escalations.append(code)


def escalate_at(activity: Token, code: str | None) -> None:
    """Trigger the nearest catcher of an escalation that came out of a called instance."""
    if not _rises("escalation", activity.workflow, activity, code, {}):
        activity.workflow.machine.escalations.append(code)


def caught_at(activity: Token, kind: str, code: str | None) -> bool:
    """Trigger the boundary event of an activity that catches this; return whether one does."""
    return _caught_at_border(activity, kind, code, {})


def trigger(scope: Scope, spec_name: str, *, interrupting: bool) -> None:
    """Start an event sub-process of a scope."""
    if interrupting:
        scope.empty()
    scope.emit([Flow("", spec_name)])


def _rises(
    kind: str, scope: Scope, activity: Token | None, code: str | None, variables: Variables
) -> bool:
    while True:
        if activity is not None:
            scope = activity.workflow
            if _caught_at_border(activity, kind, code, variables):
                return True
        if _caught_inside(scope, activity, kind, code, variables):
            return True
        activity = scope.host
        if activity is None:
            return False


def _caught_at_border(activity: Token, kind: str, code: str | None, variables: Variables) -> bool:
    if activity.hangs:  # an instance of a repeated activity: its events are the activity's
        activity = activity.parent
    scope: Scope = activity.workflow
    name = _best(activity.task_spec.catchers.get(kind, ()), code)
    if name is None:
        return False
    event = scope.spec.task_specs[name]
    if not event.repeats:
        scope.remove(activity, EventKind.ELEMENT_CANCELLED)
    event.take_in(scope, variables)
    scope.enter_ready(name)
    return True


def _caught_inside(
    scope: Scope, activity: Token | None, kind: str, code: str | None, variables: Variables
) -> bool:
    """Start the event sub-process that catches this; what one of them throws goes further up."""
    if activity is not None and activity.task_spec.element.triggered_by_event:
        return False
    name = _best(scope.spec.catchers.get(kind, ()), code)
    if name is None:
        return False
    event = scope.spec.task_specs[name]
    event.take_in(scope, variables)
    trigger(scope, event.body, interrupting=event.element.interrupting)
    return True


def _best(catchers: Catchers, code: str | None) -> str | None:
    found = dict(reversed(catchers))
    return found.get(code) or found.get(None)
