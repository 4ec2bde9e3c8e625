"""Ad-hoc sub-processes whose activities people start: as often as they want, until it is over."""

import pytest

from engine import CommandRejectedError, FinishAdHoc, StartActivity
from tests.engine.sketches import compiled

DESK = 'camunda:candidateGroups="desk"'
WORK = f'<userTask id="a" {DESK}/><userTask id="b" {DESK}/><userTask id="c" {DESK}/>'
THEN = '<sequenceFlow id="bc" sourceRef="b" targetRef="c"/>'


def ad_hoc(attributes: str = "", condition: str = ""):
    done = f"<completionCondition>{condition}</completionCondition>" if condition else ""
    return compiled(
        f'<startEvent id="s"/><adHocSubProcess id="q" name="Look into it" motcua:start="user" '
        f'{attributes}>{WORK}{THEN}{done}</adHocSubProcess><userTask id="z" {DESK}/>',
        "s q z",
    )


def choose(instance, element_id: str) -> None:
    instance.do(StartActivity(instance.outcome.choices[0].token_id, element_id))


def finish(instance) -> None:
    instance.do(FinishAdHoc(instance.outcome.choices[0].token_id))


def test_nothing_runs_until_somebody_chooses(running):
    instance = running(ad_hoc())

    assert instance.tasks == []
    (choice,) = instance.outcome.choices
    assert (choice.element_id, choice.name) == ("q", "Look into it")
    assert choice.activities == ("a", "b")


def test_an_activity_can_be_started_several_times_and_brings_what_follows_it(running):
    instance = running(ad_hoc())

    choose(instance, "a")
    choose(instance, "a")
    choose(instance, "b")

    assert instance.tasks == ["a", "a", "b"]
    instance.complete("b")
    assert instance.tasks == ["a", "a", "c"]


def test_in_turn_means_that_one_is_done_before_the_next_is_started(running):
    instance = running(ad_hoc('ordering="Sequential"'))
    choose(instance, "b")
    token = instance.outcome.choices[0].token_id

    assert instance.outcome.choices[0].activities == ()
    with pytest.raises(CommandRejectedError, match="still runs"):
        instance.do(StartActivity(token, "a"))
    instance.complete("b")
    instance.complete("c")
    choose(instance, "b")

    assert instance.tasks == ["b"]


def test_without_a_condition_a_person_ends_it_when_nothing_runs(running):
    instance = running(ad_hoc())
    choose(instance, "a")

    assert not instance.outcome.choices[0].may_finish
    with pytest.raises(CommandRejectedError, match="not over"):
        finish(instance)
    instance.complete("a")
    assert instance.outcome.choices[0].may_finish
    finish(instance)

    assert instance.tasks == ["z"]
    assert instance.outcome.choices == ()


def test_the_condition_ends_it_and_takes_what_still_runs_away(running):
    instance = running(ad_hoc(condition="= enough"))
    choose(instance, "a")
    choose(instance, "b")

    instance.complete("a", enough=False)
    with pytest.raises(CommandRejectedError, match="condition decides"):
        finish(instance)
    choose(instance, "a")
    instance.complete("a", enough=True)

    assert (instance.tasks, instance.cancelled) == (["z"], ["b"])


def test_the_condition_lets_what_runs_be_finished_where_it_is_not_to_be_cancelled(running):
    instance = running(ad_hoc('cancelRemainingInstances="false"', "= enough"))
    choose(instance, "a")
    choose(instance, "b")

    instance.complete("a", enough=True)

    assert (instance.tasks, instance.outcome.choices) == (["b"], ())
    instance.complete("b")
    instance.complete("c")
    assert instance.tasks == ["z"]


def test_what_is_not_there_cannot_be_started(running):
    instance = running(ad_hoc())

    for element_id in ("c", "z", "nothing"):
        with pytest.raises(CommandRejectedError, match="none of the activities"):
            choose(instance, element_id)


def test_nobody_hears_of_the_door(running):
    instance = running(ad_hoc())
    choose(instance, "a")
    instance.complete("a")
    finish(instance)
    instance.complete("z")

    assert {event.element_id for event in instance.events} == {None, "s", "q", "a", "z"}


def test_other_tokens_start_nothing(running):
    instance = running(ad_hoc())
    choose(instance, "a")

    for command in (StartActivity(instance.token_at("a"), "b"), FinishAdHoc("99")):
        with pytest.raises(CommandRejectedError):
            instance.do(command)
