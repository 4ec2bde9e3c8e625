"""One dossier packed to be taken along: what is known of it, its papers, its files."""

import json
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import IO, Any

from sqlalchemy.orm import Session

from webapp.actors import Actor
from webapp.filestore import FileStore
from webapp.queries import packing
from webapp.queries.dossiers import DossierView
from webapp.queries.packing import PackedFile

IN_MEMORY = 4 * 1024 * 1024  # bytes; larger packages are made on the disk


def packed(
    session: Session, found: DossierView, store: FileStore, *, actor: Actor, at: datetime
) -> IO[bytes]:
    """Return a ZIP archive: ``dossier.json`` and, by their names, papers and files.

    The JSON says of every file its SHA-256, so that nobody can change one unnoticed. What the
    virus scanner has not let pass yet is listed and left out.
    """
    told = packing.everything(session, found.id)
    told |= {"taken_at": at, "taken_by": actor.name}
    stream = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  (sent afterwards)
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        text = json.dumps(told, ensure_ascii=False, indent=1, default=_plain)
        archive.writestr("dossier.json", text)
        for name, one in _named(packing.files(session, found.id)):
            with store.open(one.sha256) as source, archive.open(name, "w") as target:
                shutil.copyfileobj(source, target)
    stream.seek(0)
    return stream


def _named(files: tuple[PackedFile, ...]) -> Iterator[tuple[str, PackedFile]]:
    """Yield each file that may be opened under a name of its own."""
    for number, one in enumerate(files, 1):
        if not one.scan_pending:
            yield f"{one.folder}/{number:03d} {one.name.replace('/', '-')}", one


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
