"""What an analyst reads about the files of a procedure: findings, limits, marks on the diagram."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask_babel import gettext, ngettext

import engine
from engine.bpmn.elements import Definitions, FlowNode, Scope
from engine.forms import embedded_forms, read_form
from engine.texts import N_
from engine.worktime import parse_limit
from webapp.forms.messages import message_of
from webapp.operations import dialects
from webapp.pages.decision_tables import TableView, decision_ids, tables_of
from webapp.pages.expressions import ExpressionLine, expression_lines
from webapp.pages.sentences import said
from webapp.pages.wording import language, office_words
from webapp.queries.names import ProcedureNames

_MARKS = {"error": "error", "warning": "warn", "hint": "note"}
_KINDS = {"error": N_("Error"), "warning": N_("Warning"), "hint": N_("Hint")}
_PEOPLE = {"userTask", "manualTask"}
_PAUSED_STATES = {5, 6, 8}  # the legal clock stands still


@dataclass(frozen=True, slots=True)
class FindingLine:
    """One remark, numbered as on the diagram."""

    number: int
    mark: str
    kind: str
    problem: str
    remedy: str
    where: str
    element_id: str | None
    element_name: str


@dataclass(frozen=True, slots=True)
class LimitLine:
    """One task and the time it may take; ``counted`` is its part of the longest way."""

    element_id: str
    name: str
    lane: str
    limit: str
    counted: str


@dataclass(frozen=True, slots=True)
class Limits:
    lines: tuple[LimitLine, ...]
    total: str
    allowed: str  # by law, "" where the facts sheet has none
    is_over: bool
    counts: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """One .bpmn file with what lies over it."""

    file: str
    xml: str
    overlays: Mapping[str, Mapping[str, object]] = field(default_factory=dict)


def finding_lines(findings: Iterable[engine.Finding]) -> tuple[FindingLine, ...]:
    """Return the findings numbered from 1, in the reader's language."""
    return tuple(
        FindingLine(
            number,
            _MARKS[item.severity],
            gettext(_KINDS[item.severity]),
            said(message_of(item.problem, item.params)),
            said(message_of(item.remedy, item.params)) if item.remedy else "",
            _where(item.file, item.line, item.column),
            item.element_id,
            item.element_name,
        )
        for number, item in enumerate(findings, 1)
    )


def severity_counts(findings: Iterable[engine.Finding]) -> dict[str, int]:
    """Return how many errors, warnings and hints there are."""
    counts = dict.fromkeys(_MARKS, 0)
    for item in findings:
        counts[item.severity] += 1
    return counts


def summary(counts: Mapping[str, int]) -> str:
    """Return "1 error, 3 warnings, 2 hints"."""
    parts = [
        ngettext("%(num)s error", "%(num)s errors", counts["error"]),
        ngettext("%(num)s warning", "%(num)s warnings", counts["warning"]),
        ngettext("%(num)s hint", "%(num)s hints", counts["hint"]),
    ]
    present = [text for text, number in zip(parts, counts.values(), strict=True) if number]
    return ", ".join(present) or gettext("No findings")


def decision_tables(files: engine.Files) -> tuple[TableView, ...]:
    """Return the decision tables of an upload, as they are drawn."""
    return tables_of(files)


def decision_keys(files: engine.Files) -> tuple[str, ...]:
    """Return the ids under which the decisions of an upload are published."""
    return decision_ids(files)


def expressions(
    recorded: Iterable[dict[str, Any]] | None,
    definitions: Iterable[Definitions],
    facts: Mapping[str, Any],
) -> tuple[ExpressionLine, ...]:
    """Return the expressions with the dialect recorded at upload; of the models where none is."""
    rows = dialects.recorded(definitions) if recorded is None else recorded
    return expression_lines(dialects.restored(rows), ProcedureNames("", 0, "", facts))


def drawings(files: engine.Files, findings: Iterable[engine.Finding]) -> tuple[Drawing, ...]:
    """Return every model of the upload with the numbered marks of its findings."""
    marks: dict[str, dict[str, Mapping[str, object]]] = {}
    for number, item in enumerate(findings, 1):
        if item.element_id:
            overlays = marks.setdefault(item.file, {})
            overlays.setdefault(item.element_id, {"mark": _MARKS[item.severity], "n": number})
    return tuple(
        Drawing(name, content.decode("utf-8", errors="replace"), marks.get(name, {}))
        for name, content in files.items()
        if name.lower().endswith(".bpmn")
    )


def limits(definitions: Iterable[Definitions], facts: Mapping[str, Any]) -> Limits:
    """Return the time limits that stand in the models, summed along the longest way."""
    scopes = [scope for item in definitions for scope in item.processes.values()]
    on_way: dict[str, timedelta] = {}
    for scope in scopes:
        on_way.update(_longest_way(scope))
    names = ProcedureNames("", 0, "", facts)
    total = sum(on_way.values(), timedelta())
    allowed = _allowed(facts)
    return Limits(
        tuple(
            _limit_line(node, scope, on_way, names) for scope in scopes for node in _tasks(scope)
        ),
        office_words(total) if total else "",
        office_words(allowed) if allowed else "",
        bool(allowed and total > allowed),
        _counts(scopes),
    )


def form_uses(
    files: engine.Files, definitions: Iterable[Definitions]
) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """Return id and file of every form, and the names of the elements that ask for it."""
    scopes = [scope for item in definitions for scope in item.processes.values()]
    uses: dict[str, list[str]] = {}
    for node in (node for scope in scopes for node in _nodes(scope)):
        if node.form_ref:
            uses.setdefault(node.form_ref, []).append(node.name or node.id)
    forms = [(read_form(text, name).id, name) for name, text in files.items() if _is_form(name)]
    forms += [(one.id, one.file) for one in embedded_forms(definitions)]
    return tuple((form_id, name, tuple(uses.get(form_id, ()))) for form_id, name in forms)


def where_words(file: str | None, line: int | None) -> str:
    """Return "model.bpmn, line 12", as far as it is known."""
    return _where(file or "", line)


def _where(file: str, line: int | None, column: int | None = None) -> str:
    if line is None:
        return file
    place = gettext("line %(line)s", line=line)
    if column is not None:
        place = gettext("line %(line)s, column %(column)s", line=line, column=column)
    return f"{file}, {place}" if file else place


def _is_form(name: str) -> bool:
    return name.lower().endswith(".form")


def _nodes(scope: Scope) -> Iterable[FlowNode]:
    for node in scope.nodes.values():
        yield node
        if node.scope is not None:
            yield from _nodes(node.scope)


def _tasks(scope: Scope) -> Iterable[FlowNode]:
    return (
        node
        for node in _nodes(scope)
        if node.kind.lower().endswith("task") or node.kind == "callActivity"
    )


def _limit_of(node: FlowNode) -> timedelta:
    text = node.assignment.work_limit
    if not text:
        return timedelta()
    try:
        return parse_limit(text)
    except (ValueError, engine.EngineError):  # the findings name it
        return timedelta()


def _limit_line(
    node: FlowNode, scope: Scope, on_way: Mapping[str, timedelta], names: ProcedureNames
) -> LimitLine:
    limit = _limit_of(node)
    lanes = {lane.id: names.element(lane.id, lane.name, language()) for lane in scope.lanes}
    lane = lanes.get(node.lane or "", node.lane or "")
    if node.kind not in _PEOPLE:
        lane = gettext("done by the program")
    return LimitLine(
        node.id,
        names.element(node.id, node.name, language()),
        lane,
        office_words(limit) if limit else "–",
        _counted(node, limit, on_way),
    )


def _counted(node: FlowNode, limit: timedelta, on_way: Mapping[str, timedelta]) -> str:
    if node.id in on_way:
        return office_words(on_way[node.id])
    if node.public_state in _PAUSED_STATES or not limit:
        return gettext("not counted")
    return gettext("beside it")


def _longest_way(scope: Scope) -> dict[str, timedelta]:
    """Return the limits along the way that takes longest; loops are gone through once."""
    targets: dict[str, list[str]] = {node: [] for node in scope.nodes}
    for flow in scope.flows.values():
        targets.setdefault(flow.source, []).append(flow.target)
    for node in scope.nodes.values():
        if node.attached_to:
            targets.setdefault(node.attached_to, []).append(node.id)
    order = _without_loops(targets)
    best: dict[str, tuple[timedelta, str | None]] = {}
    for name in order:
        follow = max(
            ((best[target][0], target) for target in targets[name] if target in best),
            default=(timedelta(), None),
            key=lambda pair: pair[0],
        )
        best[name] = (_weight(scope.nodes.get(name)) + follow[0], follow[1])
    way: dict[str, timedelta] = {}
    place = max(best, key=lambda key: best[key][0], default=None)
    while place is not None:
        weight = _weight(scope.nodes.get(place))
        if weight:
            way[place] = weight
        place = best[place][1]
    return way


def _weight(node: FlowNode | None) -> timedelta:
    if node is None or node.public_state in _PAUSED_STATES:
        return timedelta()
    return _limit_of(node)


def _without_loops(targets: dict[str, list[str]]) -> list[str]:
    """Return the nodes with every node after its targets; removes the flows that close a loop."""
    done: list[str] = []
    state: dict[str, int] = {}  # 1: on the present way, 2: finished
    for root in list(targets):
        stack = [(root, iter(list(targets[root])))] if root not in state else []
        state.setdefault(root, 1)
        while stack:
            name, rest = stack[-1]
            target = next(rest, None)
            if target is None:
                state[name] = 2
                done.append(name)
                stack.pop()
            elif state.get(target) == 1:
                targets[name].remove(target)
            elif target not in state and target in targets:
                state[target] = 1
                stack.append((target, iter(list(targets[target]))))
    return done


def _allowed(facts: Mapping[str, Any]) -> timedelta | None:
    limit = facts.get("limit") or {}
    if limit.get("unit") != "working_day" or not limit.get("amount"):
        return None
    return parse_limit(str(limit["amount"]))


def _counts(scopes: Iterable[Scope]) -> str:
    nodes = [node for scope in scopes for node in scope.nodes.values()]
    lanes = sum(len(scope.lanes) for scope in scopes)
    tasks = sum(node.kind.lower().endswith("task") for node in nodes)
    timers = sum(any(event.kind == "timer" for event in node.events) for node in nodes)
    return " · ".join(
        (
            ngettext("%(num)s lane", "%(num)s lanes", lanes),
            ngettext("%(num)s task", "%(num)s tasks", tasks),
            ngettext("%(num)s timer", "%(num)s timers", timers),
        )
    )
