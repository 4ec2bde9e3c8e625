"""Mutated expressions end in a value or in an error of ours."""

import os

from tests.engine.feel_fuzz import run

SECONDS = float(os.environ.get("MOTCUA_FUZZ_SECONDS", "30"))
SEED = int(os.environ.get("MOTCUA_FUZZ_SEED", "20261121"))


def test_no_exception_but_our_own_escapes_from_mutated_expressions():
    tried, valid = run(SECONDS, SEED)

    assert valid > 0
    assert tried > valid
