"""The rules that look at all files of an upload at once."""

from collections.abc import Iterator

from engine.lint.structure import check_together as check_structure
from engine.lint.types import check_types
from engine.lint.upload import Upload
from engine.model import Finding


def check_together(upload: Upload) -> Iterator[Finding]:
    """Yield what is wrong between the files, and with the types that they give each other."""
    yield from check_structure(upload)
    yield from check_types(upload)
