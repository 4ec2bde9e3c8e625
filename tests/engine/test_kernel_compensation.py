"""Compensation and transactions: what has been done is undone, the last first."""

import pytest

from engine import Cancel
from tests.engine.sketches import compiled, flows
from tests.engine.sketches import process as sketch

UNDO = "<compensateEventDefinition/>"


def undoable(name: str, extra: str = "", kind: str = "userTask", inside: str = "") -> str:
    """An activity with a handler ``undo_<name>``, which is a user task."""
    return (
        f'<{kind} id="{name}">{extra}{inside}</{kind}>'
        f'<boundaryEvent id="b_{name}" attachedToRef="{name}">{UNDO}</boundaryEvent>'
        f'<userTask id="undo_{name}" isForCompensation="true"/>'
        f'<association id="as_{name}" sourceRef="b_{name}" targetRef="undo_{name}"/>'
    )


def throw(name: str, activity: str = "", kind: str = "intermediateThrowEvent") -> str:
    reference = f' activityRef="{activity}"' if activity else ""
    return f'<{kind} id="{name}"><compensateEventDefinition{reference}/></{kind}>'


def test_all_that_was_done_is_undone_the_last_first(running):
    process = compiled(
        f'<startEvent id="s"/>{undoable("a")}{undoable("b")}{throw("t")}<userTask id="z"/>',
        "s a b t z",
    )
    instance = running(process)
    instance.complete("a")

    instance.complete("b")

    assert instance.tasks == ["undo_b"]
    instance.complete("undo_b")
    assert instance.tasks == ["undo_a"]
    instance.complete("undo_a")
    assert instance.tasks == ["z"]


def test_what_was_not_completed_is_not_undone(running):
    process = compiled(
        f'<startEvent id="s"/><parallelGateway id="g"/>{undoable("a")}{undoable("b")}{throw("t")}'
        '<userTask id="z"/>',
        "s g a t z",
        "g b",
    )
    instance = running(process)

    instance.complete("a")
    instance.complete("undo_a")

    assert sorted(instance.tasks) == ["b", "z"]


def test_one_activity_can_be_undone_alone_and_only_once(running):
    process = compiled(
        f'<startEvent id="s"/>{undoable("a")}{undoable("b")}{throw("t", "a")}{throw("r", "a")}'
        '<userTask id="z"/>',
        "s a b t r z",
    )
    instance = running(process)
    instance.complete("a")
    instance.complete("b")

    assert instance.tasks == ["undo_a"]
    instance.complete("undo_a")

    assert instance.tasks == ["z"]


def test_each_round_of_a_loop_is_undone(running):
    extra = '<standardLoopCharacteristics loopMaximum="2"/>'
    process = compiled(
        f'<startEvent id="s"/>{undoable("a", extra)}{throw("t")}<userTask id="z"/>', "s a t z"
    )
    instance = running(process)
    instance.complete("a")
    instance.complete("a")

    seen = []
    while instance.tasks == ["undo_a"]:
        seen.append(instance.seen_by(instance.token_at("undo_a"))["loopCounter"])
        instance.complete("undo_a")

    assert seen == [1, 0]
    assert instance.tasks == ["z"]


def test_each_instance_is_undone_with_its_own_data(running):
    many = (
        '<multiInstanceLoopCharacteristics camunda:collection="people"'
        ' camunda:elementVariable="person"/>'
    )
    process = compiled(
        f'<startEvent id="s"/>{undoable("a", many)}{throw("t")}<userTask id="z"/>', "s a t z"
    )
    instance = running(process, {"people": ["An", "Bình", "Cúc"]})
    for _ in range(3):
        instance.complete("a")

    seen = []
    while instance.tasks == ["undo_a"]:
        seen.append(instance.seen_by(instance.token_at("undo_a"))["person"])
        instance.complete("undo_a")

    assert seen == ["Cúc", "Bình", "An"]
    assert instance.tasks == ["z"]


def inside(work: str, *paths: str) -> str:
    return f'<startEvent id="i"/>{work}<endEvent id="j"/>' + flows(*paths)


def test_the_inside_of_a_completed_sub_process_is_undone(running):
    inner = inside(undoable("a") + undoable("b"), "i a b j")
    process = compiled(
        f'<startEvent id="s"/><subProcess id="q">{inner}</subProcess>{throw("t")}'
        '<userTask id="z"/>',
        "s q t z",
    )
    instance = running(process)
    instance.complete("a")
    instance.complete("b")

    assert instance.tasks == ["undo_b"]
    instance.complete("undo_b")
    instance.complete("undo_a")

    assert instance.tasks == ["z"]


def test_a_completed_sub_process_is_undone_with_the_data_it_had(running):
    inner = inside(
        '<property id="amount"/><scriptTask id="x" scriptFormat="feel"'
        ' camunda:resultVariable="amount"><script>= 500</script></scriptTask>' + undoable("a"),
        "i x a j",
    )
    process = compiled(
        f'<startEvent id="s"/><subProcess id="q">{inner}</subProcess>{throw("t")}'
        '<userTask id="z"/>',
        "s q t z",
    )
    instance = running(process, {"amount": 7})

    instance.complete("a")

    assert instance.variables["amount"] == 7
    assert instance.seen_by(instance.token_at("undo_a"))["amount"] == 500


def test_a_handler_of_the_sub_process_itself_goes_before_its_inside(running):
    inner = inside(undoable("a"), "i a j")
    process = compiled(
        f'<startEvent id="s"/>{undoable("q", kind="subProcess", inside=inner)}{throw("t")}'
        '<userTask id="z"/>',
        "s q t z",
    )
    instance = running(process)
    instance.complete("a")

    assert instance.tasks == ["undo_q"]
    instance.complete("undo_q")

    assert instance.tasks == ["z"]


def test_an_event_sub_process_can_do_the_undoing_itself(running):
    handler = (
        '<subProcess id="es" triggeredByEvent="true">'
        f'<startEvent id="hs">{UNDO}</startEvent><userTask id="h"/>{throw("ht")}'
        f'<endEvent id="he"/>{flows("hs h ht he")}</subProcess>'
    )
    inner = inside(undoable("a") + handler, "i a j")
    process = compiled(
        f'<startEvent id="s"/><subProcess id="q">{inner}</subProcess>{throw("t")}'
        '<userTask id="z"/>',
        "s q t z",
    )
    instance = running(process)
    instance.complete("a")

    assert instance.tasks == ["h"]
    instance.complete("h")
    assert instance.tasks == ["undo_a"]
    instance.complete("undo_a")

    assert instance.tasks == ["z"]


def test_a_compensation_end_waits_until_all_is_undone(running):
    process = compiled(f'<startEvent id="s"/>{undoable("a")}{throw("t", kind="endEvent")}', "s a t")
    instance = running(process)
    instance.complete("a")

    assert instance.status == "active"
    instance.complete("undo_a")

    assert instance.status == "completed"


def transaction(*, extra: str = "", inner_paths: tuple[str, ...] = ("i a g x", "g b")):
    inner = (
        f'<startEvent id="i"/>{undoable("a")}<parallelGateway id="g"/><userTask id="b"/>{extra}'
        '<endEvent id="x"><cancelEventDefinition/></endEvent>' + flows(*inner_paths)
    )
    return compiled(
        f'<startEvent id="s"/><transaction id="q">{inner}</transaction><userTask id="z"/>'
        '<boundaryEvent id="c" attachedToRef="q"><cancelEventDefinition/></boundaryEvent>'
        '<userTask id="y"/>',
        "s q z",
        "c y",
    )


def test_a_cancelled_transaction_undoes_what_it_did_and_leaves_by_its_boundary(running):
    instance = running(transaction())

    instance.complete("a")

    assert instance.tasks == ["undo_a"]
    assert instance.cancelled == ["b"]
    instance.complete("undo_a")
    assert instance.tasks == ["y"]


@pytest.mark.parametrize("element", ["a", "b"])
def test_a_transaction_that_is_not_cancelled_goes_on(running, element):
    process = transaction(inner_paths=("i a g", "g b"), extra='<task id="k"/>' + flows("k x"))
    instance = running(process)

    instance.complete("a")
    instance.complete("b")

    assert instance.tasks == ["z"]
    assert element in instance.completed


def test_an_event_that_does_not_wait_goes_on_while_the_handlers_run(running):
    later = (
        '<intermediateThrowEvent id="t"><compensateEventDefinition waitForCompletion="false"/>'
        "</intermediateThrowEvent>"
    )
    process = compiled(
        f'<startEvent id="s"/>{undoable("a")}{undoable("b")}{later}<userTask id="z"/>', "s a b t z"
    )
    instance = running(process)
    instance.complete("a")
    instance.complete("b")

    assert sorted(instance.tasks) == ["undo_b", "z"]
    instance.complete("z")
    assert (instance.tasks, instance.status) == (["undo_b"], "active")
    instance.complete("undo_b")
    instance.complete("undo_a")

    assert instance.status == "completed"
    assert sorted(instance.completed) == sorted(["s", "a", "b", "t", "z", "undo_b", "undo_a"])


def test_a_cancelled_process_takes_such_compensation_away_without_a_word_of_its_helper(running):
    later = '<endEvent id="t"><compensateEventDefinition waitForCompletion="false"/></endEvent>'
    process = compiled(f'<startEvent id="s"/>{undoable("a")}{later}', "s a t")
    instance = running(process)
    instance.complete("a")
    assert instance.tasks == ["undo_a"]

    instance.do(Cancel("withdrawn"))

    assert instance.cancelled == ["undo_a"]


def called(work: str, *paths: str) -> str:
    return sketch(f'<startEvent id="i"/>{work}<endEvent id="j"/>', *paths, key="q")


CALL = (
    '<callActivity id="c" calledElement="q"><extensionElements>'
    '<camunda:in source="who" target="person"/><camunda:out source="person" target="last"/>'
    "</extensionElements></callActivity>"
)


def test_the_inside_of_a_called_process_is_undone_with_the_variables_it_left(running):
    process = compiled(
        f'<startEvent id="s"/>{CALL}{throw("t")}<userTask id="z"/>',
        "s c t z",
        more=called(undoable("a") + undoable("b"), "i a b j"),
    )
    instance = running(process, {"who": "An"})
    instance.complete("a", person="Bình")
    instance.complete("b")

    assert instance.tasks == ["undo_b"]
    assert instance.seen_by(instance.token_at("undo_b")) == {"person": "Bình"}
    instance.complete("undo_b", person="Cúc")
    instance.complete("undo_a")

    assert instance.tasks == ["z"]
    assert instance.variables == {"who": "An", "last": "Bình"}


def test_a_called_process_that_did_nothing_to_undo_is_passed_over(running):
    process = compiled(
        f'<startEvent id="s"/>{CALL}{throw("t")}<userTask id="z"/>',
        "s c t z",
        more=called('<userTask id="a"/>', "i a j"),
    )
    instance = running(process, {"who": "An"})

    instance.complete("a")

    assert instance.tasks == ["z"]


def test_undoing_a_sub_process_does_not_map_its_results_again(running):
    outputs = (
        '<extensionElements><camunda:inputOutput><camunda:outputParameter name="n">${n + 1}'
        "</camunda:outputParameter></camunda:inputOutput></extensionElements>"
    )
    process = compiled(
        f'<startEvent id="s"/><subProcess id="q">{outputs}{inside(undoable("a"), "i a j")}'
        f'</subProcess>{throw("t")}<userTask id="z"/>',
        "s q t z",
    )
    instance = running(process, {"n": 1})
    instance.complete("a")

    instance.complete("undo_a")

    assert (instance.tasks, instance.variables["n"]) == (["z"], 2)
