"""What is told to a program that handed in a dossier."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Uuid, bindparam, select
from sqlalchemy.orm import Session

from webapp.db import run
from webapp.models import Dossier

_RECEIVED = select(Dossier.id, Dossier.code, Dossier.tracking_token, Dossier.promised_at).where(
    Dossier.id == bindparam("dossier_id", type_=Uuid())
)


@dataclass(frozen=True, slots=True)
class Received:
    """Where to find a dossier again, and what it is promised."""

    id: UUID
    code: str
    tracking_token: str
    promised_at: datetime | None


def received(session: Session, dossier_id: UUID) -> Received:
    """Return it of a dossier that exists, also in the transaction that makes it."""
    session.flush()
    row = run(session, _RECEIVED, {"dossier_id": dossier_id}).one()
    return Received(row.id, row.code, row.tracking_token, row.promised_at)
