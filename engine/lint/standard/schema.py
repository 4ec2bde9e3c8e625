"""The XML schema of BPMN 2.0, as the OMG publishes it and SpiffWorkflow carries it along."""

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import as_file, files
from typing import Any

from lxml import etree

from engine.bpmn.xml import line_of
from engine.lint.standard.document import Document, Element
from engine.lint.standard.fault import Fault, Rule
from engine.texts import N_

SCHEMA = Rule(
    "schema",
    ("XSD",),
    N_("“%(name)s” is not written as the schema of BPMN 2.0 wants it: %(reason)s"),
    N_("Save the model again in a modelling tool, or correct the XML by hand."),
)
_MOST = 20  # what follows is mostly the consequence of what stands before
_NAMESPACE = re.compile(r"\{[^{}]*\}")


def _valid(document: Document) -> Iterator[Fault]:
    schema = _schema()
    if schema.validate(document.root.getroottree()):
        return
    log: Any = schema.error_log  # the stub does not let one iterate over it
    for entry in list(log)[:_MOST]:
        reason = _NAMESPACE.sub("", entry.message)
        yield Fault(SCHEMA, _element(document.root, entry), {"reason": reason})


@cache
def _schema() -> etree.XMLSchema:
    with as_file(files("SpiffWorkflow.bpmn.parser") / "schema") as folder:
        return etree.XMLSchema(etree.parse(folder / "BPMN20.xsd"))


def _element(root: Element, entry: Any) -> Element:
    """Return the element that the schema means; its path only works where it has no prefixes."""
    try:
        found: Any = root.getroottree().xpath(entry.path)
    except etree.XPathError:
        found = [one for one in root.iter("{*}*") if line_of(one) == entry.line]
    return found[0] if found else root


CHECKS = (_valid,)
