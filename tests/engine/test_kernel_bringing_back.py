"""An instance that an error ended, brought back to where it was before that."""

import engine
from engine import EventKind
from tests.engine.instances import Reloading, run
from tests.engine.sketches import compiled

FAILING = compiled(
    '<startEvent id="s"/><parallelGateway id="f"/><userTask id="a"/><userTask id="b"/>'
    '<callActivity id="c" calledElement="other"/><parallelGateway id="j"/><userTask id="z"/>',
    "s f a j z",
    "f b j",
    "f c j",
)


def test_what_rested_rests_again_and_joins_know_what_they_saw():
    instance = run(Reloading, FAILING)
    instance.complete("a")
    before = instance.outcome
    instance.throw("b", "E")
    assert instance.status == "failed"

    instance.bring_back(before.snapshot)

    assert (instance.status, instance.tasks) == ("active", ["b"])
    assert [one.element_id for one in instance.outcome.calls] == ["c"]
    assert [one.variables for one in instance.outcome.calls] == [None]  # nobody is asked anew
    kinds = [event.kind for event in instance.outcome.events]
    assert kinds == [EventKind.INSTANCE_BROUGHT_BACK, *[EventKind.ELEMENT_ENTERED] * 3]
    instance.complete("b")
    instance.do(engine.CompleteCall(instance.outcome.calls[0].token_id))
    assert instance.tasks == ["z"]


def test_no_token_gets_the_id_of_one_that_was_there_meanwhile():
    process = compiled(
        '<startEvent id="s"/><userTask id="a"/><exclusiveGateway id="g" default="g_z"/>'
        '<endEvent id="e"><errorEventDefinition errorRef="E"/></endEvent><userTask id="z"/>',
        "s a g z",
        "g e ? = bad",
    )
    instance = run(Reloading, process)
    before = instance.outcome.snapshot
    instance.complete("a", bad=True)
    used = {event.token_id for event in instance.events if event.token_id}

    instance.bring_back(before)
    instance.complete("a", bad=False)

    assert instance.tasks == ["z"]
    assert instance.token_at("z") not in used
