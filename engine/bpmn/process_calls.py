"""Reading which process a call activity means, in the words of Camunda 7 and 8 and of Flowable."""

from lxml import etree

from engine.bpmn import vendors
from engine.bpmn.elements import ProcessCall
from engine.bpmn.xml import line_of

_KEYS_OF_CALLER = ("execution.processBusinessKey", "execution.businessKey")


def process_call(element: etree._Element) -> ProcessCall:
    """Return the binding and the business key of a call activity."""
    zeebe = next(vendors.extensions(element, "calledElement"), None)
    key = _business_key(element)
    binding = vendors.attribute(element, "calledElementBinding")
    version = None
    if binding == "version":
        version = vendors.attribute(element, "calledElementVersion")
    elif binding == "versionTag":
        version = vendors.attribute(element, "calledElementVersionTag")
    if zeebe is not None:
        binding = zeebe.get("bindingType") or None
        version = (zeebe.get("versionTag") or "").strip() or None
    elif vendors.attribute(element, "sameDeployment") == "true":
        binding = "deployment"
    inherits = any(one in (key or "") for one in _KEYS_OF_CALLER)
    return ProcessCall(
        line=line_of(element),
        binding=binding,
        version=version,
        business_key=None if inherits else key,
        inherits_key=inherits or vendors.attribute(element, "inheritBusinessKey") == "true",
    )


def version_tag(process: etree._Element) -> str | None:
    """Return the tag by which callers can name this version of a process."""
    zeebe = next(vendors.extensions(process, "versionTag"), None)
    written = None if zeebe is None else (zeebe.get("value") or "").strip()
    return vendors.attribute(process, "versionTag") or written or None


def not_run(element: etree._Element) -> tuple[tuple[str, int], ...]:
    """Return (what, line) of calls of something else than a process."""
    line = line_of(element)
    found = [
        (what, line) for what in ("caseRef", "caseBinding") if vendors.attribute(element, what)
    ]
    if vendors.attribute(element, "decisionRef") or any(
        vendors.extensions(element, "calledDecision")
    ):
        found.append(("calledDecision", line))
    if vendors.attribute(element, "calledElementType") == "id":
        found.append(("calledElementType", line))
    return tuple(dict.fromkeys((what.replace("caseBinding", "caseRef"), at) for what, at in found))


def _business_key(element: etree._Element) -> str | None:
    given = (one.get("businessKey") for one in vendors.extensions(element, "in"))
    return next((one.strip() for one in given if one), None) or vendors.attribute(
        element, "businessKey"
    )
