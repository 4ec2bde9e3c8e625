"""Reading which decision a business rule task asks, as Camunda 7, its offspring and 8 write it."""

from lxml import etree

from engine.bpmn import vendors
from engine.bpmn.elements import DecisionCall
from engine.bpmn.xml import line_of


def decision_call(element: etree._Element) -> DecisionCall | None:
    """Return the decision that an element asks, ``None`` when it names none."""
    zeebe = next(vendors.extensions(element, "calledDecision"), None)
    if zeebe is not None and (zeebe.get("decisionId") or "").strip():
        return DecisionCall(
            reference=(zeebe.get("decisionId") or "").strip(),
            line=line_of(zeebe),
            result_variable=zeebe.get("resultVariable") or None,
            binding=zeebe.get("bindingType") or None,
            version=(zeebe.get("versionTag") or "").strip() or None,
        )
    reference = vendors.attribute(element, "decisionRef")
    if reference is None:
        return None
    binding = vendors.attribute(element, "decisionRefBinding")
    named = {"version": "decisionRefVersion", "versionTag": "decisionRefVersionTag"}
    return DecisionCall(
        reference=reference,
        line=line_of(element),
        result_variable=vendors.attribute(element, "resultVariable"),
        mapping=vendors.attribute(element, "mapDecisionResult") or "resultList",
        binding=binding,
        version=vendors.attribute(element, named[binding]) if binding in named else None,
    )
