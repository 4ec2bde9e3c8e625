"""Dossiers for the people who may see them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from webapp.actors import Actor, leads, may_see
from webapp.folding import fold
from webapp.models import (
    Attachment,
    Dossier,
    DossierGroup,
    InstanceEvent,
    ProcessDefinition,
    ProcessInstance,
    UserAccount,
    UserTask,
    UserTaskStatus,
)
from webapp.models.dossiers import BY_EVENT
from webapp.queries.letterheads import taken_over_by
from webapp.queries.names import ProcedureNames, procedure_names

PAGE_SIZE = 25
COUNTED_UP_TO = 2_000  # dossiers
_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class DossierFilter:
    text: str = ""
    procedure: str = ""  # process definition key
    state: int | None = None
    channel: str = ""
    agency: UUID | None = None  # received or decides
    page: int = 1


@dataclass(frozen=True, slots=True)
class DossierRow:
    id: UUID
    code: str
    procedure: ProcedureNames
    applicant: str
    subject: str
    state: int
    received_at: datetime
    promised_at: datetime | None
    near_at: datetime | None  # None: the clock does not run
    verdict: str
    ended_at: datetime | None
    waits_at: tuple[tuple[str, str], ...]  # element id and name of its open user tasks


@dataclass(frozen=True, slots=True)
class DossierPage:
    rows: tuple[DossierRow, ...]
    total: int
    is_capped: bool

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))


@dataclass(frozen=True, slots=True)
class Suspension:
    """Who let nothing happen to a dossier, since when and why."""

    name: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class DossierView:
    """Everything the dossier page, the receipt and the task page say about one dossier."""

    id: UUID
    instance_id: UUID
    definition_id: UUID
    code: str
    tracking_token: str
    procedure: ProcedureNames
    start_form_ref: str | None
    state: int
    channel: str
    subject: str
    applicant_name: str
    applicant_identity: str
    applicant_phone: str
    applicant_email: str
    applicant_address: str
    papers: tuple[Mapping[str, Any], ...]
    answers: Mapping[str, Any]
    received_at: datetime
    received_by: str
    first_promised_at: datetime | None
    promised_at: datetime | None
    near_at: datetime | None  # None: the clock does not run
    verdict: str
    decided_at: datetime | None
    ended_at: datetime | None
    outcome: str
    suspended: Suspension | None

    @property
    def is_begun_by_program(self) -> bool:
        """Whether an event began it: nobody handed it in."""
        return self.channel == BY_EVENT


@dataclass(frozen=True, slots=True)
class AttachmentView:
    id: UUID
    field: str
    name: str
    media_type: str
    size_bytes: int
    uploaded_by: str
    uploaded_at: datetime
    user_task_id: UUID | None
    is_reused: bool = False  # from an earlier dossier of the same person


@dataclass(frozen=True, slots=True)
class StoredFile:
    """Where the bytes of an attachment lie and what they are."""

    name: str
    media_type: str
    sha256: str
    scan_pending: bool = False  # it waits for the virus scanner
    dossier_id: UUID | None = None  # None: of no dossier yet


@dataclass(frozen=True, slots=True)
class TimelineEvent:
    id: int
    kind: str
    instance_id: UUID
    element_id: str | None
    actor_id: UUID | None
    actor_name: str
    occurred_at: datetime
    data: Mapping[str, Any]


def dossier_page(session: Session, actor: Actor, wanted: DossierFilter) -> DossierPage:
    """Return one page of the dossiers the actor may see, newest first."""
    chosen = _chosen(session, actor, wanted)
    counted = chosen.limit(COUNTED_UP_TO + 1).subquery()
    total = session.scalar(select(func.count()).select_from(counted)) or 0
    ids = session.scalars(
        chosen.order_by(Dossier.received_at.desc(), Dossier.id)
        .offset((wanted.page - 1) * PAGE_SIZE)
        .limit(PAGE_SIZE)
    ).all()
    rows = _rows(session, list(ids))
    return DossierPage(rows, min(total, COUNTED_UP_TO), is_capped=total > COUNTED_UP_TO)


def dossier_rows(
    session: Session, actor: Actor, wanted: DossierFilter, most: int
) -> tuple[DossierRow, ...]:
    """Return all that the filters leave, newest first, up to ``most``; its page does not count."""
    newest = _chosen(session, actor, wanted).order_by(Dossier.received_at.desc(), Dossier.id)
    ids = session.scalars(newest.limit(most)).all()
    parts = (ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE))
    return tuple(row for part in parts for row in _rows(session, list(part)))


def find_dossier(session: Session, dossier_id: UUID, actor: Actor) -> DossierView | None:
    """Return the dossier, or None where there is none or the actor may not know of it."""
    row = session.execute(_with_receiver().where(Dossier.id == dossier_id)).one_or_none()
    if row is None or not sees_dossier(session, row.Dossier, actor):
        return None
    return _view(session, row.Dossier, row.receiver)


def dossier_of_task(session: Session, dossier_id: UUID) -> DossierView:
    """Return the dossier of a user task that the actor was already found to see."""
    row = session.execute(_with_receiver().where(Dossier.id == dossier_id)).one()
    return _view(session, row.Dossier, row.receiver)


def sees_dossier(session: Session, dossier: Dossier, actor: Actor) -> bool:
    """Whether the actor received it, leads there, or has a group that has or had work in it."""
    if actor.user_id is not None and dossier.received_by == actor.user_id:
        return True
    if leads(actor) and actor.agency_id in (
        dossier.received_agency_id,
        dossier.deciding_agency_id,
    ):
        return True
    groups = session.scalars(
        select(DossierGroup.group_key).where(DossierGroup.dossier_id == dossier.id)
    )
    return may_see(actor, groups.all())


def attachments(session: Session, instance_id: UUID) -> tuple[AttachmentView, ...]:
    """Return the files of an instance in the order in which they came."""
    found = session.execute(
        select(Attachment, UserAccount.name)
        .outerjoin(UserAccount, UserAccount.id == Attachment.uploaded_by)
        .where(Attachment.instance_id == instance_id)
        .order_by(Attachment.uploaded_at)
    ).all()
    return tuple(attachment_view(one, name) for one, name in found)


def attachment_view(attachment: Attachment, uploaded_by: str | None) -> AttachmentView:
    """Return a stored file as pages show it."""
    return AttachmentView(
        id=attachment.id,
        field=attachment.field,
        name=attachment.name,
        media_type=attachment.media_type,
        size_bytes=attachment.size_bytes,
        uploaded_by=uploaded_by or "",
        uploaded_at=attachment.uploaded_at,
        user_task_id=attachment.user_task_id,
        is_reused=attachment.reused_from is not None,
    )


def find_file(session: Session, attachment_id: UUID, actor: Actor) -> StoredFile | None:
    """Return a file of a dossier the actor may see, or one the actor has just uploaded."""
    found = session.get(Attachment, attachment_id)
    if found is None:
        return None
    dossier = (
        session.scalar(select(Dossier).where(Dossier.instance_id == found.instance_id))
        if found.instance_id
        else None
    )
    is_own = actor.user_id is not None and found.uploaded_by == actor.user_id
    if not (sees_dossier(session, dossier, actor) if dossier else is_own):
        return None
    return StoredFile(
        found.name,
        found.media_type,
        found.sha256,
        found.scan_pending,
        dossier.id if dossier else None,
    )


def timeline(session: Session, instance_id: UUID) -> tuple[TimelineEvent, ...]:
    """Return the events of an instance and of all that it called, newest first."""
    called = session.scalars(
        select(ProcessInstance.id).where(ProcessInstance.root_id == instance_id)
    ).all()
    found = session.scalars(
        select(InstanceEvent)
        .where(InstanceEvent.instance_id.in_([instance_id, *called]))
        .order_by(InstanceEvent.id.desc())
    )
    return tuple(
        TimelineEvent(
            id=one.id,
            kind=one.kind,
            instance_id=one.instance_id,
            element_id=one.element_id,
            actor_id=one.actor_id,
            actor_name=one.actor_name,
            occurred_at=one.occurred_at,
            data=one.data,
        )
        for one in found
    )


def _chosen(session: Session, actor: Actor, wanted: DossierFilter) -> Select[UUID]:
    chosen = select(Dossier.id)
    if not actor.sees_all:
        chosen = chosen.where(_seen_by(actor))
    for word in fold(wanted.text).split():
        chosen = chosen.where(Dossier.search_text.contains(word, autoescape=True))
    if wanted.procedure:
        ids = session.scalars(
            select(ProcessDefinition.id).where(ProcessDefinition.key == wanted.procedure)
        ).all()
        chosen = chosen.where(Dossier.definition_id.in_(ids))
    if wanted.state is not None:
        chosen = chosen.where(Dossier.state == wanted.state)
    if wanted.channel:
        chosen = chosen.where(Dossier.channel == wanted.channel)
    if wanted.agency:
        own = taken_over_by(session, wanted.agency)
        chosen = chosen.where(
            Dossier.received_agency_id.in_(own) | Dossier.deciding_agency_id.in_(own)
        )
    return chosen


def _seen_by(actor: Actor) -> ColumnElement[bool]:
    """The same as ``sees_dossier`` says of one."""
    mine = select(DossierGroup.dossier_id).where(DossierGroup.group_key.in_(actor.groups))
    seen: ColumnElement[bool] = Dossier.id.in_(mine)
    if actor.user_id:
        seen |= Dossier.received_by == actor.user_id
    if leads(actor):
        seen |= Dossier.received_agency_id == actor.agency_id
        seen |= Dossier.deciding_agency_id == actor.agency_id
    return seen


def _rows(session: Session, ids: list[UUID]) -> tuple[DossierRow, ...]:
    found = {one.id: one for one in session.scalars(select(Dossier).where(Dossier.id.in_(ids)))}
    names = procedure_names(session, {one.definition_id for one in found.values()})
    waits = session.execute(
        select(UserTask.dossier_instance(), UserTask.element_id, UserTask.name).where(
            UserTask.belongs_to_any([one.instance_id for one in found.values()]),
            UserTask.status == UserTaskStatus.OPEN,
        )
    ).all()
    return tuple(
        DossierRow(
            id=one.id,
            code=one.code,
            procedure=names[one.definition_id],
            applicant=one.applicant_name,
            subject=one.subject,
            state=one.state,
            received_at=one.received_at,
            promised_at=one.promised_at,
            near_at=one.near_at,
            verdict=one.verdict,
            ended_at=one.ended_at,
            waits_at=tuple((w[1], w[2]) for w in waits if w[0] == one.instance_id),
        )
        for one in (found[each] for each in ids)
    )


def _with_receiver() -> Select[Dossier, str | None]:
    return select(Dossier, UserAccount.name.label("receiver")).outerjoin(
        UserAccount, UserAccount.id == Dossier.received_by
    )


def _view(session: Session, dossier: Dossier, receiver: str | None) -> DossierView:
    names = procedure_names(session, {dossier.definition_id})[dossier.definition_id]
    return DossierView(
        id=dossier.id,
        instance_id=dossier.instance_id,
        definition_id=dossier.definition_id,
        code=dossier.code,
        tracking_token=dossier.tracking_token,
        procedure=names,
        start_form_ref=names.start_form_ref,
        state=dossier.state,
        channel=dossier.channel,
        subject=dossier.subject,
        applicant_name=dossier.applicant_name,
        applicant_identity=dossier.applicant_identity,
        applicant_phone=dossier.applicant_phone,
        applicant_email=dossier.applicant_email,
        applicant_address=dossier.applicant_address,
        papers=tuple(dossier.papers),
        answers=dossier.answers,
        received_at=dossier.received_at,
        received_by=receiver or "",
        first_promised_at=dossier.first_promised_at,
        promised_at=dossier.promised_at,
        near_at=dossier.near_at,
        verdict=dossier.verdict,
        decided_at=dossier.decided_at,
        ended_at=dossier.ended_at,
        outcome=dossier.outcome,
        suspended=_suspension(session, dossier.instance_id),
    )


def _suspension(session: Session, instance_id: UUID) -> Suspension | None:
    row = session.execute(
        select(
            ProcessInstance.suspended_at,
            ProcessInstance.suspended_by,
            ProcessInstance.suspension_reason,
        ).where(ProcessInstance.id == instance_id)
    ).one()
    at, name, reason = row
    return Suspension(name or "", at, reason or "") if at is not None else None
