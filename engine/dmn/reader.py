"""From the bytes of a DMN 1.1 to 1.5 file to its typed tree."""

from types import MappingProxyType

from lxml import etree

from engine.dmn.boxed_reader import function_of, read_boxed
from engine.dmn.elements import (
    Decision,
    DecisionService,
    DrawnModel,
    Import,
    InputData,
    ItemDefinition,
    KnowledgeModel,
    Node,
)
from engine.dmn.errors import InvalidDecisionModelError
from engine.dmn.markup import (
    BOXED,
    child,
    children,
    local_name,
    name_of,
    place,
    text_of,
    type_of,
)
from engine.texts import N_
from engine.xml import HostileXmlError, parse

NAMESPACES = (
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd",  # 1.1
    "http://www.omg.org/spec/DMN/20151101/dmn11.xsd",  # 1.1, as some tools wrote it
    "http://www.omg.org/spec/DMN/20180521/MODEL/",  # 1.2
    "https://www.omg.org/spec/DMN/20191111/MODEL/",  # 1.3
    "https://www.omg.org/spec/DMN/20211108/MODEL/",  # 1.4
    "https://www.omg.org/spec/DMN/20230324/MODEL/",  # 1.5
)
MOST_NODES = 2_000  # decisions, inputs, knowledge models and services of one file


def read(content: bytes, file: str) -> DrawnModel:
    """Return what was drawn in a DMN file.

    Raises InvalidDecisionModelError, with the line where there is one, for anything but a DMN
    ``definitions`` document with fewer than 2,000 nodes. Whether cells can be evaluated is not
    looked at here.
    """
    try:
        root = parse(content, kind="DMN", namespaces=NAMESPACES)
    except HostileXmlError as error:
        raise InvalidDecisionModelError(
            error.message, error.params, line=error.line, file=file
        ) from error
    nodes: dict[str, Node] = {}
    for element in children(root):
        reader = _NODES.get(local_name(element))
        if reader is not None:
            node = reader(element)
            key = node.element_id or node.name
            if key in nodes:
                raise _twice(node, key, file)
            nodes[key] = node
    _check_count(nodes, file)
    return DrawnModel(
        file=file,
        name=root.get("name") or file,
        namespace=(root.get("namespace") or "").strip(),
        imports=tuple(_import(one) for one in children(root, "import")),
        items=tuple(_item(one) for one in children(root, "itemDefinition")),
        nodes=MappingProxyType(nodes),
    )


def _twice(node: Node, key: str, file: str) -> InvalidDecisionModelError:
    return InvalidDecisionModelError(
        N_("The id “%(id)s” is used twice."),
        {"id": key},
        element_id=node.element_id,
        line=node.line,
        file=file,
    )


def _check_count(nodes: dict[str, Node], file: str) -> None:
    if len(nodes) > MOST_NODES:
        raise InvalidDecisionModelError(
            N_("The model has more than %(limit)s decisions and inputs. Split it up."),
            {"limit": MOST_NODES},
            file=file,
        )


def _import(element: etree._Element) -> Import:
    namespace = (element.get("namespace") or "").strip()
    prefixes = [prefix for prefix, uri in element.nsmap.items() if uri == namespace and prefix]
    return Import(
        name=name_of(element) or (prefixes[0] if prefixes and _unnamed(element) else ""),
        namespace=namespace,
        location=element.get("locationURI"),
        kind=element.get("importType") or "",
        **place(element),
    )


def _unnamed(element: etree._Element) -> bool:
    """Return whether the file is of DMN 1.1, whose imports have no name but a prefix."""
    return etree.QName(element).namespace in NAMESPACES[:2] and element.get("name") is None


def _item(element: etree._Element) -> ItemDefinition:
    return ItemDefinition(
        name=name_of(element),
        type_ref=type_of(element) or _function_result(element),
        components=tuple(_item(one) for one in children(element, "itemComponent")),
        is_collection=element.get("isCollection") == "true",
        allowed=text_of(child(element, "allowedValues")),
        constraint=text_of(child(element, "typeConstraint")),
        parameters=_function_parameters(element),
        **place(element),
    )


def _function_parameters(element: etree._Element) -> tuple[str | None, ...] | None:
    item = child(element, "functionItem")
    return None if item is None else tuple(type_of(one) for one in children(item, "parameters"))


def _function_result(element: etree._Element) -> str | None:
    item = child(element, "functionItem")
    return None if item is None else type_of(item, "outputTypeRef")


def _variable_type(element: etree._Element) -> str | None:
    variable = child(element, "variable")
    return None if variable is None else type_of(variable)


def _requires(element: etree._Element) -> tuple[str, ...]:
    return tuple(
        reference.get("href") or ""
        for requirement in children(element, "informationRequirement", "knowledgeRequirement")
        for reference in children(
            requirement, "requiredInput", "requiredDecision", "requiredKnowledge"
        )
    )


def _input_data(element: etree._Element) -> InputData:
    return InputData(name=name_of(element), type_ref=_variable_type(element), **place(element))


def _decision(element: etree._Element) -> Decision:
    return Decision(
        name=name_of(element),
        type_ref=_variable_type(element),
        requires=_requires(element),
        body=next((read_boxed(one) for one in children(element, *BOXED)), None),
        question=_written(element, "question"),
        version_tag=_version_tag(element),
        **place(element),
    )


def _version_tag(element: etree._Element) -> str:
    """Return the tag by which tasks can name this version, as Camunda 7 and 8 write it."""
    written = [
        str(value)
        for name, value in element.attrib.items()
        if etree.QName(name).localname == "versionTag"
    ]
    written += [
        one.get("value") or ""
        for holder in children(element, "extensionElements")
        for one in children(holder, "versionTag")
    ]
    return next((one.strip() for one in written if one.strip()), "")


def _written(element: etree._Element, name: str) -> str:
    found = child(element, name)
    return "" if found is None else (found.text or "").strip()


def _knowledge(element: etree._Element) -> KnowledgeModel:
    logic = child(element, "encapsulatedLogic")
    return KnowledgeModel(
        name=name_of(element),
        type_ref=_variable_type(element),
        requires=_requires(element),
        function=None if logic is None else function_of(logic),
        **place(element),
    )


def _service(element: etree._Element) -> DecisionService:
    def references(name: str) -> tuple[str, ...]:
        return tuple(one.get("href") or "" for one in children(element, name))

    return DecisionService(
        name=name_of(element),
        type_ref=_variable_type(element),
        output_decisions=references("outputDecision"),
        encapsulated=references("encapsulatedDecision"),
        input_decisions=references("inputDecision"),
        input_data=references("inputData"),
        **place(element),
    )


_NODES = {
    "inputData": _input_data,
    "decision": _decision,
    "businessKnowledgeModel": _knowledge,
    "decisionService": _service,
}
