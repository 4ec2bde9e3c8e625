"""What may be asked of a running process instance. Imperatives, one frozen value each."""

from dataclasses import dataclass, field
from datetime import datetime
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
class RecountTimers:
    """Count the timers in office time anew: the calendar has changed. No token moves."""


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
class StartActivity:
    """Start an activity of an ad-hoc sub-process; ``token_id`` is that of the choice."""

    token_id: str
    element_id: str


@dataclass(frozen=True, slots=True)
class FinishAdHoc:
    """End an ad-hoc sub-process in which nothing runs; ``token_id`` is that of the choice."""

    token_id: str


@dataclass(frozen=True, slots=True)
class CompleteCall:
    """Go on behind the call under ``token_id``: its instance ended with these ``variables``.

    ``can_be_undone``: what it did can be compensated, should the caller ask for that later.
    """

    token_id: str
    variables: dict[str, Any] = field(default_factory=dict)
    can_be_undone: bool = False


@dataclass(frozen=True, slots=True)
class EscalateCall:
    """Let an escalation that nothing caught in a called instance rise at the call."""

    token_id: str
    code: str | None = None


@dataclass(frozen=True, slots=True)
class AskAgain:
    """Ask once more for the called process or the decision that a token waits for."""

    token_id: str


@dataclass(frozen=True, slots=True)
class Cancel:
    """End the instance where it stands; every token is taken away."""

    reason: str


@dataclass(frozen=True, slots=True)
class Target:
    """Where a modification puts a token: before an element, or behind it on its way out.

    ``inside`` is the token of the sub-process or call to go into, needed where several are open.
    """

    element_id: str
    after: bool = False
    inside: str | None = None


@dataclass(frozen=True, slots=True)
class StartToken:
    """Start a token; sub-processes around the target are opened where none is open."""

    target: Target


@dataclass(frozen=True, slots=True)
class MoveToken:
    """Take a token away and start one at each target instead."""

    token_id: str
    targets: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class CancelToken:
    """Take a token away with everything inside it and everything that listens for it."""

    token_id: str


@dataclass(frozen=True, slots=True)
class SetVariables:
    """Set and remove variables of the instance, or those that only the token ``token_id`` sees."""

    values: dict[str, Any] = field(default_factory=dict)
    remove: tuple[str, ...] = ()
    token_id: str | None = None


@dataclass(frozen=True, slots=True)
class SetTimer:
    """Let an armed timer be due at another instant; what is past fires as soon as can be.

    The rounds of a cycle that follow are counted from there.
    """

    timer_id: str
    due_at: datetime  # aware


Change = StartToken | MoveToken | CancelToken | SetVariables | SetTimer


@dataclass(frozen=True, slots=True)
class Modify:
    """Change a running instance by hand: all changes in their order, or none of them."""

    changes: tuple[Change, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Restart:
    """Let an instance that has ended go on at these elements, with its variables as they were."""

    targets: tuple[Target, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Reopen:
    """Let an instance that was completed go on where this message starts an event sub-process.

    ``element_id`` is the start event; nothing else of the process runs again.
    """

    element_id: str
    reason: str
    variables: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Undo:
    """Let an instance that has ended undo what it did, the last first, and end again then."""


Command = (
    CompleteUserTask
    | CompleteJob
    | ThrowBpmnError
    | FireTimer
    | RecountTimers
    | DeliverMessage
    | DeliverSignal
    | StartActivity
    | FinishAdHoc
    | CompleteCall
    | EscalateCall
    | AskAgain
    | Cancel
    | Modify
    | Restart
    | Reopen
    | Undo
)
