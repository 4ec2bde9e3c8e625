"""How satisfied applicants were with a dossier that is over; only they say so, and need not."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from engine.texts import N_
from webapp.actors import Actor
from webapp.errors import ConflictError, NotFoundError, RejectedError
from webapp.models import Dossier
from webapp.operations import events
from webapp.ratings import RATINGS, may_rate

MAX_TEXT = 1_000  # characters


def rate(session: Session, dossier_id: UUID, rating: int, text: str, *, at: datetime) -> None:
    """Keep what the applicant says; said again it counts as said last, the log keeps both.

    Raises NotFoundError, ConflictError while the dossier is worked on, RejectedError for another
    rating than RATINGS and a text that is too long.
    """
    dossier = session.get(Dossier, dossier_id, with_for_update={"key_share": True})
    if dossier is None:
        raise NotFoundError(N_("There is no such dossier."))
    if not may_rate(dossier.state, dossier.ended_at, dossier.decided_at):
        raise ConflictError(N_("A dossier is rated when it is over."))
    if rating not in RATINGS:
        raise RejectedError(N_("Choose how satisfied you are."))
    written = text.strip()
    if len(written) > MAX_TEXT:
        raise RejectedError(N_("Write at most %(limit)s characters."), limit=MAX_TEXT)
    dossier.rating, dossier.rated_at = rating, at
    events.append(
        session,
        dossier.instance_id,
        events.DOSSIER_RATED,
        actor=Actor(None, "applicant", dossier.applicant_name),
        at=at,
        data={"rating": rating, "text": written},
    )
    session.flush()
