"""Looking into DMN elements by local name, whatever the version's namespace."""

from typing import TypedDict

from lxml import etree

from engine.xml import line_of

BOXED = (
    "literalExpression",
    "decisionTable",
    "context",
    "invocation",
    "relation",
    "list",
    "functionDefinition",
    "conditional",
    "filter",
    "for",
    "some",
    "every",
)
_FEEL = "/FEEL/"
_FEEL_1_1 = "http://www.omg.org/spec/FEEL/20140401"


class Standing(TypedDict):
    """Where an element stands: the keyword arguments of every ``Part``."""

    line: int
    element_id: str


def place(element: etree._Element) -> Standing:
    """Return the line and id of an element."""
    return {"line": line_of(element), "element_id": element.get("id") or ""}


def local_name(element: etree._Element) -> str:
    """Return the name of an element without its namespace."""
    return etree.QName(element).localname


def children(element: etree._Element, *names: str) -> list[etree._Element]:
    """Return the child elements of these local names, all without names."""
    return [
        one
        for one in element
        if isinstance(one.tag, str) and (not names or local_name(one) in names)
    ]


def child(element: etree._Element | None, name: str) -> etree._Element | None:
    """Return the first child of that local name."""
    found = [] if element is None else children(element, name)
    return found[0] if found else None


def text_of(element: etree._Element | None) -> str:
    """Return the FEEL text in an element's ``text`` child, empty when there is none."""
    text = child(element, "text")
    return "" if text is None else (text.text or "").strip()


def tidy(name: str | None) -> str:
    """Return a FEEL name with single spaces."""
    return " ".join((name or "").split())


def name_of(element: etree._Element) -> str:
    """Return the name of an element with single spaces."""
    return tidy(element.get("name"))


def type_of(element: etree._Element, attribute: str = "typeRef") -> str | None:
    """Return the type an element refers to, as FEEL writes it, or ``None``.

    DMN 1.1 writes qualified XML names: ``feel:string`` is FEEL's own, ``other:tPerson`` that of an
    imported model, which later versions write with a point.
    """
    found = child(element, attribute)
    written = tidy(element.get(attribute) or (found.text if found is not None else ""))
    prefix, colon, rest = written.partition(":")
    if colon and "<" not in prefix and " " not in prefix:
        namespace = element.nsmap.get(prefix, "")
        if _FEEL in namespace or namespace == _FEEL_1_1 or prefix == "feel":
            return rest or None
        if namespace:
            own = element.getroottree().getroot().get("namespace")
            return rest if namespace == own else f"{prefix}.{rest}"
    return written or None
