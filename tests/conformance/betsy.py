"""betsy's engine benchmark: models with expected traces, saved and reloaded before every command.

A script's text is a token, not code. Script tasks are therefore rewritten to external service tasks
whose topic is the token, and the runner does what each token says. Java's ``a.contains(b)`` in
conditions becomes FEEL's ``contains(a, b)``. Nothing else of a model is touched.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from lxml import etree

from tests.conformance.betsy_models import rewritten
from tests.conformance.betsy_runs import Deployment, RefusedError
from tests.conformance.verdicts import Verdict

NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)
_EITHER = {"ERROR_deployment": "ERROR", "ERROR_runtime": "ERROR"}
_ASKED = ("MARKER_exists", "DATA_correct", "EXECUTION_parallel")  # looked at only when expected


@dataclass(slots=True)
class Log:
    """What a run has left behind: log lines, marks, and when the timestamps were taken."""

    lines: list[str] = field(default_factory=list)
    marks: set[str] = field(default_factory=set)
    stamps: list[datetime] = field(default_factory=list)


def verdicts(data: Path) -> Iterator[Verdict]:
    """Yield one verdict for each case of each test."""
    for test in json.loads((data / "cases.json").read_text(encoding="utf-8"))["tests"]:
        content = (data / test["model"]).read_bytes()
        for case in test["cases"]:
            yield _verdict(test["name"], content, case)


def _verdict(name: str, content: bytes, case: dict[str, Any]) -> Verdict:
    expected = case["expected_trace"]
    log = Log()
    note = ""
    try:
        _run(name, content, case, log)
    except RefusedError as refused:
        log.lines.append(refused.trace)
        note = refused.reason
    found = log.lines + [mark for mark in _ASKED if mark in expected and mark in log.marks]
    if "ERROR" in expected:
        found = [_EITHER.get(line, line) for line in found]
    return Verdict(
        f"{name}/{case['case']}",
        sorted(found) == sorted(expected),
        ", ".join(sorted(expected)),
        ", ".join(sorted(found)),
        note,
    )


def _run(name: str, content: bytes, case: dict[str, Any], log: Log) -> None:
    try:
        content = rewritten(content)
    except etree.XMLSyntaxError as error:
        raise RefusedError("ERROR_deployment", str(error)) from error
    deployment = Deployment({"model.bpmn": content}, log, NINE)
    variables = {
        "integerVariable": case["integerVariable"],
        "testCaseNumber": case["case"],
    }
    if case["input_test"] is not None:
        variables["test"] = case["input_test"]
    if case["start_parallel_process"]:
        deployment.start("ParallelProcess", {"testCaseNumber": case["case"]})
    deployment.start(name, variables)
    deployment.run(until=NINE + timedelta(milliseconds=case["delay_ms"] + 500))
    deployment.check_unchanged()
