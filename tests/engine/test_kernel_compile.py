"""From files to a process that can run, and starting it."""

from datetime import datetime

import pytest

from engine import (
    CommandRejectedError,
    InvalidModelError,
    compile_process,
    read_definitions,
    start,
)
from tests.engine.instances import NINE
from tests.engine.sketches import compiled, compiled_unchecked, file, process

PLAIN = process('<startEvent id="s"/><userTask id="a"/><endEvent id="e"/>', "s a e")
OTHER = process('<startEvent id="s2"/><userTask id="b"/><endEvent id="e2"/>', "s2 b e2", key="q")


def test_a_compiled_process_tells_what_it_is():
    files = {"test.bpmn": file(PLAIN)}

    found = compile_process(files)

    assert (found.process_id, found.file) == ("p", "test.bpmn")
    assert list(found.elements) == ["s", "a", "e"]
    assert found.checksum == compile_process(files).checksum
    assert found.checksum != compile_process({"other.bpmn": file(PLAIN)}).checksum


def test_the_elements_of_a_compiled_process_cannot_be_changed():
    found = compiled('<startEvent id="s"/><endEvent id="e"/>', "s e")

    with pytest.raises(TypeError):
        found.elements["x"] = found.elements["s"]


def test_a_model_that_lint_refuses_is_not_compiled_and_the_reason_has_a_place():
    broken = process('<startEvent id="s"/><event id="g"/><endEvent id="e"/>', "s g e")

    with pytest.raises(InvalidModelError) as refused:
        compile_process({"test.bpmn": file(broken)})

    assert (refused.value.element_id, refused.value.file) == ("g", "test.bpmn")
    assert refused.value.line is not None


def test_a_join_that_never_completes_runs_as_far_as_it_comes_though_nobody_may_publish_it(running):
    process_ = compiled(
        '<startEvent id="s"/><exclusiveGateway id="g" default="g_b"/><userTask id="a"/>'
        '<userTask id="b"/><parallelGateway id="j"/><endEvent id="e"/>',
        "s g",
        "g a ? = n > 1",
        "g b",
        "a j e",
        "b j",
    )
    instance = running(process_, {"n": 2})

    instance.complete("a")

    assert (instance.status, instance.tasks) == ("active", [])


@pytest.mark.parametrize("element", ["event"])
def test_the_kernel_itself_refuses_what_it_does_not_run(element):
    with pytest.raises(InvalidModelError) as refused:
        compiled_unchecked(f'<startEvent id="s"/><{element} id="x"/>', "s x")

    assert refused.value.element_id == "x"


def test_a_call_of_a_process_that_must_be_there_and_is_not_is_refused():
    bound = 'calledElement="q" camunda:calledElementBinding="deployment"'

    with pytest.raises(InvalidModelError):
        compiled_unchecked(f'<startEvent id="s"/><callActivity id="c" {bound}/>', "s c")


def test_without_an_id_the_process_that_no_other_calls_is_meant():
    caller = process(
        '<startEvent id="s"/><callActivity id="c" calledElement="q"/><endEvent id="e"/>', "s c e"
    )

    assert compile_process({"a.bpmn": file(OTHER), "b.bpmn": file(caller)}).process_id == "p"


def test_when_several_processes_could_be_meant_one_must_be_named():
    files = {"a.bpmn": file(PLAIN, OTHER)}
    with pytest.raises(InvalidModelError):
        compile_process(files)

    assert compile_process(files, "q").process_id == "q"


def test_a_process_that_is_not_in_the_files_is_refused():
    with pytest.raises(InvalidModelError):
        compile_process({"a.bpmn": file(PLAIN)}, "unknown")


def test_the_definitions_of_all_models_can_be_read():
    found = read_definitions({"b.bpmn": file(OTHER), "a.bpmn": file(PLAIN), "f.form": b"{}"})

    assert [list(one.processes) for one in found] == [["p"], ["q"]]


def test_the_form_of_the_start_event_is_the_start_form():
    model = process(
        '<startEvent id="s" camunda:formRef="f"/><userTask id="a"/><endEvent id="e"/>', "s a e"
    )
    form = b'{"id": "f", "type": "default", "schemaVersion": 19, "components": []}'

    found = compile_process({"a.bpmn": file(model), "f.form": form})

    assert found.start_form_ref == "f"


def test_an_instance_may_be_started_at_another_start_event():
    found = compiled_unchecked(
        '<startEvent id="s"/><startEvent id="m"><messageEventDefinition messageRef="M"/>'
        '</startEvent><userTask id="a"/><userTask id="b"/><endEvent id="e"/>',
        "s a e",
        "m b e",
    )

    plain, by_message = start(found, {}, at=NINE), start(found, {}, at=NINE, start_element="m")

    assert [task.element_id for task in plain.user_tasks] == ["a"]
    assert [task.element_id for task in by_message.user_tasks] == ["b"]


@pytest.mark.parametrize("element", ["a", "unknown", "/"])
def test_an_instance_starts_only_at_a_start_event(element):
    found = compiled('<startEvent id="s"/><userTask id="a"/><endEvent id="e"/>', "s a e")

    with pytest.raises(CommandRejectedError):
        start(found, {}, at=NINE, start_element=element)


def test_a_model_without_start_and_end_events_begins_and_ends_by_itself(running):
    instance = running(compiled_unchecked('<userTask id="a"/><userTask id="b"/>', "a b"))

    instance.complete("a")
    instance.complete("b")

    assert instance.status == "completed"
    assert instance.completed == ["a", "b"]


def test_an_instant_without_a_time_zone_is_a_mistake_of_the_caller():
    found = compiled('<startEvent id="s"/><endEvent id="e"/>', "s e")

    with pytest.raises(ValueError, match="aware"):
        start(found, {}, at=datetime(2026, 11, 23, 9))  # noqa: DTZ001
