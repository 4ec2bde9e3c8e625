"""What may be asked of a running process instance. Imperatives, one frozen value each."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class CompleteUserTask:
    """Complete the user (or manual) task that waits under ``token_id``."""

    token_id: str
    variables: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CompleteJob:
    """Complete the service, send or script job that waits under ``token_id``."""

    token_id: str
    variables: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ThrowBpmnError:
    """End the job or user task under ``token_id`` with a BPMN error (BPMN 2.0.2, 10.5.6)."""

    token_id: str
    error_code: str
    message: str = ""
    variables: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FireTimer:
    """Fire one timer by its ``timer_id``. Refused while ``at`` is before its due instant."""

    timer_id: str


@dataclass(frozen=True, slots=True)
class DeliverMessage:
    """Give a message to the catcher that waits under ``token_id``."""

    token_id: str
    name: str
    variables: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DeliverSignal:
    """Give a signal that another instance sent to the catcher that waits under ``token_id``."""

    token_id: str
    name: str
    variables: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cancel:
    """End the instance where it stands; every token is taken away."""

    reason: str


Command = (
    CompleteUserTask
    | CompleteJob
    | ThrowBpmnError
    | FireTimer
    | DeliverMessage
    | DeliverSignal
    | Cancel
)
