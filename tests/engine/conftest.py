"""Every scenario of the kernel runs twice: kept alive, and reloaded before each command."""

from collections.abc import Callable

import pytest

from tests.engine.instances import Live, Reloading, run


@pytest.fixture(params=[Live, Reloading], ids=["live", "reloaded"])
def running(request: pytest.FixtureRequest) -> Callable[..., Reloading]:
    """Start an instance of a compiled process: ``running(process, {"a": 1})``."""

    def start(*args, **options) -> Reloading:
        return run(request.param, *args, **options)

    return start
