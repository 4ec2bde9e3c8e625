"""States of data objects: an association to a reference with a state sets it, one from it asks."""

import pytest

from engine import Cancel, CommandRejectedError, CompleteUserTask, EventKind
from engine.lint import lint
from tests.engine.sketches import compiled, file, flows, process

DRAWN = '<dataObject id="paper" name="licence"/>' + "".join(
    f'<dataObjectReference id="{state}" name="licence [{state}]" dataObjectRef="paper">'
    f'<dataState name="{state}"/></dataObjectReference>'
    for state in ("drafted", "signed")
)


def reads(*states: str) -> str:
    return "".join(
        f"<dataInputAssociation><sourceRef>{one}</sourceRef><targetRef>{one}</targetRef>"
        "</dataInputAssociation>"
        for one in states
    )


def sets(state: str) -> str:
    return f"<dataOutputAssociation><targetRef>{state}</targetRef></dataOutputAssociation>"


BODY = (
    f'{DRAWN}<startEvent id="s"/><userTask id="draft">{sets("drafted")}</userTask>'
    f'<userTask id="sign">{reads("drafted")}{sets("signed")}</userTask>'
    f'<userTask id="issue">{reads("signed")}</userTask><endEvent id="e"/>'
)


def test_states_follow_the_work_and_are_told(running):
    instance = running(compiled(BODY, "s draft sign issue e"))

    instance.complete("draft", licence="L-1")
    instance.complete("sign")
    instance.complete("issue")

    told = [one.data for one in instance.events if one.kind is EventKind.DATA_STATE_CHANGED]
    assert told == [
        {"object": "licence", "before": None, "after": "drafted"},
        {"object": "licence", "before": "drafted", "after": "signed"},
    ]
    assert instance.variables["licence"] == "L-1"
    assert instance.status == "completed"


def test_an_activity_waits_until_its_data_is_in_the_state_it_needs(running):
    both = '<parallelGateway id="g"/>'
    instance = running(compiled(both + BODY, "s g draft sign e", "g issue e"))
    assert instance.tasks == ["draft"]
    assert [one.expression for one in instance.outcome.conditions] == ["licence [signed]"]

    instance.complete("draft")
    instance.complete("sign")

    assert (instance.tasks, instance.outcome.conditions) == (["issue"], ())
    assert instance.happened(EventKind.DATA_AWAITED) == ["issue"]
    instance.complete("issue")
    assert instance.status == "completed"


def test_nobody_can_complete_what_waits_for_its_data_and_cancelling_takes_it_away(running):
    instance = running(compiled(BODY, "s draft issue sign e"))
    instance.complete("draft")
    waiting = instance.outcome.conditions[0].token_id

    with pytest.raises(CommandRejectedError):
        instance.do(CompleteUserTask(waiting))
    instance.do(Cancel("enough"))

    assert (instance.status, instance.cancelled) == ("cancelled", ["issue"])


def specified(sets_of_inputs: str) -> str:
    inputs = "".join(f'<dataInput id="in_{one}" name="in_{one}"/>' for one in ("a", "b"))
    filled = "".join(
        f"<dataInputAssociation><sourceRef>{state}</sourceRef><targetRef>in_{key}</targetRef>"
        "</dataInputAssociation>"
        for key, state in (("a", "drafted"), ("b", "signed"))
    )
    return f"<ioSpecification>{inputs}{sets_of_inputs}<outputSet/></ioSpecification>{filled}"


def input_set(*inputs: str, more: str = "") -> str:
    refs = "".join(f"<dataInputRefs>in_{one}</dataInputRefs>" for one in inputs)
    return f"<inputSet>{refs}{more}</inputSet>"


@pytest.mark.parametrize(
    ("sets_of_inputs", "begins"),
    [
        (input_set("a", "b"), False),
        (input_set("a"), True),
        (input_set("b"), False),
        (input_set("b") + input_set("a"), True),
        (input_set("a", "b", more="<optionalInputRefs>in_b</optionalInputRefs>"), True),
        (input_set("a", "b", more="<whileExecutingInputRefs>in_b</whileExecutingInputRefs>"), True),
        (input_set("b") + input_set(), True),
    ],
)
def test_one_whole_input_set_must_be_there_without_its_optional_inputs(
    running, sets_of_inputs, begins
):
    body = (
        f'{DRAWN}<startEvent id="s"/><userTask id="draft">{sets("drafted")}</userTask>'
        f'<userTask id="issue">{specified(sets_of_inputs)}</userTask>'
        f'<userTask id="sign">{sets("signed")}</userTask>'
    )
    instance = running(compiled(body, "s draft issue sign"))

    instance.complete("draft")

    assert instance.tasks == (["issue"] if begins else [])


def test_a_data_object_is_in_its_initial_state_until_something_sets_another(running):
    drawn = DRAWN.replace(
        'name="licence"/>', 'name="licence"><dataState name="drafted"/></dataObject>', 1
    )
    body = (
        f'{drawn}<startEvent id="s"/><userTask id="a">{reads("drafted")}{sets("signed")}</userTask>'
        f'<userTask id="b">{reads("drafted")}</userTask>'
    )
    instance = running(compiled(body, "s a b"))
    assert instance.tasks == ["a"]

    instance.complete("a")

    assert instance.tasks == []
    told = [one.data for one in instance.events if one.kind is EventKind.DATA_STATE_CHANGED]
    assert told == [{"object": "licence", "before": "drafted", "after": "signed"}]


def test_a_state_belongs_to_the_sub_process_that_declares_the_data_object(running):
    inner = (
        f'{DRAWN}<startEvent id="i"/><userTask id="draft">{sets("drafted")}</userTask>'
        f'<userTask id="sign">{reads("drafted")}</userTask>' + flows("i draft sign")
    )
    again = '<standardLoopCharacteristics loopMaximum="2"/>'
    instance = running(
        compiled(f'<startEvent id="s"/><subProcess id="q">{again}{inner}</subProcess>', "s q")
    )

    for _round in range(2):
        instance.complete("draft")
        instance.complete("sign")

    told = [one.data for one in instance.events if one.kind is EventKind.DATA_STATE_CHANGED]
    assert told == 2 * [{"object": "licence", "before": None, "after": "drafted"}]


def test_a_state_that_nothing_sets_is_a_remark(running):
    body = f'{DRAWN}<startEvent id="s"/><userTask id="a">{reads("signed")}</userTask>'

    assert running(compiled(body, "s a")).tasks == ["a"]


def test_lint_names_a_state_that_is_needed_and_never_set():
    body = (
        f'{DRAWN}<startEvent id="s"/><userTask id="draft">{sets("drafted")}</userTask>'
        f'<userTask id="issue">{reads("signed")}</userTask><endEvent id="e"/>'
    )

    found = lint({"m.bpmn": file(process(body, "s draft issue e"))})

    assert [(one.rule, one.element_id) for one in found if "state" in one.rule] == [
        ("data-state-never-set", "issue")
    ]
