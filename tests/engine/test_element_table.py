"""The table of elements in the documentation is true, row by row."""

import re
from pathlib import Path

import pytest

from engine import compile_process
from engine.bpmn.reader import NODES
from engine.lint import lint
from engine.lint.support import ALLOWED, ELEMENTS, NONE, RUNS, State
from tests.engine.model_files import chain, diagram

PAGE = Path("docs/reference/bpmn-elements.md").read_text(encoding="utf-8")
PLACES = (
    "startEvent",
    "intermediateCatchEvent",
    "intermediateThrowEvent",
    "boundaryEvent",
    "endEvent",
)
KINDS = sorted({kind for kinds in ALLOWED.values() for kind in kinds})
NOT_YET = "element-not-supported-yet"
REFUSING = {NOT_YET, "event-not-allowed", "event-without-trigger"}
ROOTS = (
    '<message id="m" name="M"/><signal id="g" name="G"/><error id="r" errorCode="R"/>'
    '<escalation id="c" escalationCode="C"/>'
)
INNER = '<startEvent id="i"/><endEvent id="j"/><sequenceFlow id="k" sourceRef="i" targetRef="j"/>'
WORKING = {
    "userTask": 'camunda:assignee="thu"',
    "manualTask": 'camunda:assignee="thu"',
    "serviceTask": 'camunda:topic="t"',
    "scriptTask": 'camunda:resultVariable="r"|<script>1</script>',
    "sendTask": 'messageRef="m"',
    "businessRuleTask": 'camunda:topic="t"',
    "receiveTask": 'messageRef="m"',
    "callActivity": 'calledElement="q"',
    "subProcess": f"|{INNER}",
    "transaction": f"|{INNER}",
    "adHocSubProcess": '|<task id="i"/>',
}
CALLED = (
    '<process id="q"><startEvent id="q1"/><sequenceFlow id="q2" sourceRef="q1" targetRef="q3"/>'
)
CALLED += '<endEvent id="q3"/></process>'
AWAITED = "<timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition>"


def test_the_page_states_what_the_engine_states():
    rows = dict(re.findall(r"(?m)^\| `(\w+)` \| (\w+) \|", PAGE))

    assert rows == {name: state.value for name, state in ELEMENTS.items()}


def test_the_page_states_each_event_at_each_place():
    rows = re.findall(r"(?m)^\| (\w+) ((?:\| (?:runs|refused|–) ){5})\|$", PAGE)
    written = {
        (place, kind): cell
        for kind, cells in rows
        for place, cell in zip(PLACES, re.findall(r"runs|refused|–", cells), strict=True)
    }

    assert written == {(place, kind): _state(place, kind) for place in PLACES for kind in KINDS}


@pytest.mark.parametrize("kind", [kind for kind in NODES if kind not in PLACES])
def test_an_activity_or_gateway_runs_or_is_refused_as_stated(kind):
    files = {"m.bpmn": _between(f"{kind} n {WORKING.get(kind, '')}")}

    refused = [one.element_id for one in lint(files) if one.rule == NOT_YET]

    assert refused == ([] if ELEMENTS[kind] is State.RUNS else ["n"])
    if ELEMENTS[kind] is State.RUNS:
        assert "n" in compile_process(files, "p").elements


@pytest.mark.parametrize(
    ("place", "kind"), [(place, kind) for place in PLACES for kind in KINDS], ids=str
)
def test_an_event_runs_or_is_refused_as_stated(place, kind):
    files = {"m.bpmn": _with_event(place, kind)}

    findings = lint(files)

    refused = {one.element_id for one in findings if one.rule in REFUSING}
    assert refused == (set() if kind in RUNS[place] else {"n"})
    if kind in RUNS[place]:
        assert "n" in compile_process(files, "p").elements


def _state(place: str, kind: str) -> str:
    if kind in RUNS[place]:
        return "runs"
    return "refused" if kind in ALLOWED[place] else "–"


def _between(node: str) -> bytes:
    nodes = ["startEvent s", node, "endEvent e"]
    if node.startswith("eventBasedGateway"):
        nodes.insert(2, f"intermediateCatchEvent w|{AWAITED}")
    content = diagram(chain(*nodes), roots=ROOTS)
    return content.replace(b"</process>\n", f"</process>{CALLED}\n".encode(), 1)


def _with_event(place: str, kind: str) -> bytes:
    """Return a model with the event ``n`` of this kind at this place."""
    event = _definition(kind)
    if place == "startEvent":
        return diagram(chain(f"startEvent n|{event}", "endEvent e"), roots=ROOTS)
    if place == "endEvent":
        return diagram(chain("startEvent s", f"endEvent n|{event}"), roots=ROOTS)
    task = 'userTask t camunda:assignee="thu"'
    main = chain("startEvent s", task, "endEvent e")
    if place == "boundaryEvent":
        main += f'<boundaryEvent id="n" attachedToRef="t">{event}</boundaryEvent>'
        return diagram(main + _flow("n", "e"), roots=ROOTS)
    if kind != "link":
        return _between(f"{place} n |{event}")
    throw, catch = ("n", "x") if place == "intermediateThrowEvent" else ("x", "n")
    ends = (
        f'<intermediateThrowEvent id="{throw}">{event}</intermediateThrowEvent>'
        f'<intermediateCatchEvent id="{catch}">{event}</intermediateCatchEvent>'
    )
    start = '<startEvent id="s"/><endEvent id="e"/>'
    return diagram(start + ends + _flow("s", throw) + _flow(catch, "e"), roots=ROOTS)


def _flow(source: str, target: str) -> str:
    return f'<sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}"/>'


def _definition(kind: str) -> str:
    if kind == NONE:
        return ""
    attributes = {
        "message": 'messageRef="m"',
        "signal": 'signalRef="g"',
        "error": 'errorRef="r"',
        "escalation": 'escalationRef="c"',
        "link": 'name="A"',
    }
    content = {
        "timer": "<timeDuration>P1D</timeDuration>",
        "conditional": "<condition>= x</condition>",
    }
    name = f"{kind}EventDefinition"
    return f"<{name} {attributes.get(kind, '')}>{content.get(kind, '')}</{name}>"
