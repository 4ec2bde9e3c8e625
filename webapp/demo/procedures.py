"""The procedures that come with the product, published by the demo's analyst."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from webapp.actors import Actor
from webapp.operations import deployments

SHIPPED = Path(__file__).parents[2] / "procedures_bpmn"
EARLIER = SHIPPED / "earlier"  # versions that were in force before
FIRST_NOTE = "Công bố lần đầu"
_OLD_LIMIT, _NEW_LIMIT = b'"PT4H" motcua:state="4"', b'"PT3H" motcua:state="4"'


@dataclass(frozen=True, slots=True)
class Change:
    """A procedure that changes while the demo plays: after which part of the time, and why."""

    name: str
    after: float
    note: str


CHANGES = (
    Change("trich-luc-ho-tich", 0.5, "Rút ngắn bước tra cứu từ 4 giờ xuống 3 giờ"),
    Change("giay-phep-xay-dung", 0.8, "Nghị định 217/2026/NĐ-CP: 7 ngày làm việc thay 15 ngày"),
)


def shipped(folder: Path = SHIPPED) -> dict[str, dict[str, bytes]]:
    """Return the files of every shipped procedure by the name of its folder."""
    return {
        path.name: {file.name: file.read_bytes() for file in sorted(path.iterdir())}
        for path in sorted(folder.iterdir())
        if (path / "facts.json").is_file()
    }


def publish_first(session: Session, *, actor: Actor, at: datetime) -> None:
    """Publish all shipped procedures; those that change later as they were before."""
    first = shipped() | dict(_before())
    for number, (name, files) in enumerate(first.items()):
        moment = at + timedelta(minutes=10 * number)
        _publish(session, name, files, FIRST_NOTE, actor=actor, at=moment)


def publish_change(session: Session, change: Change, *, actor: Actor, at: datetime) -> None:
    """Publish a procedure that changed meanwhile, as it is shipped."""
    _publish(session, change.name, shipped()[change.name], change.note, actor=actor, at=at)


def _before() -> Iterator[tuple[str, Mapping[str, bytes]]]:
    """Yield the changed procedures in their older form: a folder of its own, or a longer limit."""
    now, earlier = shipped(), shipped(EARLIER)
    for change in CHANGES:
        kept = [files for name, files in earlier.items() if name.startswith(change.name)]
        yield change.name, kept[0] if kept else _with_older_limit(now[change.name])


def _with_older_limit(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files with the longer limit that the searching task had at first."""
    return {name: content.replace(_NEW_LIMIT, _OLD_LIMIT) for name, content in files.items()}


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
