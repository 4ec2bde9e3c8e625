"""Conditions and scripts that other tools wrote run without being rewritten."""

import pytest

from engine import InvalidModelError
from tests.engine.sketches import compiled

CHOICE = (
    '<startEvent id="s"/><exclusiveGateway id="g"/><userTask id="yes"/><userTask id="no"/>'
    '<endEvent id="e"/>'
)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("kind == 'urgent'", "kind != 'urgent'"),
        ('kind in ["urgent", "late"]', 'kind not in ["urgent", "late"]'),
        ("kind is not None and len(kind) == 6", 'kind == "calm"'),
        ("${kind == 'urgent'}", "${kind.equals('calm')}"),
        ('= kind = "urgent"', 'kind != "urgent"'),
    ],
)
def test_a_condition_of_another_tool_chooses_the_way(running, first, second):
    drawn = compiled(CHOICE, "s g", f"g yes ? {first}", f"g no ? {second}", "yes e", "no e")

    assert running(drawn, {"kind": "urgent"}).tasks == ["yes"]
    assert running(drawn, {"kind": "calm"}).tasks == ["no"]


def script(language: str, text: str):
    return compiled(
        f'<startEvent id="s"/><scriptTask id="c" scriptFormat="{language}">'
        f"<script>{text}</script></scriptTask><endEvent id='e'/>",
        "s c e",
    )


def test_a_python_script_writes_what_it_sets(running):
    drawn = script("python", "total = 0\nfor n in amounts:\n  total += n\nbig = total > 5")

    instance = running(drawn, {"amounts": [1, 2, 3]})

    assert instance.variables["total"] == 6
    assert instance.variables["big"] is True


@pytest.mark.parametrize("text", ["import os", "x = open('f')", "x.__class__ = 1"])
def test_a_python_script_that_does_more_is_refused_before_it_runs(text):
    with pytest.raises(InvalidModelError):
        script("python", text)


def test_a_loop_and_its_collection_may_be_written_in_the_style_of_python(running):
    many = (
        "<multiInstanceLoopCharacteristics camunda:collection=\"[p for p in people if p != 'An']\""
        ' camunda:elementVariable="p"><completionCondition>nrOfCompletedInstances == 1'
        "</completionCondition></multiInstanceLoopCharacteristics>"
    )
    again = (
        "<standardLoopCharacteristics><loopCondition>rounds != 1</loopCondition>"
        "</standardLoopCharacteristics>"
    )
    drawn = compiled(
        f'<startEvent id="s"/><userTask id="m">{many}</userTask>'
        f'<userTask id="l">{again}</userTask><endEvent id="e"/>',
        "s m l e",
    )
    instance = running(drawn, {"people": ["An", "Bình", "Cúc"]})

    seen = [instance.seen_by(one.token_id)["p"] for one in instance.outcome.user_tasks]
    assert seen == ["Bình", "Cúc"]
    instance.complete("m")
    instance.complete("l", rounds=0)
    assert instance.tasks == ["l"]
    instance.complete("l", rounds=1)
    assert instance.status == "completed"


def assigning(text: str) -> str:
    """A user task whose data association computes ``total``."""
    return (
        '<startEvent id="s"/><userTask id="a"><dataOutputAssociation><targetRef>t</targetRef>'
        f"<assignment><from>{text}</from><to>total</to></assignment></dataOutputAssociation>"
        '</userTask><userTask id="z"/>'
    )


def test_a_mapping_may_be_written_in_the_style_of_python(running):
    drawn = compiled(assigning("sum(amounts) if len(amounts) != 0 else 0"), "s a z")
    instance = running(drawn, {"amounts": [1, 2]})

    instance.complete("a")

    assert instance.variables["total"] == 3


@pytest.mark.parametrize("text", ["x.__class__", "open('f') == 1", "lambda: 1"])
def test_a_mapping_that_does_more_is_refused(text):
    with pytest.raises(InvalidModelError):
        compiled(assigning(text), "s a z")
