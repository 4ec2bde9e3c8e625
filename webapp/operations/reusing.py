"""Papers of earlier dossiers that a person need not hand in again."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.texts import N_
from webapp.actors import Actor, Role
from webapp.errors import NotAllowedError, NotFoundError
from webapp.models import Attachment, Dossier
from webapp.operations import attachments, events


def reuse(
    session: Session, attachment_id: UUID, field: str, *, identity: str, actor: Actor, at: datetime
) -> UUID:
    """Let a file of an earlier dossier of the same person stand for a paper; return the new file.

    The bytes are not copied: both name them by their hash. Raises NotFoundError where no dossier
    of a person with that identity number has such a file, or it still waits for the scanner.
    """
    if not actor.has(Role.COUNTER):
        raise NotAllowedError(N_("Only the counter takes papers in."))
    found = session.get(Attachment, attachment_id)
    before = _dossier_of(session, found)
    is_theirs = before is not None and identity != "" and before.applicant_identity == identity
    if found is None or not is_theirs or found.scan_pending:
        raise NotFoundError(N_("No earlier dossier of this person has such a file."))
    row = Attachment(
        id=uuid4(),
        field=field,
        name=found.name,
        media_type=found.media_type,
        size_bytes=found.size_bytes,
        sha256=found.sha256,
        uploaded_by=actor.user_id,
        uploaded_at=at,
        reused_from=found.id,
    )
    session.add(row)
    session.flush()
    return row.id


def bind(
    session: Session, attachment_ids: Collection[UUID], dossier: Dossier, actor: Actor, at: datetime
) -> None:
    """Give a dossier its files, and say in its log which papers were re-used and from where.

    Raises NotFoundError where a file belongs to another person's dossier: the identity number was
    changed after the file was chosen.
    """
    if not attachment_ids:
        return
    attachments.bind(session, attachment_ids, dossier.instance_id, actor=actor)
    identity = dossier.applicant_identity
    rows = session.scalars(select(Attachment).where(Attachment.id.in_(attachment_ids)))
    for row in rows:
        if row.reused_from is None:
            continue
        before = _dossier_of(session, session.get(Attachment, row.reused_from))
        if before is None or not identity or before.applicant_identity != identity:
            raise NotFoundError(
                N_("“%(file)s” is a paper of somebody else. Take it away again."), file=row.name
            )
        events.append(
            session,
            dossier.instance_id,
            events.DOSSIER_PAPER_REUSED,
            actor=actor,
            at=at,
            data={
                "paper": row.field,
                "file": row.name,
                "sha256": row.sha256,
                "from_code": before.code,
            },
        )


def _dossier_of(session: Session, attachment: Attachment | None) -> Dossier | None:
    if attachment is None or attachment.instance_id is None:
        return None
    return session.scalar(select(Dossier).where(Dossier.instance_id == attachment.instance_id))
