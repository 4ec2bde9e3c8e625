"""Strict rules about data: collections, sets of inputs and outputs, data associations."""

from collections.abc import Iterator

from engine.bpmn.catalog import name_of
from engine.lint.standard.document import (
    ACTIVITIES,
    EVENTS,
    Document,
    Element,
    child,
    every,
)
from engine.lint.standard.fault import Fault, Rule
from engine.texts import N_

_SETS = N_("List the data input or output in a set of its activity or process.")
_TYPES = N_("Refer to items of the same type, or add a transformation.")
COLLECTION = Rule(
    "data-collection-mismatch",
    ("EXT.020", "EXT.077", "EXT.081", "EXT.083"),
    N_("“%(name)s” and its item definition do not agree whether it is a collection."),
    N_("Set isCollection to the same value at both."),
)
PROPERTY = Rule(
    "property-at-wrong-place",
    ("EXT.078",),
    N_("The property “%(name)s” stands outside a process, activity or event."),
    N_("Move it into the process, activity or event that it belongs to."),
)
ASSOCIATION_END = Rule(
    "data-association-end",
    ("EXT.080", "EXT.082"),
    N_("A data association writes a data input of a process, or reads a data output of one."),
    N_("Read from data inputs, and write to data outputs or data objects."),
)
NOT_IN_SET = Rule(
    "data-not-in-set",
    ("EXT.084", "EXT.088"),
    N_("“%(name)s” is in no input or output set."),
    _SETS,
)
OPTIONAL = Rule(
    "data-optional-not-in-set",
    ("EXT.085", "EXT.086", "EXT.089", "EXT.090"),
    N_("“%(name)s” has a set with an optional item that the set does not list."),
    _SETS,
)
SET_PAIR = Rule(
    "data-sets-not-paired",
    ("EXT.087",),
    N_("An input set and an output set of “%(name)s” do not refer to each other."),
    N_("Let both sets refer to each other, or none."),
)
SEVERAL_SOURCES = Rule(
    "data-association-sources",
    ("EXT.092",),
    N_("A data association of “%(name)s” has several sources and no transformation."),
    N_("Keep one source, or add a transformation."),
)
ASSOCIATION_TYPES = Rule(
    "data-association-types",
    ("EXT.091",),
    N_("A data association of “%(name)s” connects items of different types."),
    _TYPES,
)
LOOP_TYPES = Rule(
    "multi-instance-types",
    ("EXT.069", "EXT.070"),
    N_("The item of the multi-instance activity “%(name)s” is no element of its collection."),
    N_("Use the collection's type for the item, without isCollection."),
)
STATE_NAME = Rule(
    "data-object-state-name",
    ("EXT.076",),
    N_("“%(name)s” is not named after its data object and its state."),
    N_("Write the name of the data object, then the state in square brackets."),
)
_ITEMS = ("dataObject", "dataInput", "dataOutput")
_HOLDERS = ("process", *ACTIVITIES, *EVENTS)
_ASSOCIATIONS = ("dataInputAssociation", "dataOutputAssociation", "dataAssociation")


def item_of(document: Document, element: Element) -> Element | None:
    """Return the item definition of a data element, through references to data objects."""
    for attribute in ("dataObjectRef", "dataStoreRef"):
        if element.get(attribute) and not element.get("itemSubjectRef"):
            target = document.find(element, element.get(attribute))
            return item_of(document, target) if target is not None else None
    for attribute in ("itemSubjectRef", "itemRef", "structureRef"):
        if element.get(attribute):
            found = document.find(element, element.get(attribute))
            return found if found is not None and name_of(found) == "itemDefinition" else None
    return None


def is_collection(element: Element) -> bool:
    return element.get("isCollection") in ("true", "1")


def same_item(one: Element, other: Element, *, whole: bool = True) -> bool:
    """Return whether two item definitions describe the same data; ``whole``: also how many."""
    if one is other and whole:
        return True
    structure = one.get("structureRef")
    equal = structure is not None and structure == other.get("structureRef")
    return equal and (not whole or is_collection(one) == is_collection(other))


def _collections(document: Document) -> Iterator[Fault]:
    for element in document.each(*_ITEMS):
        item = item_of(document, element)
        if item is not None and is_collection(item) != is_collection(element):
            yield Fault(COLLECTION, element)
    for element in document.each("property"):
        holder = element.getparent()
        if holder is not None and name_of(holder) not in _HOLDERS:
            yield Fault(PROPERTY, element)


def _states(document: Document) -> Iterator[Fault]:
    for reference in document.each("dataObjectReference"):
        state = child(reference, "dataState")
        target = document.find(reference, reference.get("dataObjectRef"))
        if state is None or target is None or not (state.get("name") and target.get("name")):
            continue
        if reference.get("name") != f"{target.get('name')} [{state.get('name')}]":
            yield Fault(STATE_NAME, reference)


def _sets(document: Document) -> Iterator[Fault]:
    for kind, group, listing in (
        ("dataInput", "inputSet", "dataInputRefs"),
        ("dataOutput", "outputSet", "dataOutputRefs"),
    ):
        for data in document.each(kind):
            holder = data.getparent()
            groups = [] if holder is None else every(holder, group)
            listed = [one for found in groups for one in document.found(found, listing)]
            if data not in listed:
                yield Fault(NOT_IN_SET, data)
    for one_set in document.each("inputSet", "outputSet"):
        yield from _optional(document, one_set)
        yield from _pairs(document, one_set)


def _optional(document: Document, group: Element) -> Iterator[Fault]:
    side = "Input" if name_of(group) == "inputSet" else "Output"
    listed = document.found(group, f"data{side}Refs")
    for name in (f"optional{side}Refs", f"whileExecuting{side}Refs"):
        if any(one not in listed for one in document.found(group, name)):
            yield Fault(OPTIONAL, group)
            return


def _pairs(document: Document, group: Element) -> Iterator[Fault]:
    there, back = ("outputSetRefs", "inputSetRefs")
    if name_of(group) == "outputSet":
        there, back = back, there
    if any(group not in document.found(other, back) for other in document.found(group, there)):
        yield Fault(SET_PAIR, group)


def _associations(document: Document) -> Iterator[Fault]:
    for association in document.each(*_ASSOCIATIONS):
        sources = document.found(association, "sourceRef")
        targets = document.found(association, "targetRef")
        reading = name_of(association) == "dataInputAssociation"
        wrong = "dataOutput" if reading else "dataInput"
        ends = sources if reading else targets
        if any(name_of(one) == wrong and _of_process(one) for one in ends):
            yield Fault(ASSOCIATION_END, association)
        if child(association, "transformation") is not None:
            continue
        if len(every(association, "sourceRef")) > 1:
            yield Fault(SEVERAL_SOURCES, association)
        elif not every(association, "assignment") and _differ(document, sources, targets):
            yield Fault(ASSOCIATION_TYPES, association)


def _of_process(data: Element) -> bool:
    holder = data.getparent()
    owner = holder.getparent() if holder is not None else None
    return owner is not None and name_of(owner) == "process"


def _differ(document: Document, sources: list[Element], targets: list[Element]) -> bool:
    items = [item_of(document, one) for one in (*sources[:1], *targets[:1])]
    one, other = (*items, None, None)[:2]
    return one is not None and other is not None and not same_item(one, other)


def _loops(document: Document) -> Iterator[Fault]:
    for loop in document.each("multiInstanceLoopCharacteristics"):
        for reference, part in (
            ("loopDataInputRef", "inputDataItem"),
            ("loopDataOutputRef", "outputDataItem"),
        ):
            wholes = document.found(loop, reference)
            single = child(loop, part)
            if not wholes or single is None:
                continue
            whole, item = item_of(document, wholes[0]), item_of(document, single)
            if whole is None or item is None:
                continue
            if is_collection(item) or not same_item(whole, item, whole=False):
                yield Fault(LOOP_TYPES, loop)


CHECKS = (_collections, _states, _sets, _associations, _loops)
