"""Which kinds of file are accepted, and whether a file holds what its name says."""

import zipfile
from typing import BinaryIO

import puremagic

_OFFICE = "application/vnd.openxmlformats-officedocument."
KINDS: dict[str, tuple[tuple[bytes, ...], str]] = {
    # ending: (first bytes, media type)
    ".pdf": ((b"%PDF-",), "application/pdf"),
    ".png": ((b"\x89PNG\r\n\x1a\n",), "image/png"),
    ".jpg": ((b"\xff\xd8\xff",), "image/jpeg"),
    ".jpeg": ((b"\xff\xd8\xff",), "image/jpeg"),
    ".docx": ((b"PK\x03\x04",), _OFFICE + "wordprocessingml.document"),
    ".xlsx": ((b"PK\x03\x04",), _OFFICE + "spreadsheetml.sheet"),
    ".zip": ((b"PK\x03\x04", b"PK\x05\x06"), "application/zip"),
    ".txt": ((b"",), "text/plain"),
}
_MAIN_PARTS = {".docx": "word/document.xml", ".xlsx": "xl/workbook.xml"}
_SURE = 0.4  # from here on puremagic's opinion of a text counts


def begins_as(ending: str, head: bytes) -> bool:
    """Return whether the first bytes belong to the kind; those of a text to no other kind."""
    if ending == ".txt":
        return b"\x00" not in head and not _is_known(head)
    return head.startswith(KINDS[ending][0])


def holds(ending: str, stream: BinaryIO) -> bool:
    """Return whether the whole file is of its kind: a Word file holds a document, not anything.

    The stream stands at its beginning afterwards.
    """
    stream.seek(0)
    try:
        part = _MAIN_PARTS.get(ending)
        if part is None:
            return True
        with zipfile.ZipFile(stream) as packed:
            return part in packed.namelist()
    except (zipfile.BadZipFile, OSError, ValueError):
        return False
    finally:
        stream.seek(0)


def _is_known(head: bytes) -> bool:
    """Whether the bytes are those of a program, a picture or another kind that is no text."""
    try:
        found = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return False
    return any(one.confidence >= _SURE and not one.mime_type.startswith("text/") for one in found)
