"""The event log of a procedure as XES (IEEE 1849-2016), a piece at a time, for process mining.

A trace is a dossier with everything that happened in it, in the processes that it called, too.
Transitions are those of the standard's lifecycle: a task is scheduled, assigned where somebody
gives it to a person, started when a person takes it (suspended while it is given back) and
completed; what no person does starts and completes.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from xml.sax.saxutils import quoteattr

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from engine.events import EventKind
from webapp.models import Dossier, InstanceEvent, ProcessInstance, UserTask, UserTaskCandidate
from webapp.queries.breakdowns import StayFilter
from webapp.stay_days import instants

BATCH = 200  # dossiers of one query
_TRANSITIONS = {
    EventKind.ELEMENT_ENTERED.value: "start",
    "user_task.claimed": "start",
    "user_task.released": "suspend",
    "user_task.assigned": "assign",
    "user_task.delegated": "reassign",
    "user_task.returned": "reassign",
    "user_task.completed": "complete",
    EventKind.ELEMENT_COMPLETED.value: "complete",
    EventKind.ELEMENT_CANCELLED.value: "pi_abort",
}
_HANDED = ("user_task.assigned", "user_task.delegated", "user_task.returned")
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
<classifier name="Resource" keys="org:resource"/>
"""


@dataclass(frozen=True, slots=True)
class Activity:
    """An element as the log names it; what people do is scheduled before it starts."""

    name: str
    is_task: bool


@dataclass(frozen=True, slots=True)
class Named:
    """The words of a log: elements by definition and id, processes by definition, desks by key."""

    elements: Mapping[UUID, Mapping[str, Activity]]
    processes: Mapping[UUID, str]
    desks: Mapping[str, str]


def definitions_in(session: Session, wanted: StayFilter) -> set[UUID]:
    """Return the definitions of the dossiers in the log and of what they called."""
    roots = select(Dossier.instance_id).where(*_meant(wanted))
    found = session.scalars(
        select(ProcessInstance.definition_id)
        .where(or_(ProcessInstance.id.in_(roots), ProcessInstance.root_id.in_(roots)))
        .distinct()
    )
    return set(found)


def pieces(session: Session, wanted: StayFilter, named: Named, log_name: str) -> Iterator[str]:
    """Yield the log of the dossiers received in the period, one trace each, oldest first.

    Elements that ``named`` does not know are left out. Neither applicants nor answers are told.
    """
    yield _HEAD + _string("lifecycle:model", "standard") + _string("concept:name", log_name)
    after: tuple[datetime, UUID] | None = None
    while True:
        batch = _dossiers(session, wanted, after)
        if not batch:
            break
        happened = _events(session, [one.instance_id for one in batch])
        desks = _desks(session, [one.instance_id for one in batch])
        for dossier in batch:
            yield _trace(dossier, happened.get(dossier.instance_id, ()), named, desks)
        after = (batch[-1].received_at, batch[-1].id)
    yield "</log>\n"


def _meant(wanted: StayFilter) -> list[Any]:
    first, end = instants(wanted.since, wanted.until)
    place = func.coalesce(Dossier.deciding_agency_id, Dossier.received_agency_id)
    return [
        Dossier.definition_id.in_(wanted.definition_ids),
        Dossier.received_at >= first,
        Dossier.received_at < end,
        *([] if wanted.agencies is None else [place.in_(wanted.agencies)]),
        *([Dossier.channel == wanted.channel] if wanted.channel else []),
    ]


def _dossiers(
    session: Session, wanted: StayFilter, after: tuple[datetime, UUID] | None
) -> Sequence[Dossier]:
    chosen = select(Dossier).where(*_meant(wanted))
    if after is not None:
        later = (Dossier.received_at == after[0]) & (Dossier.id > after[1])
        chosen = chosen.where((Dossier.received_at > after[0]) | later)
    return session.scalars(chosen.order_by(Dossier.received_at, Dossier.id).limit(BATCH)).all()


def _events(session: Session, roots: Collection[UUID]) -> Mapping[UUID, list[Any]]:
    """Return what happened in these instances and in those they called, by the outermost one."""
    rows = session.execute(
        select(
            ProcessInstance.dossier_instance().label("root_id"),
            ProcessInstance.definition_id,
            InstanceEvent.instance_id,
            InstanceEvent.kind,
            InstanceEvent.element_id,
            InstanceEvent.token_id,
            InstanceEvent.actor_name,
            InstanceEvent.occurred_at,
            InstanceEvent.data,
        )
        .join(ProcessInstance, ProcessInstance.id == InstanceEvent.instance_id)
        .where(
            or_(ProcessInstance.id.in_(roots), ProcessInstance.root_id.in_(roots)),
            InstanceEvent.kind.in_(_TRANSITIONS),
        )
        .order_by(InstanceEvent.occurred_at, InstanceEvent.id)
    )
    found: dict[UUID, list[Any]] = {}
    for row in rows:
        found.setdefault(row.root_id, []).append(row)
    return found


def _desks(session: Session, roots: Collection[UUID]) -> Mapping[tuple[UUID, str, str], str]:
    """Return the group that a task was offered to, by instance, token and element."""
    rows = session.execute(
        select(
            UserTask.instance_id,
            UserTask.token_id,
            UserTask.element_id,
            func.min(UserTaskCandidate.group_key).label("desk"),
        )
        .join(UserTaskCandidate, UserTaskCandidate.user_task_id == UserTask.id)
        .where(UserTask.belongs_to_any(roots), UserTaskCandidate.group_key.is_not(None))
        .group_by(UserTask.instance_id, UserTask.token_id, UserTask.element_id)
    )
    return {(row.instance_id, row.token_id, row.element_id): row.desk or "" for row in rows}


def _trace(
    dossier: Dossier,
    rows: Sequence[Any],
    named: Named,
    desks: Mapping[tuple[UUID, str, str], str],
) -> str:
    events = []
    given_back: set[tuple[UUID, str]] = set()
    for row in rows:
        activity = named.elements.get(row.definition_id, {}).get(row.element_id or "")
        if activity is not None:
            desk = desks.get((row.instance_id, row.token_id, row.element_id), "")
            called = row.instance_id != dossier.instance_id
            process = named.processes.get(row.definition_id, "") if called else ""
            transition = _transition(row, activity, given_back)
            events.append(_event(row, transition, activity, named.desks.get(desk, desk), process))
    about = _string("concept:name", dossier.code) + _string("channel", dossier.channel)
    return f"<trace>{about}\n{''.join(events)}</trace>\n"


def _transition(row: Any, activity: Activity, given_back: set[tuple[UUID, str]]) -> str:
    """Return the step of the lifecycle; ``given_back`` are tasks that lie at their desk again."""
    place = (row.instance_id, row.token_id or "")
    if activity.is_task and row.kind == EventKind.ELEMENT_ENTERED:
        return "schedule"
    if row.kind == "user_task.released":
        given_back.add(place)
    elif row.kind == "user_task.claimed" and place in given_back:
        return "resume"
    return _TRANSITIONS[row.kind]


def _event(row: Any, transition: str, activity: Activity, desk: str, process: str) -> str:
    # of a task that is handed on the resource is who has it then, not who handed it on
    who = str(row.data.get("after") or "") if row.kind in _HANDED else row.actor_name
    if transition == "schedule":
        who = ""  # whoever completed the step before has nothing to do with it
    return (
        "<event>"
        + _string("concept:name", activity.name)
        + _string("concept:instance", f"{row.instance_id}:{row.token_id or ''}")
        + _string("lifecycle:transition", transition)
        + f'<date key="time:timestamp" value="{_instant(row.occurred_at)}"/>'
        + (_string("org:resource", who) if who else "")
        + (_string("org:group", desk) if desk else "")
        + (_string("process", process) if process else "")
        + "</event>\n"
    )


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
