"""Writing files for other programs, below one folder only."""

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.texts import N_
from webapp.config import Outside
from webapp.operations.jobs import ClaimedJob
from webapp.worker import inputs
from webapp.worker.doing import HopelessError

MAX_BYTES = 10 * 1024 * 1024


@dataclass(frozen=True)
class Writer:
    """The handler of the topic ``write-file``."""

    settings: Outside

    def write(self, job: ClaimedJob) -> Mapping[str, Any]:
        """Write the input ``content`` to ``path``; return where, how large and its hash.

        ``path`` is relative to MOTCUA_OUTPUT_DIR; text is written as UTF-8, anything else as
        JSON. The file appears whole or not at all; a second run writes the same file again.
        """
        target = self._target(inputs.required(job, "path"))
        content = _content(job.variables.get("content"))
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=".incoming-")
        partial = Path(name)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            partial.chmod(0o640)
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)
        return {
            "written_file": str(target.relative_to(self._folder())),
            "size_bytes": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
        }

    def _folder(self) -> Path:
        if self.settings.output_dir is None:
            raise HopelessError(N_("Files are written only where MOTCUA_OUTPUT_DIR is set."))
        return self.settings.output_dir.resolve()

    def _target(self, written: str) -> Path:
        """Return the file meant; links are followed before it is decided where it lies."""
        folder = self._folder()
        if "\0" in written or "\\" in written or Path(written).is_absolute():
            raise HopelessError(N_("The path “%(path)s” is not a relative one."), path=written)
        target = (folder / written).resolve()
        if target == folder or not target.is_relative_to(folder) or target.is_dir():
            raise HopelessError(N_("The path “%(path)s” leaves the folder."), path=written)
        return target


def _content(value: Any) -> bytes:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=1)
    content = text.encode()
    if len(content) > MAX_BYTES:
        raise HopelessError(N_("The file is larger than %(size)s MB."), size=MAX_BYTES // 1024**2)
    return content
