"""SpiffWorkflow could run text as a program; no path of it does once our engine is loaded."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.script_engine.python_environment import TaskDataEnvironment
from SpiffWorkflow.specs.Transform import Transform

from engine import ExecutionError

TEXT = "__import__('os').getcwd()"
RUNNERS = {
    "SpiffWorkflow.bpmn.script_engine.python_environment": {"evaluate", "execute"},
    "SpiffWorkflow.specs.Transform": {"_update_hook"},
}
LOADED = """
import engine, sys
print("\\n".join(f"{name} {module.__file__}" for name, module in sorted(sys.modules.items())
    if name.split(".")[0] == "SpiffWorkflow" and module.__file__))
"""


@pytest.mark.parametrize("work", ["evaluate", "execute"])
def test_its_environment_refuses_whoever_asks_it(work):
    for asked in (TaskDataEnvironment(), PythonScriptEngine().environment):
        with pytest.raises(ExecutionError, match="never run"):
            getattr(asked, work)(TEXT, {})


def test_its_transformations_refuse_to_run():
    with pytest.raises(ExecutionError, match="never run"):
        Transform._update_hook(None, None)


def test_nothing_else_of_it_that_is_loaded_runs_text():
    done = subprocess.run(
        [sys.executable, "-c", LOADED], capture_output=True, text=True, check=True
    )
    modules = dict(line.split(" ", 1) for line in done.stdout.splitlines())

    found = {name: running for name, file in modules.items() if (running := _running(file))}

    assert modules
    assert found == RUNNERS


def _running(file: str) -> set[str]:
    """Return the functions of a file that name eval, exec or compile."""
    tree = ast.parse(Path(file).read_text(encoding="utf-8"))
    return {
        function.name
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Name) and node.id in {"eval", "exec", "compile"}
    }
