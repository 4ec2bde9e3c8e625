"""Agencies through time: add, change from a day on, end; and which one is meant on a day."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import Date, bindparam, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine.texts import N_
from webapp.actors import Actor, Role
from webapp.calendars import agency_calendar
from webapp.errors import ConflictError, NotAllowedError, NotFoundError, RejectedError
from webapp.models import Agency, AgencyKind, AgencyPeriod, UserAccount
from webapp.models.agencies import DEFAULT_PATTERN
from webapp.operations.numbers import check_pattern

_CODE = re.compile(r"[A-Z0-9][A-Z0-9.-]{1,39}")


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyFacts:
    """What an agency is from a day on. ``dossier_pattern`` is read by ``operations.numbers``."""

    code: str
    name: str
    name_en: str = ""
    kind: str = AgencyKind.COMMUNE
    parent_id: UUID | None = None
    dossier_pattern: str = DEFAULT_PATTERN
    address: str = ""
    phone: str = ""
    place: str = ""
    note: str = ""


def add(session: Session, facts: AgencyFacts, valid_from: date, *, actor: Actor) -> UUID:
    """Add an agency that exists from ``valid_from`` on and return its id.

    Raises RejectedError for malformed facts, ConflictError when the code is taken on that day.
    """
    _require_administrator(actor)
    _check(session, None, facts, valid_from)
    agency = Agency(key=facts.code)
    try:
        with session.begin_nested():
            session.add(agency)
    except IntegrityError as error:  # unique (key)
        raise ConflictError(
            N_("An agency began with the code %(code)s already."), code=facts.code
        ) from error
    session.add(_period(agency.id, facts, valid_from))
    session.flush()
    return agency.id


def change(
    session: Session, agency_id: UUID, facts: AgencyFacts, from_day: date, *, actor: Actor
) -> None:
    """Let other facts hold from a day on; what was before stays as it was.

    A second change on the same day replaces the first. Raises RejectedError for a day before the
    newest period began.
    """
    _require_administrator(actor)
    newest = _newest(session, agency_id)
    if from_day < newest.valid_from:
        raise RejectedError(
            N_("A change must not begin before the last one, %(day)s."), day=newest.valid_from
        )
    _check(session, agency_id, facts, from_day)
    if from_day == newest.valid_from:
        for one in fields(facts):
            setattr(newest, one.name, getattr(facts, one.name))
        newest.valid_to = None
    else:
        newest.valid_to = from_day - timedelta(days=1)
        session.add(_period(agency_id, facts, from_day))
    session.flush()


def end(
    session: Session,
    agency_id: UUID,
    last_day: date,
    *,
    actor: Actor,
    successor_id: UUID | None = None,
) -> None:
    """End an agency on a day; its dossiers go to ``successor_id``, where one is named.

    They keep their codes and places: from the day after, the successor signs what is made of them
    and finds them among its own. Raises RejectedError while others stand under the agency, or for
    a successor that does not exist on the day after.
    """
    _require_administrator(actor)
    newest = _newest(session, agency_id)
    if last_day < newest.valid_from:
        raise RejectedError(N_("The last day must not be before the agency began."))
    below = [
        one for one in on_day(session, last_day + timedelta(days=1)) if one.parent_id == agency_id
    ]
    if below:
        raise RejectedError(
            N_("%(name)s stands under this agency; move it first."), name=below[0].name
        )
    if successor_id is not None:
        _check_successor(session, agency_id, successor_id, last_day + timedelta(days=1))
    newest.valid_to, newest.successor_id = last_day, successor_id
    session.flush()


def give_people(
    session: Session, agency_id: UUID, user_ids: frozenset[UUID], *, actor: Actor
) -> None:
    """Let exactly these people belong to an agency; a person belongs to one."""
    _require_administrator(actor)
    for user in session.scalars(select(UserAccount)):
        if user.id in user_ids:
            user.agency_id = agency_id
        elif user.agency_id == agency_id:
            user.agency_id = None
    session.flush()


_DAY = bindparam("day", type_=Date())
_ON_DAY = (
    select(AgencyPeriod)
    .where(
        AgencyPeriod.valid_from <= _DAY,
        AgencyPeriod.valid_to.is_(None) | (AgencyPeriod.valid_to >= _DAY),
    )
    .order_by(AgencyPeriod.code)
)


def on_day(session: Session, day: date) -> tuple[AgencyPeriod, ...]:
    """Return every agency as it is on a day, by code."""
    return tuple(session.scalars(_ON_DAY, {"day": day}))


def find(session: Session, agency_id: UUID | None, day: date) -> AgencyPeriod | None:
    """Return one agency as it is on a day, None where it does not exist then."""
    return next((one for one in on_day(session, day) if one.agency_id == agency_id), None)


def involved(
    session: Session, actor: Actor, at: datetime, *named: UUID
) -> Mapping[UUID, AgencyPeriod]:
    """Return the agency of whoever receives, where they belong to one, and those named.

    Raises RejectedError when one of the agencies named does not exist on that day.
    """
    wanted = {*named, *({actor.agency_id} if actor.agency_id else ())}
    if not wanted:
        return {}
    day = agency_calendar().local(at).date()
    found = session.scalars(_ON_DAY.where(AgencyPeriod.agency_id.in_(wanted)), {"day": day})
    there = {one.agency_id: one for one in found}
    if not there.keys() >= set(named):
        raise RejectedError(N_("One of the agencies does not exist on this day."))
    return there


def pattern_of(agency: AgencyPeriod | None) -> str:
    """Return how an agency writes its dossier codes; the usual way where there is none."""
    return agency.dossier_pattern if agency else DEFAULT_PATTERN


def _period(agency_id: UUID, facts: AgencyFacts, valid_from: date) -> AgencyPeriod:
    told: Mapping[str, object] = {one.name: getattr(facts, one.name) for one in fields(facts)}
    return AgencyPeriod(agency_id=agency_id, valid_from=valid_from, **told)


def _check(session: Session, agency_id: UUID | None, facts: AgencyFacts, day: date) -> None:
    if not _CODE.fullmatch(facts.code):
        raise RejectedError(
            N_("An agency code has capital letters, digits, dots and hyphens, such as H99.26.")
        )
    if not facts.name.strip():
        raise RejectedError(N_("Enter the agency's name."))
    if facts.kind not in set(AgencyKind):
        raise RejectedError(N_("There is no kind of agency %(kind)s."), kind=facts.kind)
    check_pattern(facts.dossier_pattern)
    others = [one for one in _from_day(session, day) if one.agency_id != agency_id]
    if any(one.code == facts.code for one in others):
        raise ConflictError(N_("Another agency has the code %(code)s."), code=facts.code)
    _check_parent(session, agency_id, facts.parent_id, day)


def _check_parent(
    session: Session, agency_id: UUID | None, parent_id: UUID | None, day: date
) -> None:
    parents = {one.agency_id: one.parent_id for one in on_day(session, day)}
    if parent_id is not None and parent_id not in parents:
        raise RejectedError(N_("The agency above it does not exist on that day."))
    above, steps = parent_id, 0
    while above is not None and steps <= len(parents):
        if above == agency_id:
            raise RejectedError(N_("An agency cannot stand under itself."))
        above, steps = parents.get(above), steps + 1


def _from_day(session: Session, day: date) -> tuple[AgencyPeriod, ...]:
    return tuple(
        session.scalars(
            select(AgencyPeriod).where(
                AgencyPeriod.valid_to.is_(None) | (AgencyPeriod.valid_to >= day)
            )
        )
    )


def _check_successor(session: Session, agency_id: UUID, successor_id: UUID, day: date) -> None:
    if successor_id == agency_id or find(session, successor_id, day) is None:
        raise RejectedError(N_("The agency that takes over must exist on the day after."))


def _newest(session: Session, agency_id: UUID) -> AgencyPeriod:
    found = session.scalar(
        select(AgencyPeriod)
        .where(AgencyPeriod.agency_id == agency_id)
        .order_by(AgencyPeriod.valid_from.desc())
        .limit(1)
    )
    if found is None:
        raise NotFoundError(N_("There is no such agency."))
    return found


def _require_administrator(actor: Actor) -> None:
    if actor.user_id is not None and not actor.has(Role.ADMIN):
        raise NotAllowedError(N_("Only an administrator may change agencies."))
