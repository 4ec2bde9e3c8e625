"""What dossiers keep of their clocks, made anew from the log: instants, pauses, extensions."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp import legal_clock
from webapp.models import Dossier, DossierExtension, DossierPause, InstanceEvent
from webapp.operations import clocks, events
from webapp.operations.recounting_waits import lock_instances

COLUMNS = ("first_promised_at", "promised_at", "decided_at", "verdict", "calendar_revision")


def rebuild(session: Session, dossier_ids: Sequence[UUID], *, at: datetime) -> int:
    """Bring dossiers in line with their log; return how many were not."""
    chosen = select(Dossier).where(Dossier.id.in_(dossier_ids)).order_by(Dossier.id)
    lock_instances(session, [one.instance_id for one in session.scalars(chosen)])
    locked = chosen.with_for_update(key_share=True).execution_options(populate_existing=True)
    changed = [_one(session, dossier, at) for dossier in session.scalars(locked)]
    session.flush()
    return sum(changed)


def _one(session: Session, dossier: Dossier, at: datetime) -> bool:
    rows = session.scalars(
        select(InstanceEvent)
        .where(
            InstanceEvent.instance_id == dossier.instance_id,
            InstanceEvent.kind.in_(
                (events.DOSSIER_PAUSED, events.DOSSIER_RESUMED, events.DOSSIER_EXTENDED)
            ),
        )
        .order_by(InstanceEvent.id)
    ).all()
    changed = _pauses(session, dossier, rows)
    changed = _extensions(session, dossier, rows) or changed
    clock = legal_clock.clock_of(session, dossier, at=at)
    if clock is None:
        return changed
    before = [getattr(dossier, name) for name in COLUMNS]
    dossier.decided_at = clock.state.finished_at
    warned = dossier.warn_at
    clocks.refresh(session, dossier, at=at)
    if warned is None:
        dossier.warn_at = None  # it was warned of, or is too late to be
    return changed or before != [getattr(dossier, name) for name in COLUMNS]


def _pauses(session: Session, dossier: Dossier, rows: Sequence[InstanceEvent]) -> bool:
    """Add pauses that are missing, drop those that never were, end those that ended."""
    kept = {
        (one.key or one.element_id, one.started_at): one
        for one in session.scalars(
            select(DossierPause).where(DossierPause.dossier_id == dossier.id)
        )
    }
    told = _told_pauses(rows)
    changed = False
    for place in kept.keys() - told.keys():
        session.delete(kept[place])
        changed = True
    for place, facts in told.items():
        row = kept.get(place)
        if row is None:
            session.add(DossierPause(dossier_id=dossier.id, **facts))
            changed = True
        elif (row.ended_at, row.office_seconds) != (facts["ended_at"], facts["office_seconds"]):
            row.ended_at, row.office_seconds = facts["ended_at"], facts["office_seconds"]
            changed = True
    return changed


def _told_pauses(rows: Sequence[InstanceEvent]) -> dict[tuple[str, datetime], dict[str, Any]]:
    told: dict[tuple[str, datetime], dict[str, Any]] = {}
    lasting: dict[str, tuple[str, datetime]] = {}
    for row in rows:
        key = str(row.data.get("key") or row.element_id or "")
        if row.kind == events.DOSSIER_PAUSED:
            facts = _pause(row, key)
            place = (key, facts["started_at"])
            told[place] = facts
            if facts["ended_at"] is None:
                lasting[key] = place
        elif row.kind == events.DOSSIER_RESUMED and key in lasting:
            ended = {"ended_at": row.occurred_at, "office_seconds": row.data.get("office_seconds")}
            told[lasting.pop(key)].update(ended)
    return told


def _pause(row: InstanceEvent, key: str) -> dict[str, Any]:
    data = row.data
    return {
        "key": key,
        "state": data.get("state") or 0,
        "element_id": row.element_id or "",
        "started_at": _instant(data.get("started_at")) or row.occurred_at,
        "ended_at": _instant(data.get("ended_at")),
        "office_seconds": data.get("office_seconds"),
        "reason": str(data.get("reason") or ""),
        "note": str(data.get("note") or ""),
        "legal_basis": str(data.get("legal_basis") or ""),
        "paused_by": row.actor_id,
    }


def _extensions(session: Session, dossier: Dossier, rows: Sequence[InstanceEvent]) -> bool:
    """Add extensions that are missing, drop those that never were."""
    found = session.scalars(
        select(DossierExtension).where(DossierExtension.dossier_id == dossier.id)
    )
    kept = {one.extended_at: one for one in found}
    told = {
        row.occurred_at: row
        for row in rows
        if row.kind == events.DOSSIER_EXTENDED and row.data.get("new_due_at")
    }
    for moment in kept.keys() - told.keys():
        session.delete(kept[moment])
    missing = told.keys() - kept.keys()
    session.add_all(_extension(dossier, told[moment]) for moment in missing)
    return kept.keys() != told.keys()


def _extension(dossier: Dossier, row: InstanceEvent) -> DossierExtension:
    data: Mapping[str, Any] = row.data
    return DossierExtension(
        dossier_id=dossier.id,
        extended_at=row.occurred_at,
        old_due=_instant(data.get("old_due_at")),
        new_due=_instant(data.get("new_due_at")),
        amount=str(data.get("amount") or ""),
        reason=str(data.get("reason") or ""),
        signer=str(data.get("signer") or ""),
        legal_basis=str(data.get("legal_basis") or ""),
        extended_by=row.actor_id,
    )


def _instant(text: Any) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
