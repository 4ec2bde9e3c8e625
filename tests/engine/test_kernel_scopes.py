"""Scopes inside scopes: what ends, what is taken away, what goes on beside."""

import pytest

from engine import CommandRejectedError, CompleteUserTask, DeliverMessage, FireTimer
from tests.engine.sketches import compiled, compiled_unchecked, flows, process


def sub(name: str, elements: str, *paths: str) -> str:
    return f'<subProcess id="{name}">{elements}{flows(*paths)}</subProcess>'


def border(name: str, host: str, definition: str, *, cancels: bool = True) -> str:
    start_tag = f'<boundaryEvent id="{name}" attachedToRef="{host}"'
    return f'{start_tag} cancelActivity="{str(cancels).lower()}">{definition}</boundaryEvent>'


MESSAGE = '<messageEventDefinition messageRef="M"/>'
HOURLY = "<timerEventDefinition><timeCycle>R/PT1H</timeCycle></timerEventDefinition>"
HOUR = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
TERMINATE = "<terminateEventDefinition/>"

NESTED = compiled_unchecked(
    '<startEvent id="s"/>'
    + sub(
        "outer",
        '<startEvent id="s1"/>'
        + sub(
            "inner",
            '<startEvent id="s2"/><userTask id="deep"/><endEvent id="e2"/>',
            "s2 deep e2",
        )
        + border("remind", "inner", HOURLY, cancels=False)
        + '<userTask id="beside"/><parallelGateway id="f"/><endEvent id="e1"/>'
        '<userTask id="reminded"/>',
        "s1 f inner e1",
        "f beside e1",
        "remind reminded e1",
    )
    + border("stop", "outer", MESSAGE)
    + '<userTask id="after"/><userTask id="stopped"/><endEvent id="e"/>',
    "s outer after e",
    "stop stopped e",
)


def test_a_message_at_the_border_takes_every_inner_scope_away(running):
    instance = running(NESTED)
    instance.fire("remind")
    assert sorted(instance.tasks) == ["beside", "deep", "reminded"]

    instance.deliver("stop", "papers")

    assert instance.tasks == ["stopped"]
    assert sorted(instance.cancelled) == ["beside", "deep", "inner", "outer", "reminded"]
    assert not instance.outcome.timers


def test_a_scope_ends_when_also_the_paths_from_its_borders_have_ended(running):
    instance = running(NESTED)
    instance.fire("remind")
    instance.fire("remind")

    for element in ("deep", "beside", "reminded"):
        instance.complete(element)
    assert instance.tasks == ["reminded"]
    instance.complete("reminded")

    assert instance.tasks == ["after"]
    assert instance.completed.count("outer") == 1


def test_terminate_in_a_sub_process_ends_only_that_and_goes_on_behind_it(running):
    drawn = compiled(
        '<startEvent id="s"/><parallelGateway id="fork"/><userTask id="other"/>'
        + sub(
            "inner",
            '<startEvent id="s1"/><parallelGateway id="f"/><userTask id="a"/><userTask id="b"/>'
            f'<endEvent id="e1"/><endEvent id="x">{TERMINATE}</endEvent>',
            "s1 f a e1",
            "f b x",
        ).replace("<userTask ", '<userTask camunda:candidateGroups="desk" ')
        + '<userTask id="after"/><endEvent id="e"/>',
        "s fork inner after e",
        "fork other e",
    )
    instance = running(drawn)

    instance.complete("b")

    assert sorted(instance.tasks) == ["after", "other"]
    assert instance.cancelled == ["a"]


def test_terminate_in_a_called_process_does_not_end_the_caller(running):
    called = process(
        '<startEvent id="s2"/><parallelGateway id="f"/><userTask id="i"/><endEvent id="e2"/>'
        f'<task id="t"/><endEvent id="x">{TERMINATE}</endEvent>',
        "s2 f i e2",
        "f t x",
        key="q",
    )
    drawn = compiled(
        '<startEvent id="s"/><callActivity id="c" calledElement="q"/><userTask id="a"/>'
        '<endEvent id="e"/>',
        "s c a e",
        more=called,
    )

    instance = running(drawn)

    assert instance.tasks == ["a"]


def test_a_call_inside_a_called_process_sees_only_its_own_variables(running):
    innermost = process(
        '<startEvent id="s3"/><userTask id="i"/><endEvent id="e3"/>', "s3 i e3", key="r"
    )
    mapped = (
        '<extensionElements><camunda:in source="{0}" target="{1}"/>'
        '<camunda:out source="{1}" target="{0}"/></extensionElements>'
    )
    middle = process(
        '<startEvent id="s2"/><callActivity id="c2" calledElement="r">'
        + mapped.format("y", "z")
        + '</callActivity><endEvent id="e2"/>',
        "s2 c2 e2",
        key="q",
    )
    drawn = compiled(
        '<startEvent id="s"/><callActivity id="c" calledElement="q">'
        + mapped.format("x", "y")
        + '</callActivity><endEvent id="e"/>',
        "s c e",
        more=middle + innermost,
    )
    instance = running(drawn, {"x": 1, "secret": True})
    assert instance.seen_by(instance.token_at("i")) == {"z": 1}

    instance.complete("i", z=2)

    assert instance.variables == {"x": 2, "secret": True}


def test_two_calls_of_one_process_side_by_side_keep_apart(running):
    called = process(
        '<startEvent id="s2"/><userTask id="i"/><endEvent id="e2"/>', "s2 i e2", key="q"
    )
    call = (
        '<callActivity id="{0}" calledElement="q"><extensionElements>'
        '<camunda:out source="v" target="{0}_v"/></extensionElements></callActivity>'
    )
    drawn = compiled(
        '<startEvent id="s"/><parallelGateway id="f"/><parallelGateway id="j"/><endEvent id="e"/>'
        + call.format("c1")
        + call.format("c2"),
        "s f c1 j e",
        "f c2 j",
        more=called,
    )
    instance = running(drawn)

    instance.complete("i", v="first")
    instance.complete("i", v="second")

    assert instance.status == "completed"
    assert instance.variables == {"c1_v": "first", "c2_v": "second"}


def test_a_receive_task_can_be_interrupted_at_its_border(running):
    drawn = compiled(
        '<startEvent id="s"/><receiveTask id="r" messageRef="M"/>'
        + border("t", "r", HOUR)
        + '<userTask id="a"/><userTask id="b"/><endEvent id="e"/>',
        "s r a e",
        "t b e",
    )
    in_time, late = running(drawn), running(drawn)

    in_time.deliver("r", "papers")
    late.fire("t")

    assert (in_time.tasks, late.tasks) == (["a"], ["b"])
    assert not in_time.outcome.timers
    assert not late.outcome.messages


def test_two_timers_of_one_task_are_told_apart(running):
    drawn = compiled(
        '<startEvent id="s"/><userTask id="a"/>'
        + border("warn", "a", HOUR, cancels=False)
        + border("stop", "a", HOUR.replace("PT1H", "PT2H"))
        + '<userTask id="b"/><userTask id="c"/><endEvent id="e"/>',
        "s a e",
        "warn b e",
        "stop c e",
    )
    instance = running(drawn)
    warn, stop = (timer.timer_id for timer in instance.outcome.timers)
    instance.wait(hours=3)

    instance.do(FireTimer(stop))
    with pytest.raises(CommandRejectedError):
        instance.do(FireTimer(warn))

    assert instance.tasks == ["c"]


def test_the_same_message_for_two_tokens_goes_to_the_one_that_is_named(running):
    drawn = compiled(
        '<startEvent id="s"/><parallelGateway id="f"/><receiveTask id="r1" messageRef="M"/>'
        '<receiveTask id="r2" messageRef="M"/><userTask id="a"/><userTask id="b"/>'
        '<endEvent id="e"/>',
        "s f r1 a e",
        "f r2 b e",
    )
    instance = running(drawn)

    instance.deliver("r2", "papers")

    assert instance.tasks == ["b"]
    assert [wait.element_id for wait in instance.outcome.messages] == ["r1"]


@pytest.mark.parametrize("token", ["", "0", "2.0.1", "99", "/", "1"])
def test_a_token_that_does_not_wait_is_refused(running, token):
    drawn = compiled('<startEvent id="s"/><userTask id="a"/><endEvent id="e"/>', "s a e")
    instance = running(drawn)

    for command in (CompleteUserTask(token), DeliverMessage(token, "papers"), FireTimer(token)):
        with pytest.raises(CommandRejectedError):
            instance.do(command)


def test_many_tokens_side_by_side_are_joined_again(running):
    names = [f"t{number}" for number in range(40)]
    drawn = compiled_unchecked(
        '<startEvent id="s"/><parallelGateway id="f"/><parallelGateway id="j"/><endEvent id="e"/>'
        + "".join(f'<userTask id="{name}"/>' for name in names),
        "s f",
        "j e",
        *(f"f {name} j" for name in names),
    )
    instance = running(drawn)

    for name in reversed(names):
        instance.complete(name)

    assert instance.status == "completed"
    assert instance.completed.count("e") == 1
