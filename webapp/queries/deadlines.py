"""The clocks of dossiers, for pages and programs."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from engine.worktime import ClockLine
from webapp.legal_clock import Clock, clocks_of
from webapp.models import Dossier


def dossier_clocks(session: Session, dossier_id: UUID, at: datetime) -> tuple[Clock, ...]:
    """Return the clock of a dossier and those of its legal phases; none where nothing is promised.

    The caller has found that its reader may see the dossier.
    """
    dossier = session.get(Dossier, dossier_id)
    return clocks_of(session, dossier, at=at) if dossier else ()


def deadline_lines(session: Session, dossier_id: UUID, at: datetime) -> tuple[ClockLine, ...]:
    """Return the lines from reception to due instant; none where nothing is promised."""
    found = dossier_clocks(session, dossier_id, at)
    return found[0].lines() if found else ()
