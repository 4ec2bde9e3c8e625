"""A stand-in for the SpiffWorkflow classes that ``engine.kernel.base`` uses, as a pytest plugin.

``pytest -p tests.engine.standin`` runs the kernel's tests on these few lines instead. It shows how
little of the library the kernel leans on, and what to do if a release changes it.
"""

import sys
from types import ModuleType
from typing import Any, ClassVar


class TaskState:
    """The states a token can be in."""

    MAYBE, LIKELY, FUTURE, WAITING, READY, STARTED, COMPLETED, ERROR, CANCELLED = (
        1 << n for n in range(9)
    )


class Task:
    """A node of the tree with a state and the life cycle ready, run, complete."""

    def __init__(self, workflow: Any, spec: Any, parent: Any, state: int, id_: str) -> None:
        self.id = id_
        self.workflow = workflow
        self.task_spec = spec
        self._parent = None if parent is None else parent.id
        self._children: Any = []
        self._state = state
        self.internal_data: dict[str, Any] = {}
        workflow.tasks[id_] = self
        if parent is not None:
            parent._child_added_notify(self)

    @property
    def state(self) -> int:
        return self._state

    @property
    def parent(self) -> Any:
        return self.workflow.tasks.get(self._parent)

    def _ready(self) -> None:
        self._state = TaskState.READY
        self.task_spec._on_ready_hook(self)

    def run(self) -> None:
        if self.task_spec._run_hook(self) is None:
            self._state = TaskState.STARTED
        else:
            self.complete()

    def complete(self) -> None:
        self._state = TaskState.COMPLETED
        self.task_spec._on_complete(self)


class WorkflowSpec:
    """Specs by name."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.task_specs: dict[str, Any] = {}


class BpmnProcessSpec(WorkflowSpec):
    """A process of specs."""


class BpmnTaskSpec:
    """A spec that its process knows by name."""

    def __init__(self, process: WorkflowSpec, name: str) -> None:
        self.name = name
        process.task_specs[name] = self


class BpmnWorkflow:
    """The outermost scope."""

    depth = 0
    parent_workflow = None

    def __init__(
        self, spec: Any, subprocess_specs: Any, *, script_engine: Any, deserializing: bool
    ) -> None:
        assert deserializing
        self.spec = spec
        self.subprocesses: dict[str, Any] = {}
        self.completed = False


class BpmnSubWorkflow:
    """A scope inside another one."""

    parent_workflow: ClassVar[Any]

    def __init__(self, spec: Any, host_id: str, top: Any, *, deserializing: bool) -> None:
        assert deserializing
        self.spec = spec
        self.depth = self.parent_workflow.depth + 1
        self.completed = False


class TaskDataEnvironment:
    """Never used; the engine only takes its evaluator away."""


class Transform:
    """Never used either."""


_MODULES: dict[str, tuple[type, ...]] = {
    "SpiffWorkflow": (),
    "SpiffWorkflow.bpmn": (),
    "SpiffWorkflow.bpmn.script_engine": (),
    "SpiffWorkflow.bpmn.script_engine.python_environment": (TaskDataEnvironment,),
    "SpiffWorkflow.bpmn.specs": (),
    "SpiffWorkflow.bpmn.specs.bpmn_process_spec": (BpmnProcessSpec,),
    "SpiffWorkflow.bpmn.specs.bpmn_task_spec": (BpmnTaskSpec,),
    "SpiffWorkflow.bpmn.util": (),
    "SpiffWorkflow.bpmn.util.subworkflow": (BpmnSubWorkflow,),
    "SpiffWorkflow.bpmn.workflow": (BpmnWorkflow,),
    "SpiffWorkflow.specs": (WorkflowSpec,),
    "SpiffWorkflow.specs.Transform": (Transform,),
    "SpiffWorkflow.task": (Task,),
    "SpiffWorkflow.util": (),
    "SpiffWorkflow.util.task": (TaskState,),
}


def _take_the_place() -> None:
    """Put the stand-in where the library would be imported from, before the engine is."""
    assert "engine.kernel.base" not in sys.modules
    for name, classes in _MODULES.items():
        module = sys.modules[name] = ModuleType(name)
        for one in classes:
            setattr(module, one.__name__, one)


_take_the_place()
