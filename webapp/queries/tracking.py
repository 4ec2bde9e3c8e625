"""What an applicant may know about their dossier."""

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.models import Dossier, DossierPause, InstanceEvent
from webapp.models.dossiers import BY_EVENT
from webapp.queries.actions import actions_of
from webapp.queries.names import ProcedureNames, procedure_names
from webapp.queries.results import ResultVersion, versions
from webapp.queries.stays import stays
from webapp.ratings import RATINGS, may_rate

_TOLD_IN = {  # which action a published state speaks of
    3: frozenset({"refusal"}),
    5: frozenset({"supplement"}),
    7: frozenset({"withdrawal"}),
    8: frozenset({"refusal", "stop"}),
}
PHONE_DIGITS = 4  # at the end of the number, asked beside the code


@dataclass(frozen=True, slots=True)
class Stage:
    """One public step: ``state`` is done, now or next; ``at`` when it began or was done."""

    name: Mapping[str, str]
    doing: Mapping[str, str]
    state: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Supplied:
    """What the applicant sent from the tracking page: words and names of files."""

    at: datetime
    text: str
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TrackedDossier:
    """A dossier without the names of staff and without internal steps."""

    id: UUID
    instance_id: UUID
    definition_id: UUID
    code: str
    tracking_token: str
    procedure: ProcedureNames
    state: int
    channel: str
    phone_end: str
    papers: tuple[Mapping[str, Any], ...]
    received_at: datetime
    first_promised_at: datetime | None
    promised_at: datetime | None
    near_at: datetime | None
    verdict: str
    rating: int | None
    decided_at: datetime | None
    ended_at: datetime | None
    outcome: str
    stages: tuple[Stage, ...]
    pauses: tuple[tuple[int, datetime, datetime | None, int | None], ...]
    told: tuple[tuple[str, tuple[str, ...]], ...]  # reason of an action, what it asks and explains
    sent: tuple[Supplied, ...]

    @property
    def ratings(self) -> tuple[tuple[int, str], ...]:
        """Return what the applicant can choose to say now; nothing while it is worked on."""
        if not self.phone_end or not may_rate(self.state, self.ended_at, self.decided_at):
            return ()
        return tuple(RATINGS.items())

    results: tuple[ResultVersion, ...]  # newest first

    @property
    def is_begun_by_program(self) -> bool:
        """Whether an event began it: nobody handed it in."""
        return self.channel == BY_EVENT


def find_token(session: Session, code: str, phone_digits: str) -> str | None:
    """Return the tracking token where the code and the end of the phone number belong together.

    An unknown code and a wrong phone number get the same answer after the same work.
    """
    row = session.execute(
        select(Dossier.tracking_token, Dossier.applicant_phone).where(
            Dossier.code == code.strip().upper()
        )
    ).one_or_none()
    ending = _ending(row.applicant_phone) if row else ""
    digits = re.sub(r"\D", "", phone_digits)
    same = hmac.compare_digest(ending or "none", digits)
    return row.tracking_token if row and same else None


def find_tracked(session: Session, token: str) -> TrackedDossier | None:
    """Return the dossier behind a tracking token."""
    dossier = session.scalar(select(Dossier).where(Dossier.tracking_token == token))
    if dossier is None:
        return None
    names = procedure_names(session, {dossier.definition_id})[dossier.definition_id]
    pauses = session.scalars(
        select(DossierPause)
        .where(DossierPause.dossier_id == dossier.id)
        .order_by(DossierPause.started_at)
    )
    return TrackedDossier(
        id=dossier.id,
        instance_id=dossier.instance_id,
        definition_id=dossier.definition_id,
        code=dossier.code,
        tracking_token=dossier.tracking_token,
        procedure=names,
        state=dossier.state,
        channel=dossier.channel,
        phone_end=_ending(dossier.applicant_phone)[1:],
        papers=tuple(dossier.papers),
        received_at=dossier.received_at,
        first_promised_at=dossier.first_promised_at,
        promised_at=dossier.promised_at,
        near_at=dossier.near_at,
        verdict=dossier.verdict,
        rating=dossier.rating,
        decided_at=dossier.decided_at,
        ended_at=dossier.ended_at,
        outcome=dossier.outcome,
        stages=_stages(session, dossier, names),
        pauses=tuple((p.state, p.started_at, p.ended_at, p.office_seconds) for p in pauses),
        told=_told(session, dossier),
        sent=supplied(session, dossier.instance_id),
        results=versions(session, dossier.id),
    )


def supplied(session: Session, instance_id: UUID) -> tuple[Supplied, ...]:
    """Return what the applicant sent over the tracking page, newest first."""
    found = session.scalars(
        select(InstanceEvent)
        .where(InstanceEvent.instance_id == instance_id, InstanceEvent.kind == "dossier.supplied")
        .order_by(InstanceEvent.id.desc())
    )
    return tuple(
        Supplied(one.occurred_at, str(one.data.get("text", "")), tuple(one.data.get("files", ())))
        for one in found
    )


def _told(session: Session, dossier: Dossier) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return what actions say to the applicant now; a proposal that nobody signed says nothing."""
    shown = {"extension"} | _TOLD_IN.get(dossier.state, frozenset())
    latest = {one.kind: one for one in reversed(actions_of(session, dossier.id))}
    return tuple(
        (
            f"{one.reason} ({one.basis})",
            (
                *(": ".join(filter(None, (p.get("ten"), p.get("yeu_cau")))) for p in one.points),
                one.explanation,
            ),
        )
        for one in latest.values()
        if one.kind in shown
    )


def _ending(phone: str) -> str:
    digits = re.sub(r"\D", "", phone)
    return digits[-PHONE_DIGITS:] if len(digits) >= PHONE_DIGITS else ""


def _stages(session: Session, dossier: Dossier, names: ProcedureNames) -> tuple[Stage, ...]:
    """Fold the timings of elements into the public stages of the facts sheet."""
    listed = [one for one in names.facts.get("stages", []) if isinstance(one, Mapping)]
    timings = stays(session, dossier.instance_id)
    active = {one.element_id for one in timings if one.lasts}
    return _folded(listed, active, timings, dossier)


def _folded(
    listed: list[Mapping[str, Any]], active: set[str], timings: Any, dossier: Dossier
) -> tuple[Stage, ...]:
    now = _present(listed, active, {row.element_id for row in timings}, dossier)
    stages = []
    for number, one in enumerate(listed):
        elements = set(one.get("elements", ()))
        own = [row for row in timings if row.element_id in elements]
        if dossier.ended_at is not None and number and not own:
            continue  # it ended without coming here: stopped, refused
        ends = [row.completed_at for row in own if row.completed_at]
        starts = [row.entered_at for row in own]
        state = "done" if number < now else "now" if number == now else "next"
        moments = ends if state == "done" else starts if state == "now" else []
        if number == 0 and state == "done":  # its start event takes no time
            moments = moments or [dossier.received_at]
        stages.append(
            Stage(one.get("name", {}), one.get("doing", {}), state, max(moments, default=None))
        )
    return tuple(stages)


def _present(
    listed: list[Mapping[str, Any]], active: set[str], seen: set[str], dossier: Dossier
) -> int:
    """The number of the stage a dossier is in; the number of stages when it has ended."""
    if dossier.ended_at is not None:
        return len(listed)
    reached = 0
    for number, one in enumerate(listed):
        elements = set(one.get("elements", ()))
        if elements & active:
            return number
        if elements & seen:
            reached = number
    return reached
