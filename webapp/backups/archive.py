"""The file of a backup: a tar with compressed tables, attached files as they are, and a manifest.

``tables/NAME.jsonl.gz`` holds a row per line, ``files/HASH`` the bytes of an attachment,
``manifest.json`` (last, so that a broken backup has none) what there must be.
"""

import gzip
import hashlib
import io
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

import orjson

from engine.texts import N_
from webapp.errors import RejectedError

FORMAT = 1
MANIFEST = "manifest.json"


class BackupError(RejectedError):
    """The file is no backup, or not a whole one. Nothing was restored."""

    code = "backup"


@dataclass(frozen=True, slots=True)
class TableEntry:
    """One table as it was: its columns in the order of each line, and the sha256 of the lines."""

    name: str
    columns: list[str]
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds. ``revision`` is the newest migration that was applied."""

    format: int
    program: str
    made_at: str
    revision: str
    tables: list[TableEntry]
    files: list[str]  # sha256 of each

    def to_bytes(self) -> bytes:
        """Return the manifest as JSON, indented for people."""
        return orjson.dumps(asdict(self), option=orjson.OPT_INDENT_2)

    @classmethod
    def from_bytes(cls, content: bytes) -> "Manifest":
        """Read a manifest. Raises BackupError for another format."""
        try:
            raw: dict[str, Any] = orjson.loads(content)
            if raw["format"] != FORMAT:
                raise BackupError(
                    N_("The backup has format %(format)s; this program reads %(known)s."),
                    format=raw["format"],
                    known=FORMAT,
                )
            return cls(**{**raw, "tables": [TableEntry(**entry) for entry in raw["tables"]]})
        except (orjson.JSONDecodeError, KeyError, TypeError) as error:
            raise BackupError(N_("The manifest of the backup cannot be read.")) from error


class Reader:
    """An open backup."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self.manifest = Manifest.from_bytes(self._open(MANIFEST).read())

    def table_lines(self, name: str) -> Iterator[bytes]:
        """Yield the lines of a table. Raises BackupError where the compression is broken."""
        try:
            with gzip.open(self._open(f"tables/{name}.jsonl.gz")) as stream:
                yield from stream
        except (OSError, EOFError) as error:
            raise BackupError(N_("Table %(table)s of the backup is broken."), table=name) from error

    def file_chunks(self, sha256: str) -> Iterator[bytes]:
        """Yield the bytes of an attached file."""
        stream = self._open(f"files/{sha256}")
        while chunk := stream.read(1024**2):
            yield chunk

    def _open(self, name: str) -> IO[bytes]:
        try:
            stream = self._tar.extractfile(name)
        except KeyError as error:
            raise BackupError(N_("%(name)s is missing in the backup."), name=name) from error
        if stream is None:
            raise BackupError(N_("%(name)s is missing in the backup."), name=name)
        return stream


@contextmanager
def opened(path: Path) -> Iterator[Reader]:
    """Yield the backup in ``path``. Raises BackupError where it is none or broken."""
    try:
        with tarfile.open(path, "r:") as tar:
            yield Reader(tar)
    except (tarfile.TarError, OSError) as error:
        raise BackupError(
            N_("%(file)s cannot be read as a backup: %(why)s"), file=path.name, why=str(error)
        ) from error


def add_bytes(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    """Put a small member into the archive."""
    add_stream(tar, name, io.BytesIO(content), len(content))


def add_stream(tar: tarfile.TarFile, name: str, stream: IO[bytes], size: int) -> None:
    """Put a member of known size into the archive, readable by its owner only."""
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    tar.addfile(member, stream)


def digests(entries: list[TableEntry]) -> Mapping[str, tuple[int, str]]:
    """Return rows and sha256 of each table by its name, to compare two states of a house."""
    return {entry.name: (entry.rows, entry.sha256) for entry in entries}


def new_digest() -> "hashlib._Hash":
    """Return the hash that manifests use."""
    return hashlib.sha256()
