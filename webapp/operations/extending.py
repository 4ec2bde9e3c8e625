"""Moving the promised date of a dossier, with the old one kept beside it."""

from datetime import datetime

from sqlalchemy.orm import Session

from webapp.actors import Actor
from webapp.models import Dossier
from webapp.operations import events


def extend(
    session: Session,
    dossier: Dossier,
    new_due_at: datetime,
    reason: str,
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """Promise the result for a later instant; the event log keeps both and the reason."""
    old = dossier.promised_at
    dossier.promised_at = new_due_at
    events.append(
        session,
        dossier.instance_id,
        events.DOSSIER_EXTENDED,
        actor=actor,
        at=at,
        data={"old_due_at": old, "new_due_at": new_due_at, "reason": reason},
    )
    session.flush()
