"""Running instances in another version of their process: what moves, what is kept, what cannot."""

from contextlib import suppress
from datetime import timedelta

import pytest

import engine
from engine import Modify, MoveToken, StartToken, Target
from engine.migrating import MigrationRefusedError, migrate, obstacles, plan
from tests.engine.instances import NINE, Reloading, run
from tests.engine.random_models import random_model, run_through
from tests.engine.sketches import compiled, flows
from tests.engine.test_kernel_random_models import _order

END = '<endEvent id="e"/>'
START = '<startEvent id="s"/>'
LATE = (
    '<boundaryEvent id="late" cancelActivity="false" attachedToRef="a"><timerEventDefinition>'
    "<timeDuration>{}</timeDuration></timerEventDefinition></boundaryEvent>"
    '<userTask id="r" name="Remind"/>'
)
TWICE = (
    "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality>"
    "</multiInstanceLoopCharacteristics>"
)
OLD = compiled(f'{START}<userTask id="a" name="Check"/><userTask id="b"/>{END}', "s a b e")


def moved(instance, target, mapping=None, **options):
    """The same instance in another version, ready for the next command."""
    lines = plan(instance.process, target)
    mapping = mapping or {line.element_id: line.target_id for line in lines}
    outcome = migrate(
        instance.process, target, instance.outcome.snapshot, mapping, at=instance.at, **options
    )
    new = object.__new__(Reloading)
    new.process, new.calendar, new.at, new.events = target, instance.calendar, instance.at, []
    new.surroundings = instance.surroundings
    new.outcome = outcome
    return new


def test_a_token_goes_on_in_the_new_version_with_its_variables():
    instance = run(Reloading, OLD, {"fee": 1})
    new = compiled(
        f'{START}<userTask id="a"/><userTask id="x"/><userTask id="b"/>{END}', "s a x b e"
    )

    instance = moved(instance, new)

    assert instance.tasks == ["a"]
    instance.complete("a")
    assert instance.tasks == ["x"]
    assert instance.variables == {"fee": 1}


def test_elements_are_matched_by_id_and_else_by_kind_and_name():
    new = compiled(
        f'{START}<userTask id="check" name="Check"/><userTask id="c"/>{END}', "s check c e"
    )

    lines = {line.element_id: line for line in plan(OLD, new)}

    assert (lines["a"].target_id, lines["a"].found_by) == ("check", "name")
    assert lines["b"].target_id is None
    assert lines["b"].warnings
    assert moved(run(Reloading, OLD), new).tasks == ["check"]


def test_of_two_elements_of_the_same_name_neither_is_guessed():
    new = compiled(
        f'{START}<userTask id="x" name="Check"/><userTask id="y" name="Check"/>{END}', "s x y e"
    )

    assert {line.target_id for line in plan(OLD, new)} == {None}


@pytest.mark.parametrize(
    ("elements", "paths", "why"),
    [
        ('<userTask id="b"/>', ("s b e",), "not in the new version"),
        (
            f'<subProcess id="q"><startEvent id="t"/><userTask id="a"/>{flows("t a")}</subProcess>',
            ("s q e",),
            "another sub-process",
        ),
        ('<task id="a"/>', ("s a e",), "another kind"),
        (
            f'<userTask id="a">{TWICE}</userTask>',
            ("s a e",),
            "repeated otherwise",
        ),
    ],
)
def test_a_token_without_a_place_in_the_new_version_keeps_the_instance_where_it_is(
    elements, paths, why
):
    instance = run(Reloading, OLD)
    new = compiled(f"{START}{elements}{END}", *paths)
    mapping = {"a": "a" if '"a"' in elements else None}
    before = bytes(instance.outcome.snapshot)

    with pytest.raises(MigrationRefusedError, match=why):
        moved(instance, new, mapping)

    found = obstacles(OLD, new, instance.outcome.snapshot, mapping)
    assert [one.element_id for one in found] == ["a"]
    assert instance.outcome.snapshot == before


def late(after):
    return compiled(
        f'{START}<userTask id="a"/>{LATE.format(after)}<userTask id="b"/>{END}', "s a b e", "late r"
    )


def test_a_timer_keeps_its_due_instant_unless_it_is_to_be_recomputed():
    instance = run(Reloading, late("PT1H"))
    due_at = instance.outcome.timers[0].due_at
    instance.wait(minutes=30)

    assert [one.due_at for one in moved(instance, late("PT5H")).outcome.timers] == [due_at]
    recomputed = moved(instance, late("PT5H"), recompute=True)
    assert [one.due_at for one in recomputed.outcome.timers] == [
        NINE + timedelta(hours=5, minutes=30)
    ]


def test_a_boundary_event_that_is_new_listens_from_now_and_one_that_is_gone_no_more():
    instance = run(Reloading, OLD)
    instance.wait(minutes=30)

    armed = moved(instance, late("PT1H"))
    assert [one.due_at for one in armed.outcome.timers] == [NINE + timedelta(minutes=90)]
    armed.fire("late")
    assert armed.tasks == ["a", "r"]

    assert moved(run(Reloading, late("PT1H")), OLD).outcome.timers == ()


def test_a_task_keeps_its_people_unless_they_are_to_be_recomputed():
    new = compiled(
        f'{START}<userTask id="a" camunda:candidateGroups="seal"/><userTask id="b"/>{END}',
        "s a b e",
    )

    kept = moved(run(Reloading, OLD), new)
    recomputed = moved(run(Reloading, OLD), new, recompute=True)

    assert kept.outcome.user_tasks[0].candidate_groups == ("desk",)
    assert recomputed.outcome.user_tasks[0].candidate_groups == ("seal",)


def test_a_job_gets_the_topic_of_the_new_version():
    def job(topic):
        return compiled(
            f'{START}<serviceTask id="a" camunda:type="external" camunda:topic="{topic}"/>{END}',
            "s a e",
        )

    instance = moved(run(Reloading, job("old")), job("new"))

    assert [one.topic for one in instance.outcome.jobs] == ["new"]


def catching(message, key):
    return compiled(
        f'{START}<intermediateCatchEvent id="m"><messageEventDefinition messageRef="{message}"/>'
        f"</intermediateCatchEvent>{END}",
        "s m e",
    )


def test_a_catcher_waits_for_the_message_of_the_new_version():
    instance = moved(run(Reloading, catching("M", "")), catching("N", ""))

    assert [one.name for one in instance.outcome.messages] == ["answer"]


def test_an_event_sub_process_that_is_new_listens():
    body = (
        '<startEvent id="hs"><signalEventDefinition signalRef="S"/></startEvent>'
        f'<userTask id="h"/>{flows("hs h")}'
    )
    new = compiled(
        f'{START}<userTask id="a"/><userTask id="b"/>{END}'
        f'<subProcess id="es" triggeredByEvent="true">{body}</subProcess>',
        "s a b e",
    )

    instance = moved(run(Reloading, OLD), new)
    assert [one.element_id for one in instance.outcome.signals] == ["hs"]

    assert moved(instance, OLD).outcome.signals == ()


def test_a_sub_process_moves_with_what_is_in_it_under_another_id():
    def nested(outer, inner):
        return compiled(
            f'{START}<subProcess id="{outer}"><startEvent id="t"/><userTask id="{inner}"/>'
            f'{flows(f"t {inner}")}</subProcess><userTask id="z"/>{END}',
            f"s {outer} z e",
        )

    instance = run(Reloading, nested("q", "a"))

    instance = moved(instance, nested("w", "i"), {"q": "w", "a": "i", "z": "z"})

    assert instance.tasks == ["i"]
    instance.complete("i")
    assert instance.tasks == ["z"]


def test_tokens_at_a_join_go_on_when_the_new_version_wants_fewer():
    def forked(*names):
        tasks = "".join(f'<userTask id="{name}"/>' for name in names)
        return compiled(
            f'{START}<parallelGateway id="g"/>{tasks}<parallelGateway id="j"/><userTask id="z"/>',
            "s g",
            "j z",
            *(f"g {name} j" for name in names),
        )

    instance = run(Reloading, forked("a", "b", "c"))
    instance.complete("a")
    instance.complete("b")
    instance.do(
        Modify((engine.CancelToken(instance.token_at("c")),), "the branch is not needed any more")
    )
    assert instance.tasks == []

    assert moved(instance, forked("a", "b")).tasks == ["z"]


SEEDS = range(40)


@pytest.mark.parametrize("seed", SEEDS)
def test_moving_to_an_identical_copy_changes_nothing_and_goes_on_to_the_same_end(seed):
    model = random_model(seed)
    stays = run(Reloading, model.compiled(), model.variables)
    moves = run(_moving_between(model.compiled()), model.compiled(), model.variables)

    run_through(model, stays, _order(seed))
    run_through(model, moves, _order(seed))

    assert moves.events == stays.events
    assert moves.outcome == stays.outcome


def _moving_between(other):
    """A kind of instance that moves to the other of two equal versions before each command."""

    class Moving(Reloading):
        copies = (other,)

        def do(self, command):
            (copy,) = self.copies
            mapping = {line.element_id: line.target_id for line in plan(self.process, copy)}
            before = self.outcome.snapshot
            outcome = migrate(self.process, copy, before, mapping, at=self.at)
            assert (outcome.snapshot, outcome.events) == (before, ())
            self.process, self.copies = copy, (self.process,)
            return super().do(command)

    return Moving


@pytest.mark.parametrize("seed", range(60))
def test_after_a_random_modification_an_instance_ends_or_really_waits(seed):
    model, order = random_model(seed), _order(seed)
    instance = run(Reloading, model.compiled(), model.variables)

    for _ in range(30):
        if instance.status != "active":
            break
        _try(instance, _random_change(instance, order))
        _try(instance, _random_work(instance, order))

    if instance.status == "active":
        assert engine.live_tokens(instance.process, instance.outcome.snapshot, at=NINE)
    rested = engine.resting(instance.process, instance.outcome.snapshot, at=NINE)
    assert instance.outcome._replace(events=()) == rested


def _try(instance, command):
    """Give a command; refused or not, the instance must stay readable."""
    if command is not None and instance.status == "active":
        with suppress(engine.CommandRejectedError, engine.ExecutionError):
            instance.do(command)


def _random_change(instance, order):
    tokens = engine.live_tokens(instance.process, instance.outcome.snapshot, at=NINE)
    token = order.choice(tokens).token_id
    elements = sorted(instance.process.elements)
    target = Target(order.choice(elements), after=order.random() < 0.3)
    change = order.choice(
        [MoveToken(token, (target,)), StartToken(target), engine.CancelToken(token)]
    )
    return Modify((change,), "at random")


def _random_work(instance, order):
    waits = instance.outcome
    work = [engine.CompleteUserTask(one.token_id) for one in waits.user_tasks]
    work += [engine.DeliverMessage(one.token_id, one.name) for one in waits.messages]
    return order.choice(work) if work else None


def test_what_a_called_process_did_can_be_undone_in_the_new_version():
    more = (
        f'<process id="q"><startEvent id="i"/><userTask id="x" camunda:candidateGroups="desk"/>'
        '<boundaryEvent id="u" attachedToRef="x"><compensateEventDefinition/></boundaryEvent>'
        '<userTask id="h" isForCompensation="true" camunda:candidateGroups="desk"/>'
        f'<association id="n" sourceRef="u" targetRef="h"/><endEvent id="o"/>'
        f"{flows('i x o')}</process>"
    )
    throw = '<intermediateThrowEvent id="t"><compensateEventDefinition/></intermediateThrowEvent>'
    body = f'{START}<callActivity id="c" calledElement="q"/><userTask id="a"/>{throw}'
    instance = run(Reloading, compiled(body, "s c a t", more=more))
    instance.complete("x")

    instance = moved(instance, compiled(f'{body}<userTask id="z"/>', "s c a t z", more=more))

    instance.complete("a")
    assert instance.tasks == ["h"]
    instance.complete("h")
    assert instance.tasks == ["z"]
