"""What the one-stop counter can start."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from webapp.actors import Actor
from webapp.folding import fold
from webapp.models import AgencyPeriod, Attachment, Dossier, ProcessDefinition, UserAccount
from webapp.queries.dossiers import AttachmentView, attachment_view
from webapp.queries.names import ProcedureNames


@dataclass(frozen=True, slots=True)
class Startable:
    """The newest published version of a procedure."""

    definition_id: UUID
    names: ProcedureNames
    start_form_ref: str | None


def startable_procedures(session: Session) -> tuple[Startable, ...]:
    """Return the newest version of every published procedure, by name."""
    newest = (
        select(ProcessDefinition.key, func.max(ProcessDefinition.version).label("version"))
        .group_by(ProcessDefinition.key)
        .subquery()
    )
    found = session.scalars(
        select(ProcessDefinition)
        .join(
            newest,
            (newest.c.key == ProcessDefinition.key)
            & (newest.c.version == ProcessDefinition.version),
        )
        .order_by(ProcessDefinition.name)
    )
    return tuple(_startable(one) for one in found)


def find_startable(session: Session, key: str) -> Startable | None:
    """Return the newest version of one procedure."""
    found = session.scalar(
        select(ProcessDefinition)
        .where(ProcessDefinition.key == key)
        .order_by(ProcessDefinition.version.desc())
        .limit(1)
    )
    return _startable(found) if found else None


def waiting_attachments(
    session: Session, ids: list[UUID], actor: Actor
) -> tuple[AttachmentView, ...]:
    """Return those files that the actor stored for a dossier that is not started yet."""
    found = session.execute(
        select(Attachment, UserAccount.name)
        .outerjoin(UserAccount, UserAccount.id == Attachment.uploaded_by)
        .where(
            Attachment.id.in_(ids),
            Attachment.instance_id.is_(None),
            Attachment.uploaded_by == actor.user_id,
        )
        .order_by(Attachment.uploaded_at)
    ).all()
    return tuple(attachment_view(one, name) for one, name in found)


def open_twins(session: Session, key: str, name: str, identity: str, phone: str) -> tuple[str, ...]:
    """Return the codes of open dossiers of the same person for the same procedure.

    The same person: the same identity number, or the same name and phone.
    """
    rows = session.execute(
        select(Dossier.code, Dossier.applicant_name, Dossier.applicant_identity)
        .join(ProcessDefinition, ProcessDefinition.id == Dossier.definition_id)
        .where(
            ProcessDefinition.key == key,
            Dossier.ended_at.is_(None),
            _same_person(identity, phone),
        )
        .order_by(Dossier.received_at)
        .limit(5)
    )
    return tuple(
        one.code
        for one in rows
        if (identity and one.applicant_identity == identity)
        or fold(one.applicant_name) == fold(name)
    )


def places(session: Session, day: date) -> dict[str, str]:
    """Return the names of the agencies that exist on a day, by id, in the order of their codes."""
    found = session.scalars(
        select(AgencyPeriod)
        .where(
            AgencyPeriod.valid_from <= day,
            AgencyPeriod.valid_to.is_(None) | (AgencyPeriod.valid_to >= day),
        )
        .order_by(AgencyPeriod.code)
    )
    return {str(one.agency_id): f"{one.code} {one.name}" for one in found}


def _startable(found: ProcessDefinition) -> Startable:
    names = ProcedureNames(found.key, found.version, found.name, found.facts)
    return Startable(found.id, names, found.start_form_ref)


def _same_person(identity: str, phone: str) -> ColumnElement[bool]:
    by_phone = Dossier.applicant_phone == phone
    return by_phone | (Dossier.applicant_identity == identity) if identity else by_phone
