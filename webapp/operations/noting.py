"""Notes, leaders' instructions, looks, and the axes of money and delivery beside the state."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.texts import N_
from webapp.actors import Actor, Role, leads
from webapp.errors import NotAllowedError, NotFoundError, RejectedError
from webapp.models import Dossier, DossierLook, DossierNote, UserAccount
from webapp.operations import events, notifying
from webapp.operations.notifying import Kind

MAX_NOTE = 2_000  # characters
LOOK_EVERY = timedelta(minutes=10)  # two looks of one person at one thing count once
MAX_AMOUNT = 10**12  # đồng
MONEY = ("none", "owed", "paid", "waived", "refunded")
HOW = ("counter", "online")  # where a fee was paid
DELIVERY = ("none", "waiting", "sent", "handed_over")
_MENTION = re.compile(r"(?<![\w@])@([a-z0-9][a-z0-9._-]{1,39})")


def note(
    session: Session,
    dossier_id: UUID,
    text: str,
    *,
    actor: Actor,
    at: datetime,
    is_instruction: bool = False,
) -> UUID:
    """Write a note and return its id; ``@username`` of active people is recorded as a mention.

    An instruction binds those who work on the dossier and changes nothing in it by itself.
    Raises RejectedError for an empty or too long text, NotAllowedError for who may not instruct.
    """
    if is_instruction and not may_instruct(actor):
        raise NotAllowedError(N_("Only leaders give instructions."))
    written = text.strip()
    if not written or len(written) > MAX_NOTE:
        raise RejectedError(N_("A note has between 1 and %(length)s characters."), length=MAX_NOTE)
    row = DossierNote(
        id=uuid4(),
        dossier_id=dossier_id,
        is_instruction=is_instruction,
        text=written,
        mentions=_mentioned(session, written),
        author_id=actor.user_id,
        author_name=actor.name,
        written_at=at,
        done_by="",
    )
    session.add(row)
    told = {"note_id": row.id, "is_instruction": is_instruction, "mentions": row.mentions}
    _tell(session, dossier_id, events.DOSSIER_NOTED, told, actor, at)
    _notify(session, row, actor, at)
    return row.id


def carry_out(session: Session, note_id: UUID, *, actor: Actor, at: datetime) -> None:
    """Say that an instruction was carried out; a second time changes nothing."""
    row = session.get(DossierNote, note_id, with_for_update=True)
    if row is None or not row.is_instruction:
        raise NotFoundError(N_("There is no such instruction."))
    if row.done_at is None:
        row.done_at, row.done_by = at, actor.name
    session.flush()


def may_instruct(actor: Actor) -> bool:
    """Tell whether a person gives instructions and work to others."""
    return leads(actor)


def look(session: Session, dossier_id: UUID, subject: str, *, actor: Actor, at: datetime) -> None:
    """Remember that a person looked at a dossier, or at a file of it."""
    session.add(
        DossierLook(
            dossier_id=dossier_id,
            user_id=actor.user_id,
            user_name=actor.name,
            subject=subject,
            looked_at=at,
        )
    )
    session.flush()


def look_is_due(
    session: Session, dossier_id: UUID, subject: str, *, actor: Actor, at: datetime
) -> bool:
    """Tell whether ``look`` has something new to remember; so most requests write nothing."""
    last = session.scalar(
        select(DossierLook.looked_at)
        .where(
            DossierLook.dossier_id == dossier_id,
            DossierLook.user_id == actor.user_id,
            DossierLook.subject == subject,
        )
        .order_by(DossierLook.looked_at.desc())
        .limit(1)
    )
    return last is None or at - last >= LOOK_EVERY


def set_money(
    session: Session,
    dossier_id: UUID,
    state: str,
    why: str,
    *,
    actor: Actor,
    at: datetime,
    how: str = "counter",
    amount: int | None = None,
) -> None:
    """Say how its fee stands, and where it was paid (HOW); the published state stays.

    ``amount`` is what was paid or given back, in đồng. Raises RejectedError where it is more than
    MAX_AMOUNT.
    """
    _counter_only(actor)
    dossier = _dossier(session, dossier_id)
    if state not in MONEY:
        raise RejectedError(N_("There is no such state of a fee."))
    if how not in HOW:
        raise RejectedError(N_("Say whether the fee was paid at the counter or online."))
    how = how if state == "paid" else ""
    if (state, how) == (dossier.money_state, dossier.paid_how):
        return
    if amount is not None and amount > MAX_AMOUNT:
        raise RejectedError(N_("The amount is at most %(most)s đồng."), most=MAX_AMOUNT)
    told: dict[str, object] = {
        "before": dossier.money_state,
        "after": state,
        "note": why.strip(),
        "how": how,
    }
    if amount is not None:
        told["amount"] = amount
    dossier.money_state, dossier.paid_how = state, how
    _tell(session, dossier_id, events.DOSSIER_MONEY_CHANGED, told, actor, at)


def set_delivery(
    session: Session, dossier_id: UUID, state: str, why: str, *, actor: Actor, at: datetime
) -> None:
    """Say how its result travels; the published state of the dossier stays with the model."""
    _counter_only(actor)
    dossier = _dossier(session, dossier_id)
    if state not in DELIVERY:
        raise RejectedError(N_("There is no such state of delivery."))
    if state == dossier.delivery_state:
        return
    told = {"before": dossier.delivery_state, "after": state, "note": why.strip()}
    dossier.delivery_state = state
    _tell(session, dossier_id, events.DOSSIER_DELIVERY_CHANGED, told, actor, at)


def _mentioned(session: Session, text: str) -> list[str]:
    wanted = sorted({name.rstrip("._-") for name in _MENTION.findall(text)})
    known = session.scalars(
        select(UserAccount.username).where(
            UserAccount.username.in_(wanted), UserAccount.is_active.is_(True)
        )
    )
    return sorted(known)


def _notify(session: Session, row: DossierNote, actor: Actor, at: datetime) -> None:
    dossier = _dossier(session, row.dossier_id)
    if row.is_instruction:
        notifying.tell_of_dossier(session, dossier, Kind.INSTRUCTED, actor.name, at)
    named = session.scalars(
        select(UserAccount.id).where(
            UserAccount.username.in_(row.mentions), UserAccount.id != actor.user_id
        )
    )
    about = {"code": dossier.code, "by": actor.name}
    where = {"dossier_id": dossier.id, "user_task_id": None}
    notifying.tell(session, named, Kind.MENTIONED, about=about, at=at, **where)


def _dossier(session: Session, dossier_id: UUID) -> Dossier:
    dossier = session.get(Dossier, dossier_id, with_for_update={"key_share": True})
    if dossier is None:
        raise NotFoundError(N_("There is no such dossier."))
    return dossier


def _counter_only(actor: Actor) -> None:
    if actor.user_id is not None and not actor.has(Role.COUNTER):
        raise NotAllowedError(N_("Only the counter keeps fees and deliveries."))


def _tell(
    session: Session,
    dossier_id: UUID,
    kind: str,
    data: Mapping[str, object],
    actor: Actor,
    at: datetime,
) -> None:
    dossier = _dossier(session, dossier_id)
    events.append(session, dossier.instance_id, kind, actor=actor, at=at, data=data)
    session.flush()
