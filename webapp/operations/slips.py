"""Making papers: checked, numbered without gaps, set as PDF, kept by hash; voided, never reused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.texts import N_
from webapp.actors import Actor, Role
from webapp.calendars import agency_calendar
from webapp.errors import NotAllowedError, NotFoundError, RejectedError
from webapp.filestore import FileStore
from webapp.models import Dossier, DossierAction, Slip, SlipListed, SlipTemplate
from webapp.models.dossiers import BY_EVENT
from webapp.operations import events
from webapp.operations.numbers import next_number
from webapp.slips import printing
from webapp.slips.purposes import KINDS, Purpose, shipped
from webapp.slips.samples import sample_of
from webapp.storable import storable

MAX_PDF_BYTES = 20 * 1024 * 1024
MAX_REASON = 300  # characters
DECIDED = frozenset({9, 10})
SETTLED = frozenset({"paid", "refunded"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipOrder:
    """A paper that somebody wants. ``content`` is what the template reads as ``d``."""

    purpose: Purpose
    agency_code: str
    content: Mapping[str, Any]
    dossier_id: UUID | None = None
    action_id: UUID | None = None
    listed: Sequence[UUID] = ()  # the dossiers that a list of several names


def make(
    session: Session, file_store: FileStore, order: SlipOrder, *, actor: Actor, at: datetime
) -> UUID:
    """Make a paper and return its id; its number is given in the same transaction.

    Raises RejectedError where a check before printing fails, BrokenTemplateError where an edited
    template cannot be set.
    """
    dossier = session.get(Dossier, order.dossier_id) if order.dossier_id else None
    if dossier is not None:
        _check(session, dossier, order)
    today = agency_calendar().local(at).date()
    number, symbol = _number(session, order, today.year)
    version, template = template_of(session, order.purpose)
    content = {**order.content, "symbol": symbol}
    made = printing.pdf(template, content)
    kept = file_store.put([made], max_bytes=MAX_PDF_BYTES)
    row = Slip(
        id=uuid4(),
        dossier_id=order.dossier_id,
        action_id=order.action_id,
        purpose=order.purpose,
        agency_code=order.agency_code,
        year=today.year,
        number=number,
        symbol=symbol,
        template_version=version,
        content=storable({key: value for key, value in content.items() if key != "qr"}),
        sha256=kept.sha256,
        size_bytes=kept.size_bytes,
        made_at=at,
        made_by_id=actor.user_id,
        made_by=actor.name,
        voided_by="",
        void_reason="",
    )
    _keep(session, row, order.listed)
    _note(session, dossier, row, events.SLIP_MADE, {}, actor, at)
    return row.id


def _keep(session: Session, row: Slip, listed: Sequence[UUID]) -> None:
    session.add(row)
    session.flush()
    session.add_all(SlipListed(slip_id=row.id, dossier_id=one) for one in listed)
    session.flush()


def void(session: Session, slip_id: UUID, reason: str, *, actor: Actor, at: datetime) -> None:
    """Declare a paper void. Its number stays taken; the PDF stays readable, marked as void."""
    row = session.get(Slip, slip_id, with_for_update=True)
    if row is None:
        raise NotFoundError(N_("There is no such paper."))
    if row.voided_at is not None:
        return
    if not reason.strip() or len(reason) > MAX_REASON:
        raise RejectedError(
            N_("Say why the paper is void, in at most %(length)s characters."), length=MAX_REASON
        )
    row.voided_at, row.voided_by, row.void_reason = at, actor.name, reason.strip()
    dossier = session.get(Dossier, row.dossier_id) if row.dossier_id else None
    _note(session, dossier, row, events.SLIP_VOIDED, {"reason": row.void_reason}, actor, at)
    session.flush()


def template_of(session: Session, purpose: Purpose) -> tuple[int, str]:
    """Return version and text of the template in use; version 0 came with the product."""
    found = session.scalar(
        select(SlipTemplate)
        .where(SlipTemplate.purpose == purpose)
        .order_by(SlipTemplate.version.desc())
        .limit(1)
    )
    return (found.version, found.source) if found else (0, shipped(purpose))


def preview(source: str, purpose: Purpose) -> bytes:
    """Return a template set with sample data. Raises RejectedError for one that cannot be set."""
    printing.check_template(source)
    return printing.pdf(source, sample_of(purpose))


def save_template(
    session: Session, purpose: Purpose, source: str, note: str, *, actor: Actor, at: datetime
) -> int:
    """Keep a new version of a template and return its number; papers made before keep theirs.

    Raises RejectedError for a template that cannot be set with sample data.
    """
    if actor.user_id is not None and not actor.has(Role.ADMIN):
        raise NotAllowedError(N_("Only an administrator may change templates."))
    text = source.replace("\r\n", "\n")
    preview(text, purpose)
    last = session.scalar(
        select(func.max(SlipTemplate.version)).where(SlipTemplate.purpose == purpose)
    )
    version = (last or 0) + 1
    session.add(
        SlipTemplate(
            purpose=purpose,
            version=version,
            source=text,
            note=note.strip(),
            saved_at=at,
            saved_by=actor.name,
        )
    )
    session.flush()
    return version


def _number(session: Session, order: SlipOrder, year: int) -> tuple[int, str]:
    """Return the next number of the agency, kind and year (Decree 30/2020), and it as printed."""
    symbol = KINDS[order.purpose].symbol
    if not symbol:
        return 0, ""
    series = f"slip {order.agency_code} {order.purpose}"
    number = next_number(session, series, date(year, 1, 1))
    return number, f"{number:02d}/{symbol}"


def _check(session: Session, dossier: Dossier, order: SlipOrder) -> None:
    """Checks before printing: what the paper says must stand in the dossier."""
    wanted = KINDS[order.purpose].action
    action = session.get(DossierAction, order.action_id) if order.action_id else None
    if wanted and (action is None or action.kind != wanted or action.dossier_id != dossier.id):
        raise RejectedError(N_("This paper belongs to an action that was not done here."))
    if order.purpose is Purpose.RECEIPT and dossier.channel == BY_EVENT:
        raise RejectedError(N_("Nobody handed this dossier in, so there is no receipt for it."))
    if order.purpose is Purpose.FEE and dossier.money_state not in SETTLED:
        raise RejectedError(N_("No fee was paid or given back for this dossier."))
    if order.purpose is Purpose.STOP and dossier.state in DECIDED:
        raise RejectedError(N_("A dossier with a result is not stopped."))
    if order.purpose is Purpose.APOLOGY and action is not None and action.new_due_at is None:
        raise RejectedError(N_("The apology needs a new date."))


def _note(
    session: Session,
    dossier: Dossier | None,
    row: Slip,
    kind: str,
    more: Mapping[str, Any],
    actor: Actor,
    at: datetime,
) -> None:
    if dossier is None:
        return
    data = {"slip_id": row.id, "purpose": row.purpose, "symbol": row.symbol, **more}
    events.append(session, dossier.instance_id, kind, actor=actor, at=at, data=data)
