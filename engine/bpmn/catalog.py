"""The named things of one BPMN file: messages, signals, errors, ids and where they stand."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from engine.bpmn import vendors
from engine.bpmn.xml import MODEL, line_of

_PREFIXED = re.compile(r"^[A-Za-z_][\w.-]*:([A-Za-z_][\w.-]*)$")
_NAMED = ("message", "signal")
_CODED = ("error", "escalation")


@dataclass(slots=True)
class Catalog:
    """What the reader must know of the whole file, and what it finds on the way."""

    file: str
    roots: dict[str, etree._Element] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    duplicates: list[tuple[str, int]] = field(default_factory=list)
    unresolved: list[tuple[str, str, str, int]] = field(default_factory=list)
    data: dict[str, str] = field(default_factory=dict)  # id of a data element -> its variable
    stored: dict[str, etree._Element] = field(default_factory=dict)  # data store references
    states: dict[str, str] = field(default_factory=dict)  # state that a data reference names
    initial: dict[str, str] = field(default_factory=dict)  # state that a variable begins with
    written: set[str] = field(default_factory=set)  # stores, and variables whose state is set
    invented: int = 0

    def invent(self, kind: str) -> str:
        """Return an id for an element without one; the same in every reading of the file."""
        self.invented += 1
        return f"~{kind}_{self.invented}"

    def find(
        self, element: etree._Element, attribute: str, owner: str = ""
    ) -> etree._Element | None:
        """Return the root element that an attribute refers to; note it when there is none."""
        written = element.get(attribute)
        if not written:
            return None
        found = self.roots.get(local(written))
        if found is None or name_of(found) not in attribute:
            at = owner or element.get("id") or ""
            self.unresolved.append((at, attribute, written, line_of(element)))
            return None
        return found


def read_catalog(root: etree._Element, file: str) -> Catalog:
    """Return the catalog of a parsed file: root elements, lines and repeated ids."""
    catalog = Catalog(file)
    for element in root.iter(f"{{{MODEL}}}*"):
        element_id = element.get("id")
        if not element_id:
            continue
        if element_id in catalog.lines:
            catalog.duplicates.append((element_id, line_of(element)))
        catalog.lines.setdefault(element_id, line_of(element))
    for element in children(root):
        if element.get("id"):
            catalog.roots.setdefault(element.get("id", ""), element)
    return catalog


def reference_name(element: etree._Element | None) -> str | None:
    """Return the name of a message or signal, the code of an error or escalation."""
    if element is None:
        return None
    kind = name_of(element)
    if kind in _CODED:
        return element.get(f"{kind}Code") or None
    return element.get("name") or element.get("id") if kind in _NAMED else None


def correlation_of(element: etree._Element, message: etree._Element | None) -> str | None:
    """Return the correlation key expression of an event or task, else of its message."""
    return vendors.correlation_key(element) or vendors.correlation_key(message)


def children(element: etree._Element) -> Iterator[etree._Element]:
    """Yield the BPMN children of an element in document order."""
    for child in element:
        if isinstance(child.tag, str) and child.tag.startswith(f"{{{MODEL}}}"):
            yield child


def text_of(element: etree._Element, name: str) -> str | None:
    """Return the stripped text of a BPMN child, or None when missing or empty."""
    child = element.find(f"{{{MODEL}}}{name}")
    return (child.text or "").strip() or None if child is not None else None


def name_of(element: etree._Element) -> str:
    return etree.QName(element).localname


def local(reference: str) -> str:
    """Return a reference without its namespace prefix."""
    match = _PREFIXED.match(reference.strip())
    return match.group(1) if match else reference.strip()
