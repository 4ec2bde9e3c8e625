"""Notices of one person, how the person wishes them, and whether e-mails arrive."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.actors import Actor
from webapp.models import Mail, Notice, NoticeSetting

LISTED = 100  # newest


def newest(session: Session, actor: Actor) -> Sequence[Notice]:
    """Return the newest notices of a person, those not read first."""
    return session.scalars(
        select(Notice)
        .where(Notice.user_id == actor.user_id)
        .order_by(Notice.read_at.is_not(None), Notice.created_at.desc())
        .limit(LISTED)
    ).all()


def one(session: Session, actor: Actor, notice_id: UUID) -> Notice | None:
    """Return a notice, if it is this person's."""
    return session.scalar(
        select(Notice).where(Notice.id == notice_id, Notice.user_id == actor.user_id)
    )


def setting(session: Session, actor: Actor) -> tuple[NoticeSetting | None, str]:
    """Return how a person wishes to be told, and why the newest e-mail did not arrive."""
    found = session.get(NoticeSetting, actor.user_id) if actor.user_id else None
    last = session.scalar(
        select(Mail).where(Mail.user_id == actor.user_id).order_by(Mail.created_at.desc()).limit(1)
    )
    return found, last.last_error if last else ""
