"""Values the engine hands out. All frozen; none knows about rows, requests or SpiffWorkflow."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

from engine.events import Event

Variables = dict[str, Any]
"""Process variables by name.

Values: null, boolean, int, Decimal, str, date, time, datetime, timedelta, list, dict.
"""

Files = Mapping[str, bytes]
"""The files of one deployment by name.

Kinds: ``*.bpmn``, ``*.form`` (form-js JSON), ``*.dmn``, ``facts.json``.
"""


OWNED_VARIABLES = ("ho_so", "nguoi_nop", "danh_muc")
"""Variables that the product sets for every instance; models and forms only read them."""


ACTION_VARIABLES: Mapping[str, str] = {
    "supplement": "yeu_cau_bo_sung",
    "refusal": "tu_choi",
    "stop": "dung_giai_quyet",
    "withdrawal": "rut_ho_so",
    "extension": "gia_han",
    "correction": "dinh_chinh",
}
"""The values of ``motcua:action``, each with the variable that the action tells its event."""


ANY_KEY = "*"
"""The correlation key of a wait for the first message of a conversation, whatever it says."""


class Severity(StrEnum):
    ERROR = "error"  # blocks publishing
    WARNING = "warning"
    HINT = "hint"


class Binding(StrEnum):
    """Which version of a process or decision is meant."""

    LATEST = "latest"
    DEPLOYMENT = "deployment"
    VERSION = "version"
    VERSION_TAG = "versionTag"


class InstanceStatus(StrEnum):
    ACTIVE = "active"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    FAILED = "failed"  # ended by an error that nothing caught


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark about one place in an uploaded file.

    ``problem`` says what is wrong and ``remedy`` what to do: English templates in ``%(name)s``
    style with ``params``, so that the product can translate them. ``line`` is 1-based.
    """

    rule: str
    severity: Severity
    problem: str
    remedy: str
    file: str = ""
    element_id: str | None = None
    element_name: str = ""
    line: int | None = None
    params: Mapping[str, object] = field(default_factory=dict)
    column: int | None = None  # 1-based, in characters

    def text(self) -> str:
        """Return problem and remedy as filled English sentences."""
        return f"{self.problem % self.params} {self.remedy % self.params}"


class UserTask(NamedTuple):
    """A token that rests on a user or manual task until a person completes it."""

    token_id: str
    element_id: str
    name: str
    candidate_groups: tuple[str, ...] = ()
    candidate_users: tuple[str, ...] = ()
    assignee: str | None = None
    form_ref: str | None = None
    due_at: datetime | None = None
    follow_up_at: datetime | None = None
    priority: int = 50


@dataclass(frozen=True, slots=True)
class Job:
    """A token that rests on work for a program: a topic and the variables it may read."""

    token_id: str
    element_id: str
    name: str
    topic: str
    variables: Mapping[str, Any] = field(default_factory=dict)
    retries: int = 3
    retry_cycle: str | None = None  # as written: R3/PT10M, or pauses with commas between
    priority: int = 0  # higher goes first


@dataclass(frozen=True, slots=True)
class Timer:
    """An armed timer. ``timer_id`` is stable until it fires; repeating timers get a new one."""

    timer_id: str
    token_id: str
    element_id: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class MessageWait:
    """A token that waits for a message of that name (and correlation key, where one is set)."""

    token_id: str
    element_id: str
    name: str
    correlation_key: str | None = None


@dataclass(frozen=True, slots=True)
class SignalWait:
    """A token that waits for a signal of that name."""

    token_id: str
    element_id: str
    name: str


@dataclass(frozen=True, slots=True)
class LiveToken:
    """A token that can be moved or cancelled; ``inside`` is the token of the activity around it.

    ``variables`` are those that only this token sees, with what lies inside it.
    """

    token_id: str
    element_id: str
    inside: str | None = None
    is_instance: bool = False  # one of several instances of a repeated activity
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ConditionWait:
    """A token that waits for a condition on the variables to become true."""

    token_id: str
    element_id: str
    expression: str


@dataclass(frozen=True, slots=True)
class Choice:
    """An ad-hoc sub-process whose activities people start, as often as they want.

    ``activities`` are the elements that can be started now; ``may_finish`` tells whether a person
    may end it now.
    """

    token_id: str
    element_id: str
    name: str
    activities: tuple[str, ...] = ()
    may_finish: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """A token that waits for an instance of another process to end.

    ``variables`` are what that instance starts with; ``None`` unless the command just carried out
    asked for it. ``version`` is the number or tag that ``binding`` speaks of. With ``undoes`` no
    instance is to be started: the one that the call under that token had is to undo what it did.
    """

    token_id: str
    element_id: str
    name: str
    process: str
    binding: Binding = Binding.LATEST
    version: str | None = None
    business_key: str | None = None
    inherits_key: bool = False
    variables: Mapping[str, Any] | None = None
    undoes: str | None = None


@dataclass(frozen=True, slots=True)
class DecisionWait:
    """A token that waits for a decision that was not to be found to be published."""

    token_id: str
    element_id: str
    name: str
    decision: str
    binding: Binding = Binding.LATEST
    version: str | None = None


@dataclass(frozen=True, slots=True)
class Occurrence:
    """What happened that starts an instance; ``name`` is that of the message or signal."""

    kind: str  # message, signal, timer or conditional
    name: str = ""


@dataclass(frozen=True, slots=True)
class StoreWrite:
    """What an instance wrote into a data store; key "" is the one value that has none.

    ``written``: the value as ``engine.snapshot.write_value`` gives it, None to take the item away.
    """

    store: str
    name: str
    key: str
    written: bytes | None


class Outcome(NamedTuple):
    """What one command did to one instance, and where its tokens rest now."""

    snapshot: bytes
    status: InstanceStatus
    events: tuple[Event, ...]
    user_tasks: tuple[UserTask, ...] = ()
    jobs: tuple[Job, ...] = ()
    timers: tuple[Timer, ...] = ()
    messages: tuple[MessageWait, ...] = ()
    signals: tuple[SignalWait, ...] = ()
    conditions: tuple[ConditionWait, ...] = ()
    choices: tuple[Choice, ...] = ()
    calls: tuple[Call, ...] = ()
    decisions: tuple[DecisionWait, ...] = ()
    stored: tuple[StoreWrite, ...] = ()
    escalations: tuple[str | None, ...] = ()  # codes that nothing in the instance caught
    can_be_undone: bool = False  # whether the instance has done what compensation could undo


class Published(Protocol):
    """What is published already, for the check of an upload that refers to it."""

    def has_process(self, key: str, binding: Binding, version: str | None) -> bool:
        """Return whether a process of that id is published, under that number or tag."""

    def has_decision(self, key: str, binding: Binding, version: str | None) -> bool:
        """Return whether a decision of that id is published, under that number or tag."""
