"""Standard loops and multi-instance: how often, over what, with which variables, until when."""

from decimal import Decimal

import pytest

from engine import ExecutionError
from engine.kernel.specs_repeated import INSTANCES_AT_MOST
from tests.engine.sketches import compiled, flows

EACH_OF_THE_PEOPLE = (
    "<zeebe:loopCharacteristics xmlns:zeebe='http://camunda.org/schema/zeebe/1.0'"
    " inputCollection='= people' inputElement='person'"
)


def repeated(characteristics: str, element: str = "userTask", more: str = "", inside: str = ""):
    """An activity ``a`` with these loop characteristics before a user task ``z``."""
    attributes = 'scriptFormat="feel" camunda:resultVariable="n"' if element == "scriptTask" else ""
    return compiled(
        f'<startEvent id="s"/><{element} id="a" {attributes}>{characteristics}{inside}</{element}>'
        f'{more}<userTask id="z"/><endEvent id="e"/>',
        "s a z e",
    )


def many(content: str, attributes: str = "") -> str:
    tag = "multiInstanceLoopCharacteristics"
    return f"<{tag} {attributes}>{content}</{tag}>"


def loop(attributes: str, condition: str = "") -> str:
    tag = "standardLoopCharacteristics"
    inner = f"<loopCondition>{condition}</loopCondition>" if condition else ""
    return f"<{tag} {attributes}>{inner}</{tag}>"


COUNT = "<script>= n + 1</script>"


@pytest.mark.parametrize(
    ("attributes", "condition", "begins", "ends"),
    [
        ('loopMaximum="3"', "", 0, 3),
        ("", "= n &lt; 4", 0, 4),
        ('loopMaximum="2"', "= n &lt; 4", 0, 2),
        ("", "= false", 7, 8),
        ('testBefore="true"', "= false", 7, 7),
        ('testBefore="true"', "= loopCounter &lt; 5", 0, 5),
        ('testBefore="true" loopMaximum="0"', "", 7, 7),
    ],
)
def test_a_loop_goes_on_while_it_may(running, attributes, condition, begins, ends):
    process = repeated(loop(attributes, condition), "scriptTask", inside=COUNT)

    instance = running(process, {"n": begins})

    assert instance.variables["n"] == ends
    assert instance.tasks == ["z"]
    assert instance.completed.count("a") == ends - begins


def test_a_loop_of_work_for_people_is_offered_round_by_round(running):
    instance = running(repeated(loop('loopMaximum="2"')))

    instance.complete("a", note="first")
    assert instance.tasks == ["a"]
    assert instance.seen_by(instance.token_at("a"))["loopCounter"] == 1
    instance.complete("a")

    assert instance.tasks == ["z"]
    assert instance.variables == {"note": "first"}


def test_parallel_instances_are_offered_at_once_and_all_must_be_done(running):
    instance = running(repeated(many("<loopCardinality>= 3</loopCardinality>")))

    assert instance.tasks == ["a", "a", "a"]
    instance.complete("a")
    instance.complete("a")
    assert instance.tasks == ["a"]
    instance.complete("a")

    assert instance.tasks == ["z"]
    assert instance.completed.count("a") == 3


def test_sequential_instances_come_one_after_the_other(running):
    process = repeated(many("<loopCardinality>2</loopCardinality>", 'isSequential="true"'))
    instance = running(process)

    assert instance.tasks == ["a"]
    instance.complete("a")
    assert instance.tasks == ["a"]
    instance.complete("a")

    assert instance.tasks == ["z"]


@pytest.mark.parametrize("sequential", ["true", "false"])
@pytest.mark.parametrize(
    "characteristics",
    [
        'camunda:collection="people" camunda:elementVariable="person"',
        'camunda:collection="${people}" camunda:elementVariable="person"',
        "<loopDataInputRef>people</loopDataInputRef><inputDataItem id='person'/>",
        f"<extensionElements>{EACH_OF_THE_PEOPLE}/></extensionElements>",
    ],
)
def test_each_instance_sees_its_item(running, sequential, characteristics):
    content, attributes = (
        (characteristics, "") if characteristics.startswith("<") else ("", characteristics)
    )
    process = repeated(many(content, f'{attributes} isSequential="{sequential}"'))

    instance = running(process, {"people": ["Hạnh", "Khoa"]})

    seen = []
    while instance.tasks == ["a"] * len(instance.tasks):
        seen.append(instance.seen_by(instance.token_at("a"))["person"])
        instance.complete("a")
    assert seen == ["Hạnh", "Khoa"]
    assert "person" not in instance.variables


def test_what_an_instance_writes_stays_with_it_unless_it_is_mapped_or_collected(running):
    zeebe = (
        f"<extensionElements>{EACH_OF_THE_PEOPLE} outputCollection='opinions'"
        " outputElement='= person + \": \" + opinion'/></extensionElements>"
    )
    instance = running(repeated(many(zeebe)), {"people": ["An", "Bình"]})
    last, first = (task.token_id for task in reversed(instance.outcome.user_tasks))

    instance.complete("a", opinion="yes")
    assert "opinion" not in instance.seen_by(last)
    instance.complete("a", opinion="no")

    assert first != last
    assert instance.variables["opinions"] == ["An: yes", "Bình: no"]
    assert "opinion" not in instance.variables


def test_a_completion_condition_takes_the_other_instances_away(running):
    enough = "= nrOfCompletedInstances / nrOfInstances >= 0.5"
    done = f"<completionCondition>{enough}</completionCondition>"
    content = f"<loopCardinality>4</loopCardinality>{done}"
    instance = running(repeated(many(content)))

    instance.complete("a")
    assert len(instance.tasks) == 3
    instance.complete("a")

    assert instance.tasks == ["z"]
    assert instance.cancelled.count("a") == 2


@pytest.mark.parametrize("given", [0, Decimal(0)])
def test_no_instance_at_all_is_passed(running, given):
    process = repeated(many("<loopCardinality>= n</loopCardinality>"))

    instance = running(process, {"n": given})

    assert instance.tasks == ["z"]


@pytest.mark.parametrize("given", [None, "many", -1, INSTANCES_AT_MOST + 1])
def test_a_number_that_cannot_be_counted_is_an_error_at_the_activity(running, given):
    process = repeated(many("<loopCardinality>= n</loopCardinality>"))

    with pytest.raises(ExecutionError) as failed:
        running(process, {"n": given})

    assert failed.value.element_id == "a"


def test_a_collection_that_is_no_list_is_an_error_at_the_activity(running):
    with pytest.raises(ExecutionError):
        running(repeated(many("", 'camunda:collection="people"')), {"people": "An"})


def test_a_boundary_event_takes_all_instances_away(running):
    border = (
        '<boundaryEvent id="b" attachedToRef="a"><timerEventDefinition>'
        "<timeDuration>PT1H</timeDuration></timerEventDefinition></boundaryEvent>"
        '<userTask id="late"/>' + flows("b late e")
    )
    process = repeated(many("<loopCardinality>3</loopCardinality>"), more=border)
    instance = running(process)

    instance.fire("b")

    assert instance.tasks == ["late"]
    assert len(instance.cancelled) == 3


def test_an_error_of_one_instance_leaves_the_whole_activity(running):
    border = (
        '<boundaryEvent id="b" attachedToRef="a"><errorEventDefinition errorRef="E"/>'
        '</boundaryEvent><userTask id="late"/>' + flows("b late e")
    )
    process = repeated(many("<loopCardinality>3</loopCardinality>"), more=border)
    instance = running(process)

    instance.throw("a", "refused")

    assert instance.tasks == ["late"]


INNER = '<startEvent id="i"/><userTask id="x"/><userTask id="y"/><endEvent id="j"/>' + flows(
    "i x y j"
)


def test_instances_of_a_sub_process_keep_their_variables_apart(running):
    content = many("", 'camunda:collection="people" camunda:elementVariable="person"')
    process = repeated(content, "subProcess", inside=INNER)
    instance = running(process, {"people": ["An", "Bình"]})

    instance.complete("x", answer="yes")
    waiting = next(task for task in instance.outcome.user_tasks if task.element_id == "y")
    other = next(task for task in instance.outcome.user_tasks if task.element_id == "x")

    assert instance.seen_by(waiting.token_id)["answer"] == "yes"
    assert "answer" not in instance.seen_by(other.token_id)
    for element in ("x", "y", "y"):
        instance.complete(element)
    assert instance.tasks == ["z"]
    assert instance.variables == {"people": ["An", "Bình"]}


def test_multi_instance_inside_multi_instance_multiplies(running):
    inner = many("<loopCardinality>2</loopCardinality>")
    inside = f'<startEvent id="i"/><userTask id="x">{inner}</userTask><endEvent id="j"/>'
    process = repeated(
        many("<loopCardinality>3</loopCardinality>"), "subProcess", inside=inside + flows("i x j")
    )
    instance = running(process)

    assert instance.tasks == ["x"] * 6
    for _ in range(6):
        instance.complete("x")

    assert instance.tasks == ["z"]


@pytest.mark.parametrize(("behavior", "times"), [("One", 1), ("None", 3), ("All", 0)])
def test_an_instance_that_completes_triggers_the_events_its_behavior_names(
    running, behavior, times
):
    name = {"One": "oneBehaviorEventRef", "None": "noneBehaviorEventRef"}.get(behavior)
    attributes = f'behavior="{behavior}"' + (f' {name}="told"' if name else "")
    border = (
        '<boundaryEvent id="b" attachedToRef="a" cancelActivity="false">'
        '<signalEventDefinition signalRef="S"/></boundaryEvent><task id="heard"/>'
        + flows("b heard")
    )
    content = many("<loopCardinality>3</loopCardinality>", attributes)
    process = repeated(content, "scriptTask", border, COUNT)

    instance = running(process, {"n": 0})

    assert instance.completed.count("heard") == times
    assert instance.tasks == ["z"]
