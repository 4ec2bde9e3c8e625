"""bpmnspector: models labelled valid or invalid, with the constraint and the place.

A valid model must get no error and no warning from the rules for its constraint (from no strict
rule at all where we know no rule for it). In an invalid one an error or warning must stand at
every place that the case names: at the element of its XPath, or on its line.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from engine.bpmn.xml import MODEL, line_of, parse
from engine.errors import EngineError
from engine.lint import lint
from engine.model import Finding, Severity
from tests.conformance.families import families, strict_rules
from tests.conformance.verdicts import Verdict

Files = dict[str, bytes]


def verdicts(data: Path) -> Iterator[Verdict]:
    """Yield one verdict for each case of ``cases.json``."""
    known = families()
    everything = strict_rules()
    for case in json.loads((data / "cases.json").read_text(encoding="utf-8"))["cases"]:
        yield _case(case, data, known.get(case["constraint"], everything))


def _case(case: dict[str, Any], data: Path, family: set[str]) -> Verdict:
    label = f"{case['constraint']}/{case['test']}"
    expected = str(case["expect"])
    files = _with_imports(data / case["model"])
    findings = [one for one in lint(files, strict=True) if one.severity is not Severity.HINT]
    of_family = sorted({one.rule for one in findings if one.rule in family})
    if expected == "valid":
        return Verdict(label, not of_family, expected, ", ".join(of_family) or "valid")
    if expected != "invalid":
        return Verdict(label, True, expected, ", ".join(of_family) or "valid", "not judged")
    places = case["details"] or [[]]
    missed = [
        place for place in places if not _is_told(place, Path(case["model"]), files, findings)
    ]
    told = ", ".join(sorted({f"{one.rule}@{one.line}" for one in findings}))
    note = f"nothing at {missed[0]}" if missed else ""
    return Verdict(label, not missed, f"{expected} at {places}", told or "valid", note)


def _with_imports(model: Path) -> Files:
    """Return a model and what it imports, as far as it exists, by name."""
    files: Files = {}
    waiting = [model.name]
    while waiting:
        name = waiting.pop()
        path = model.parent / name
        if name in files or not path.is_file():
            continue
        files[name] = path.read_bytes()
        try:
            root = parse(files[name], name)
        except EngineError:
            continue
        waiting += [found.get("location", "") for found in root.iter(f"{{{MODEL}}}import")]
    return files


def _is_told(place: list[Any], model: Path, files: Files, findings: list[Finding]) -> bool:
    """Return whether an error or warning stands at a place: [message], [XPath], [file], [line]."""
    lines = {part for part in place if isinstance(part, int)}
    texts = [part for part in place if isinstance(part, str)]
    file = next((text for text in texts if text.endswith(".bpmn")), None)
    ids: set[str] = set()
    for xpath in (text for text in texts if "//" in text):
        for element in _elements(xpath, file or model.name, files):
            lines.add(line_of(element))
            ids.add(element.get("id") or "")
    if not lines and not ids:
        return bool(findings)
    return any(
        (file is None or one.file == file)
        and (one.line in lines or (one.element_id or "~") in ids - {""})
        for one in findings
    )


def _elements(xpath: str, file: str, files: Files) -> list[etree._Element]:
    try:
        found = parse(files[file], file).getroottree().xpath(xpath, namespaces={"bpmn": MODEL})
    except (EngineError, etree.XPathError):
        return []
    return found if isinstance(found, list) else []
