"""The bytes of attachments, kept by their sha256 in a plain folder."""

import hashlib
import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from engine.texts import N_
from webapp.errors import RejectedError
from webapp.outages import outage


class FileTooLargeError(RejectedError):
    """The stream holds more bytes than allowed; nothing was kept."""

    code = "file_too_large"


@dataclass(frozen=True, slots=True)
class StoredFile:
    sha256: str
    size_bytes: int
    head: bytes  # the first bytes, to tell the kind of file


class FileStore:
    """Files are written once, never changed; the same bytes are kept once."""

    HEAD_BYTES = 4096

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, chunks: Iterable[bytes], *, max_bytes: int) -> StoredFile:
        """Keep the bytes of ``chunks``; they are on the disk when this returns.

        Raises FileTooLargeError beyond ``max_bytes``, StorageFullError where the disk is full.
        """
        try:
            return self._put(chunks, max_bytes)
        except OSError as error:
            full = outage(error)
            if full is None:
                raise
            raise full from error

    def _put(self, chunks: Iterable[bytes], max_bytes: int) -> StoredFile:
        self.folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self.folder, prefix="incoming-")
        partial = Path(name)
        try:
            with os.fdopen(handle, "wb") as stream:
                digest, size, head = hashlib.sha256(), 0, b""
                for chunk in chunks:
                    size += len(chunk)
                    if size > max_bytes:
                        raise FileTooLargeError(
                            N_("The file is larger than %(size)s MB."), size=max_bytes // 1024**2
                        )
                    digest.update(chunk)
                    head = head if len(head) >= self.HEAD_BYTES else head + chunk
                    stream.write(chunk)
                stream.flush()
                os.fsync(stream.fileno())  # the row that names it will survive a power cut
            target = self.path(digest.hexdigest())
            target.parent.mkdir(exist_ok=True)
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)
        return StoredFile(digest.hexdigest(), size, head[: self.HEAD_BYTES])

    def open(self, sha256: str) -> BinaryIO:
        """Return the bytes with that hash, to be closed. Raises FileNotFoundError."""
        return self.path(sha256).open("rb")

    def size(self, sha256: str) -> int:
        """Return how many bytes there are. Raises FileNotFoundError."""
        return self.path(sha256).stat().st_size

    def delete(self, sha256: str) -> None:
        """Forget the bytes with that hash; what is not there is no error."""
        self.path(sha256).unlink(missing_ok=True)

    def path(self, sha256: str) -> Path:
        """Return where the bytes with that hash lie (or would lie)."""
        return self.folder / sha256[:2] / sha256
