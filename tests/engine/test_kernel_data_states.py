"""States of data objects: an association to a reference with a state sets it, one from it asks."""

import pytest

from engine import EventKind, ExecutionError
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


def test_an_activity_does_not_begin_before_its_data_is_in_the_state_it_needs(running):
    instance = running(compiled(BODY, "s draft issue sign e"))

    with pytest.raises(ExecutionError, match="must be in the state “signed”, and is in “drafted”"):
        instance.complete("draft")


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
