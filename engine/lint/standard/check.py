"""All strict rules over all files of an upload."""

from collections.abc import Iterable, Iterator

from engine.bpmn.xml import parse
from engine.errors import InvalidModelError
from engine.lint.standard.document import Document
from engine.lint.standard.fault import finding
from engine.lint.standard.rules import CHECKS
from engine.model import Files, Finding


def check(files: Files, names: Iterable[str]) -> Iterator[Finding]:
    """Yield what breaks a static rule of the standard; unreadable files are left out."""
    documents: list[Document] = []
    peers: dict[str, Document] = {}
    for name in names:
        try:
            documents.append(Document(name, parse(files[name], name), peers))
        except InvalidModelError:
            continue  # told where files are read
        peers.setdefault(documents[-1].namespace, documents[-1])
    for document in documents:
        for one in CHECKS:
            for fault in one(document):
                yield finding(fault, _file_of(fault.element.getroottree().getroot(), documents))


def _file_of(root: object, documents: list[Document]) -> str:
    return next((one.file for one in documents if one.root is root), "")
