"""Data stores and states of data objects: what data associations do besides copying variables."""

from lxml import etree

from engine.bpmn import vendors
from engine.bpmn.catalog import Catalog, children, local, name_of, text_of
from engine.bpmn.elements import DataStore, DataUse, StateUse, StoreUse
from engine.bpmn.xml import MODEL, line_of

_DATA = ("dataObject", "dataObjectReference", "property", "dataStoreReference")
_PARTS = ("dataInput", "dataOutput", "inputDataItem", "outputDataItem")
_PLACEHOLDER = "__targetRef_placeholder"  # what bpmn.io writes where no data input is drawn


def data_names(element: etree._Element, catalog: Catalog) -> dict[str, str]:
    """Return the variable behind each id that a data association can name."""
    if not catalog.data:
        root = element.getroottree().getroot()
        for found in root.iter(*(f"{{{MODEL}}}{name}" for name in (*_DATA, *_PARTS))):
            if found.get("id"):
                _note(found, root, catalog)
        for output in root.iter(f"{{{MODEL}}}dataOutputAssociation"):
            _note_written(local(text_of(output, "targetRef") or ""), catalog)
    return catalog.data


def read_uses(element: etree._Element, catalog: Catalog) -> DataUse:
    """Return what an element's associations read and write of stores, and which states they mean.

    A state that nothing in the file sets is a remark, so nothing asks for it.
    """
    data_names(element, catalog)
    reads: list[StoreUse] = []
    writes: list[StoreUse] = []
    needs: list[tuple[str, StateUse]] = []  # with the data input that the association fills
    sets: list[StateUse] = []
    for child in children(element):
        if name_of(child) == "dataInputAssociation":
            filled = local(text_of(child, "targetRef") or "")
            for source in _refs(child, "sourceRef"):
                reads += _reads(child, element, source, catalog)
                needs += [
                    (filled, one) for one in _states(source, catalog) if _varies(one, catalog)
                ]
        elif name_of(child) == "dataOutputAssociation":
            for target in _refs(child, "targetRef"):
                writes += _writes(child, element, target, catalog)
                sets += _states(target, catalog)
    return DataUse(tuple(reads), tuple(writes), _alternatives(element, needs), tuple(sets))


def _varies(use: StateUse, catalog: Catalog) -> bool:
    return use.variable in catalog.written or use.initial is not None


def _alternatives(
    element: etree._Element, needs: list[tuple[str, StateUse]]
) -> tuple[tuple[StateUse, ...], ...]:
    """Return the states that each input set needs, in their order; none where one needs nothing.

    Inputs that are optional or may come while the element runs are not waited for, what fills no
    data input always is. Source: BPMN 2.0.2, 10.4.1 (InputSet) and 10.4.2.
    """
    if not needs:
        return ()
    drawn = list(element.iterfind(f"{{{MODEL}}}ioSpecification/{{{MODEL}}}inputSet"))
    inputs = element.iterfind(f"{{{MODEL}}}ioSpecification/{{{MODEL}}}dataInput")
    named = {one.get("id") for one in inputs}
    found = []
    for each in drawn:
        spared = {*_refs(each, "optionalInputRefs"), *_refs(each, "whileExecutingInputRefs")}
        wanted = set(_refs(each, "dataInputRefs")) - spared
        found.append(tuple(use for key, use in needs if key in wanted or key not in named))
    found = found or [tuple(use for _, use in needs)]
    return tuple(found) if all(found) else ()


def carries_store(association: etree._Element, catalog: Catalog) -> bool:
    """Return whether all that an association carries goes straight from or to a data store."""
    if name_of(association) == "dataOutputAssociation":
        return local(text_of(association, "targetRef") or "") in catalog.stored
    sources = _refs(association, "sourceRef")
    return not _computes(association) and any(one in catalog.stored for one in sources)


def store_of(reference: etree._Element, catalog: Catalog) -> DataStore:
    """Return the store that a reference means; one that names none is known by its own name."""
    found = catalog.roots.get(local(reference.get("dataStoreRef", "")))
    if found is not None and name_of(found) != "dataStore":
        found = None
    store_id = found.get("id", "") if found is not None else variable_of(reference)
    name = (found.get("name") or "").strip() if found is not None else ""
    unlimited = found is None or found.get("isUnlimited") in ("true", "1")
    written = None if found is None or unlimited else found.get("capacity")
    return DataStore(
        store_id,
        name or variable_of(reference),
        line_of(reference),
        vendors.attribute(reference, "key"),
        vendors.whole_number(written) if written else None,
        store_id in catalog.written,
        found is not None,
    )


def variable_of(element: etree._Element) -> str:
    """Return the variable that a data element stands for: without the state in its name."""
    name = (element.get("name") or element.get("id") or "").strip()
    state = _state(element)
    return name.removesuffix(f"[{state}]").strip() or name if state else name


def _note(found: etree._Element, root: etree._Element, catalog: Catalog) -> None:
    key, kind = found.get("id", ""), name_of(found)
    catalog.data[key] = variable_of(found)
    state = _state(found)
    if kind == "dataStoreReference":
        catalog.stored[key] = found
    elif kind == "dataObject" and state:
        catalog.initial[variable_of(found)] = state
    elif kind == "dataObjectReference" and state:
        catalog.states[key] = state
        drawn = local(found.get("dataObjectRef", ""))
        for one in root.iter(f"{{{MODEL}}}dataObject"):
            if one.get("id") == drawn and one.get("name"):
                catalog.data[key] = variable_of(one)


def _note_written(target: str, catalog: Catalog) -> None:
    if target in catalog.stored:
        catalog.written.add(store_of(catalog.stored[target], catalog).id)
    elif target in catalog.states:
        catalog.written.add(catalog.data[target])


def _reads(
    association: etree._Element, element: etree._Element, source: str, catalog: Catalog
) -> list[StoreUse]:
    """Return what is read: into the data input, or under the reference's name for expressions."""
    if source not in catalog.stored:
        return []
    store = store_of(catalog.stored[source], catalog)
    own = catalog.data[source]
    target = catalog.data.get(local(text_of(association, "targetRef") or ""), "")
    repeated = element.find(f"{{{MODEL}}}multiInstanceLoopCharacteristics") is not None
    names = set() if _computes(association) or target in ("", _PLACEHOLDER) else {target}
    if repeated or not names:
        names.add(own)
    return [StoreUse(store, name, line_of(association)) for name in sorted(names)]


def _writes(
    association: etree._Element, element: etree._Element, target: str, catalog: Catalog
) -> list[StoreUse]:
    if target not in catalog.stored:
        return []
    store, own = store_of(catalog.stored[target], catalog), catalog.data[target]
    computed = text_of(association, "transformation")
    for one in association.findall(f"{{{MODEL}}}assignment"):
        computed = computed or text_of(one, "from")
    source = local(text_of(association, "sourceRef") or "")
    loop = element.find(f"{{{MODEL}}}multiInstanceLoopCharacteristics")
    results = None if loop is None else text_of(loop, "loopDataOutputRef")
    if source == local(results or ""):
        source = ""  # the results of all instances stand under the name of the reference
    return [StoreUse(store, catalog.data.get(source, own), line_of(association), computed)]


def _states(reference: str, catalog: Catalog) -> list[StateUse]:
    if reference not in catalog.states:
        return []
    variable = catalog.data[reference]
    return [StateUse(variable, catalog.states[reference], catalog.initial.get(variable))]


def _computes(association: etree._Element) -> bool:
    parts = ("transformation", "assignment")
    return any(association.find(f"{{{MODEL}}}{name}") is not None for name in parts)


def _refs(association: etree._Element, name: str) -> list[str]:
    return [local(one.text or "") for one in association.findall(f"{{{MODEL}}}{name}")]


def _state(element: etree._Element) -> str:
    state = element.find(f"{{{MODEL}}}dataState")
    return "" if state is None else (state.get("name") or "").strip()
