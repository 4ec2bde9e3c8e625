"""betsy's benchmark, where its material lies beside the project."""

from tests.conformance.betsy import verdicts
from tests.conformance.material import DATA, needs_material

CONTRADICTED = ["AdHocSubProcess_Sequential/1", "AdHocSubProcess_Parallel/1"]


@needs_material
def test_every_case_leaves_its_trace_but_those_whose_model_says_something_else() -> None:
    cases = list(verdicts(DATA / "betsy"))

    assert len(cases) > 100
    assert [one.id for one in cases if not one.ok] == CONTRADICTED
