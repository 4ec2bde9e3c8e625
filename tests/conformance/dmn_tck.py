"""The DMN Technology Compatibility Kit: every test case of every folder of every level."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lxml import etree

from engine.dmn import DecisionModel, read_models
from engine.dmn.deciding import evaluate
from engine.dmn.run import Run
from engine.feel import FeelError
from engine.feel.limits import Budget
from tests.conformance.tck_values import same, value_of
from tests.conformance.verdicts import Verdict

_NOW = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
_SHOWN = 200  # characters of a value in a verdict


def verdicts(data: Path) -> Iterator[Verdict]:
    """Yield one verdict per test case; a case is good when all its result nodes are."""
    for file in sorted(data.rglob("*.xml")):
        root = etree.parse(file, _parser()).getroot()
        if etree.QName(root).localname == "testCases":
            yield from _file(file, root, data)


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)


def _file(file: Path, root: etree._Element, data: Path) -> Iterator[Verdict]:
    label = file.relative_to(data).with_suffix("").as_posix()
    model: DecisionModel | None = None
    refused = ""
    try:
        model = _model(file, root)
    except FeelError as error:
        refused = str(error)
    for case in root.iter("{*}testCase"):
        yield _case(f"{label}#{case.get('id')}", case, model, refused)


def _model(file: Path, root: etree._Element) -> DecisionModel:
    named = root.findtext("{*}modelName") or f"{file.parent.name}.dmn"
    files = {one.name: one.read_bytes() for one in sorted(file.parent.glob("*.dmn"))}
    return read_models(files)[Path(named.strip()).name]


def _case(case_id: str, case: etree._Element, model: DecisionModel | None, refused: str) -> Verdict:
    expected, got, notes = [], [], []
    good = True
    for node in case.iterfind("{*}resultNode"):
        wanted = (
            value_of(node.find("{*}expected")) if node.find("{*}expected") is not None else None
        )
        value, note = _result(case, node, model, refused)
        passed = value is None if node.get("errorResult") == "true" else same(wanted, value)
        if not passed or (note and model is None and wanted is not None):
            good = False
            notes.append(f"{node.get('name')}: {note}" if note else str(node.get("name")))
        expected.append(_shown(wanted))
        got.append(_shown(value))
    return Verdict(case_id, good, "; ".join(expected), "; ".join(got), "; ".join(notes))


def _result(
    case: etree._Element, node: etree._Element, model: DecisionModel | None, refused: str
) -> tuple[Any, str]:
    if model is None:
        return None, refused
    inputs = {str(one.get("name")): value_of(one) for one in case.iterfind("{*}inputNode")}
    invoked = case.get("invocableName") if case.get("type") not in (None, "decision") else None
    run = Run(Budget(now=_NOW, types=model.types.declared))
    try:
        value = evaluate(model, invoked or str(node.get("name")), inputs, run)
    except Exception as error:  # noqa: BLE001  (one broken case must not end the run)
        return None, str(error) if isinstance(error, FeelError) else f"crashed: {error!r}"
    if invoked and isinstance(value, dict) and _gives_several(model, invoked):
        value = value.get(str(node.get("name")))
    reasons = [message % params for made in run.made for message, params in made.problems]
    return value, reasons[-1] if reasons else ""


def _gives_several(model: DecisionModel, service: str) -> bool:
    return len(getattr(model.get_node(service), "output_decisions", ())) > 1


def _shown(value: Any) -> str:
    text = "null" if value is None else repr(value)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
