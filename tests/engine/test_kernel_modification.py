"""Changing a running instance by hand: what moves, what is closed, what is refused."""

from datetime import timedelta

import pytest

from engine import (
    CancelToken,
    CommandRejectedError,
    EventKind,
    FireTimer,
    Modify,
    MoveToken,
    RecountTimers,
    Restart,
    SetTimer,
    SetVariables,
    StartToken,
    Target,
    live_tokens,
)
from tests.engine.instances import NINE
from tests.engine.sketches import compiled, flows

LINE = compiled(
    '<startEvent id="s"/><userTask id="a"/><userTask id="b"/><userTask id="c"/><endEvent id="e"/>',
    "s a b c e",
)
NESTED = compiled(
    '<startEvent id="s"/><userTask id="a"/><subProcess id="q"><startEvent id="t"/>'
    f'<userTask id="b"/><userTask id="c"/><endEvent id="f"/>{flows("t b c f")}</subProcess>'
    '<boundaryEvent id="late" attachedToRef="q"><timerEventDefinition><timeDuration>PT1H'
    '</timeDuration></timerEventDefinition></boundaryEvent><userTask id="d"/><endEvent id="e"/>',
    "s a q d e",
    "late d",
)
FORKED = compiled(
    '<startEvent id="s"/><parallelGateway id="g"/><userTask id="a"/><userTask id="b"/>'
    '<parallelGateway id="j"/><userTask id="c"/>',
    "s g a j c",
    "g b j",
)


def repeated(kind="", *, task='<userTask id="a">', end="</userTask>"):
    loop = (
        f'<multiInstanceLoopCharacteristics {kind}camunda:collection="= items"'
        ' camunda:elementVariable="item"/>'
    )
    return compiled(
        f'<startEvent id="s"/>{task}{loop}{end}<userTask id="z"/><endEvent id="e"/>', "s a z e"
    )


def modify(instance, *changes):
    return instance.do(Modify(changes, "the file was in the wrong hands"))


def token(instance, element_id):
    """The id of the oldest token at an element, whatever it waits for."""
    found = live_tokens(instance.process, instance.outcome.snapshot, at=NINE)
    return next(one.token_id for one in found if one.element_id == element_id)


def test_a_token_moves_forward_and_back(running):
    instance = running(LINE)

    modify(instance, MoveToken(token(instance, "a"), (Target("c"),)))
    assert instance.tasks == ["c"]
    modify(instance, MoveToken(token(instance, "c"), (Target("a"),)))

    assert instance.tasks == ["a"]
    assert instance.cancelled == ["a", "c"]
    instance.complete("a")
    instance.complete("b")
    instance.complete("c")
    assert instance.status == "completed"


def test_the_log_says_what_was_changed_and_why_before_what_came_of_it(running):
    instance = running(LINE)

    outcome = modify(instance, MoveToken(token(instance, "a"), (Target("b", after=True),)))

    first = outcome.events[0]
    assert first.kind is EventKind.INSTANCE_MODIFIED
    assert first.data["reason"] == "the file was in the wrong hands"
    assert first.data["changes"] == [
        {
            "do": "move",
            "element_id": "a",
            "token_id": "2",
            "to": [{"element_id": "b", "after": True}],
        }
    ]
    assert instance.tasks == ["c"]


def test_one_token_moves_to_several_places(running):
    instance = running(LINE)

    modify(instance, MoveToken(token(instance, "a"), (Target("b"), Target("c"))))

    assert instance.tasks == ["b", "c"]


def test_moving_into_a_sub_process_opens_it_with_what_listens_for_it(running):
    instance = running(NESTED)

    modify(instance, MoveToken(token(instance, "a"), (Target("c"),)))

    assert instance.tasks == ["c"]
    assert [timer.element_id for timer in instance.outcome.timers] == ["late"]
    instance.complete("c")
    assert instance.tasks == ["d"]
    assert instance.outcome.timers == ()


def test_moving_out_of_a_sub_process_closes_it(running):
    instance = running(NESTED)
    instance.complete("a")

    modify(instance, MoveToken(token(instance, "b"), (Target("a"),)))

    assert instance.tasks == ["a"]
    assert instance.outcome.timers == ()
    assert instance.cancelled == ["b", "q"]


def test_a_token_moved_inside_a_sub_process_stays_in_it(running):
    instance = running(NESTED)
    instance.complete("a")

    modify(instance, MoveToken(token(instance, "b"), (Target("c"),)))

    assert instance.tasks == ["c"]
    assert "q" not in instance.cancelled


def test_a_sub_process_is_cancelled_with_everything_in_it(running):
    instance = running(NESTED)
    instance.complete("a")

    modify(instance, CancelToken(token(instance, "q")), StartToken(Target("d")))

    assert instance.tasks == ["d"]
    assert sorted(instance.cancelled) == ["b", "q"]


def test_a_token_may_go_on_from_a_boundary_event(running):
    instance = running(NESTED)

    modify(instance, MoveToken(token(instance, "a"), (Target("late", after=True),)))

    assert instance.tasks == ["d"]


def test_a_token_started_beside_another_runs_beside_it(running):
    instance = running(LINE)

    modify(instance, StartToken(Target("c")))

    assert instance.tasks == ["a", "c"]
    instance.complete("c")
    assert instance.status == "active"


def test_a_token_cancelled_before_a_join_is_missed_by_it_until_it_is_started_behind(running):
    instance = running(FORKED)
    instance.complete("a")

    modify(instance, CancelToken(token(instance, "b")))
    assert instance.tasks == []
    modify(instance, MoveToken(token(instance, "j"), (Target("j", after=True),)))

    assert instance.tasks == ["c"]


def test_of_several_instances_one_can_be_taken_away_and_the_rest_is_enough(running):
    instance = running(repeated(), {"items": ["x", "y"]})

    modify(instance, CancelToken(instance.token_at("a")))
    instance.complete("a")

    assert instance.tasks == ["z"]


def test_when_the_last_of_several_instances_is_taken_away_the_activity_is_over(running):
    instance = running(repeated(), {"items": ["x", "y"]})
    instance.complete("a")

    modify(instance, CancelToken(instance.token_at("a")))

    assert instance.tasks == ["z"]


def test_an_activity_done_several_times_is_cancelled_as_a_whole(running):
    instance = running(repeated(), {"items": ["x", "y"]})

    modify(instance, MoveToken(token(instance, "a"), (Target("z"),)))

    assert instance.tasks == ["z"]
    assert instance.cancelled == ["a", "a"]


def test_taking_one_away_of_instances_in_a_row_begins_the_next(running):
    instance = running(repeated('isSequential="true" '), {"items": ["x", "y"]})

    modify(instance, CancelToken(instance.token_at("a")))

    assert instance.seen_by(instance.token_at("a"))["item"] == "y"


def test_a_token_moves_inside_one_of_several_sub_processes(running):
    body = f'<startEvent id="t"/><userTask id="b"/><userTask id="c"/>{flows("t b c")}'
    instance = running(
        repeated(task='<subProcess id="a">', end=f"{body}</subProcess>"), {"items": ["x", "y"]}
    )
    second = instance.outcome.user_tasks[1].token_id

    modify(instance, MoveToken(second, (Target("c"),)))

    assert instance.tasks == ["b", "c"]
    assert instance.seen_by(instance.token_at("c"))["item"] == "y"


def test_variables_are_set_and_removed_for_all_and_for_one_token(running):
    instance = running(LINE, {"fee": 1, "old": True})
    here = token(instance, "a")

    outcome = modify(
        instance,
        SetVariables({"fee": 2}, remove=("old",)),
        SetVariables({"note": "only here"}, token_id=here),
    )

    assert instance.variables == {"fee": 2}
    assert instance.seen_by(here) == {"fee": 2, "note": "only here"}
    assert outcome.events[0].data["changes"][0] == {
        "do": "set",
        "before": {"fee": 1, "old": True},
        "after": {"fee": 2},
        "removed": ["old"],
    }
    instance.complete("a")
    assert instance.variables == {"fee": 2}


def test_a_variable_that_is_set_wakes_a_condition(running):
    instance = running(
        compiled(
            '<startEvent id="s"/><intermediateCatchEvent id="w"><conditionalEventDefinition>'
            "<condition>= n > 2</condition></conditionalEventDefinition></intermediateCatchEvent>"
            '<userTask id="a"/>',
            "s w a",
        ),
        {"n": 0},
    )

    modify(instance, SetVariables({"n": 3}))

    assert instance.tasks == ["a"]


def test_an_ended_instance_goes_on_where_it_is_told_with_its_variables(running):
    instance = running(LINE)
    for name in "abc":
        instance.complete(name, **{name: 1})
    assert instance.status == "completed"

    instance.do(Restart((Target("b"),), "the applicant was right"))

    assert instance.status == "active"
    assert instance.tasks == ["b"]
    assert instance.variables == {"a": 1, "b": 1, "c": 1}
    assert instance.outcome.events[0].kind is EventKind.INSTANCE_RESTARTED
    instance.complete("b")
    instance.complete("c")
    assert instance.status == "completed"


def test_a_running_instance_is_not_restarted(running):
    instance = running(LINE)

    with pytest.raises(CommandRejectedError, match="has not ended"):
        instance.do(Restart((Target("b"),), "why"))


EVENTS = compiled(
    '<startEvent id="s"/><eventBasedGateway id="g"/>'
    '<intermediateCatchEvent id="m"><messageEventDefinition messageRef="M"/>'
    '</intermediateCatchEvent><intermediateCatchEvent id="n"><messageEventDefinition'
    ' messageRef="N"/></intermediateCatchEvent><endEvent id="e"/>'
    '<subProcess id="es" triggeredByEvent="true"><startEvent id="hs"><signalEventDefinition'
    f' signalRef="S"/></startEvent><userTask id="h"/><endEvent id="he"/>{flows("hs h he")}'
    "</subProcess>",
    "s g m e",
    "g n e",
)


@pytest.mark.parametrize(
    ("process", "target", "why"),
    [
        (LINE, Target("nowhere"), "no element"),
        (LINE, Target("e", after=True), "Nothing comes after"),
        (FORKED, Target("j"), "wait for each other"),
        (NESTED, Target("late"), "listens only while"),
        (EVENTS, Target("es"), "started by its event"),
        (EVENTS, Target("h"), "started by its event"),
        (EVENTS, Target("g", after=True), "an event decides"),
        (EVENTS, Target("m", inside="99"), "nothing inside"),
    ],
)
def test_a_target_that_would_break_the_model_is_refused(running, process, target, why):
    instance = running(process)
    before = instance.outcome

    with pytest.raises(CommandRejectedError, match=why):
        modify(instance, StartToken(target))

    assert instance.outcome is before


def test_a_token_cannot_enter_the_body_of_what_is_done_several_times(running):
    body = f'<startEvent id="t"/><userTask id="b"/>{flows("t b")}'
    process = compiled(
        '<startEvent id="s"/><userTask id="o"/><subProcess id="a"><multiInstanceLoopCharacteristics'
        f' camunda:collection="= items"/>{body}</subProcess>',
        "s o a",
    )
    instance = running(process, {"items": [1, 2]})

    with pytest.raises(CommandRejectedError, match="several times"):
        modify(instance, StartToken(Target("b")))
    instance.complete("o")
    with pytest.raises(CommandRejectedError, match="several times at once"):
        modify(instance, StartToken(Target("b")))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (CancelToken("99"), "no token"),
        (CancelToken("2"), "No token would be left"),
        (MoveToken("2", ()), "where the token goes"),
        (SetVariables(remove=("x",)), "no variable"),
    ],
)
def test_a_change_that_cannot_be_is_refused(running, change, why):
    instance = running(LINE)

    with pytest.raises(CommandRejectedError, match=why):
        modify(instance, change)


def test_what_listens_for_an_activity_is_not_cancelled_alone(running):
    instance = running(NESTED)
    instance.complete("a")

    with pytest.raises(CommandRejectedError, match="only listens"):
        modify(instance, CancelToken(instance.outcome.timers[0].token_id))


@pytest.mark.parametrize("command", [Modify((), "why"), Modify((StartToken(Target("a")),), " ")])
def test_a_modification_needs_changes_and_a_reason(running, command):
    instance = running(LINE)

    with pytest.raises(CommandRejectedError):
        instance.do(command)


def test_a_compensation_handler_that_is_taken_away_lets_the_rest_be_undone(running):
    undoable = "".join(
        f'<userTask id="{name}"/><boundaryEvent id="{name}b" attachedToRef="{name}">'
        f'<compensateEventDefinition/></boundaryEvent><userTask id="{name}u"'
        f' isForCompensation="true"/><association sourceRef="{name}b" targetRef="{name}u"/>'
        for name in "ab"
    )
    instance = running(
        compiled(
            f'<startEvent id="s"/>{undoable}<intermediateThrowEvent id="t">'
            '<compensateEventDefinition/></intermediateThrowEvent><userTask id="z"/>',
            "s a b t z",
        )
    )
    instance.complete("a")
    instance.complete("b")
    assert instance.tasks == ["bu"]

    modify(instance, CancelToken(instance.token_at("bu")))
    assert instance.tasks == ["au"]
    instance.complete("au")

    assert instance.tasks == ["z"]


def test_a_timer_is_due_when_the_change_says_and_no_calendar_counts_it_anew(running):
    instance = running(NESTED)
    modify(instance, MoveToken(token(instance, "a"), (Target("b"),)))
    (armed,) = instance.outcome.timers
    later = armed.due_at + timedelta(hours=5)

    moved_by = modify(instance, SetTimer(armed.timer_id, later))

    (moved,) = instance.outcome.timers
    assert (moved.timer_id, moved.due_at) == (armed.timer_id, later)
    (change,) = moved_by.events[0].data["changes"]
    assert change["before"] == armed.due_at.isoformat()
    assert change["after"] == later.isoformat()
    instance.do(RecountTimers())
    assert instance.outcome.timers[0].due_at == later
    with pytest.raises(CommandRejectedError, match="not armed"):
        modify(instance, SetTimer("99.0.1", later))
    with pytest.raises(CommandRejectedError, match="time zone"):
        modify(instance, SetTimer(armed.timer_id, later.replace(tzinfo=None)))
    modify(instance, SetTimer(armed.timer_id, NINE))
    instance.do(FireTimer(armed.timer_id))
    assert token(instance, "d")
