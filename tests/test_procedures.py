"""Every shipped procedure is published and walked to each of its ends, as a dossier would be."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest
from lxml import etree

import engine
from engine.bpmn.elements import FlowNode, Scope
from engine.forms import read_form
from engine.worktime import parse_limit
from tests.walks import MONDAY, Way, begin, passed, ways
from webapp.demo.answers import Clerk, fill
from webapp.facts import FactsSchema
from webapp.forms.reading import check
from webapp.forms.views import typed_from

ROOT = Path(__file__).parents[1]
SHIPPED = sorted(path.parent for path in (ROOT / "procedures_bpmn").glob("*/facts.json"))
EARLIER = sorted(path.parent for path in (ROOT / "procedures_bpmn").glob("earlier/*/facts.json"))
FOLDERS = [*SHIPPED, *EARLIER, ROOT / "docs" / "examples" / "xac-nhan-cu-tru"]
MAX_DRAWING = (1760, 1240)  # readable on a screen 1366 pixels wide, the longest after a zoom
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
UNSEEN = {"dataObject", "inputDataItem", "message", "signal", "error", "interface", "operation"}
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"


@pytest.fixture(params=FOLDERS, ids=lambda folder: folder.name)
def folder(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


def test_ten_procedures_are_shipped() -> None:
    assert len(SHIPPED) == 10


def test_the_checks_find_nothing_to_say(folder: Path) -> None:
    findings = engine.lint(_files(folder))

    assert [f"{item.rule} {item.file}:{item.line} {item.text()}" for item in findings] == []


@pytest.mark.parametrize(
    ("name", "way"),
    [(folder.name, way) for folder in FOLDERS for way in ways(folder.name)],
    ids=lambda given: given if isinstance(given, str) else given.moves[:60],
)
def test_a_dossier_walks_to_the_end(name: str, way: Way) -> None:
    walk = begin(_compiled(name), way)

    walk.take(way.moves)

    assert way.end in walk.entered
    assert walk.outcome.status == engine.InstanceStatus.COMPLETED
    assert not walk.outcome.user_tasks


def test_every_element_and_every_flow_is_walked(folder: Path) -> None:
    nodes = {node.id: node for _, node in _scope(folder).walk()}
    flows = {flow.id: flow for scope in _scopes(_scope(folder)) for flow in scope.flows.values()}
    entered, steps = set(), []
    for way in ways(folder.name):
        walk = begin(_compiled(folder.name), way)
        walk.take(way.moves)
        entered.update(walk.entered)
        steps += walk.steps

    assert set(nodes) - entered == set()
    assert set(flows) - passed(steps, flows) == set()


def test_the_tax_authority_is_told_before_the_certificate_is_handed_over() -> None:
    walk = begin(_compiled("ho-kinh-doanh"))

    walk.take("ThuLePhi=nhan HoiThue KiemTraTen ThamDinh=dat KyGiay=ky CapSo PhatHanh")

    assert walk.sent == ["thong-bao-co-quan-thue"]


def test_the_owner_has_two_office_days_to_supply() -> None:
    walk = begin(_compiled("giay-phep-xay-dung"))

    walk.take("ThamDinh=bo_sung")

    due = {timer.element_id: timer.due_at for timer in walk.outcome.timers}
    assert due["Timer_BoSung"] == MONDAY + timedelta(days=2)


def test_the_published_states_follow_the_dossier(folder: Path) -> None:
    nodes = {node.id: node for _, node in _scope(folder).walk()}
    ends = {node.public_state for node in nodes.values() if node.kind == "endEvent"}

    starts = [node for node in _scope(folder).nodes.values() if node.kind == "startEvent"]

    assert {start.public_state for start in starts} == {2}
    assert nodes["Task_TraKetQua"].public_state == 9
    assert nodes["End_DaTra"].public_state == 10
    assert ends <= {None, 3, 7, 8, 10}
    assert "Task_BoSung" not in nodes or nodes["Task_BoSung"].public_state == 5


def test_the_limits_of_the_steps_fit_into_the_legal_limit(folder: Path) -> None:
    legal = parse_limit(_facts(folder)["limit"]["amount"])

    longest = max(_sums(_scope(folder)))

    assert timedelta() < longest <= legal


def test_every_form_is_read_and_used(folder: Path) -> None:
    forms = [read_form(path.read_bytes(), path.name) for path in folder.glob("*.form")]
    used = {node.form_ref for _, node in _scope(folder).walk() if node.form_ref}
    people = [node for _, node in _scope(folder).walk() if node.kind == "userTask"]

    assert {form.id for form in forms} == used
    assert {f"{form.id}.form" for form in forms} == {path.name for path in folder.glob("*.form")}
    assert all(node.form_ref and node.assignment.candidate_groups for node in people)


@pytest.mark.parametrize("seed", range(3))
def test_an_honest_clerk_can_fill_in_every_form(folder: Path, seed: int) -> None:
    clerk = Clerk(Random(seed), MONDAY.date())  # noqa: S311  (plausible answers, no secrets)
    refused = {}

    for form in [read_form(path.read_bytes(), path.name) for path in folder.glob("*.form")]:
        typed = typed_from(form, fill(form, clerk), "vi")
        refused[form.id] = check(form, typed, known={}, language="vi").errors

    assert not any(refused.values()), refused


def test_every_component_speaks_english_too(folder: Path) -> None:
    silent = [
        f"{path.name} {item.get('id')} {wanted}"
        for path in folder.glob("*.form")
        for item in _components(json.loads(path.read_bytes()))
        for wanted in _missing_english(item)
    ]

    assert silent == []


def test_every_value_a_condition_asks_for_can_be_chosen(folder: Path) -> None:
    offered = {
        (item["key"], value["value"])
        for path in folder.glob("*.form")
        for item in _components(json.loads(path.read_bytes()))
        for value in item.get("values", ())
    }
    offered |= set(_decided(folder))
    texts = [path.read_text(encoding="utf-8") for path in _models(folder)]
    texts += [
        path.read_text(encoding="utf-8").replace('\\"', '"') for path in folder.glob("*.form")
    ]

    asked = {pair for text in texts for pair in re.findall(r'(\w+) !?= "(\w+)"', text)}

    assert asked <= offered


def test_every_element_has_an_english_name(folder: Path) -> None:
    names = _facts(folder)["element_names"]["en"]
    drawn = {
        element.get("id"): element.get("name")
        for path in _models(folder)
        for element in etree.parse(path).iter(f"{BPMN}*")
        if element.get("name") and etree.QName(element).localname not in UNSEEN
    }

    assert set(names) == set(drawn)
    assert all(names.values())


def test_the_facts_are_complete(folder: Path) -> None:
    facts = _facts(folder)

    assert FactsSchema().validate(facts) == {}
    assert facts["online_level"] in {"full", "partial"}
    assert facts["process_id"] == _scope(folder).id
    assert "cần địa phương phê duyệt" in facts["source"]


def test_every_element_a_dossier_can_rest_on_belongs_to_one_stage(folder: Path) -> None:
    staged = [name for stage in _facts(folder)["stages"] for name in stage["elements"]]

    nodes = {node.id for _, node in _scope(folder).walk()}

    assert sorted(staged) == sorted(nodes)


def test_the_drawing_is_complete_and_fits_the_screen(folder: Path) -> None:
    [path] = _models(folder)
    tree = etree.parse(path)
    drawn = {item.get("bpmnElement") for item in tree.iter(f"{DI}BPMNShape", f"{DI}BPMNEdge")}
    scope = _scope(folder)
    bounds = [
        item for shape in tree.iter(f"{DI}BPMNShape") for item in shape.findall(f"{DC}Bounds")
    ]

    right = max(float(item.get("x", 0)) + float(item.get("width", 0)) for item in bounds)
    bottom = max(float(item.get("y", 0)) + float(item.get("height", 0)) for item in bounds)

    assert {one for inner in _scopes(scope) for one in (*inner.nodes, *inner.flows)} <= drawn
    assert right <= MAX_DRAWING[0]
    assert bottom <= MAX_DRAWING[1]


@cache
def _compiled(name: str) -> engine.CompiledProcess:
    [folder] = [folder for folder in FOLDERS if folder.name == name]
    return engine.compile_process(_files(folder))


def _files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def _models(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.bpmn"))


def _facts(folder: Path) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads((folder / "facts.json").read_bytes())
    return facts


def _scope(folder: Path) -> Scope:
    [definitions] = engine.read_definitions(_files(folder))
    [scope] = definitions.processes.values()
    return scope


def _scopes(scope: Scope) -> Iterator[Scope]:
    """Yield a scope and those of the sub-processes in it."""
    yield scope
    for node in scope.nodes.values():
        if node.scope is not None:
            yield from _scopes(node.scope)


def _sums(scope: Scope) -> Iterator[timedelta]:
    """Yield the sum of the limits along every way from the start that passes nothing twice."""
    after: dict[str, list[str]] = {node: [] for node in scope.nodes}
    for flow in scope.flows.values():
        after[flow.source].append(flow.target)
    for node in scope.nodes.values():
        if node.attached_to:
            after[node.attached_to].append(node.id)
    starts = [node for node in scope.nodes.values() if node.kind == "startEvent"]
    open_ways = [(start.id, frozenset({start.id}), timedelta()) for start in starts]
    while open_ways:
        at, behind, total = open_ways.pop()
        yield total
        open_ways += [
            (target, behind | {target}, total + _limit(scope.nodes[target]))
            for target in after[at]
            if target not in behind
        ]


def _limit(node: FlowNode) -> timedelta:
    return parse_limit(node.assignment.work_limit) if node.assignment.work_limit else timedelta()


def _decided(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the texts that the decision tables of a folder give, each with the output's name."""
    for path in folder.glob("*.dmn"):
        for table in etree.parse(path).iter("{*}decisionTable"):
            outputs = [output.get("name", "") for output in table.findall("{*}output")]
            for rule in table.findall("{*}rule"):
                entries = [
                    entry.findtext("{*}text", "") for entry in rule.findall("{*}outputEntry")
                ]
                yield from (
                    (key, text.strip('"')) for key, text in zip(outputs, entries, strict=True)
                )


def _components(item: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for component in item.get("components", ()):
        yield component
        yield from _components(component)


def _missing_english(item: Mapping[str, Any]) -> Iterator[str]:
    english = item.get("properties", {})
    for wanted in ("label", "description", "text"):
        if item.get(wanted) and not english.get(f"en.{wanted}"):
            yield wanted
    if {value["value"] for value in item.get("values", ())} != set(
        json.loads(english.get("en.values", "{}"))
    ):
        yield "values"
    if item.get("appearance") and not english.get("en.suffixAdorner"):
        yield "suffixAdorner"
