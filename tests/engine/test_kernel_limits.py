"""Size: what must run however large it is, and where a run is stopped."""

from engine import CompleteUserTask, advance, start
from engine.kernel.machine import CALLS_AT_MOST
from tests.engine.instances import NINE
from tests.engine.sketches import compiled_unchecked, process

MANY = 10_000


def many(sequential: str):
    return (
        f'<multiInstanceLoopCharacteristics isSequential="{sequential}">'
        f"<loopCardinality>{MANY}</loopCardinality></multiInstanceLoopCharacteristics>"
    )


def test_ten_thousand_instances_are_offered_at_once_and_each_can_be_done():
    process_ = compiled_unchecked(
        f'<startEvent id="s"/><userTask id="a">{many("false")}</userTask><endEvent id="e"/>',
        "s a e",
    )

    outcome = start(process_, {}, at=NINE)
    last = outcome.user_tasks[-1].token_id
    after = advance(process_, outcome.snapshot, CompleteUserTask(last, {}), at=NINE)

    assert len(outcome.user_tasks) == MANY
    assert len(after.user_tasks) == MANY - 1


def test_ten_thousand_instances_in_turn_are_one_command():
    process_ = compiled_unchecked(
        f'<startEvent id="s"/><task id="a">{many("true")}</task><endEvent id="e"/>', "s a e"
    )

    outcome = start(process_, {}, at=NINE)

    assert outcome.status == "completed"


def test_a_hundred_processes_that_call_each_other_end_one_after_the_other():
    depth = 100
    calls = [
        process(
            f'<startEvent id="s{n}"/><callActivity id="c{n}" calledElement="p{n + 1}"/>',
            f"s{n} c{n}",
            key=f"p{n}",
        )
        for n in range(1, depth)
    ]
    last = process('<userTask id="u"/>', key=f"p{depth}")
    process_ = compiled_unchecked(
        '<startEvent id="s"/><callActivity id="c" calledElement="p1"/><endEvent id="e"/>',
        "s c e",
        more="".join([*calls, last]),
    )
    outcome = start(process_, {}, at=NINE)

    command = CompleteUserTask(outcome.user_tasks[0].token_id, {"x": 1})
    after = advance(process_, outcome.snapshot, command, at=NINE)

    assert depth < CALLS_AT_MOST
    assert after.status == "completed"


def test_a_step_among_sequential_instances_stores_no_more_than_the_first_one():
    items = [{"name": "An"}] * 50
    collection = 'camunda:collection="items" isSequential="true"'
    process_ = compiled_unchecked(
        '<startEvent id="s"/><userTask id="a"><multiInstanceLoopCharacteristics'
        f' {collection}/></userTask><endEvent id="e"/>',
        "s a e",
    )
    outcome = start(process_, {"items": items}, at=NINE)
    first = len(outcome.snapshot)

    for _ in range(40):
        command = CompleteUserTask(outcome.user_tasks[0].token_id, {"note": "x" * 100})
        outcome = advance(process_, outcome.snapshot, command, at=NINE)

    assert len(outcome.snapshot) <= first + 20
