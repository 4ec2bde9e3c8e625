"""A sample of the points of ``crash``; ``python -m tests.webapp.faults.crash --all`` takes all."""

import json
import os
import subprocess
import sys

import pytest

EVERY = "MOTCUA_TEST_EVERY_CRASH_POINT"  # set: all points, about ten minutes for each database
SAMPLE = ("--count", "4")


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_whatever_was_killed_goes_on_and_nothing_is_lost_or_done_twice(kind: str) -> None:
    points = ("--all",) if os.environ.get(EVERY) else SAMPLE

    done = subprocess.run(
        [sys.executable, "-m", "tests.webapp.faults.crash", "--database", kind, *points],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout, done.stderr
    (result,) = json.loads(done.stdout)
    assert result["wrong"] == []
    assert result["points"] > 250
    assert result["tried"] == (result["points"] if EVERY in os.environ else 4)
