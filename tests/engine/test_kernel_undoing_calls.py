"""Compensation reaches into instances that calls had: asked for, waited for, done there."""

import pytest

import engine
from engine import CommandRejectedError, CompleteCall
from tests.engine.sketches import compiled
from tests.engine.test_kernel_compensation import throw, undoable

CALL = '<callActivity id="c" calledElement="other"/>'
TIMER = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
INNER = compiled(f'<startEvent id="s"/>{undoable("a")}{undoable("b")}<endEvent id="e"/>', "s a b e")


def caller(activity: str = "", more: str = "", call: str = CALL):
    return compiled(
        f'<startEvent id="s"/>{call}<userTask id="a"/>'
        f'{throw("t", activity)}<userTask id="z"/>{more}',
        "s c a t z",
    )


def called(instance, *, can_be_undone: bool = True) -> str:
    """Let the call come back; return the token under which it was done."""
    token_id = instance.outcome.calls[0].token_id
    instance.do(CompleteCall(token_id, {}, can_be_undone))
    return token_id


@pytest.mark.parametrize("activity", ["", "c"])
def test_the_instance_of_a_call_is_asked_to_undo_and_waited_for(running, activity):
    instance = running(caller(activity))
    token_id = called(instance)

    instance.complete("a")

    (call,) = instance.outcome.calls
    assert (call.undoes, call.variables, call.process) == (token_id, {}, "other")
    assert instance.tasks == []
    instance.do(CompleteCall(call.token_id, {"left": 1}))
    assert (instance.tasks, instance.variables) == (["z"], {})


def test_what_did_nothing_that_can_be_undone_is_not_asked(running):
    instance = running(caller())
    called(instance, can_be_undone=False)

    instance.complete("a")

    assert (instance.outcome.calls, instance.tasks) == ((), ["z"])


def test_a_handler_of_the_call_goes_before_what_the_instance_could_undo(running):
    call = undoable("c", kind="callActivity").replace('id="c"', 'id="c" calledElement="other"', 1)
    instance = running(caller(call=call))
    called(instance)

    instance.complete("a")

    assert (instance.outcome.calls, instance.tasks) == ((), ["undo_c"])


def test_each_instance_of_a_repeated_call_is_undone_the_last_first(running):
    twice = (
        '<callActivity id="c" calledElement="other"><multiInstanceLoopCharacteristics '
        'isSequential="true"><loopCardinality>2</loopCardinality>'
        "</multiInstanceLoopCharacteristics></callActivity>"
    )
    instance = running(caller(call=twice))
    done = [called(instance), called(instance)]
    instance.complete("a")

    undone = []
    while instance.outcome.calls:
        undone.append(instance.outcome.calls[0].undoes)
        instance.do(CompleteCall(instance.outcome.calls[0].token_id, {}))

    assert undone == done[::-1]
    assert instance.tasks == ["z"]


def test_who_asks_again_asks_for_the_compensation_again(running):
    instance = running(caller())
    token_id = called(instance)
    instance.complete("a")

    instance.do(engine.AskAgain(instance.outcome.calls[0].token_id))

    assert [(one.undoes, one.variables) for one in instance.outcome.calls] == [(token_id, {})]


def test_an_instance_that_has_ended_undoes_the_last_first_and_ends_again(running):
    instance = running(INNER)
    instance.complete("a")
    instance.complete("b")
    assert (instance.status, instance.outcome.can_be_undone) == ("completed", True)

    instance.do(engine.Undo())

    assert (instance.status, instance.tasks) == ("active", ["undo_b"])
    instance.complete("undo_b")
    instance.complete("undo_a")
    assert (instance.status, instance.outcome.can_be_undone) == ("completed", False)


def test_an_instance_with_nothing_to_undo_ends_again_at_once(running):
    instance = running(compiled('<startEvent id="s"/><endEvent id="e"/>', "s e"))

    instance.do(engine.Undo())

    assert instance.status == "completed"


def test_a_compensation_event_sub_process_undoes_the_whole_instance(running):
    body = (
        '<subProcess id="u" triggeredByEvent="true"><startEvent id="i">'
        '<compensateEventDefinition/></startEvent><userTask id="r"/><endEvent id="x"/>'
        '<sequenceFlow id="f" sourceRef="i" targetRef="r"/>'
        '<sequenceFlow id="g" sourceRef="r" targetRef="x"/></subProcess>'
    )
    instance = running(compiled(f'<startEvent id="s"/><endEvent id="e"/>{body}', "s e"))
    assert instance.outcome.can_be_undone

    instance.do(engine.Undo())

    assert instance.tasks == ["r"]
    instance.complete("r")
    assert instance.status == "completed"


def test_an_instance_that_runs_is_not_undone_by_its_caller(running):
    instance = running(INNER)

    with pytest.raises(CommandRejectedError):
        instance.do(engine.Undo())
