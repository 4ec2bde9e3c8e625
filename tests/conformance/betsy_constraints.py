"""betsy's constraint tests: models that break a rule of the standard, which must be refused."""

import json
from collections.abc import Iterator
from pathlib import Path

from engine.lint import lint
from engine.model import Severity
from tests.conformance.families import families
from tests.conformance.verdicts import Verdict


def verdicts(data: Path) -> Iterator[Verdict]:
    """Yield one verdict for each constraint test; the note says which rules refuse it.

    A refusal for another reason than the constraint counts, too: betsy asks only whether the
    deployment fails. The note says so.
    """
    known = families()
    cases = json.loads((data / "cases.json").read_text(encoding="utf-8"))["constraint_tests"]
    for case in cases:
        path = data / case["model"]
        findings = lint({path.name: path.read_bytes()}, strict=True)
        rules = {one.rule for one in findings if one.severity is Severity.ERROR}
        number = case["constraint"].replace("EXT", "EXT.")
        direct = known.get(number if "EXT" in number else "REF", set()) & rules
        note = "by its own rule" if direct else "for another reason"
        got = ", ".join(sorted(direct or rules)) or "accepted"
        yield Verdict(f"constraint/{case['name']}", bool(rules), "refused", got, note)
