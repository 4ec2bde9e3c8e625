"""The legal clock of a dossier: stopped, started again, extended, each with its reason.

Every action is one line of the log. The rows of pauses and extensions and the instants of the
dossier are projections of the log, brought in line by ``refresh``.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

import engine
from engine import worktime
from engine.texts import N_
from webapp import agency_calendars, legal_clock
from webapp.actors import Actor
from webapp.errors import ConflictError, NotFoundError, RejectedError
from webapp.legal_clock import Clock
from webapp.models import Dossier, DossierExtension, DossierPause, InstanceEvent
from webapp.operations import events

REASONS = ("supplement", "payment", "confirmation", "outage", "stopped", "other")
STATE_OF = {"supplement": 5, "payment": 6, "stopped": 8}
WARN_BEFORE = "P1D"  # of working time, where the facts sheet says nothing else
_HALF = 2


def pause(
    session: Session,
    dossier_id: UUID,
    reason_code: str,
    legal_basis: str,
    *,
    actor: Actor,
    at: datetime,
    note: str = "",
) -> str:
    """Stop the clock of a dossier; return the key that ``resume`` takes.

    Raises NotFoundError; ConflictError where the clock has ended or stands still for that reason
    already; RejectedError for a reason that the procedure does not allow, or without a basis.
    """
    dossier = _running(session, dossier_id)
    _check_reason(session, dossier, reason_code, legal_basis)
    if any(one.reason == reason_code for one in open_pauses(session, dossier)):
        raise ConflictError(N_("The clock stands still for this reason already."))
    row = DossierPause(
        dossier_id=dossier.id,
        state=STATE_OF.get(reason_code, dossier.state),
        element_id="",
        started_at=at,
        key=str(uuid4()),
        reason=reason_code,
        note=note.strip(),
        legal_basis=legal_basis.strip(),
        paused_by=actor.user_id,
    )
    begin_pause(session, dossier, row, actor=actor, at=at)
    return row.key


def resume(
    session: Session, dossier_id: UUID, *, actor: Actor, at: datetime, key: str | None = None
) -> None:
    """End the pause of that key, or every pause that a person began; count on from ``at``.

    A pause of the model ends with its element. Raises NotFoundError; ConflictError where the clock
    does not stand still so.
    """
    dossier = _get(session, dossier_id)
    found = [
        one
        for one in open_pauses(session, dossier)
        if not one.element_id and key in (None, one.key)
    ]
    if not found:
        raise ConflictError(N_("The clock does not stand still; there is nothing to continue."))
    for one in found:
        end_pause(session, dossier, one, actor=actor, at=at)


def extend(
    session: Session,
    dossier_id: UUID,
    amount: str | datetime,
    reason: str,
    signer: str,
    *,
    actor: Actor,
    at: datetime,
    legal_basis: str = "",
) -> datetime:
    """Move the due instant by an ISO 8601 amount of the limit's own time, or to an instant.

    Return the new due instant. Raises NotFoundError; ConflictError where the clock has ended or
    nothing was promised; RejectedError without reason or signer, for an amount that cannot be read
    or does not lie later, and for more than the facts sheet allows.
    """
    dossier = _running(session, dossier_id)
    clock = _clock(session, dossier, at)
    _check_extension(clock, amount, reason, signer)
    row = _note_extension(session, dossier, clock, amount, reason, signer, legal_basis, actor, at)
    old = clock.state.promised
    new = _extended(refresh(session, dossier, at=at), old)
    row.data = {**row.data, "old_due_at": _text(old), "new_due_at": _text(new)}
    session.add(
        DossierExtension(
            dossier_id=dossier.id,
            extended_at=at,
            old_due=old,
            new_due=new,
            amount=amount if isinstance(amount, str) else "",
            reason=row.data["reason"],
            signer=row.data["signer"],
            legal_basis=row.data["legal_basis"],
            extended_by=actor.user_id,
        )
    )
    session.flush()
    return new


def restart(
    session: Session, dossier_id: UUID, reason: str, *, actor: Actor, at: datetime
) -> datetime | None:
    """Give the whole limit again from ``at``, as some laws do; return the new due instant.

    Raises NotFoundError, ConflictError where the clock has ended, RejectedError without reason.
    """
    dossier = _running(session, dossier_id)
    if not reason.strip():
        raise RejectedError(N_("Say why the time begins anew."))
    row = events.append(
        session,
        dossier.instance_id,
        events.DOSSIER_CLOCK_RESTARTED,
        actor=actor,
        at=at,
        data={"reason": reason.strip()},
    )
    refresh(session, dossier, at=at)
    row.data = {**row.data, "promised_at": _text(dossier.promised_at)}
    session.flush()
    return dossier.promised_at


def begin_pause(
    session: Session, dossier: Dossier, row: DossierPause, *, actor: Actor, at: datetime
) -> None:
    """Add a pause and its line of the log."""
    session.add(row)
    events.append(
        session,
        dossier.instance_id,
        events.DOSSIER_PAUSED,
        actor=actor,
        at=at,
        element_id=row.element_id or None,
        data={
            "state": row.state,
            "key": row.key or row.element_id,
            "reason": row.reason,
            "note": row.note,
            "legal_basis": row.legal_basis,
        },
    )
    refresh(session, dossier, at=at)


def end_pause(
    session: Session, dossier: Dossier, row: DossierPause, *, actor: Actor, at: datetime
) -> None:
    """End a pause: its line of the log says how long it was and what is due now."""
    row.ended_at = at
    calendar = agency_calendars.current(session, dossier.calendar_code)
    passed = worktime.between(row.started_at, at, calendar)
    row.office_seconds = round(passed.total_seconds())
    event = events.append(
        session,
        dossier.instance_id,
        events.DOSSIER_RESUMED,
        actor=actor,
        at=at,
        element_id=row.element_id or None,
        data={"key": row.key or row.element_id, "office_seconds": row.office_seconds},
    )
    refresh(session, dossier, at=at)
    event.data = {**event.data, "promised_at": _text(dossier.promised_at)}


def finish(session: Session, dossier: Dossier, *, actor: Actor, at: datetime) -> None:
    """End the clock: the dossier was decided. A second decision changes nothing."""
    if dossier.decided_at is not None:
        return
    dossier.decided_at = at
    event = events.append(session, dossier.instance_id, events.DOSSIER_DECIDED, actor=actor, at=at)
    clock = refresh(session, dossier, at=at)
    status = clock.state.status.value if clock else None
    event.data = {"status": status, "promised_at": _text(dossier.promised_at)}


def refresh(session: Session, dossier: Dossier, *, at: datetime) -> Clock | None:
    """Bring the dossier's columns in line with the log; return what the clock shows."""
    session.flush()
    clock = legal_clock.clock_of(session, dossier, at=at)
    if clock is None:
        return None
    state = clock.state
    dossier.first_promised_at = state.original_due
    dossier.promised_at = state.promised
    dossier.calendar_revision = state.revision
    dossier.verdict = state.status.value if state.finished_at is not None else ""
    near = warns_at(clock)
    dossier.near_at = near
    dossier.warn_at = near if near is not None and near > at else None
    return clock


def warns_at(clock: Clock) -> datetime | None:
    """Return from when on the limit of a running clock is near; None: it ended or stands still."""
    state = clock.state
    is_over = state.finished_at is not None or state.due is None
    return None if is_over else nearing_instant(clock)


def nearing_instant(clock: Clock) -> datetime | None:
    """Return from when on the limit is near; None without a limit.

    Half of a limit that is shorter than twice the warning's time counts as near.
    """
    due, begin = clock.state.promised, clock.state.begins_at
    if due is None or begin is None:
        return None
    wanted = worktime.parse_limit(str(clock.told.get("warn_before") or WARN_BEFORE), clock.calendar)
    whole = worktime.between(begin, due, clock.calendar)
    return worktime.subtract(due, max(min(wanted, whole / _HALF), timedelta()), clock.calendar)


def open_pauses(session: Session, dossier: Dossier) -> list[DossierPause]:
    """Return the pauses that last, earliest first."""
    return list(
        session.scalars(
            select(DossierPause)
            .where(DossierPause.dossier_id == dossier.id, DossierPause.ended_at.is_(None))
            .order_by(DossierPause.started_at)
        )
    )


def _get(session: Session, dossier_id: UUID) -> Dossier:
    dossier = session.get(Dossier, dossier_id, with_for_update={"key_share": True})
    if dossier is None:
        raise NotFoundError(N_("There is no such dossier."))
    return dossier


def _running(session: Session, dossier_id: UUID) -> Dossier:
    dossier = _get(session, dossier_id)
    if dossier.decided_at is not None:
        raise ConflictError(N_("The dossier is decided; its clock has ended."))
    return dossier


def _clock(session: Session, dossier: Dossier, at: datetime) -> Clock:
    clock = legal_clock.clock_of(session, dossier, at=at)
    if clock is None or clock.state.promised is None:
        raise ConflictError(N_("Nothing is promised for this dossier, so nothing can be extended."))
    return clock


def _check_reason(session: Session, dossier: Dossier, code: str, legal_basis: str) -> None:
    if code not in REASONS:
        raise RejectedError(N_("There is no reason %(reason)s for a pause."), reason=code)
    if not legal_basis.strip():
        raise RejectedError(N_("A pause needs its legal basis."))
    told = legal_clock.told_of(session, dossier) or {}
    allowed = {one.get("reason") for one in told.get("pauses") or ()} | {"outage"}
    if told.get("pauses") is not None and code not in allowed:
        raise RejectedError(N_("This procedure does not allow the clock to stop for that."))


def _note_extension(
    session: Session,
    dossier: Dossier,
    clock: Clock,
    amount: str | datetime,
    reason: str,
    signer: str,
    legal_basis: str,
    actor: Actor,
    at: datetime,
) -> InstanceEvent:
    allowed = _allowed_extension(clock).get("basis") or {}
    data: dict[str, Any] = {
        "reason": reason.strip(),
        "signer": signer.strip(),
        "legal_basis": legal_basis.strip() or str(allowed.get("vi", "")),
    }
    if isinstance(amount, datetime):
        data["new_due_at"] = _office_instant(amount, clock.calendar)
    else:
        data["amount"] = amount
    kind = events.DOSSIER_EXTENDED
    return events.append(session, dossier.instance_id, kind, actor=actor, at=at, data=data)


def _check_extension(clock: Clock, amount: str | datetime, reason: str, signer: str) -> None:
    if not reason.strip() or not signer.strip():
        raise RejectedError(N_("An extension needs its reason and who signs the apology."))
    due = clock.state.promised
    allowed = _allowed_extension(clock)
    most = allowed.get("max_count")
    if most is not None and len(clock.state.extensions) >= int(most):
        raise RejectedError(N_("This procedure allows %(count)s extensions, not more."), count=most)
    if due is None:
        return
    try:
        new = amount if isinstance(amount, datetime) else _longer(clock, due, amount)
        farthest = allowed.get("max_amount")
        last = _longer(clock, due, str(farthest)) if farthest else None
    except engine.EngineError as error:
        raise RejectedError(N_("Write the extension as working days, for example P5D.")) from error
    if new <= due:
        raise RejectedError(N_("The new date must lie after the one promised before."))
    if last is not None and new > last:
        raise RejectedError(
            N_("This procedure allows an extension by %(amount)s at most."), amount=farthest
        )


def _office_instant(instant: datetime, calendar: worktime.Calendar) -> datetime:
    """Return the close of a working day for an evening, the next opening for a day off."""
    day = worktime.Limit(worktime.Unit.CALENDAR_DAY, convention=worktime.Convention.WHOLE_DAYS)
    begins = worktime.clock_start(instant, calendar)
    same_day = calendar.local(begins).date() == calendar.local(instant).date()
    return begins if same_day else day.settled(instant, calendar)


def _longer(clock: Clock, due: datetime, amount: str) -> datetime:
    return clock.limit.settled(clock.limit.extended(due, amount, clock.calendar), clock.calendar)


def _allowed_extension(clock: Clock) -> dict[str, Any]:
    return dict(clock.told.get("extensions") or {})


def _extended(clock: Clock | None, old: datetime | None) -> datetime:
    new = clock.state.promised if clock else None
    if new is None or (old is not None and new <= old):
        raise RejectedError(N_("The new date must lie after the one promised before."))
    return new


def _text(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None
