"""The clocks of dossiers, for pages and programs."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.worktime import ClockLine
from webapp.actors import Actor
from webapp.legal_clock import Clock, clocks_of
from webapp.models import Dossier
from webapp.queries.dossiers import sees_dossier
from webapp.queries.forecast import Forecast, forecast


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


@dataclass(frozen=True, slots=True)
class ClockSheet:
    """The clocks of one dossier with what a page says beside them."""

    code: str
    clocks: tuple[Clock, ...]
    forecast: Forecast | None = None


def clock_sheet(
    session: Session, dossier_id: UUID, actor: Actor, at: datetime
) -> ClockSheet | None:
    """Return the clocks of a dossier with the forecast; None where the actor may not know it."""
    dossier = session.get(Dossier, dossier_id)
    if dossier is None or not sees_dossier(session, dossier, actor):
        return None
    found = clocks_of(session, dossier, at=at)
    return ClockSheet(dossier.code, found, forecast(session, dossier, at))


def forecast_of(session: Session, dossier_id: UUID, at: datetime) -> Forecast | None:
    """Return the forecast of a dossier that the caller's reader may see."""
    dossier = session.get(Dossier, dossier_id)
    return forecast(session, dossier, at) if dossier else None


def tracked_clock_sheet(session: Session, token: str, at: datetime) -> ClockSheet | None:
    """Return the clocks of the dossier that a tracking token opens; None where none does."""
    dossier = session.scalar(select(Dossier).where(Dossier.tracking_token == token))
    return ClockSheet(dossier.code, clocks_of(session, dossier, at=at)) if dossier else None
