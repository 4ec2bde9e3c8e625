"""The procedures that come with the product, published by the demo's analyst."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from webapp.actors import Actor
from webapp.operations import deployments

SHIPPED = Path(__file__).parents[2] / "procedures_bpmn"
FIRST_NOTE = "Công bố lần đầu"
CHANGED = "trich-luc-ho-tich"
CHANGE_NOTE = "Rút ngắn bước tra cứu từ 4 giờ xuống 3 giờ"
_OLD_LIMIT, _NEW_LIMIT = b'"PT4H" motcua:state="4"', b'"PT3H" motcua:state="4"'


def shipped(folder: Path = SHIPPED) -> dict[str, dict[str, bytes]]:
    """Return the files of every shipped procedure by the name of its folder."""
    return {
        path.name: {file.name: file.read_bytes() for file in sorted(path.iterdir())}
        for path in sorted(folder.iterdir())
        if (path / "facts.json").is_file()
    }


def publish_first(session: Session, *, actor: Actor, at: datetime) -> None:
    """Publish all shipped procedures; one of them in an older form."""
    for number, (name, files) in enumerate(shipped().items()):
        first = _older(files) if name == CHANGED else files
        moment = at + timedelta(minutes=10 * number)
        _publish(session, name, first, FIRST_NOTE, actor=actor, at=moment)


def publish_change(session: Session, *, actor: Actor, at: datetime) -> None:
    """Publish the procedure that changed meanwhile, as it is shipped."""
    files = shipped()[CHANGED]
    if _older(files) != files:
        _publish(session, CHANGED, files, CHANGE_NOTE, actor=actor, at=at)


def _publish(
    session: Session,
    name: str,
    files: Mapping[str, bytes],
    note: str,
    *,
    actor: Actor,
    at: datetime,
) -> None:
    draft = deployments.save_draft(session, files, f"{name}.zip", actor=actor, at=at)
    deployments.publish(session, draft, note=note, actor=actor, at=at)


def _older(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files with the longer limit that the searching task had at first."""
    return {name: content.replace(_NEW_LIMIT, _OLD_LIMIT) for name, content in files.items()}
