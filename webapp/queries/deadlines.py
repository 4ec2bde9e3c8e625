"""Why a dossier is due when it is."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.worktime import ClockLine, Pause
from webapp.models import Dossier, DossierPause, ProcessDefinition
from webapp.promises import find_limit


def deadline_lines(session: Session, dossier_id: UUID) -> tuple[ClockLine, ...]:
    """Return the lines from reception to due instant; none where nothing is promised."""
    found = session.execute(
        select(Dossier.received_at, ProcessDefinition.facts)
        .join(ProcessDefinition, ProcessDefinition.id == Dossier.definition_id)
        .where(Dossier.id == dossier_id)
    ).first()
    limit = find_limit(found.facts) if found else None
    if found is None or limit is None:
        return ()
    rows = session.scalars(
        select(DossierPause)
        .where(DossierPause.dossier_id == dossier_id)
        .order_by(DossierPause.started_at)
    )
    pauses = [Pause(row.started_at, row.ended_at) for row in rows]
    return limit.lines(found.received_at, pauses)
