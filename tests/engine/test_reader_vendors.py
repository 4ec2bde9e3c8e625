"""Every vendor's vocabulary is read into the one set of names."""

import pytest

from engine.bpmn.elements import VariableMapping
from engine.bpmn.reader import read
from tests.engine.model_files import diagram


def node(element: str):
    definitions = read(diagram(element), "m.bpmn")
    [found] = definitions.processes["p"].nodes.values()
    return found


def pairs(mappings: tuple[VariableMapping, ...]) -> list[tuple[str, str]]:
    return [(mapping.source, mapping.target) for mapping in mappings]


@pytest.mark.parametrize("prefix", ["camunda", "flowable", "motcua"])
def test_attributes_of_a_user_task_mean_the_same_under_every_prefix(prefix):
    task = node(
        f'<userTask id="t" {prefix}:assignee="thu" {prefix}:candidateUsers="an, binh"'
        f' {prefix}:candidateGroups="mot-cua,${{nhom(1, 2)}}" {prefix}:dueDate="P3D"'
        f' {prefix}:followUpDate="P1D" {prefix}:priority="70" {prefix}:formKey="don"/>'
    )

    given = task.assignment
    assert given.assignee == "thu"
    assert given.candidate_users == ("an", "binh")
    assert given.candidate_groups == ("mot-cua", "${nhom(1, 2)}")
    assert (given.due, given.follow_up, given.priority) == ("P3D", "P1D", "70")
    assert task.form_ref == "don"


def test_the_legal_limit_and_the_public_state_are_ours():
    task = node('<userTask id="t" motcua:limit="P1D" motcua:state="4"/>')

    assert task.assignment.work_limit == "P1D"
    assert task.public_state == 4


def test_zeebe_elements_of_a_user_task():
    task = node(
        '<userTask id="t"><extensionElements>'
        '<zeebe:assignmentDefinition assignee="= nguoi" candidateGroups="= nhom"/>'
        '<zeebe:taskSchedule dueDate="= han"/><zeebe:formDefinition formId="don"/>'
        '<zeebe:priorityDefinition priority="90"/></extensionElements></userTask>'
    )

    given = task.assignment
    assert (given.assignee, given.candidate_groups, given.due) == ("= nguoi", ("= nhom",), "= han")
    assert (given.priority, task.form_ref) == ("90", "don")


def test_owners_in_the_words_of_the_standard():
    task = node(
        '<userTask id="t"><potentialOwner><resourceAssignmentExpression><formalExpression>'
        "user(an), group(mot-cua), van-thu</formalExpression></resourceAssignmentExpression>"
        "</potentialOwner></userTask>"
    )

    assert task.assignment.candidate_users == ("an",)
    assert task.assignment.candidate_groups == ("mot-cua", "van-thu")


def test_a_deployed_camunda_form_is_meant_by_its_name():
    task = node('<userTask id="t" camunda:formKey="camunda-forms:deployment:forms/don.form"/>')

    assert task.form_ref == "don"


@pytest.mark.parametrize(
    ("element", "topic", "retries"),
    [
        ('<serviceTask id="t" camunda:type="external" camunda:topic="so"/>', "so", 3),
        ('<serviceTask id="t" flowable:type="external-worker" flowable:topic="so"/>', "so", 3),
        (
            (
                '<serviceTask id="t"><extensionElements>'
                '<zeebe:taskDefinition type="so" retries="5"/></extensionElements></serviceTask>'
            ),
            "so",
            5,
        ),
    ],
)
def test_work_for_programs_has_a_topic(element, topic, retries):
    task = node(element)

    assert (task.topic, task.retries, task.implementation) == (topic, retries, None)


@pytest.mark.parametrize(
    ("attributes", "implementation"),
    [
        ('camunda:class="vn.Gov"', "vn.Gov"),
        ('camunda:delegateExpression="${bean}"', "${bean}"),
        ('camunda:expression="${bean.run()}"', "${bean.run()}"),
        ('flowable:type="mail"', "mail"),
    ],
)
def test_program_code_is_told_from_a_topic(attributes, implementation):
    task = node(f'<serviceTask id="t" {attributes}/>')

    assert (task.topic, task.implementation) == (None, implementation)


def test_mappings_of_a_call_activity():
    call = node(
        '<callActivity id="c" calledElement="own:q"><extensionElements>'
        '<camunda:in variables="all"/><camunda:in source="a" target="b"/>'
        '<camunda:in sourceExpression="${a + 1}" target="c"/>'
        '<camunda:out source="x" target="y"/></extensionElements></callActivity>'
    )

    assert call.called_element == "q"
    assert pairs(call.inputs) == [("*", "*"), ("a", "b"), ("${a + 1}", "c")]
    assert pairs(call.outputs) == [("x", "y")]


def test_a_zeebe_call_activity_carries_everything_unless_told_otherwise():
    call = node(
        '<callActivity id="c"><extensionElements>'
        '<zeebe:calledElement processId="q" propagateAllChildVariables="false"/>'
        '<zeebe:ioMapping><zeebe:input source="= a" target="b"/></zeebe:ioMapping>'
        "</extensionElements></callActivity>"
    )

    assert call.called_element == "q"
    assert pairs(call.inputs) == [("*", "*"), ("= a", "b")]
    assert call.outputs == ()


def test_a_parameter_that_is_no_expression_means_its_own_text():
    task = node(
        '<serviceTask id="t"><extensionElements><camunda:inputOutput>'
        '<camunda:inputParameter name="a">Xin "chào"</camunda:inputParameter>'
        '<camunda:outputParameter name="b">${c}</camunda:outputParameter>'
        "</camunda:inputOutput></extensionElements></serviceTask>"
    )

    assert pairs(task.inputs) == [('="Xin \\"chào\\""', "a")]
    assert pairs(task.outputs) == [("${c}", "b")]


def test_a_correlation_key_comes_from_the_event_or_from_its_message():
    roots = (
        '<message id="M" name="M"><extensionElements><zeebe:subscription correlationKey="= ma"/>'
        "</extensionElements></message>"
    )
    body = '<receiveTask id="r" messageRef="M"/>'

    task = read(diagram(body, roots=roots), "m.bpmn").processes["p"].nodes["r"]

    assert task.events[0].correlation_key == "= ma"


def test_what_would_change_the_run_is_noted_with_its_line():
    task = node(
        '<userTask id="t" flowable:skipExpression="${x}"><extensionElements>\n'
        '<camunda:taskListener event="create" class="x"/></extensionElements></userTask>'
    )

    assert task.unsupported == (("taskListener", task.line + 1), ("skipExpression", task.line))
