"""Activities: work for people and programs, scripts, sub-processes and calls."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from engine import (
    Cancel,
    CommandRejectedError,
    CompleteJob,
    CompleteUserTask,
    EventKind,
    ExecutionError,
    UserTask,
    start,
)
from tests.engine.calendar_2026 import OFFICE
from tests.engine.instances import NINE
from tests.engine.sketches import compiled, compiled_unchecked, process


def one_task(attributes: str, kind: str = "userTask"):
    return compiled(f'<startEvent id="s"/><{kind} id="a" {attributes}/><endEvent id="e"/>', "s a e")


def test_a_user_task_tells_who_may_do_it_until_when_and_with_which_form(running):
    task = (
        '<userTask id="a" name="Thẩm định" camunda:candidateGroups="desk,${extra}"'
        ' camunda:candidateUsers="an,binh" camunda:assignee="${chosen}" camunda:priority="70"'
        ' camunda:formRef="form_a" camunda:dueDate="P3D"'
        ' camunda:followUpDate="2026-11-24T00:00:00Z"/>'
    )
    drawn = compiled_unchecked(f'<startEvent id="s"/>{task}<endEvent id="e"/>', "s a e")

    instance = running(drawn, {"extra": ["x", "y"], "chosen": "thu"})

    assert instance.outcome.user_tasks == (
        UserTask(
            instance.outcome.user_tasks[0].token_id,
            "a",
            "Thẩm định",
            ("desk", "x", "y"),
            ("an", "binh"),
            "thu",
            "form_a",
            NINE + timedelta(days=3),
            datetime(2026, 11, 24, tzinfo=UTC),
            70,
        ),
    )


@pytest.mark.parametrize("due", ["2026-12-01T08:00:00+07:00", "= soon"])
def test_a_due_date_may_be_an_instant_or_an_expression(running, due):
    drawn = one_task(f'camunda:dueDate="{due}"')

    instance = running(drawn, {"soon": datetime(2026, 12, 1, 1, tzinfo=UTC)})

    assert instance.outcome.user_tasks[0].due_at == datetime(2026, 12, 1, 1, tzinfo=UTC)


def test_a_work_limit_counts_office_time(running):
    """From Monday, 16:00 in Viet Nam, past a holiday on Tuesday."""
    instance = running(one_task('motcua:limit="P1D"'), calendar=OFFICE)

    assert instance.outcome.user_tasks[0].due_at == NINE + timedelta(days=2)


def test_a_due_date_survives_while_other_tokens_move(running):
    drawn = compiled(
        '<startEvent id="s"/><parallelGateway id="f"/><userTask id="a" camunda:dueDate="P1D"/>'
        '<userTask id="b"/><endEvent id="e"/>',
        "s f a e",
        "f b e",
    )
    instance = running(drawn)
    instance.wait(hours=5)

    instance.complete("b")

    assert instance.outcome.user_tasks[0].due_at == NINE + timedelta(days=1)


def test_the_lane_names_the_group_where_the_task_does_not(running):
    drawn = compiled_unchecked(
        '<laneSet><lane id="L" name="Một cửa" motcua:candidateGroups="mot-cua">'
        "<flowNodeRef>a</flowNodeRef></lane></laneSet>"
        '<startEvent id="s"/><manualTask id="a"/><endEvent id="e"/>',
        "s a e",
    )

    instance = running(drawn)

    assert instance.outcome.user_tasks[0].candidate_groups == ("mot-cua",)


def test_completing_writes_the_answers_and_moves_on(running):
    instance = running(one_task(""), {"a": 1, "b": 2})

    instance.complete("a", b=3, c=Decimal("1.50"))

    assert instance.status == "completed"
    assert instance.variables == {"a": 1, "b": 3, "c": Decimal("1.50")}
    assert [event.kind for event in instance.events][-1] is EventKind.INSTANCE_COMPLETED


def test_a_task_can_be_completed_only_once_and_only_as_what_it_is(running):
    instance = running(one_task(""))
    token = instance.token_at("a")
    with pytest.raises(CommandRejectedError):
        instance.do(CompleteJob(token))

    instance.do(CompleteUserTask(token))

    with pytest.raises(CommandRejectedError):
        instance.do(CompleteUserTask(token))


def test_a_manual_task_waits_for_a_person(running):
    instance = running(one_task('camunda:candidateGroups="desk"', kind="manualTask"))

    assert instance.tasks == ["a"]


def test_an_abstract_task_is_passed_through(running):
    instance = running(compiled('<startEvent id="s"/><task id="a"/><endEvent id="e"/>', "s a e"))

    assert instance.completed == ["s", "a", "e"]


@pytest.mark.parametrize("kind", ["serviceTask", "sendTask"])
def test_a_job_tells_its_topic_and_its_result_becomes_variables(running, kind):
    drawn = compiled(
        f'<startEvent id="s"/><{kind} id="j" name="Number" camunda:type="external"'
        ' camunda:topic="document-number"/><userTask id="a"/><endEvent id="e"/>',
        "s j a e",
    )
    instance = running(drawn, {"x": 1})
    [job] = instance.outcome.jobs
    assert (job.element_id, job.name, job.topic) == ("j", "Number", "document-number")
    assert dict(job.variables) == {"x": 1}

    instance.finish_job("j", number="123/GPXD")

    assert instance.tasks == ["a"]
    assert instance.variables == {"x": 1, "number": "123/GPXD"}


def test_mappings_decide_what_a_job_sees_and_what_it_gives(running):
    drawn = compiled_unchecked(
        '<startEvent id="s"/><serviceTask id="j" camunda:type="external" camunda:topic="t">'
        "<extensionElements><camunda:inputOutput>"
        '<camunda:inputParameter name="amount">${fee + 1}</camunda:inputParameter>'
        '<camunda:outputParameter name="receipt">${no}</camunda:outputParameter>'
        "</camunda:inputOutput></extensionElements></serviceTask><endEvent id='e'/>",
        "s j e",
    )
    instance = running(drawn, {"fee": 8000})
    assert dict(instance.outcome.jobs[0].variables) == {"amount": 8001}

    instance.finish_job("j", no=7, secret="x")

    assert instance.variables == {"fee": 8000, "receipt": 7}


def test_a_job_can_end_with_an_error(running):
    drawn = compiled(
        '<startEvent id="s"/><serviceTask id="j" camunda:type="external" camunda:topic="t"/>'
        '<boundaryEvent id="b" attachedToRef="j"><errorEventDefinition errorRef="E"/>'
        '</boundaryEvent><userTask id="a"/><endEvent id="e"/>',
        "s j e",
        "b a e",
    )
    instance = running(drawn)

    instance.throw("j", "refused")

    assert instance.tasks == ["a"]
    assert instance.cancelled == ["j"]


def script(attributes: str, text: str):
    return compiled_unchecked(
        f'<startEvent id="s"/><scriptTask id="c" scriptFormat="feel" {attributes}>'
        f"<script>{text}</script></scriptTask><endEvent id='e'/>",
        "s c e",
    )


def test_a_script_writes_its_result_variable(running):
    instance = running(script('camunda:resultVariable="sum"', "= n + 1"), {"n": 41})

    assert instance.variables == {"n": 41, "sum": 42}


def test_a_script_that_gives_a_context_writes_its_entries(running):
    instance = running(script("", "{total: n * 2, label: string(n)}"), {"n": 4})

    assert instance.variables == {"n": 4, "total": 8, "label": "4"}


def test_a_script_that_gives_nothing_to_write_is_an_error_with_the_element(running):
    with pytest.raises(ExecutionError) as refused:
        running(script("", "= 1 + 1"))

    assert refused.value.element_id == "c"


INNER = '<startEvent id="s2"/><userTask id="i"/><endEvent id="e2"/>'
INNER_FLOWS = (
    '<sequenceFlow id="i1" sourceRef="s2" targetRef="i"/>'
    '<sequenceFlow id="i2" sourceRef="i" targetRef="e2"/>'
)


def test_a_sub_process_shares_the_variables_around_it(running):
    drawn = compiled(
        f'<startEvent id="s"/><subProcess id="p1">{INNER}{INNER_FLOWS}</subProcess>'
        '<userTask id="a"/><endEvent id="e"/>',
        "s p1 a e",
    )
    instance = running(drawn, {"x": 1})

    instance.complete("i", x=2, y=3)

    assert instance.tasks == ["a"]
    assert instance.variables == {"x": 2, "y": 3}
    assert instance.completed == ["s", "s2", "i", "e2", "p1"]


def test_interrupting_a_sub_process_takes_everything_inside_away(running):
    drawn = compiled(
        f'<startEvent id="s"/><subProcess id="p1">{INNER}{INNER_FLOWS}</subProcess>'
        '<boundaryEvent id="t" attachedToRef="p1"><timerEventDefinition>'
        "<timeDuration>PT1H</timeDuration></timerEventDefinition></boundaryEvent>"
        '<userTask id="a"/><endEvent id="e"/>',
        "s p1 e",
        "t a e",
    )
    instance = running(drawn)

    instance.fire("t")

    assert instance.tasks == ["a"]
    assert instance.cancelled == ["i", "p1"]


CALLED = process('<startEvent id="s2"/><userTask id="i"/><endEvent id="e2"/>', "s2 i e2", key="q")


SOME = (
    '<camunda:in source="x" target="m"/><camunda:in sourceExpression="${y + 1}" target="n"/>'
    '<camunda:out source="z" target="result"/>'
)


def calling(mappings: str):
    return compiled(
        '<startEvent id="s"/><callActivity id="c" calledElement="q">'
        f"<extensionElements>{mappings}</extensionElements></callActivity>"
        '<userTask id="a"/><endEvent id="e"/>',
        "s c a e",
        more=CALLED,
    )


@pytest.mark.parametrize(
    ("mappings", "inside", "after"),
    [
        ("", {"x": 1, "y": 2}, {"x": 9, "y": 2, "z": 3}),
        (
            '<camunda:in variables="all"/><camunda:out variables="all"/>',
            {"x": 1, "y": 2},
            {"x": 9, "y": 2, "z": 3},
        ),
        (
            SOME,
            {"m": 1, "n": 3},
            {"x": 1, "y": 2, "result": 3},
        ),
        ('<camunda:in source="x" target="x"/>', {"x": 1}, {"x": 1, "y": 2}),
    ],
    ids=["none", "all", "some", "in only"],
)
def test_a_call_has_variables_of_its_own_and_carries_what_is_mapped(
    running, mappings, inside, after
):
    instance = running(calling(mappings), {"x": 1, "y": 2})
    token = instance.token_at("i")
    assert instance.seen_by(token) == inside
    assert instance.variables == {"x": 1, "y": 2}

    instance.complete("i", x=9, z=3)

    assert instance.tasks == ["a"]
    assert instance.variables == after


def test_the_elements_of_a_called_process_belong_to_the_calling_one():
    assert {"c", "i", "s2"} <= set(calling("").elements)


def test_an_error_in_a_called_process_reaches_the_caller(running):
    called = process(
        '<startEvent id="s2"/><userTask id="i"/>'
        '<endEvent id="x"><errorEventDefinition errorRef="E"/></endEvent>',
        "s2 i x",
        key="q",
    )
    drawn = compiled(
        '<startEvent id="s"/><callActivity id="c" calledElement="q"/>'
        '<boundaryEvent id="b" attachedToRef="c"><errorEventDefinition errorRef="E"/>'
        '</boundaryEvent><userTask id="a"/><endEvent id="e"/>',
        "s c e",
        "b a e",
        more=called,
    )
    instance = running(drawn)

    instance.complete("i")

    assert instance.tasks == ["a"]


def test_a_process_that_calls_itself_without_end_is_stopped():
    drawn = compiled_unchecked(
        '<startEvent id="s"/><callActivity id="c" calledElement="p"/><endEvent id="e"/>', "s c e"
    )

    with pytest.raises(ExecutionError, match="inside each other"):
        start(drawn, {}, at=NINE)


def test_a_loop_without_a_rest_is_stopped():
    drawn = compiled_unchecked(
        '<startEvent id="s"/><exclusiveGateway id="m"/><task id="a"/>', "s m a m"
    )

    with pytest.raises(ExecutionError, match="loop"):
        start(drawn, {}, at=NINE)


def test_cancelling_takes_every_token_away_and_ends_the_instance(running):
    instance = running(calling(""), {"x": 1})

    instance.do(Cancel("withdrawn"))

    assert instance.status == "cancelled"
    assert instance.cancelled == ["i", "c"]
    assert instance.events[-1].data == {"reason": "withdrawn"}
    with pytest.raises(CommandRejectedError):
        instance.do(Cancel("again"))
