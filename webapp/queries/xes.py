"""The event log of a procedure as XES (IEEE 1849-2016), a piece at a time, for process mining."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID
from xml.sax.saxutils import quoteattr

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.events import EventKind
from webapp.models import Dossier, InstanceEvent
from webapp.queries.breakdowns import StayFilter
from webapp.stay_days import instants

BATCH = 200  # dossiers of one query
_TRANSITIONS = {
    EventKind.ELEMENT_ENTERED.value: "start",
    "user_task.claimed": "assign",
    "user_task.completed": "complete",
    EventKind.ELEMENT_COMPLETED.value: "complete",
    EventKind.ELEMENT_CANCELLED.value: "ate_abort",
}
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849.2016" xes.features="" xmlns="http://www.xes-standard.org/">
<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
<extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
<extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
<global scope="trace"><string key="concept:name" value="unknown"/></global>
<global scope="event"><string key="concept:name" value="unknown"/>\
<date key="time:timestamp" value="1970-01-01T00:00:00.000+00:00"/>\
<string key="lifecycle:transition" value="complete"/></global>
<classifier name="Activity" keys="concept:name"/>
<classifier name="Event" keys="concept:name lifecycle:transition"/>
"""


def pieces(
    session: Session, wanted: StayFilter, names: Mapping[str, str], log_name: str
) -> Iterator[str]:
    """Yield the log of the dossiers received in the period, one trace each, oldest first.

    ``names`` are those of elements by id; others are left out. Neither applicants nor answers are
    told.
    """
    yield _HEAD + _string("lifecycle:model", "standard") + _string("concept:name", log_name)
    after: tuple[datetime, UUID] | None = None
    while True:
        batch = _dossiers(session, wanted, after)
        if not batch:
            break
        for dossier in batch:
            yield _trace(session, dossier, names)
        after = (batch[-1].received_at, batch[-1].id)
    yield "</log>\n"


def _dossiers(
    session: Session, wanted: StayFilter, after: tuple[datetime, UUID] | None
) -> Sequence[Dossier]:
    first, end = instants(wanted.since, wanted.until)
    chosen = select(Dossier).where(
        Dossier.definition_id.in_(wanted.definition_ids),
        Dossier.received_at >= first,
        Dossier.received_at < end,
    )
    if wanted.agencies is not None:
        chosen = chosen.where(Dossier.deciding_agency_id.in_(wanted.agencies))
    if wanted.channel:
        chosen = chosen.where(Dossier.channel == wanted.channel)
    if after is not None:
        later = (Dossier.received_at == after[0]) & (Dossier.id > after[1])
        chosen = chosen.where((Dossier.received_at > after[0]) | later)
    return session.scalars(chosen.order_by(Dossier.received_at, Dossier.id).limit(BATCH)).all()


def _trace(session: Session, dossier: Dossier, names: Mapping[str, str]) -> str:
    rows = session.execute(
        select(
            InstanceEvent.kind,
            InstanceEvent.element_id,
            InstanceEvent.token_id,
            InstanceEvent.actor_name,
            InstanceEvent.occurred_at,
        )
        .where(
            InstanceEvent.instance_id == dossier.instance_id, InstanceEvent.kind.in_(_TRANSITIONS)
        )
        .order_by(InstanceEvent.id)
    )
    events = [
        "<event>"
        + _string("concept:name", names[row.element_id])
        + _string("lifecycle:transition", _TRANSITIONS[row.kind])
        + f'<date key="time:timestamp" value="{_instant(row.occurred_at)}"/>'
        + (_string("org:resource", row.actor_name) if row.actor_name else "")
        + _string("concept:instance", row.token_id or "")
        + "</event>\n"
        for row in rows
        if row.element_id in names
    ]
    about = _string("concept:name", dossier.code) + _string("channel", dossier.channel)
    return f"<trace>{about}\n{''.join(events)}</trace>\n"


def _string(key: str, value: str) -> str:
    clean = "".join(sign for sign in value if _fits_xml(sign))
    return f'<string key="{key}" value={quoteattr(clean)}/>'


def _fits_xml(sign: str) -> bool:
    """Whether XML 1.0 may hold a character (section 2.2)."""
    return (
        sign in "\t\n" or " " <= sign < "\ud800" or "\ue000" <= sign < "\ufffe" or sign > "\uffff"
    )


def _instant(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")
