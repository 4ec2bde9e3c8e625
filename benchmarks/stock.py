"""The peer: stock SpiffWorkflow 3.2.0 with its own parser, evaluator and serializer."""

import sys
from collections.abc import Callable
from importlib.util import find_spec, module_from_spec
from typing import Any

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.serializer import DEFAULT_CONFIG, BpmnWorkflowSerializer
from SpiffWorkflow.task import TaskState

DEEP = 100_000  # its history is a chain of parents, walked by recursion


class StockCase:
    """One procedure in stock SpiffWorkflow, kept as text between two steps as we keep ours."""

    def __init__(self, model: bytes, process_id: str) -> None:
        sys.setrecursionlimit(DEEP)
        parser = BpmnParser()
        parser.add_bpmn_str(model)
        self._engine = _own_engine()
        self._specs = parser.get_spec(process_id), parser.get_subprocess_specs(process_id)
        self._serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure(DEFAULT_CONFIG))

    def started(self, variables: dict[str, Any]) -> str:
        """Return the saved state of a new instance, resting on its first user task."""
        workflow = BpmnWorkflow(*self._specs, script_engine=self._engine)
        workflow.do_engine_steps()
        for task in workflow.get_tasks(state=TaskState.READY):
            task.data.update(variables)
        return self._saved(workflow)

    def step(self, state: str, answers: dict[str, Any]) -> str:
        """Load, complete the one open user task, save."""
        workflow = self._serializer.deserialize_json(state)
        workflow.script_engine = self._engine
        task = workflow.get_next_task(state=TaskState.READY, manual=True)
        task.data.update(answers)
        task.run()
        workflow.do_engine_steps()
        return self._saved(workflow)

    def resting_on(self, state: str) -> str:
        """Return the element on which the instance rests."""
        workflow = self._serializer.deserialize_json(state)
        return str(workflow.get_next_task(state=TaskState.READY, manual=True).task_spec.name)

    def _saved(self, workflow: BpmnWorkflow) -> str:
        return str(self._serializer.serialize_json(workflow))


def evaluates(condition: str, variables: dict[str, Any]) -> Callable[[], object]:
    """Return a call that lets its script engine evaluate a condition, text and all, each time."""
    environment = _own_engine().environment
    return lambda: environment.evaluate(condition, variables)


def _own_engine() -> PythonScriptEngine:
    """Return a script engine with the evaluator that our engine takes away when it is loaded."""
    found = find_spec("SpiffWorkflow.bpmn.script_engine.python_environment")
    assert found is not None
    assert found.loader is not None
    fresh = module_from_spec(found)
    found.loader.exec_module(fresh)
    return PythonScriptEngine(fresh.TaskDataEnvironment())
