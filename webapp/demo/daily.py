"""What happens in the demo every working day: dossiers go over with a list, an inspector reads."""

from datetime import datetime, time, timedelta
from functools import partial
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.actors import SYSTEM, Actor
from webapp.calendars import agency_calendar
from webapp.demo import rhythm
from webapp.demo.office import Office
from webapp.demo.staff import Leave
from webapp.errors import ProductError
from webapp.models import Dossier, ProcessDefinition
from webapp.operations import absences, handing, incidents, noting

_LISTS = (  # process key, the group whose papers go over with a list, from whom
    ("giay_phep_xay_dung", "xay-dung", "mot-cua"),
    ("ho_kinh_doanh", "kinh-te", "mot-cua"),
    ("chuyen_nhuong_dat", "dat-dai", "mot-cua-tinh"),
)
INSPECTOR = "an"
_EVENING = time(16, 45)


def plan(office: Office, first: datetime, random: Random) -> None:
    """Plan the mornings and evenings of the working days from ``first`` to the end of the play."""
    calendar = agency_calendar()
    zone = ZoneInfo(calendar.tz)
    day, last = calendar.local(first).date(), calendar.local(office.ends_at).date()
    while day <= last:
        if calendar.is_working_day(day):
            evening = datetime.combine(day, _EVENING, zone)
            office.plan(evening, partial(_close, office, random))
        day += timedelta(days=1)
    for leave in office.staff.leaves:
        office.plan(leave.announced_at, partial(_announce, office, leave))


def _close(office: Office, random: Random, at: datetime) -> None:
    """End a working day: lists of papers, an inspector's look, incidents that are over."""
    with office.database.transaction() as session:
        incidents.close_overtaken(session, at=at)
        for key, group, giver in _LISTS:
            _hand_over(session, office, key, group, giver, at)
        _inspect(session, office, random, at)


def _hand_over(
    session: Session, office: Office, key: str, group: str, giver: str, at: datetime
) -> None:
    """Let the papers of the day's dossiers go over; the other desk accepts them in the morning."""
    clerk, receiver = office.staff.pick(giver, at), office.staff.pick(group, at)
    came = session.scalars(
        select(Dossier.id)
        .join(ProcessDefinition, ProcessDefinition.id == Dossier.definition_id)
        .where(
            ProcessDefinition.key == key,
            Dossier.channel != "online",
            Dossier.received_at > at - timedelta(hours=10),
        )
    ).all()
    if not came or clerk is None or receiver is None:
        return
    list_id = handing.hand_over(
        session,
        came,
        group,
        f"{len(came)} hồ sơ giấy nhận trong ngày",
        agency_code=office.around.agency_code,
        actor=clerk,
        at=at,
    )
    accepted = rhythm.later(at, 1.0)
    office.plan(accepted, partial(_accept, office, list_id, receiver))


def _accept(office: Office, list_id: UUID, receiver: Actor, at: datetime) -> None:
    with office.database.transaction() as session:
        handing.accept(session, list_id, actor=receiver, at=at)


def _inspect(session: Session, office: Office, random: Random, at: datetime) -> None:
    """Let the inspector read one of the dossiers that were promised for today."""
    inspector = office.staff.people[INSPECTOR]
    due = session.scalars(
        select(Dossier.id).where(
            Dossier.promised_at > at - timedelta(days=1), Dossier.promised_at <= at
        )
    ).all()
    if due and not office.staff.is_away(inspector, at):
        noting.look(session, random.choice(due), "dossier", actor=inspector, at=at)


def _announce(office: Office, leave: Leave, at: datetime) -> None:
    """Enter a leave with who stands in; tasks go over when it begins and come back after it."""
    person = office.staff.people[leave.username]
    substitute = office.staff.substitute(person, leave.begins_at)
    if person.user_id is None:
        return
    with office.database.transaction() as session:
        try:
            absences.announce(
                session,
                person.user_id,
                leave.begins_at,
                leave.ends_at,
                substitute_id=substitute.user_id if substitute else None,
                reason=leave.reason,
                actor=person,
                at=at,
            )
        except ProductError:  # is away already, or the substitute is
            return
    office.plan(max(leave.begins_at, at), partial(_move_tasks, office))
    office.plan(leave.ends_at, partial(_move_tasks, office))


def _move_tasks(office: Office, at: datetime) -> None:
    """Do what the worker does when somebody goes or is back."""
    with office.database.transaction() as session:
        absences.reroute(session, at=at, actor=SYSTEM)
        absences.come_back(session, at=at, actor=SYSTEM)
