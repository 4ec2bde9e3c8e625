"""Loops and multi-instance, and the data that an activity takes and gives."""

from lxml import etree

from engine.bpmn import vendors
from engine.bpmn.catalog import Catalog, children, local, name_of, text_of
from engine.bpmn.data_uses import carries_store, data_names, variable_of
from engine.bpmn.elements import EventDefinition, Repetition, VariableMapping
from engine.bpmn.event_definitions import read_definition, read_events
from engine.bpmn.xml import MODEL, line_of


def read_repetition(element: etree._Element, catalog: Catalog) -> Repetition | None:
    """Return how often an activity is done, if more than once."""
    loop = element.find(f"{{{MODEL}}}standardLoopCharacteristics")
    if loop is not None:
        maximum = (loop.get("loopMaximum") or "").strip()
        return Repetition(
            kind="standard",
            line=line_of(loop),
            condition=text_of(loop, "loopCondition"),
            test_before=loop.get("testBefore") in ("true", "1"),
            maximum=_maximum(maximum),
        )
    found = element.find(f"{{{MODEL}}}multiInstanceLoopCharacteristics")
    return None if found is None else _multi_instance(found, element, catalog)


def read_data(
    element: etree._Element, catalog: Catalog
) -> tuple[tuple[VariableMapping, ...], tuple[VariableMapping, ...]]:
    """Return what the data associations of an activity or event carry in and out."""
    names = data_names(element, catalog)
    inputs, outputs = [], []
    for child in children(element):
        if carries_store(child, catalog):
            continue
        if name_of(child) == "dataInputAssociation":
            inputs += _association(child, names)
        elif name_of(child) == "dataOutputAssociation":
            outputs += _association(child, names)
    return tuple(inputs), tuple(outputs)


def data_of(element: etree._Element) -> tuple[str, ...]:
    """Return the names of the data objects and properties that a scope declares."""
    return tuple(
        variable_of(child)
        for child in children(element)
        if name_of(child) in ("dataObject", "property") and child.get("id")
    )


def _maximum(written: str) -> int | None:
    """Return the number of rounds; -1, which is never valid, for a text that is no number."""
    if not written:
        return None
    number = vendors.whole_number(written)
    return -1 if number is None else number


def _multi_instance(found: etree._Element, element: etree._Element, catalog: Catalog) -> Repetition:
    zeebe = next(vendors.extensions(found, "loopCharacteristics"), None)
    return Repetition(
        kind="sequential" if found.get("isSequential") in ("true", "1") else "parallel",
        line=line_of(found),
        condition=text_of(found, "completionCondition"),
        cardinality=text_of(found, "loopCardinality"),
        collection=_collection(found, element, catalog) or _of(zeebe, "inputCollection"),
        item=_item(found, "inputDataItem")
        or vendors.attribute(found, "elementVariable")
        or _of(zeebe, "inputElement"),
        results=_results(found, element, catalog) or _of(zeebe, "outputCollection"),
        result=_item(found, "outputDataItem") or _of(zeebe, "outputElement"),
        behavior=found.get("behavior", "All"),
        event=_behavior_event(found, catalog),
        complex=tuple(
            (text_of(one, "condition") or "", _thrown(one, catalog))
            for one in found.findall(f"{{{MODEL}}}complexBehaviorDefinition")
        ),
    )


def _of(element: etree._Element | None, name: str) -> str | None:
    return None if element is None else (element.get(name) or "").strip() or None


def _collection(found: etree._Element, element: etree._Element, catalog: Catalog) -> str | None:
    written = vendors.attribute(found, "collection")
    reference = local(text_of(found, "loopDataInputRef") or "")
    if written or not reference:
        return written
    return _linked(element, "dataInputAssociation", reference, catalog)


def _results(found: etree._Element, element: etree._Element, catalog: Catalog) -> str | None:
    reference = local(text_of(found, "loopDataOutputRef") or "")
    if not reference:
        return None
    return _linked(element, "dataOutputAssociation", reference, catalog)


def _linked(element: etree._Element, kind: str, reference: str, catalog: Catalog) -> str:
    """Return the variable outside of the activity that a data input or output stands for."""
    here, there = "targetRef", "sourceRef"
    if kind == "dataOutputAssociation":
        here, there = there, here
    names = data_names(element, catalog)
    for association in element.findall(f"{{{MODEL}}}{kind}"):
        other = local(text_of(association, there) or "")
        if local(text_of(association, here) or "") == reference and other:
            return names.get(other, other)
    return names.get(reference, reference)


def _item(found: etree._Element, name: str) -> str | None:
    item = found.find(f"{{{MODEL}}}{name}")
    return None if item is None else variable_of(item) or None


def _behavior_event(found: etree._Element, catalog: Catalog) -> EventDefinition | None:
    for name in ("noneBehaviorEventRef", "oneBehaviorEventRef"):
        definition = catalog.roots.get(local(found.get(name, "")))
        if definition is not None:
            return read_definition(definition, catalog)
    return None


def _thrown(behavior: etree._Element, catalog: Catalog) -> EventDefinition | None:
    event = behavior.find(f"{{{MODEL}}}event")
    events = () if event is None else read_events(event, catalog)
    return events[0] if events else None


def _association(element: etree._Element, names: dict[str, str]) -> list[VariableMapping]:
    target_ref = local(text_of(element, "targetRef") or "")
    target = names.get(target_ref, target_ref)
    line = line_of(element)
    assigned = [
        VariableMapping(source, names.get(local(to), to), line)
        for one in element.findall(f"{{{MODEL}}}assignment")
        if (source := text_of(one, "from")) and (to := text_of(one, "to"))
    ]
    if assigned:
        return assigned
    transformed = text_of(element, "transformation")
    if transformed and target:
        return [VariableMapping(transformed, target, line)]
    source_ref = local(text_of(element, "sourceRef") or "")
    if source_ref not in names or target_ref not in names or names[source_ref] == target:
        return []
    return [VariableMapping(names[source_ref], target, line)]
