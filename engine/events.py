"""What can happen to a process instance: facts, in the past tense, in the order they happened."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple


class EventKind(StrEnum):
    INSTANCE_STARTED = "instance.started"
    INSTANCE_COMPLETED = "instance.completed"
    INSTANCE_CANCELLED = "instance.cancelled"
    INSTANCE_FAILED = "instance.failed"  # an error end event that nothing caught
    INSTANCE_MODIFIED = "instance.modified"  # data: reason, changes
    INSTANCE_RESTARTED = "instance.restarted"  # data: reason, changes
    INSTANCE_REOPENED = "instance.reopened"  # data: reason, element_id
    INSTANCE_BROUGHT_BACK = "instance.brought_back"  # as it was before it failed
    INSTANCE_UNDONE = "instance.undone"  # its caller asked for compensation after it had ended
    ELEMENT_ENTERED = "element.entered"  # a token arrived at an activity, event or gateway
    ELEMENT_COMPLETED = "element.completed"  # and left it in the normal way
    ELEMENT_CANCELLED = "element.cancelled"  # or was taken away (interrupted, terminated)
    TIMER_FIRED = "timer.fired"
    MESSAGE_SENT = "message.sent"  # data: name, correlation_key, variables
    MESSAGE_RECEIVED = "message.received"  # data: name
    SIGNAL_SENT = "signal.sent"  # data: name, variables
    ERROR_THROWN = "error.thrown"  # data: code, message
    DECISION_MADE = "decision.made"  # data: decision, output, explanation
    CONDITION_NULL = "condition.null"  # data: expression; it counted as not true
    DATA_AWAITED = "data.awaited"  # needed: data objects and their states
    DATA_STATE_CHANGED = "data.state_changed"  # data: object, before, after
    DATA_STORE_WRITTEN = "data_store.written"  # data: store, name, key, removed
    ESCALATION_THROWN = "escalation.thrown"  # data: code


class Event(NamedTuple):
    """One fact. ``element_id`` is the id the analyst drew; ``token_id`` ties enter and leave."""

    kind: EventKind
    element_id: str | None = None
    token_id: str | None = None
    data: Mapping[str, Any] = MappingProxyType({})
