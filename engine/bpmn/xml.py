"""Hostile-proof reading of BPMN files."""

from lxml import etree

from engine.errors import InvalidModelError
from engine.xml import HostileXmlError, line_of
from engine.xml import parse as parse_xml

__all__ = ["DI", "MODEL", "line_of", "parse"]

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DI = "http://www.omg.org/spec/BPMN/20100524/DI"


def parse(content: bytes, file: str) -> etree._Element:
    """Return the root element of a BPMN file; its ``sourceline`` is the line in the file.

    Raises InvalidModelError, with the line where there is one, for anything else than a BPMN
    ``definitions`` document that ``engine.xml`` lets through.
    """
    try:
        return parse_xml(content, kind="BPMN", namespaces=(MODEL,))
    except HostileXmlError as error:
        raise InvalidModelError(
            error.message, params=error.params, file=file, line=error.line
        ) from error
