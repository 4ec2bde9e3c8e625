"""What one case of a suite says about the product."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Verdict:
    """One case: what was expected, what came, and why they differ as far as it is known."""

    id: str
    ok: bool
    expected: str = ""
    got: str = ""
    note: str = ""


Suite = Callable[[Path], Iterator[Verdict]]


def report(suite: str, verdicts: Iterable[Verdict], output: Path | None) -> int:
    """Print a line per failure and the totals; write everything as JSON; return how many failed."""
    cases = []
    failed = 0
    for verdict in verdicts:
        cases.append(asdict(verdict))
        if not verdict.ok:
            failed += 1
            note = f" ({verdict.note})" if verdict.note else ""
            print(f"{verdict.id}: expected {verdict.expected}, got {verdict.got}{note}")
    passed = len(cases) - failed
    print(f"{passed} passed, {failed} failed")
    if output is not None:
        found = {"suite": suite, "passed": passed, "failed": failed, "cases": cases}
        output.write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")
    return failed
