"""How a dossier stands beside its promise: the one answer that lists, pages and reports give.

Read from the columns that the clock's fold writes (``webapp.operations.clocks.refresh``): a clock
that runs knows from when on its limit is near, one that stands still does not.
"""

from datetime import datetime
from typing import Protocol

from sqlalchemy import ColumnElement, and_

from engine.worktime import ClockStatus
from webapp.models import Dossier

KEPT = (ClockStatus.EARLY.value, ClockStatus.ON_TIME.value)


class ClockColumns(Protocol):
    """What a row or a view tells of a dossier's clock."""

    @property
    def promised_at(self) -> datetime | None: ...
    @property
    def near_at(self) -> datetime | None: ...
    @property
    def verdict(self) -> str: ...
    @property
    def ended_at(self) -> datetime | None: ...


def standing(dossier: ClockColumns, at: datetime) -> ClockStatus | None:
    """Return what the clock shows at ``at``; None: nothing is promised, or it ended undecided."""
    if dossier.promised_at is None:
        return None
    if dossier.verdict:
        return ClockStatus(dossier.verdict)
    if dossier.ended_at is not None:
        return None
    if dossier.near_at is None:
        return ClockStatus.PAUSED
    return ClockStatus.OVERDUE if at > dossier.promised_at else ClockStatus.RUNNING


def is_overdue(at: datetime) -> ColumnElement[bool]:
    """Return the condition of a row of ``dossier`` that ``standing`` calls overdue."""
    return and_(
        Dossier.verdict == "",
        Dossier.ended_at.is_(None),
        Dossier.near_at.is_not(None),
        Dossier.promised_at < at,
    )


def is_kept() -> ColumnElement[bool]:
    """Return the condition of a row that was decided early or on time."""
    return Dossier.verdict.in_(KEPT)
