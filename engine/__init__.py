"""The BPMN engine's front door: diagrams and snapshots in, snapshots and facts out.

Pure: no input or output, no clock, no database. Time is an argument.
"""

from engine.bpmn.elements import Definitions
from engine.commands import (
    Cancel,
    CancelToken,
    Change,
    Command,
    CompleteJob,
    CompleteUserTask,
    DeliverMessage,
    DeliverSignal,
    FireTimer,
    Modify,
    MoveToken,
    Restart,
    SetVariables,
    StartToken,
    Target,
    ThrowBpmnError,
)
from engine.compile import compile_process, read_definitions
from engine.errors import (
    CommandRejectedError,
    EngineError,
    ExecutionError,
    InvalidModelError,
    SnapshotFormatError,
)
from engine.events import Event, EventKind
from engine.kernel.process import CompiledProcess
from engine.lint import lint
from engine.looking import live_tokens
from engine.model import (
    ANY_KEY,
    OWNED_VARIABLES,
    ConditionWait,
    Files,
    Finding,
    InstanceStatus,
    Job,
    LiveToken,
    MessageWait,
    Outcome,
    Severity,
    SignalWait,
    Timer,
    UserTask,
    Variables,
)
from engine.runtime import advance, resting, start, variables_of

__all__ = [
    "ANY_KEY",
    "OWNED_VARIABLES",
    "Cancel",
    "CancelToken",
    "Change",
    "Command",
    "CommandRejectedError",
    "CompiledProcess",
    "CompleteJob",
    "CompleteUserTask",
    "ConditionWait",
    "Definitions",
    "DeliverMessage",
    "DeliverSignal",
    "EngineError",
    "Event",
    "EventKind",
    "ExecutionError",
    "Files",
    "Finding",
    "FireTimer",
    "InstanceStatus",
    "InvalidModelError",
    "Job",
    "LiveToken",
    "MessageWait",
    "Modify",
    "MoveToken",
    "Outcome",
    "Restart",
    "SetVariables",
    "Severity",
    "SignalWait",
    "SnapshotFormatError",
    "StartToken",
    "Target",
    "ThrowBpmnError",
    "Timer",
    "UserTask",
    "Variables",
    "advance",
    "compile_process",
    "lint",
    "live_tokens",
    "read_definitions",
    "resting",
    "start",
    "variables_of",
]
