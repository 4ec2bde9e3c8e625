"""Writing findings: where something stands, what is wrong and what to do."""

from dataclasses import dataclass

from engine.bpmn.elements import FlowNode, Lane, Scope, SequenceFlow
from engine.bpmn.lower import is_helper
from engine.model import Finding, Severity


@dataclass(frozen=True, slots=True)
class Place:
    """Where a finding points: a file, a line and, where there is one, an element."""

    file: str
    line: int | None = None
    element_id: str | None = None
    name: str = ""
    label: str = ""  # what a sentence calls it


def at(file: str, element: FlowNode | SequenceFlow | Scope | Lane, line: int = 0) -> Place:
    """Return the place of an element, or of a line inside it."""
    element_id = None if is_helper(element.id) else element.id
    label = element.name or element_id or ""
    if not label and isinstance(element, SequenceFlow):
        label = f"{element.source} → {element.target}"
    return Place(file, line or element.line, element_id, element.name, label)


def error(place: Place, rule: str, problem: str, remedy: str, /, **params: object) -> Finding:
    """Return a finding that blocks publishing."""
    return _finding(Severity.ERROR, place, rule, problem, remedy, params)


def warning(place: Place, rule: str, problem: str, remedy: str, /, **params: object) -> Finding:
    """Return a finding that a person should look at; publishing is possible."""
    return _finding(Severity.WARNING, place, rule, problem, remedy, params)


def hint(place: Place, rule: str, problem: str, remedy: str, /, **params: object) -> Finding:
    """Return a finding that tells what will happen; nothing needs to be done."""
    return _finding(Severity.HINT, place, rule, problem, remedy, params)


def _finding(
    severity: Severity,
    place: Place,
    rule: str,
    problem: str,
    remedy: str,
    params: dict[str, object],
) -> Finding:
    return Finding(
        rule=rule,
        severity=severity,
        problem=problem,
        remedy=remedy,
        file=place.file,
        element_id=place.element_id,
        element_name=place.name,
        line=place.line or None,
        params={"name": place.label or place.name or place.element_id or "?", **params},
    )
