"""Random models: whatever the order of completion, each task is done as often as it must be."""

from collections import Counter
from functools import partial
from random import Random

import pytest

from tests.engine.instances import Live, Reloading, run
from tests.engine.random_models import random_model
from tests.engine.sketches import compiled_unchecked

SEEDS = range(60)
LEAVING = ("element.completed", "element.cancelled")


@pytest.mark.parametrize("seed", SEEDS)
def test_a_random_model_does_every_task_as_often_as_it_must(running, seed):
    model = random_model(seed)
    order = Random(seed)  # noqa: S311  (reproducible, nothing secret)
    process = compiled_unchecked(model.xml)
    instance = running(process, model.variables)
    done: Counter[str] = Counter()

    while instance.tasks:
        element = order.choice(instance.tasks)
        done[element] += 1
        instance.complete(element)

    assert instance.status == "completed"
    assert done == +model.expected


@pytest.mark.parametrize("seed", SEEDS[:20])
def test_every_arrival_is_followed_by_exactly_one_departure(running, seed):
    instance = _completed(running, seed)

    arrived = [(e.element_id, e.token_id) for e in instance.events if e.kind == "element.entered"]
    left = [(e.element_id, e.token_id) for e in instance.events if e.kind in LEAVING]

    assert len(set(arrived)) == len(arrived)
    assert sorted(arrived) == sorted(left)


@pytest.mark.parametrize("seed", SEEDS[:20])
def test_storing_and_loading_changes_nothing_that_happens(seed):
    alive, reloaded = (_completed(partial(run, kind), seed) for kind in (Live, Reloading))

    assert alive.events == reloaded.events
    assert alive.outcome == reloaded.outcome


def _completed(running, seed):
    model = random_model(seed)
    order = Random(seed)  # noqa: S311  (reproducible, nothing secret)
    instance = running(compiled_unchecked(model.xml), model.variables)
    while instance.tasks:
        instance.complete(order.choice(instance.tasks))
    return instance
