"""What people type when they do an action on a dossier: reason, points, new date."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from engine.texts import N_
from webapp.forms.entry import read_date, read_time
from webapp.forms.messages import Message
from webapp.forms.reading import Posted

FREE_LINES = 4


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a supplement request; ``name`` of a free line is typed."""

    field: str
    name: str
    is_chosen: bool
    asked: str
    is_free: bool = False


@dataclass(frozen=True, slots=True)
class Acting:
    """An action as typed; ``wrong`` says by field what cannot be read."""

    reason: str
    explanation: str
    day: str
    hour: str
    lines: tuple[Line, ...]
    wrong: Mapping[str, Message]
    reason_id: UUID | None = None
    new_due_at: datetime | None = None  # on the agency's clock, without zone


def read_acting(posted: Posted, papers: Sequence[Mapping[str, Any]], *, is_dated: bool) -> Acting:
    """Return what was typed; a supplement's lines are the papers of the list, then free ones."""
    wrong: dict[str, Message] = {}
    reason = posted.get("reason", "") or ""
    day, hour = posted.get("day", "") or "", posted.get("hour", "") or ""
    due = _moment(day, hour, wrong) if is_dated else None
    return Acting(
        reason=reason,
        explanation=(posted.get("explanation", "") or "").strip(),
        day=day,
        hour=hour,
        lines=(*(_listed(one, posted) for one in papers), *_free(posted)),
        wrong=wrong,
        reason_id=_id(reason, wrong),
        new_due_at=due,
    )


def _listed(paper: Mapping[str, Any], posted: Posted) -> Line:
    field = f"point-{paper.get('id')}"
    return Line(
        field,
        str(paper.get("name") or ""),
        posted.get(field) == "1",
        (posted.get(f"{field}-asked", "") or "").strip(),
    )


def _free(posted: Posted) -> list[Line]:
    lines = []
    for number in range(FREE_LINES):
        field = f"point-free-{number}"
        name = (posted.get(f"{field}-name", "") or "").strip()
        asked = (posted.get(f"{field}-asked", "") or "").strip()
        lines.append(Line(field, name, bool(name or asked), asked, is_free=True))
    return lines


def _id(text: str, wrong: dict[str, Message]) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        wrong["reason"] = Message(N_("Choose a reason"))
        return None


def _moment(day: str, hour: str, wrong: dict[str, Message]) -> datetime | None:
    try:
        return datetime.combine(read_date(day), read_time(hour))
    except ValueError:
        wrong["day"] = Message(N_("Enter the new date as day/month/year and the time as hh:mm"))
        return None
