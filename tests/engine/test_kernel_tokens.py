"""Complex gateways, token quantities, ad-hoc sub-processes and elements that start an instance."""

import pytest

from engine import CommandRejectedError, start
from tests.engine.instances import NINE
from tests.engine.sketches import compiled, compiled_unchecked, flows


def complex_join(activation: str):
    condition = f"<activationCondition>{activation}</activationCondition>" if activation else ""
    return compiled(
        '<startEvent id="s"/><parallelGateway id="g"/><userTask id="a"/><userTask id="b"/>'
        f'<userTask id="c"/><complexGateway id="j">{condition}</complexGateway>'
        '<userTask id="z"/>',
        "s g a j z",
        "g b j",
        "g c j",
    )


def test_a_complex_gateway_goes_on_when_its_condition_is_true_and_only_once(running):
    instance = running(complex_join("= activationCount >= 2"))

    instance.complete("a")
    assert instance.tasks == ["b", "c"]
    instance.complete("b")
    assert instance.tasks == ["c", "z"]
    instance.complete("c")

    assert instance.tasks == ["z"]
    instance.complete("z")
    assert instance.status == "completed"


def test_a_complex_gateway_without_a_condition_waits_for_what_can_come(running):
    instance = running(complex_join(""))

    instance.complete("a")
    instance.complete("b")
    assert instance.tasks == ["c"]
    instance.complete("c")

    assert instance.tasks == ["z"]


def test_a_complex_gateway_starts_afresh_in_the_next_round(running):
    process = compiled(
        '<startEvent id="s"/><exclusiveGateway id="m"/><parallelGateway id="g"/>'
        '<userTask id="a"/><userTask id="b"/><complexGateway id="j"><activationCondition>'
        '= activationCount >= 1</activationCondition></complexGateway><userTask id="z"/>'
        '<exclusiveGateway id="x" default="x_e"/><endEvent id="e"/>',
        "s m g a j z x e",
        "g b j",
        "x m ? = again",
    )
    instance = running(process)

    for again in (True, False):
        instance.complete("a")
        instance.complete("b")
        assert instance.tasks == ["z"]
        instance.complete("z", again=again)

    assert instance.status == "completed"


def test_a_complex_gateway_forks_into_every_flow_whose_condition_is_true(running):
    process = compiled(
        '<startEvent id="s"/><complexGateway id="g"/><userTask id="a"/><userTask id="b"/>',
        "s g",
        "g a ? = n > 1",
        "g b ? = n > 2",
    )

    assert running(process, {"n": 2}).tasks == ["a"]
    assert running(process, {"n": 3}).tasks == ["a", "b"]


def test_a_task_that_wants_two_tokens_runs_when_both_have_come(running):
    process = compiled(
        '<startEvent id="s"/><parallelGateway id="g"/><userTask id="a"/><userTask id="b"/>'
        '<userTask id="z" startQuantity="2"/>',
        "s g a z",
        "g b z",
    )
    instance = running(process)

    instance.complete("a")
    assert instance.tasks == ["b"]
    instance.complete("b")

    assert instance.tasks == ["z"]
    instance.complete("z")
    assert instance.status == "completed"


def test_a_task_can_send_several_tokens_on(running):
    process = compiled(
        '<startEvent id="s"/><userTask id="a" completionQuantity="3"/><userTask id="z"/>', "s a z"
    )
    instance = running(process)

    instance.complete("a")

    assert instance.tasks == ["z"] * 3


def ad_hoc(attributes: str = "", condition: str = ""):
    completion = f"<completionCondition>{condition}</completionCondition>" if condition else ""
    return compiled(
        f'<startEvent id="s"/><adHocSubProcess id="h" {attributes}><userTask id="a"/>'
        f'<userTask id="b"/><userTask id="c"/>{flows("b c")}{completion}</adHocSubProcess>'
        '<userTask id="z"/>',
        "s h z",
    )


def test_the_activities_of_an_ad_hoc_sub_process_are_offered_at_once(running):
    instance = running(ad_hoc())

    assert instance.tasks == ["a", "b"]
    for element in ("b", "a", "c"):
        instance.complete(element)

    assert instance.tasks == ["z"]


def test_the_activities_of_a_sequential_ad_hoc_sub_process_come_in_turn(running):
    instance = running(ad_hoc('ordering="Sequential"'))

    assert instance.tasks == ["a"]
    instance.complete("a")
    assert instance.tasks == ["b"]
    instance.complete("b")
    instance.complete("c")

    assert instance.tasks == ["z"]


@pytest.mark.parametrize(("cancels", "left"), [("true", ["z"]), ("false", ["b"])])
def test_an_ad_hoc_sub_process_is_complete_when_its_condition_is_true(running, cancels, left):
    instance = running(ad_hoc(f'cancelRemainingInstances="{cancels}"', "= enough"))

    instance.complete("a", enough=True)

    assert instance.tasks == left


RECEIVE = '<receiveTask id="r" messageRef="M" instantiate="true"/><userTask id="a"/>'


def test_a_receive_task_that_instantiates_begins_with_its_message_received():
    process = compiled(RECEIVE, "r a")

    outcome = start(process, {"note": "from the message"}, at=NINE, start_element="r")

    assert [task.element_id for task in outcome.user_tasks] == ["a"]
    assert outcome.messages == ()


def instantiating(attributes: str):
    message = '<messageEventDefinition messageRef="{}"/>'
    events = "".join(
        f'<intermediateCatchEvent id="{name}">{message.format(ref)}</intermediateCatchEvent>'
        for name, ref in (("m", "M"), ("n", "N"))
    )
    return compiled_unchecked(
        f'<eventBasedGateway id="g" instantiate="true" {attributes}/>{events}<userTask id="a"/>',
        "g m a",
        "g n a",
    )


def test_the_event_that_came_begins_an_instance_behind_its_gateway():
    outcome = start(instantiating(""), {}, at=NINE, start_element="n")

    assert [task.element_id for task in outcome.user_tasks] == ["a"]
    assert outcome.messages == ()


def test_a_parallel_gateway_that_instantiates_waits_for_the_other_events():
    process = instantiating('eventGatewayType="Parallel"')

    outcome = start(process, {}, at=NINE, start_element="n")

    assert [task.element_id for task in outcome.user_tasks] == ["a"]
    assert [wait.name for wait in outcome.messages] == ["papers"]


def test_an_event_inside_the_process_does_not_start_it():
    process = compiled(
        '<startEvent id="s"/><intermediateCatchEvent id="c"><messageEventDefinition'
        ' messageRef="M"/></intermediateCatchEvent><endEvent id="e"/>',
        "s c e",
    )

    with pytest.raises(CommandRejectedError):
        start(process, {}, at=NINE, start_element="c")
