"""Random models: whatever the order of completion, each task is done as often as it must be."""

from random import Random

import pytest

from tests.engine.fingerprints import fingerprint
from tests.engine.instances import Live, Reloading, run
from tests.engine.random_models import random_model, run_through

SEEDS = range(200)
LEAVING = ("element.completed", "element.cancelled")


@pytest.mark.parametrize("seed", SEEDS)
def test_a_random_model_does_every_task_as_often_as_it_must(seed):
    model = random_model(seed)
    instance = run(Reloading, model.compiled(), model.variables)

    done = run_through(model, instance, _order(seed))

    assert instance.status == "completed"
    assert done == +model.expected


@pytest.mark.parametrize("seed", SEEDS[:40])
def test_every_arrival_is_followed_by_exactly_one_departure(seed):
    instance = _completed(Reloading, seed)

    arrived = [(e.element_id, e.token_id) for e in instance.events if e.kind == "element.entered"]
    left = [(e.element_id, e.token_id) for e in instance.events if e.kind in LEAVING]

    assert len(set(arrived)) == len(arrived)
    assert sorted(arrived) == sorted(left)


@pytest.mark.parametrize("seed", SEEDS[:40])
def test_storing_and_loading_changes_nothing_that_happens(seed):
    alive, reloaded = (_completed(kind, seed) for kind in (Live, Reloading))

    assert alive.events == reloaded.events
    assert alive.outcome == reloaded.outcome


@pytest.mark.parametrize("seed", SEEDS[:40])
def test_a_run_changes_nothing_of_the_compiled_process(seed):
    model = random_model(seed)
    process = model.compiled()
    before = fingerprint(process)

    run_through(model, run(Live, process, model.variables), _order(seed))

    assert fingerprint(process) == before


def _completed(kind, seed):
    model = random_model(seed)
    instance = run(kind, model.compiled(), model.variables)
    run_through(model, instance, _order(seed))
    return instance


def _order(seed):
    return Random(seed)  # noqa: S311  (reproducible, nothing secret)
