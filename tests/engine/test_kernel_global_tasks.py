"""Global tasks: tasks that stand beside the processes and are called by them."""

import pytest

from engine import compile_process
from tests.engine.sketches import file, process


def calling(task: str):
    main = process(
        '<startEvent id="s"/><callActivity id="c" calledElement="g"/><userTask id="z"/>', "s c z"
    )
    return compile_process({"test.bpmn": file(main, task)}, "p")


def test_a_global_user_task_is_offered_when_it_is_called(running):
    task = '<globalUserTask id="g" name="Sign" camunda:candidateGroups="leaders"/>'
    instance = running(calling(task))

    assert instance.tasks == ["g"]
    assert instance.outcome.user_tasks[0].candidate_groups == ("leaders",)
    instance.complete("g", signed=True)

    assert instance.tasks == ["z"]
    assert instance.variables == {"signed": True}


SCRIPT = (
    '<globalScriptTask id="g" scriptLanguage="feel" camunda:resultVariable="n">'
    "<script>= n * 3</script></globalScriptTask>"
)


@pytest.mark.parametrize(("task", "result"), [('<globalTask id="g"/>', 2), (SCRIPT, 6)])
def test_a_global_task_does_its_work_and_the_process_goes_on(running, task, result):
    instance = running(calling(task), {"n": 2})

    assert instance.tasks == ["z"]
    assert instance.variables == {"n": result}
