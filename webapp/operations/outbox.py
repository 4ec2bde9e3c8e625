"""The outbox of e-mails to the staff: digests are put in, due messages are leased and ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from engine.texts import N_
from webapp.calendars import agency_calendar
from webapp.mail_words import sentence
from webapp.models import Mail, Notice, NoticeSetting
from webapp.operations.notifying import SENTENCES, Kind

LEASE = timedelta(minutes=2)
PAUSES = tuple(timedelta(minutes=one) for one in (1, 5, 30, 120, 480))  # between tries
_SUBJECT = N_("%(count)s notices of the day")


@dataclass(frozen=True, slots=True)
class Due:
    """One e-mail that this worker holds for LEASE."""

    id: UUID
    address: str
    subject: str
    body: str


def make_digests(session: Session, *, at: datetime) -> int:
    """Put the digest of each person whose hour has come today into the outbox; return how many."""
    here = agency_calendar().local(at)
    rows = session.scalars(
        select(NoticeSetting)
        .where(
            NoticeSetting.digest_hour <= here.hour,
            or_(NoticeSetting.digest_on.is_(None), NoticeSetting.digest_on < here.date()),
        )
        .with_for_update(skip_locked=True)
    ).all()
    made = 0
    for setting in rows:
        setting.digest_on = here.date()
        made += _make_digest(session, setting, at)
    session.flush()
    return made


def _make_digest(session: Session, setting: NoticeSetting, at: datetime) -> bool:
    waiting = session.scalars(
        select(Notice)
        .where(
            Notice.user_id == setting.user_id,
            Notice.in_digest.is_(True),
            Notice.digested_at.is_(None),
        )
        .order_by(Notice.created_at)
    ).all()
    if not waiting or not setting.email:
        return False
    lines = [
        f"- {sentence(SENTENCES[Kind(one.kind)], setting.language, one.data)}" for one in waiting
    ]
    for one in waiting:
        one.digested_at = at
    session.add(
        Mail(
            id=uuid4(),
            user_id=setting.user_id,
            address=setting.email,
            subject=sentence(_SUBJECT, setting.language, {"count": len(waiting)}),
            body="\n".join([*lines, ""]),
            created_at=at,
            due_at=at,
            tries=0,
            last_error="",
        )
    )
    return True


def claim_due(session: Session, *, at: datetime, limit: int) -> Sequence[Due]:
    """Lease the next e-mails that are due; a lease that ended is taken up again."""
    rows = session.scalars(
        select(Mail)
        .where(Mail.due_at <= at, or_(Mail.leased_until.is_(None), Mail.leased_until <= at))
        .order_by(Mail.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        row.leased_until = at + LEASE
    session.flush()
    return [Due(row.id, row.address, row.subject, row.body) for row in rows]


def sent(session: Session, mail_id: UUID, *, at: datetime) -> None:
    """The mail server has taken it."""
    done = {"sent_at": at, "due_at": None, "leased_until": None, "last_error": ""}
    session.execute(update(Mail).where(Mail.id == mail_id).values(**done))


def failed(session: Session, mail_id: UUID, why: str, *, hopeless: bool, at: datetime) -> None:
    """Try again after a pause, or give it up; the person sees why under the settings."""
    row = session.get(Mail, mail_id, with_for_update=True)
    if row is None:
        return
    gone = hopeless or row.tries >= len(PAUSES)
    row.due_at = None if gone else at + PAUSES[row.tries]
    row.tries, row.leased_until, row.last_error = row.tries + 1, None, why[:500]
    session.flush()
