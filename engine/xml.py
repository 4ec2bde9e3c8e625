"""Hostile-proof reading of XML: one function, and every refusal has a plain reason and a line.

Shared by the readers of BPMN and DMN files; knows neither, only what the caller expects.
"""

import codecs
import re
from collections.abc import Mapping
from typing import Any, NoReturn

from lxml import etree

from engine.texts import N_

MAX_SIZE_BYTES = 5 * 1024 * 1024  # the largest real models are below 2 MB
MAX_ELEMENTS = 50_000  # the largest real models have some 3,000
MAX_DEPTH = 120  # levels of nesting; ours and other tools' models stay below 40

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ENCODINGS = ("utf-8", "utf-16", "us-ascii", "ascii", "iso-8859-1", "iso-8859-15")
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_DECLARATION = re.compile(r"\s*<\?xml\s.*?\?>", re.DOTALL)
_BEFORE_ROOT = re.compile(r"(?:\s+|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
_MARKUP = re.compile(
    r"""<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|</[^>]*>"""
    r"""|<(?:([^\s"'<>/!?]++)(?:[^"'>]++|"[^"]*+"|'[^']*+')*+)>""",
    re.DOTALL,
)
_LAST_SETTABLE_LINE = 65_535  # libxml2 keeps sixteen bits; beyond, its own count stays
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_OTHER_NAMESPACES = (
    ("/spec/BPMN/", "BPMN"),
    ("/spec/DMN/", "DMN"),
    ("/spec/CMMN/", "CMMN"),
    ("/wsbpel/", "BPEL"),
    ("/XPDL", "XPDL"),
    ("/1999/xhtml", "HTML"),
    ("/2000/svg", "SVG"),
)
_OTHER_ROOTS = {"mxfile": "draw.io", "mxGraphModel": "draw.io", "html": "HTML", "svg": "SVG"}


class HostileXmlError(Exception):
    """The bytes are not the XML document that was asked for; nothing of them may be used.

    ``message`` is an English template in ``%(name)s`` style beside its ``params``; ``line`` is
    1-based, ``None`` when the reason has no place.
    """

    def __init__(
        self, message: str, params: Mapping[str, object] | None = None, line: int | None = None
    ) -> None:
        self.message = message
        self.params: Mapping[str, object] = params or {}
        self.line = line
        super().__init__(message % self.params)


def parse(content: bytes, *, kind: str, namespaces: tuple[str, ...]) -> etree._Element:
    """Return the root of a ``definitions`` document; its ``sourceline`` is the line in the file.

    ``kind`` is what a sentence calls the wanted document (“BPMN”), ``namespaces`` are those the
    root may have. No DTD, entity, network access or processing instruction is ever followed.
    Raises HostileXmlError for anything else than such a document of at most 5 MB.
    """
    text = _text(content, kind)
    doctype_at = _BEFORE_ROOT.match(text)
    if doctype_at and text.startswith("<!DOCTYPE", doctype_at.end()):
        _refuse_doctype(_line_at(text, doctype_at.end()))
    root = _tree(text, kind)
    if root.getroottree().docinfo.internalDTD is not None:
        _refuse_doctype(1)
    _check_shape(root)
    _check_root(root, kind, namespaces)
    _set_lines(root, text)
    return root


def line_of(element: etree._Element) -> int:
    """Return the 1-based line on which an element's start tag begins, 0 when unknown."""
    line: object = element.sourceline
    return line if isinstance(line, int) else 0


def _refuse_doctype(line: int) -> NoReturn:
    raise HostileXmlError(
        N_("The file contains a DOCTYPE declaration, which can pull in foreign content."),
        line=line,
    )


def _text(content: bytes, kind: str) -> str:
    """Return the file as text, decoded strictly as its mark or its declaration says."""
    if len(content) > MAX_SIZE_BYTES:
        raise HostileXmlError(
            N_("The file is too large: %(size)s MB; at most %(limit)s MB can be read."),
            {
                "size": f"{len(content) / 1024 / 1024:.1f}",
                "limit": MAX_SIZE_BYTES // 1024 // 1024,
            },
        )
    if not content.strip():
        raise HostileXmlError(N_("The file is empty."))
    encoding = _encoding(content)
    try:
        text = content.decode(encoding)
    except UnicodeError as error:
        at = getattr(error, "start", 0)
        raise HostileXmlError(
            N_("The file is not in the encoding it claims to be in (%(encoding)s)."),
            {"encoding": encoding.removesuffix("-sig").upper()},
            line=content.count(b"\n", 0, at) + 1,
        ) from error
    bad = _UNPRINTABLE.search(text)
    if bad:
        _refuse_not_xml(text, kind, _line_at(text, bad.start()))
    return text


def _encoding(content: bytes) -> str:
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return encoding
    declared = _DECLARED.match(content)
    name = declared.group(1).decode("ascii").lower() if declared else "utf-8"
    if name in _ENCODINGS or name.startswith("windows-125"):
        return "utf-8" if name == "utf-16" else name  # no mark: a declaration left over
    raise HostileXmlError(
        N_("The file uses the encoding %(encoding)s, which is not read here; save it as UTF-8."),
        {"encoding": name},
        line=1,
    )


def _tree(text: str, kind: str, *, recover: bool = False) -> etree._Element:
    parser = etree.XMLParser(
        encoding="utf-8",  # the declaration no longer counts: the text is decoded already
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        recover=recover,
    )
    content = _without_declaration(text).encode("utf-8")
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        if not recover and _dislikes_only_a_namespace(parser):
            return _tree(text, kind, recover=True)
        _refuse_not_xml(text, kind, error.lineno or 1, _reason(error))


def _dislikes_only_a_namespace(parser: etree.XMLParser) -> bool:
    """Return whether a text is well-formed but for namespaces that are no URIs, as tools write."""
    log: Any = parser.error_log  # of its last run; the stub does not let one iterate over it
    return {entry.type for entry in log} == {etree.ErrorTypes.WAR_NS_URI}


def _without_declaration(text: str) -> str:
    """Return the text with its XML declaration emptied, every line where it was."""
    match = _DECLARATION.match(text)
    if match is None:
        return text
    return "\n" * match.group().count("\n") + text[match.end() :]


def _reason(error: etree.XMLSyntaxError) -> str:
    """Return the parser's own words without its positions."""
    return re.sub(r",? line \d+.*$", "", error.msg or "").strip()


def _refuse_not_xml(text: str, kind: str, line: int, reason: str = "") -> NoReturn:
    start = text.lstrip()[:1]
    if text.startswith("PK\x03"):
        message = N_("The file is a ZIP archive, not a %(wanted)s model.")
    elif start in ("{", "["):
        message = N_("The file is JSON, not a %(wanted)s model.")
    elif start != "<":
        message = N_("The file is not XML, so it cannot be a %(wanted)s model.")
    elif reason:
        message = N_("The file is not well-formed XML: %(reason)s.")
    else:
        message = N_("The file contains characters that XML does not allow.")
    raise HostileXmlError(message, {"reason": reason, "wanted": kind}, line)


def _check_shape(root: etree._Element) -> None:
    """Refuse trees that only an attack has: very deep or with very many elements."""
    depth = 0
    count = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        count += event == "start"
        if depth > MAX_DEPTH:
            raise HostileXmlError(
                N_("The elements are nested too deeply: more than %(limit)s levels."),
                {"limit": MAX_DEPTH},
                line=line_of(element),
            )
        if count > MAX_ELEMENTS:
            raise HostileXmlError(
                N_("The file has too many elements: more than %(limit)s."),
                {"limit": MAX_ELEMENTS},
                line=line_of(element),
            )


def _check_root(root: etree._Element, wanted: str, namespaces: tuple[str, ...]) -> None:
    name = etree.QName(root)
    if name.namespace in namespaces and name.localname == "definitions":
        return
    kind = _OTHER_ROOTS.get(name.localname, "")
    for part, known in _OTHER_NAMESPACES:
        if part in (name.namespace or ""):
            kind = known
    message = (
        N_("The file is a %(kind)s file, not a %(wanted)s model.")
        if kind and kind != wanted
        else N_(
            "The file is XML but not a %(wanted)s model: "
            "its root element is <%(root)s> of “%(namespace)s”."
        )
    )
    namespace = name.namespace or ""
    params = {"kind": kind, "wanted": wanted, "root": name.localname, "namespace": namespace}
    raise HostileXmlError(message, params, line_of(root))


def _set_lines(root: etree._Element, text: str) -> None:
    """Set each element's line to where its tag begins; the parser gives the tag's last line."""
    line = 1
    counted = 0
    tags = (match for match in _MARKUP.finditer(text) if match.group(1) is not None)
    for element, tag in zip(root.iter("*"), tags, strict=False):
        line += text.count("\n", counted, tag.start())
        counted = tag.start()
        if line <= _LAST_SETTABLE_LINE:
            element.sourceline = line  # type: ignore[assignment]  # the stub has no type


def _line_at(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1
