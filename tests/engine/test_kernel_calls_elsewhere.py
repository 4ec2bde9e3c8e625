"""Calls of processes of other deployments: what is asked, what comes back, what goes wrong."""

import pytest

import engine
from engine.bpmn.reader import read
from tests.engine.sketches import compiled, file, process

FLOW = "s c e"
TIMER = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"


def calling(attributes="", inner="", around="", *paths, called="other"):
    """Return a process whose call activity c is followed by the user task e."""
    holder = f"<extensionElements>{inner}</extensionElements>" if inner else ""
    return compiled(
        f'<startEvent id="s"/><callActivity id="c" name="Ask" calledElement="{called}" '
        f'{attributes}>{holder}</callActivity>{around}<userTask id="e"/>',
        FLOW,
        *paths,
    )


def the_call(instance):
    [call] = instance.outcome.calls
    return call


def test_a_process_that_is_not_in_the_deployment_is_asked_for_once(running):
    instance = running(calling(), {"a": 1})

    call = the_call(instance)

    assert (call.process, call.binding, call.element_id) == ("other", "latest", "c")
    assert call.variables == {"a": 1}
    resting = engine.resting(instance.process, instance.outcome.snapshot, at=instance.at)
    assert [one.variables for one in resting.calls] == [None]


def test_behind_a_call_the_process_goes_on_with_what_the_called_one_left(running):
    instance = running(calling(), {"a": 1})

    instance.do(engine.CompleteCall(the_call(instance).token_id, {"a": 2, "b": 3}))

    assert instance.tasks == ["e"]
    assert instance.outcome.calls == ()
    assert (instance.variables["a"], instance.variables["b"]) == (2, 3)


@pytest.mark.parametrize(
    ("inner", "given"),
    [
        ('<camunda:in source="a" target="x"/>', {"x": 1}),
        ('<camunda:in sourceExpression="${a + 1}" target="x"/>', {"x": 2}),
        ('<camunda:in variables="all"/><camunda:in source="a" target="x"/>', {"a": 1, "x": 1}),
        ('<camunda:in businessKey="${a}"/><camunda:in source="a" target="x"/>', {"x": 1}),
        (
            (
                '<camunda:inputOutput><camunda:inputParameter name="mine">${a + 5}'
                '</camunda:inputParameter></camunda:inputOutput><camunda:in variables="all" '
                'local="true"/>'
            ),
            {"mine": 6},
        ),
    ],
)
def test_variables_go_in_as_the_mappings_say(running, inner, given):
    assert the_call(running(calling("", inner), {"a": 1})).variables == given


def test_variables_come_out_as_the_mappings_say(running):
    inner = (
        '<camunda:out source="r" target="result"/>'
        '<camunda:out sourceExpression="${r + 1}" target="more"/>'
    )
    instance = running(calling("", inner), {"a": 1})

    instance.do(engine.CompleteCall(the_call(instance).token_id, {"r": 7, "secret": 1}))

    assert instance.variables == {"a": 1, "result": 7, "more": 8}


def test_local_results_are_seen_by_the_output_parameters_only(running):
    inner = (
        '<camunda:out source="r" target="raw" local="true"/><camunda:inputOutput>'
        '<camunda:outputParameter name="kept">${raw * 2}</camunda:outputParameter>'
        "</camunda:inputOutput>"
    )
    instance = running(calling("", inner))

    instance.do(engine.CompleteCall(the_call(instance).token_id, {"r": 4}))

    assert instance.variables == {"kept": 8}


@pytest.mark.parametrize(
    ("attributes", "binding", "version"),
    [
        ('camunda:calledElementBinding="latest"', "latest", None),
        ('camunda:calledElementBinding="version" camunda:calledElementVersion="3"', "version", "3"),
        (
            'camunda:calledElementBinding="version" camunda:calledElementVersion="${v}"',
            "version",
            "7",
        ),
        (
            'camunda:calledElementBinding="versionTag" camunda:calledElementVersionTag="v-1"',
            "versionTag",
            "v-1",
        ),
    ],
)
def test_a_call_says_which_version_it_means(running, attributes, binding, version):
    call = the_call(running(calling(attributes), {"v": 7}))

    assert (call.binding, call.version) == (binding, version)


def test_the_called_process_may_be_computed(running):
    call = the_call(running(calling(called="${which}"), {"which": "fees"}))

    assert call.process == "fees"


def test_an_empty_name_of_a_process_is_a_named_error(running):
    with pytest.raises(engine.ExecutionError, match="names no process") as failed:
        running(calling(called="${which}"))

    assert failed.value.element_id == "c"


def test_the_business_key_goes_along(running):
    inner = '<camunda:in businessKey="${code}"/><camunda:in variables="all"/>'
    inherited = '<camunda:in businessKey="#{execution.processBusinessKey}"/>'

    assert the_call(running(calling("", inner), {"code": "H1"})).business_key == "H1"
    assert the_call(running(calling("", inherited))).inherits_key


def test_a_process_of_the_deployment_runs_inside_unless_it_is_bound_otherwise(running):
    other = process('<startEvent id="t"/><userTask id="w"/>', "t w", key="other")
    body = '<startEvent id="s"/><callActivity id="c" calledElement="other" {}/><userTask id="e"/>'

    inside = running(compiled(body.format(""), FLOW, more=other))
    same = running(
        compiled(body.format('camunda:calledElementBinding="deployment"'), FLOW, more=other)
    )
    newest = running(
        compiled(body.format('camunda:calledElementBinding="latest"'), FLOW, more=other)
    )

    assert (inside.tasks, same.tasks, newest.tasks) == (["w"], ["w"], [])
    assert the_call(newest).process == "other"


def test_an_error_of_the_called_instance_is_caught_at_the_call(running):
    caught = (
        '<boundaryEvent id="b" attachedToRef="c"><errorEventDefinition errorRef="E"/>'
        '</boundaryEvent><userTask id="f"/>'
    )
    instance = running(calling("", "", caught, "b f"))

    instance.do(engine.ThrowBpmnError(the_call(instance).token_id, "refused"))

    assert instance.tasks == ["f"]
    assert instance.outcome.calls == ()


def test_an_error_that_the_call_does_not_catch_ends_the_instance(running):
    instance = running(calling())

    instance.do(engine.ThrowBpmnError(the_call(instance).token_id, "refused"))

    assert instance.status == "failed"


def test_an_escalation_of_the_called_instance_may_leave_it_running(running):
    caught = (
        '<boundaryEvent id="b" attachedToRef="c" cancelActivity="false">'
        '<escalationEventDefinition escalationRef="C"/></boundaryEvent><userTask id="f"/>'
    )
    instance = running(calling("", "", caught, "b f"))
    token = the_call(instance).token_id

    instance.do(engine.EscalateCall(token, "late"))
    instance.do(engine.EscalateCall(token, "other"))

    assert instance.tasks == ["f"]
    assert the_call(instance).token_id == token
    assert instance.outcome.escalations == ("other",)


def test_an_escalation_that_nothing_catches_is_told_to_whoever_runs_the_engine(running):
    thrown = (
        '<startEvent id="s"/><intermediateThrowEvent id="x">'
        '<escalationEventDefinition escalationRef="C"/></intermediateThrowEvent><userTask id="e"/>'
    )

    instance = running(compiled(thrown, "s x e"))

    assert instance.outcome.escalations == ("late",)


def test_a_boundary_timer_takes_the_call_away(running):
    timed = f'<boundaryEvent id="b" attachedToRef="c">{TIMER}</boundaryEvent><userTask id="f"/>'
    instance = running(calling("", "", timed, "b f"))

    instance.fire("b")

    assert (instance.outcome.calls, instance.tasks) == ((), ["f"])
    assert "c" in instance.cancelled


def test_each_instance_of_a_repeated_call_asks_with_its_own_item(running):
    loop = (
        '<multiInstanceLoopCharacteristics camunda:collection="items" '
        'camunda:elementVariable="item"/>'
    )
    process_ = compiled(
        '<startEvent id="s"/><callActivity id="c" calledElement="other"><extensionElements>'
        '<camunda:in source="item" target="x"/></extensionElements>'
        f'{loop}</callActivity><userTask id="e"/>',
        FLOW,
    )
    instance = running(process_, {"items": ["a", "b"]})

    assert [call.variables for call in instance.outcome.calls] == [{"x": "a"}, {"x": "b"}]
    for call in instance.outcome.calls:
        instance.do(engine.CompleteCall(call.token_id, {}))
    assert instance.tasks == ["e"]


def test_a_call_can_be_asked_again_with_the_variables_of_that_moment(running):
    instance = running(calling(), {"a": 1})
    token = the_call(instance).token_id

    instance.do(engine.AskAgain(token))

    assert the_call(instance).variables == {"a": 1}


def test_a_call_is_no_task_for_people(running):
    instance = running(calling())

    with pytest.raises(engine.CommandRejectedError):
        instance.do(engine.CompleteUserTask(the_call(instance).token_id))
    with pytest.raises(engine.CommandRejectedError):
        instance.do(engine.CompleteCall("99"))


def test_the_words_of_other_tools_are_read():
    models = file(
        process(
            '<callActivity id="z"><extensionElements><zeebe:calledElement processId="q" '
            'bindingType="versionTag" versionTag="t1"/></extensionElements></callActivity>'
            '<callActivity id="f" calledElement="q" flowable:sameDeployment="true" '
            'flowable:businessKey="${k}" flowable:inheritVariables="true"/>'
            '<callActivity id="i" calledElement="q" flowable:inheritBusinessKey="true"/>'
        )
    ).replace(
        b"<definitions ",
        b'<definitions xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" '
        b'xmlns:flowable="http://flowable.org/bpmn" ',
    )

    nodes = read(models, "m.bpmn").processes["p"].nodes

    assert (nodes["z"].call.binding, nodes["z"].call.version) == ("versionTag", "t1")
    assert (nodes["f"].call.binding, nodes["f"].call.business_key) == ("deployment", "${k}")
    assert [one.source for one in nodes["f"].inputs] == ["*"]
    assert nodes["i"].call.inherits_key


@pytest.mark.parametrize("attributes", ['camunda:caseRef="k"', 'camunda:decisionRef="d"'])
def test_a_call_of_something_else_than_a_process_is_refused_with_its_line(attributes):
    element = f'<callActivity id="c" {attributes}/>'
    content = file(process(f'<startEvent id="s"/>{element}', "s c"))

    [finding] = [one for one in engine.lint({"m.bpmn": content}) if one.severity == "error"]

    assert (finding.rule, finding.element_id, finding.line) == (
        "element-not-supported-yet",
        "c",
        1,
    )


@pytest.mark.parametrize(
    ("written", "tag"),
    [
        ('<process id="p" camunda:versionTag="2.1"/>', "2.1"),
        (
            (
                '<process id="p"><extensionElements><zeebe:versionTag xmlns:zeebe='
                '"http://camunda.org/schema/zeebe/1.0" value="x"/></extensionElements></process>'
            ),
            "x",
        ),
        ('<process id="p"/>', None),
    ],
)
def test_the_version_tag_of_a_process_is_read(written, tag):
    assert read(file(written), "m.bpmn").processes["p"].version_tag == tag


class _Published:
    def __init__(self, *known):
        self.known = known

    def has_process(self, key, binding, version):
        return (key, binding.value, version) in self.known

    has_decision = has_process


@pytest.mark.parametrize(
    ("attributes", "known", "rules"),
    [
        ("", (), ["called-process-elsewhere"]),
        ("", ("q", "latest", None), []),
        ('binding="version" version="2"', ("q", "version", "2"), []),
        ('binding="version" version="2"', ("q", "latest", None), ["called-version-missing"]),
    ],
)
def test_what_is_published_decides_whether_a_call_is_in_order(attributes, known, rules):
    written = attributes.replace("binding", "camunda:calledElementBinding").replace(
        "version=", "camunda:calledElementVersion="
    )
    content = file(
        process(
            f'<startEvent id="s"/><callActivity id="c" calledElement="q" {written}/>'
            '<endEvent id="e"/>',
            FLOW,
        )
    )

    found = engine.lint({"m.bpmn": content}, published=_Published(known))

    assert [one.rule for one in found if one.element_id == "c"] == rules
