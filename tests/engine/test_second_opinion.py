"""A second opinion: SpiffWorkflow with its own parser and specs does the same on plain models."""

from collections import Counter
from random import Random
from typing import Any

import pytest
from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.script_engine.python_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.script_engine.python_environment import BasePythonScriptEngineEnvironment
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from tests.engine.instances import Reloading, run
from tests.engine.random_models import PLAIN, Model, random_model
from tests.engine.sketches import compiled_unchecked, file, process


@pytest.mark.parametrize("seed", range(30))
def test_both_do_the_same_tasks_as_often(seed):
    model = random_model(seed, depth=3, kinds=PLAIN)

    ours, theirs = _ours(model, seed), _theirs(model, seed)

    assert ours == theirs == +model.expected


def _ours(model: Model, seed: int) -> Counter[str]:
    order = Random(seed)  # noqa: S311  (reproducible, nothing secret)
    instance = run(Reloading, compiled_unchecked(model.xml))
    while instance.tasks:
        instance.complete(order.choice(instance.tasks))
    assert instance.status == "completed"
    return Counter(name for name in instance.completed if name.startswith("t"))


def _theirs(model: Model, seed: int) -> Counter[str]:
    order = Random(seed)  # noqa: S311  (reproducible, nothing secret)
    workflow = _stock(model)
    done: Counter[str] = Counter()
    workflow.do_engine_steps()
    while tasks := workflow.get_tasks(state=TaskState.READY, manual=True):
        task = order.choice(tasks)
        done[task.task_spec.name] += 1
        task.run()
        workflow.do_engine_steps()
    assert workflow.is_completed()
    return done


def _stock(model: Model) -> Any:
    xml = file(process(model.xml))
    for ours, theirs in ((b">= true<", b">True<"), (b">= false<", b">False<")):
        xml = xml.replace(ours, theirs)
    parser = BpmnParser()
    parser.add_bpmn_xml(etree.fromstring(xml))
    specs = parser.get_spec("p"), parser.get_subprocess_specs("p")
    return BpmnWorkflow(*specs, script_engine=PythonScriptEngine(_Truths()))


class _Truths(BasePythonScriptEngineEnvironment):
    """Reads the only conditions there are; the library's own evaluator is never used."""

    def evaluate(self, expression: str, *_: Any, **__: Any) -> bool:
        return {"True": True, "False": False}[expression.strip()]
