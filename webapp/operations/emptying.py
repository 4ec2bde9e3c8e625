"""What a dossier loses when its time has come, table by table.

``tests/webapp/test_personal_data.py`` walks over every column of words, so that none is forgotten.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, exists, or_, select, update
from sqlalchemy.orm import Session

import engine
from engine.errors import CommandRejectedError
from engine.texts import N_
from webapp.models import (
    Attachment,
    DataStore,
    DataStoreItem,
    Delivery,
    Dossier,
    DossierAction,
    DossierExtension,
    DossierLook,
    DossierNote,
    DossierPause,
    Handover,
    HandoverItem,
    Incident,
    IncidentKind,
    InstanceEvent,
    Job,
    MigrationItem,
    ProcessInstance,
    Slip,
    SlipListed,
    UserTask,
)
from webapp.operations import before_end, events
from webapp.operations.incidents import Resolution, Trouble, open_incident
from webapp.told import told

GONE = "–"  # in place of words that a page shows
_KEPT_FACTS = frozenset(
    {
        events.DOSSIER_RECEIVED,
        events.DOSSIER_STATE_CHANGED,
        events.DOSSIER_RESUMED,
        events.DOSSIER_CALENDAR_CHANGED,
        events.DOSSIER_DECIDED,
        events.DOSSIER_DUE_SOON,
        events.DOSSIER_PAUSED,
        events.DOSSIER_EXTENDED,
        events.DOSSIER_CLOCK_RESTARTED,
        events.DOSSIER_RATED,
        events.INSTANCE_MIGRATED,
    }
)
_TYPED_FACTS = ("reason", "note", "signer", "text")  # what people wrote freely, inside kept facts
_NO_DATA = N_(
    "The message “%(name)s” has lost its data together with its sender, by the rule on how long"
    " data is kept. Tried again it arrives without data."
)


def empty(session: Session, dossier: Dossier, at: datetime, *, data_stores: bool) -> set[str]:
    """Take the personal data out of everything that belongs to a dossier.

    Returns the hashes of files that it named. ``data_stores``: what its instances wrote there
    goes, too.
    """
    root = ProcessInstance.id == dossier.instance_id
    called = ProcessInstance.root_id == dossier.instance_id
    instances = session.scalars(select(ProcessInstance).where(root | called)).all()
    ids = [instance.id for instance in instances]
    _forget_instances(instances)
    before_end.forget(session, dossier.instance_id)
    _forget_work(session, ids)
    _forget_messages(session, ids, at)
    if data_stores:
        _forget_stored(session, ids, at)
    _forget_words(session, dossier)
    _forget_log(session, ids)
    hashes = _forget_files(session, dossier, ids)
    _forget_applicant(dossier, at)
    return hashes


def _forget_applicant(dossier: Dossier, at: datetime) -> None:
    dossier.applicant_name = dossier.applicant_identity = dossier.applicant_phone = ""
    dossier.applicant_email = dossier.applicant_address = dossier.subject = ""
    dossier.assisted_by = None
    dossier.answers = {}
    dossier.search_text = dossier.code.lower()
    dossier.anonymised_at = at


def _forget_instances(instances: Iterable[ProcessInstance]) -> None:
    for instance in instances:
        instance.snapshot = engine.forget_variables(instance.snapshot)
        instance.business_key = instance.suspension_reason = None


def _forget_work(session: Session, ids: Sequence[UUID]) -> None:
    session.execute(
        update(UserTask)
        .where(UserTask.instance_id.in_(ids))
        .values(answers=None, draft=None, hand_note=None)
    )
    session.execute(
        update(Job)
        .where(Job.instance_id.in_(ids))
        .values(variables={}, last_error=None, error_details=None)
    )
    _forget_incidents(session, Incident.instance_id.in_(ids))
    session.execute(
        update(MigrationItem)
        .where(MigrationItem.instance_id.in_(ids), MigrationItem.message.is_not(None))
        .values(message=GONE, params=None)
    )


def _forget_incidents(session: Session, which: ColumnElement[bool]) -> None:
    """What failed may have been told in the words of the applicant."""
    session.execute(
        update(Incident).where(which).values(message=GONE, sentence=None, details=None, note=None)
    )


def _forget_messages(session: Session, ids: Sequence[UUID], at: datetime) -> None:
    """Empty what is on its way to others, and let a person decide there; drop what is for nobody.

    A receiver that has ended can have no message any more.
    """
    to_nobody = Delivery.instance_id.in_(ids) & Delivery.start_trigger_id.is_(None)
    session.execute(delete(Delivery).where(to_nobody))
    rows = session.scalars(
        select(Delivery).where(Delivery.sender_id.in_(ids)).with_for_update()
    ).all()
    for row in rows:
        row.variables, row.last_error, row.retries_left = {}, None, 0
        _forget_incidents(session, Incident.subject_id == row.id)
        session.execute(
            update(Incident)
            .where(Incident.subject_id == row.id, Incident.resolved_at.is_(None))
            .values(resolved_at=at, resolution=Resolution.OVERTAKEN)
        )
        trouble = Trouble(
            told(CommandRejectedError(_NO_DATA, params={"name": row.name})),
            IncidentKind.DELIVERY,
            instance_id=row.sender_id if row.start_trigger_id else row.instance_id,
            subject_id=row.id,
        )
        open_incident(session, trouble, at=at)


def _forget_stored(session: Session, ids: Sequence[UUID], at: datetime) -> None:
    """Delete from data stores what these instances were the last to write."""
    theirs = DataStoreItem.instance_id.in_(ids)
    stores = session.scalars(
        select(DataStore)
        .where(exists().where(DataStoreItem.store_id == DataStore.id, theirs))
        .order_by(DataStore.id)  # as every writer locks them
        .with_for_update()
    ).all()
    for store in stores:
        store.revision, store.written_at = store.revision + 1, at
    session.execute(delete(DataStoreItem).where(theirs))


def _forget_words(session: Session, dossier: Dossier) -> None:
    session.execute(
        update(DossierAction)
        .where(DossierAction.dossier_id == dossier.id)
        .values(explanation="", points=[])
    )
    for table, column in (
        (DossierNote, "text"),
        (DossierPause, "note"),
        (DossierExtension, "reason"),
    ):
        mine = update(table).where(table.dossier_id == dossier.id)
        session.execute(mine.values({column: ""}))
    lists = select(HandoverItem.handover_id).where(HandoverItem.dossier_id == dossier.id)
    session.execute(update(Handover).where(Handover.id.in_(lists)).values(note=""))


def _forget_log(session: Session, ids: Sequence[UUID]) -> None:
    for row in session.scalars(select(InstanceEvent).where(InstanceEvent.instance_id.in_(ids))):
        row.data = _kept_facts(row)
        if row.actor_id is None and row.actor_name:  # no member of the staff: the applicant
            row.actor_name = GONE


def _kept_facts(row: InstanceEvent) -> dict[str, object]:
    if row.kind not in _KEPT_FACTS:
        return {}
    return {name: value for name, value in row.data.items() if name not in _TYPED_FACTS}


def _forget_files(session: Session, dossier: Dossier, ids: Sequence[UUID]) -> set[str]:
    """Forget the files of a dossier and every paper that names it, lists of several dossiers too.

    The numbers of papers stay taken.
    """
    attached = Attachment.instance_id.in_(ids)
    listed = select(SlipListed.slip_id).where(SlipListed.dossier_id == dossier.id)
    named = or_(Slip.dossier_id == dossier.id, Slip.id.in_(listed))
    hashes = set(session.scalars(select(Attachment.sha256).where(attached)))
    hashes |= set(session.scalars(select(Slip.sha256).where(named)))
    session.execute(delete(Attachment).where(attached))
    gone = {"content": {}, "sha256": "", "size_bytes": 0, "void_reason": ""}
    session.execute(update(Slip).where(named).values(gone))
    session.execute(
        update(DossierLook)
        .where(DossierLook.dossier_id == dossier.id, DossierLook.subject != "dossier")
        .values(subject="file")
    )
    return hashes - {""}
