"""A stand-in for the SpiffWorkflow classes that ``engine.kernel.base`` uses, as a pytest plugin.

``pytest -p tests.engine.standin`` runs the kernel's tests on these few lines instead. It shows how
little of the library the kernel leans on, and what to do if a release changes it.
"""

import sys
from types import ModuleType
from typing import Any


class TaskState:
    """The states a token can be in."""

    MAYBE, LIKELY, FUTURE, WAITING, READY, STARTED, COMPLETED, ERROR, CANCELLED = (
        1 << n for n in range(9)
    )


class Task:
    """A node of the tree with the life cycle run, complete."""

    workflow: Any
    task_spec: Any
    _parent: str | None

    @property
    def parent(self) -> Any:
        return self.workflow.tasks.get(self._parent)

    def run(self) -> None:
        if self.task_spec._run_hook(self) is None:
            self._set_state(TaskState.STARTED)
        else:
            self.complete()

    def complete(self) -> None:
        self._set_state(TaskState.COMPLETED)
        self.task_spec._on_complete(self)

    def _set_state(self, value: int) -> None:
        raise NotImplementedError


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


class BpmnSubWorkflow:
    """A scope inside another one."""


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
