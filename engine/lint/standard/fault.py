"""A strict rule and what breaks it."""

from dataclasses import dataclass, field

from lxml import etree

from engine.bpmn.catalog import name_of
from engine.bpmn.xml import line_of
from engine.lint.report import Place, error
from engine.model import Finding


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the standard; ``constraints`` are its numbers in the catalogue of constraints."""

    id: str
    constraints: tuple[str, ...]
    problem: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Fault:
    rule: Rule
    element: etree._Element
    params: dict[str, object] = field(default_factory=dict)


def finding(fault: Fault, file: str) -> Finding:
    """Return a fault as a finding at its element, or at the nearest one that has an id."""
    element = fault.element
    line = line_of(element)
    named: etree._Element | None = element
    while named is not None and not named.get("id"):
        named = named.getparent()
    element_id = named.get("id") if named is not None else None
    name = " ".join((named.get("name") or "").split()) if named is not None else ""
    place = Place(file, line, element_id, name, name or element_id or name_of(element))
    rule = fault.rule
    return error(place, rule.id, rule.problem, rule.remedy, **fault.params)
