"""What the events of a model wait for or throw, read with their references resolved."""

from collections.abc import Iterator

from lxml import etree

from engine.bpmn import vendors
from engine.bpmn.catalog import (
    Catalog,
    children,
    correlation_of,
    local,
    name_of,
    reference_name,
    text_of,
)
from engine.bpmn.correlations import correlation_for
from engine.bpmn.elements import EventDefinition
from engine.bpmn.xml import line_of

_SUFFIX = "EventDefinition"
_REFERENCES = ("messageRef", "signalRef", "errorRef", "escalationRef")
_TIMERS = (("timeDate", "date"), ("timeDuration", "duration"), ("timeCycle", "cycle"))


def read_events(element: etree._Element, catalog: Catalog) -> tuple[EventDefinition, ...]:
    """Return the event definitions of an event, own ones and referenced ones, in order."""
    return tuple(_read(found, element, catalog) for found in _definitions(element, catalog))


def read_message(element: etree._Element, catalog: Catalog) -> tuple[EventDefinition, ...]:
    """Return the message that a send or receive task names, as an event definition."""
    message = catalog.find(element, "messageRef")
    if message is None:
        return ()
    return (
        EventDefinition(
            "message",
            line_of(element),
            ref=reference_name(message),
            correlation_key=correlation_of(element, message),
            correlation=correlation_for(element, message),
        ),
    )


def read_definition(element: etree._Element, catalog: Catalog) -> EventDefinition:
    """Return one event definition, with its reference resolved."""
    return _read(element, element, catalog)


def definition_elements(element: etree._Element) -> Iterator[etree._Element]:
    """Yield the event definitions that stand inside an event."""
    for child in children(element):
        if name_of(child).endswith(_SUFFIX):
            yield child


def _definitions(element: etree._Element, catalog: Catalog) -> Iterator[etree._Element]:
    yield from definition_elements(element)
    for child in children(element):
        if name_of(child) != "eventDefinitionRef":
            continue
        found = catalog.roots.get(local(child.text or ""))
        if found is not None and name_of(found).endswith(_SUFFIX):
            yield found
        else:
            owner = element.get("id") or ""
            written = (child.text or "").strip()
            catalog.unresolved.append((owner, "eventDefinitionRef", written, line_of(child)))


def _read(element: etree._Element, event: etree._Element, catalog: Catalog) -> EventDefinition:
    kind = name_of(element).removesuffix(_SUFFIX)
    target = _target(element, event, catalog)
    timer_kind, expression = _timer(element)
    return EventDefinition(
        kind=kind,
        line=line_of(element),
        id=element.get("id"),
        ref=(element.get("name") or None) if kind == "link" else reference_name(target),
        timer_kind=timer_kind,
        expression=text_of(element, "condition") if kind == "conditional" else expression,
        working_time=vendors.working_time(element),
        correlation_key=correlation_of(element, target) if kind == "message" else None,
        activity_ref=local(element.get("activityRef", "")) or None,
        waits=element.get("waitForCompletion", "true").strip() not in ("false", "0"),
        correlation=correlation_for(event, target) if kind == "message" else None,
    )


def _target(
    element: etree._Element, event: etree._Element, catalog: Catalog
) -> etree._Element | None:
    for attribute in _REFERENCES:
        if element.get(attribute):
            return catalog.find(element, attribute, event.get("id") or "")
    return None


def _timer(element: etree._Element) -> tuple[str | None, str | None]:
    for name, kind in _TIMERS:
        text = text_of(element, name)
        if text is not None:
            return kind, text
    return None, None
