"""Papers that were made, and what the control slip and the register say."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.actors import Actor, Role
from webapp.models import (
    AgencyPeriod,
    Dossier,
    Handover,
    HandoverItem,
    Slip,
    SlipTemplate,
    UserAccount,
    UserGroup,
    UserTask,
    UserTaskCandidate,
    UserTaskStatus,
)
from webapp.queries.dossiers import StoredFile, sees_dossier

MAX_REGISTER = 2_000  # dossiers of one register


@dataclass(frozen=True, slots=True)
class SlipView:
    """One paper as made."""

    id: UUID
    purpose: str
    symbol: str
    made_at: datetime
    made_by: str
    size_bytes: int
    voided_at: datetime | None
    voided_by: str
    void_reason: str


@dataclass(frozen=True, slots=True)
class DeskStep:
    """One task of a dossier: who had it, from when to when, until when it was due."""

    element_id: str
    name: str
    groups: tuple[str, ...]  # names of the desks
    person: str
    taken_at: datetime
    done_at: datetime | None
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class RegisterRow:
    dossier_id: UUID
    code: str
    procedure_id: UUID
    applicant: str
    address: str
    phone: str
    deciding: str  # name of the agency, "" without a tree
    state: int
    channel: str
    received_at: datetime
    promised_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class TemplateVersion:
    version: int
    note: str
    saved_at: datetime
    saved_by: str


def slips_of(session: Session, dossier_id: UUID) -> tuple[SlipView, ...]:
    """Return the papers of a dossier, newest first."""
    found = session.scalars(
        select(Slip).where(Slip.dossier_id == dossier_id).order_by(Slip.made_at.desc(), Slip.id)
    )
    return tuple(_view(one) for one in found)


def find_slip(session: Session, slip_id: UUID, actor: Actor) -> tuple[SlipView, StoredFile] | None:
    """Return a paper that the actor may see: of their dossiers, or made by them."""
    one = session.get(Slip, slip_id)
    if one is None:
        return None
    dossier = session.get(Dossier, one.dossier_id) if one.dossier_id else None
    own = actor.has(Role.ADMIN) or (actor.user_id is not None and one.made_by_id == actor.user_id)
    if not (sees_dossier(session, dossier, actor) if dossier else own):
        return None
    name = f"{one.purpose}-{one.symbol.replace('/', '-') or one.made_at.date()}.pdf"
    return _view(one), StoredFile(name, "application/pdf", one.sha256, dossier_id=one.dossier_id)


def desk_steps(session: Session, instance_id: UUID) -> tuple[DeskStep, ...]:
    """Return tasks and hand-overs of paper, in the order in which desks got them."""
    rows = session.execute(
        select(UserTask, UserAccount.name)
        .outerjoin(UserAccount, UserAccount.id == UserTask.assignee_id)
        .where(UserTask.instance_id == instance_id)
        .order_by(UserTask.created_at, UserTask.id)
    ).all()
    ids = [task.id for task, _ in rows]
    groups = session.execute(
        select(UserTaskCandidate.user_task_id, UserGroup.name)
        .join(UserGroup, UserGroup.key == UserTaskCandidate.group_key)
        .where(UserTaskCandidate.user_task_id.in_(ids))
    ).all()
    worked = [
        DeskStep(
            element_id=task.element_id,
            name=task.name,
            groups=tuple(str(key) for task_id, key in groups if task_id == task.id),
            person=person or "",
            taken_at=task.created_at,
            done_at=task.completed_at if task.status == UserTaskStatus.COMPLETED else None,
            due_at=task.due_at,
        )
        for task, person in rows
        if task.status != UserTaskStatus.CANCELLED
    ]
    steps = [*worked, *_carried(session, instance_id)]
    return tuple(sorted(steps, key=lambda one: one.taken_at))


def _carried(session: Session, instance_id: UUID) -> list[DeskStep]:
    """Return the hand-over lists with which the papers of a dossier went."""
    found = session.execute(
        select(Handover, UserGroup.name)
        .join(HandoverItem, HandoverItem.handover_id == Handover.id)
        .join(Dossier, Dossier.id == HandoverItem.dossier_id)
        .join(UserGroup, UserGroup.key == Handover.to_group_key)
        .where(Dossier.instance_id == instance_id)
    )
    return [
        DeskStep(
            element_id="",
            name=f"Bàn giao hồ sơ giấy theo {one.number}",
            groups=(desk,),
            person=f"{one.from_name} giao" + (f", {one.accepted_by} nhận" * bool(one.accepted_at)),
            taken_at=one.given_at,
            done_at=one.accepted_at,
            due_at=None,
        )
        for one, desk in found
    ]


def register(session: Session, since: datetime, until: datetime) -> tuple[RegisterRow, ...]:
    """Return the dossiers received in a period, in that order; at most MAX_REGISTER."""
    found = session.scalars(
        select(Dossier)
        .where(Dossier.received_at >= since, Dossier.received_at < until)
        .order_by(Dossier.received_at, Dossier.code)
        .limit(MAX_REGISTER)
    ).all()
    names = _agencies(session)
    return tuple(
        RegisterRow(
            dossier_id=one.id,
            code=one.code,
            procedure_id=one.definition_id,
            applicant=one.applicant_name,
            address=one.applicant_address,
            phone=one.applicant_phone,
            deciding=names.get(one.deciding_agency_id, ""),
            state=one.state,
            channel=one.channel,
            received_at=one.received_at,
            promised_at=one.first_promised_at,
            ended_at=one.ended_at,
        )
        for one in found
    )


def _agencies(session: Session) -> dict[UUID | None, str]:
    """Return the newest name of every agency by id."""
    periods = session.scalars(select(AgencyPeriod).order_by(AgencyPeriod.valid_from))
    return {one.agency_id: one.name for one in periods}


def template_versions(session: Session, purpose: str) -> tuple[TemplateVersion, ...]:
    """Return the edited versions of a template, newest first."""
    found = session.scalars(
        select(SlipTemplate)
        .where(SlipTemplate.purpose == purpose)
        .order_by(SlipTemplate.version.desc())
    )
    return tuple(
        TemplateVersion(one.version, one.note, one.saved_at, one.saved_by) for one in found
    )


def _view(one: Slip) -> SlipView:
    return SlipView(
        id=one.id,
        purpose=one.purpose,
        symbol=one.symbol,
        made_at=one.made_at,
        made_by=one.made_by,
        size_bytes=one.size_bytes,
        voided_at=one.voided_at,
        voided_by=one.voided_by,
        void_reason=one.void_reason,
    )
