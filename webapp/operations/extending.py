"""Moving the promised date of a dossier, with the old one kept beside it."""

from datetime import datetime

from sqlalchemy.orm import Session

from webapp import legal_clock
from webapp.actors import Actor
from webapp.models import Dossier
from webapp.operations import clocks, events


def extend(
    session: Session,
    dossier: Dossier,
    new_due_at: datetime,
    reason: str,
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """Promise the result for a later instant; the event log keeps both and the reason.

    The one who acts signs. Raises what ``clocks.extend`` raises. A procedure whose facts sheet
    promises nothing has no clock; then the date alone is kept.
    """
    signer = actor.name or actor.username
    if legal_clock.clock_of(session, dossier, at=at) is not None:
        clocks.extend(session, dossier.id, new_due_at, reason, signer, actor=actor, at=at)
        return
    told = {
        "old_due_at": dossier.promised_at,
        "new_due_at": new_due_at,
        "reason": reason,
        "signer": signer,
    }
    dossier.promised_at = new_due_at
    events.append(
        session, dossier.instance_id, events.DOSSIER_EXTENDED, actor=actor, at=at, data=told
    )
    session.flush()
