"""What a report knows of each dossier at its cut-off: one bit for each fact, made by the database.

A dossier belongs to a period where it was received before the end and not decided before the
start. Many dossiers have the same bits, so a million of them make a few hundred groups.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Integer,
    and_,
    case,
    exists,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.sql.elements import KeyedColumnElement

from engine.worktime import Calendar, subtract
from webapp.models import (
    Attachment,
    Dossier,
    DossierAction,
    DossierExtension,
    DossierPause,
    ProcessDefinition,
)

FACTS = (
    "received",  # in the period
    "carried",  # received before it
    "online",
    "counter",
    "post",
    "decided",  # in the period
    "early",
    "late",
    "refused",
    "withdrawn",
    "stopped",
    "awaits_supplement",  # at the cut-off
    "supplements_many",  # papers were asked for more than once
    "paused",  # at the cut-off, for any reason
    "overdue",  # not decided, not paused, and the promised instant has passed
    "apology",  # of a late or overdue one: somebody apologised and gave a new date
    "paid",
    "handed_over",
    "elsewhere",  # helped at another agency than the one that received and the one that decides
    "submitted",  # sent in, waiting to be received: none of the others counts it
    "waits_long",  # so for more than a working day's hours
    "full_online",  # the facts sheet says how much of the procedure can be done online
    "partial_online",
    "digitised",  # received in the period with a file of its papers
    "bears_fee",
    "paid_online",
    "reused",  # received in the period with a paper of an earlier dossier
    "rated",  # the applicant said before the cut-off how satisfied they are
    "dissatisfied",  # namely so
)
"""Their order is the order of the bits in stored reports: only ever add at the end."""

ANSWER_WITHIN = timedelta(hours=8)  # of office time, for what is sent in online
DERIVED = ("on_time", "open")  # told to formulas beside FACTS
_SUPPLEMENT, _SUBMITTED = 5, 1  # published states
_LEVELS = ("full", "partial")  # of online service
DISSATISFIED = 1  # of Dossier.rating
_STATES = {"refused": 3, "withdrawn": 7, "stopped": 8}


@dataclass(frozen=True, slots=True)
class Period:
    """From the first instant of a day up to the cut-off, which is at most the end of the last."""

    start: datetime
    end: datetime
    answered_by: datetime  # what was sent in before this is waiting for long at the cut-off


def period(since: date, until: date, calendar: Calendar, *, at: datetime) -> Period:
    """Return the instants of a period by the agency's clock; it ends at ``at`` at the latest."""
    start, end = (
        datetime.combine(day, time(), calendar.zone).astimezone(UTC)
        for day in (since, until + timedelta(days=1))
    )
    cut_off = max(start, min(end, at))
    return Period(start, cut_off, subtract(cut_off, ANSWER_WITHIN, calendar))


def known(mask: int) -> Mapping[str, bool]:
    """Return what the bits of a dossier say, by the names that formulas use."""
    facts = {name: bool(mask >> place & 1) for place, name in enumerate(FACTS)}
    registered = facts["received"] or facts["carried"]
    facts["open"] = registered and not facts["decided"]
    facts["on_time"] = facts["decided"] and not facts["early"] and not facts["late"]
    return facts


def facts_of(span: Period, agencies: Collection[UUID] | None) -> Any:
    """Return the dossiers of a period: ``dossier_id``, ``definition_id``, ``agency_id``, ``facts``.

    ``agencies`` are those that decide, or where that is not said receive; None: all.
    """
    place = func.coalesce(Dossier.deciding_agency_id, Dossier.received_agency_id)
    pauses, moved, apologies = _pauses(span), _moved(span), _apologies(span)
    promised = func.coalesce(moved.c.old_due, Dossier.promised_at)
    conditions = _conditions(span, pauses.c, promised, apologies.c.dossier_id.is_not(None))
    found = (
        select(
            Dossier.id.label("dossier_id"),
            Dossier.definition_id.label("definition_id"),
            place.label("agency_id"),
            _mask(conditions).label("facts"),
        )
        .outerjoin(pauses, pauses.c.dossier_id == Dossier.id)
        .outerjoin(moved, and_(moved.c.dossier_id == Dossier.id, moved.c.place == 1))
        .outerjoin(apologies, apologies.c.dossier_id == Dossier.id)
        .where(
            Dossier.received_at < span.end,
            or_(Dossier.decided_at.is_(None), Dossier.decided_at >= span.start),
        )
    )
    return found if agencies is None else found.where(place.in_(agencies))


def _pauses(span: Period) -> Any:
    """Return what is known of the pauses of each dossier at the cut-off."""
    lasts = and_(
        or_(DossierPause.ended_at.is_(None), DossierPause.ended_at >= span.end),
        DossierPause.reason != "outage",  # its end is announced: what is promised has moved
    )
    asked = DossierPause.state == _SUPPLEMENT
    return (
        select(
            DossierPause.dossier_id.label("dossier_id"),
            func.count(case((asked, 1))).label("asked"),
            func.count(case((and_(asked, lasts), 1))).label("awaits"),
            func.count(case((lasts, 1))).label("lasting"),
        )
        .where(DossierPause.started_at < span.end)
        .group_by(DossierPause.dossier_id)
        .subquery()
    )


def _moved(span: Period) -> Any:
    """Return what was promised at the cut-off where an extension came later: place 1 is the first.

    Joined whole: asking for each dossier on its own takes longer than reading all extensions.
    """
    place = func.row_number().over(
        partition_by=DossierExtension.dossier_id, order_by=DossierExtension.extended_at
    )
    return (
        select(DossierExtension.dossier_id, DossierExtension.old_due, place.label("place"))
        .where(DossierExtension.extended_at >= span.end)
        .subquery()
    )


def _apologies(span: Period) -> Any:
    """Return the dossiers of which somebody said before the cut-off that they take longer."""
    extended = select(DossierExtension.dossier_id).where(DossierExtension.extended_at < span.end)
    acted = select(DossierAction.dossier_id).where(
        DossierAction.kind == "extension", DossierAction.happened_at < span.end
    )
    return extended.union(acted).subquery()


def _mask(conditions: Mapping[str, ColumnElement[bool]]) -> ColumnElement[int]:
    total: ColumnElement[int] = literal(0, Integer)
    for place, name in enumerate(FACTS):
        total = total + case((conditions[name], literal(1 << place, Integer)), else_=0)
    return total


def _conditions(
    span: Period,
    pauses: Mapping[str, KeyedColumnElement[int]],
    promised: ColumnElement[datetime],
    apologised: ColumnElement[bool],
) -> dict[str, ColumnElement[bool]]:
    registered = Dossier.state != _SUBMITTED
    decided = and_(registered, Dossier.decided_at.is_not(None), Dossier.decided_at < span.end)
    is_open = and_(registered, or_(Dossier.decided_at.is_(None), Dossier.decided_at >= span.end))
    paused = and_(is_open, func.coalesce(pauses["lasting"], 0) > 0)
    overdue = and_(is_open, func.coalesce(pauses["lasting"], 0) == 0, promised < span.end)
    late = and_(decided, Dossier.verdict == "late")
    return {
        "received": and_(registered, Dossier.received_at >= span.start),
        "carried": and_(registered, Dossier.received_at < span.start),
        **{name: Dossier.channel == name for name in ("online", "counter", "post")},
        "decided": decided,
        "early": and_(decided, Dossier.verdict == "early"),
        "late": late,
        **{name: and_(decided, Dossier.state == state) for name, state in _STATES.items()},
        "awaits_supplement": and_(is_open, func.coalesce(pauses["awaits"], 0) > 0),
        "supplements_many": func.coalesce(pauses["asked"], 0) > 1,
        "paused": paused,
        "overdue": overdue,
        "apology": and_(
            or_(late, overdue, func.coalesce(pauses["asked"], 0) > 1),
            apologised,
        ),
        **_beside(span, and_(registered, Dossier.received_at >= span.start)),
        "handed_over": Dossier.delivery_state == "handed_over",
        "elsewhere": and_(
            Dossier.helped_agency_id != Dossier.received_agency_id,
            Dossier.helped_agency_id != Dossier.deciding_agency_id,
        ),
        "submitted": Dossier.state == _SUBMITTED,
        "waits_long": and_(Dossier.state == _SUBMITTED, Dossier.received_at < span.answered_by),
        **{f"{how}_online": Dossier.definition_id.in_(_published(how)) for how in _LEVELS},
    }


def _beside(span: Period, received: ColumnElement[bool]) -> dict[str, ColumnElement[bool]]:
    """Return what is known of fee, papers and applicant; ``received`` in the period."""
    return {
        "paid": Dossier.money_state == "paid",
        "bears_fee": Dossier.money_state != "none",
        "paid_online": and_(Dossier.money_state == "paid", Dossier.paid_how == "online"),
        "digitised": and_(received, _HAS_FILE),
        "reused": and_(received, _HAS_REUSED),
        "rated": Dossier.rated_at < span.end,
        "dissatisfied": and_(Dossier.rated_at < span.end, Dossier.rating == DISSATISFIED),
    }


def _published(level: str) -> Any:
    """Return the definitions whose facts sheet names that level of online service."""
    told = ProcessDefinition.facts["online_level"].as_string()
    return select(ProcessDefinition.id).where(told == level)


_HAS_REUSED = exists().where(
    Attachment.instance_id == Dossier.instance_id, Attachment.reused_from.is_not(None)
)
_HAS_FILE = exists().where(
    Attachment.instance_id == Dossier.instance_id, Attachment.user_task_id.is_(None)
)
