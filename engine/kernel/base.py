"""The classes of SpiffWorkflow 3.2.0 that carry our specs; nothing else imports that library.

What is SpiffWorkflow's: the life cycle of a task (run, complete), task, spec and workflow
classes, the registry of sub-workflows. What is ours: everything an element does.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from SpiffWorkflow.bpmn.script_engine.python_environment import TaskDataEnvironment
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.specs import WorkflowSpec
from SpiffWorkflow.specs.Transform import Transform
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.errors import ExecutionError
from engine.texts import N_

__all__ = [
    "ROOT",
    "BpmnSubWorkflow",
    "BpmnWorkflow",
    "ElementSpecBase",
    "ScopeSpecBase",
    "TaskState",
    "Token",
]

_DONE = (TaskState.COMPLETED, TaskState.CANCELLED)
ROOT = "/"  # the spec name of every scope's root token; no XML id can contain it


def _refuse(*_: Any, **__: Any) -> Any:
    """Take the place of what would run a text as a program. Expressions go to engine.feel."""
    raise ExecutionError(N_("Text is never run as a program. Write an expression in FEEL."))


TaskDataEnvironment.evaluate = _refuse  # also asked past the script engine, by messages and
TaskDataEnvironment.execute = _refuse  # conditions: the engine alone would be no protection
Transform._update_hook = _refuse  # noqa: SLF001


class Token(Task):
    """A live token. Children are kept by id, so that removing one does not search a list."""

    state = TaskState.FUTURE  # an attribute: the inherited property costs a call per look
    data: Mapping[str, Any] = MappingProxyType({})  # variables are the scope's
    triggered = False
    thread_id = 0
    last_state_change = 0.0
    via = ""  # the flow it came along, for joins
    own: Any = None  # the layer of variables that only this token sees, if any
    _parent: str | None = None
    _children: dict[str, None] | None = None  # most tokens never have any

    def __init__(self, scope: Any, spec: Any, parent: Any, state: int, token_id: str) -> None:
        # Without the inherited method, which makes what no spec of ours asks for: half of its time.
        self.id = token_id
        self.workflow = scope
        self.task_spec = spec
        self.state = state
        self.wait: dict[str, Any] = {}
        scope.tasks[token_id] = self
        if parent is not None:
            self._parent = parent.id
            parent.attach(token_id)

    @property
    def internal_data(self) -> dict[str, Any]:
        """What the token keeps while it waits, as SpiffWorkflow calls it."""
        return self.wait

    @property
    def _state(self) -> int:
        return self.state  # type: ignore[no-any-return]  # as the inherited methods read it

    def _set_state(self, value: int) -> None:
        # The inherited method builds a log record for each change: half the cost of a token's move.
        self.state = value

    def make_ready(self) -> None:
        """Queue the token for its element to run."""
        if self.state not in _DONE:
            self.state = TaskState.READY
            self.workflow.machine.agenda.append(self)

    @property
    def hangs(self) -> bool:
        """Whether the token stands under another one: it listens for it, or is its instance."""
        return self._parent != self.workflow.task_tree.id  # type: ignore[no-any-return]

    @property
    def armed(self) -> bool:
        """Whether the token only listens for its host (boundary event, arm of an event gateway)."""
        return self._parent != self.workflow.task_tree.id and not self.task_spec.is_instance

    @property
    def host_id(self) -> str | None:
        """The id of the token that this one hangs on, if it does."""
        return self._parent if self._parent != self.workflow.task_tree.id else None

    @property
    def variables(self) -> Any:
        """What the token sees and writes to: its scope's variables, or a layer over them."""
        return self.workflow.variables if self.own is None else self.own

    @property
    def outside(self) -> Any:
        """The scope that the token stands in."""
        return self.workflow

    def context(self, names: frozenset[str] | None = None) -> dict[str, Any]:
        """Return what expressions read at this token; only ``names``, where they are known."""
        variables = self.workflow.variables if self.own is None else self.own
        return self.workflow.machine.context_of(variables, names)  # type: ignore[no-any-return]

    def write(self, values: Any) -> None:
        """Set variables as the token sees them."""
        self.variables.update(values)
        self.workflow.machine.touched = True

    @property
    def has_children(self) -> bool:
        """Whether anything hangs on this token."""
        return bool(self._children)

    def child_tokens(self) -> list["Token"]:
        """Return the tokens that hang on this one, oldest first."""
        if not self._children:
            return []
        return [self.workflow.tasks[child] for child in self._children]

    def attach(self, child_id: str) -> None:
        """Remember one child."""
        if self._children is None:
            self._children = {}
        self._children[child_id] = None

    def detach(self, child_id: str) -> None:
        """Forget one child."""
        if self._children is not None:
            self._children.pop(child_id, None)


class ElementSpecBase(BpmnTaskSpec):
    """A spec without SpiffWorkflow's wiring: no prediction, no inputs and outputs to test."""

    def test(self) -> None:
        """Accept the spec as it is; ``engine.lint`` has checked the model."""

    def _predict(self, *args: Any, **kwargs: Any) -> None:
        """Make no tokens for what might come."""

    def _run(self, token: Any) -> Any:
        # The inherited method puts the token aside on an error; ours throws the machine away.
        return self._run_hook(token)


class ScopeSpecBase(BpmnProcessSpec):
    """A process or sub-process spec without SpiffWorkflow's fixed start and end tasks."""

    def __init__(self, name: str) -> None:
        WorkflowSpec.__init__(self, name=name)
        self.start = ElementSpecBase(self, ROOT)
        self.description = name
        self.io_specification = None
        self.data_objects: dict[str, Any] = {}
        self.data_stores: dict[str, Any] = {}
        self.correlation_keys: dict[str, Any] = {}
        self.bpmn_start_events: list[Any] = []
