"""The suites that can be run, by the name the command line knows them under."""

from collections.abc import Iterator
from pathlib import Path

from tests.conformance import betsy, betsy_constraints, bpmnspector, corpus, dmn_tck
from tests.conformance.verdicts import Suite, Verdict


def _betsy(data: Path) -> Iterator[Verdict]:
    """Yield the verdicts of everything in betsy's folder."""
    yield from betsy.verdicts(data)
    yield from betsy_constraints.verdicts(data)


SUITES: dict[str, Suite] = {
    "betsy": _betsy,
    "bpmnspector": bpmnspector.verdicts,
    "corpus": corpus.verdicts,
    "dmn-tck": dmn_tck.verdicts,
}
