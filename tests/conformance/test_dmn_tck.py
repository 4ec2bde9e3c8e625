"""The compatibility kit's own cases, where they lie beside the project."""

from pathlib import Path

import pytest

from tests.conformance.dmn_tck import verdicts
from tests.conformance.verdicts import Verdict

DATA = Path(__file__).parents[3] / "shared" / "conformance" / "dmn-tck"

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the DMN compatibility kit is not here")


def outcome(level: str) -> list[Verdict]:
    return [one for one in verdicts(DATA) if one.id.startswith(f"compliance-level-{level}/")]


def test_every_case_of_level_two_passes() -> None:
    cases = outcome("2")

    assert len(cases) > 100
    assert [one.id for one in cases if not one.ok] == []


def test_of_level_three_only_a_back_reference_is_missing() -> None:
    cases = outcome("3")

    failed = [one.id.rpartition("#")[2] for one in cases if not one.ok]

    assert len(cases) > 2_000
    assert failed == ["K2-MatchesFunc-17"]
