"""What is promised to an applicant: the limit of the case, by channel and by decision."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

import engine
from engine import dmn
from engine.texts import N_
from webapp import agency_calendars, legal_clock
from webapp.errors import RejectedError
from webapp.legal_clock import Clock
from webapp.models import Dossier, ProcessDefinition
from webapp.operations.deployments import files_of
from webapp.promises import limit_of, told_limit
from webapp.storable import storable

_GIVEN_BY_DECISION = frozenset({"amount", "unit", "day_ends_at", "convention", "text", "basis"})


@dataclass(frozen=True, slots=True)
class Promise:
    """What a dossier is promised: the limit as told, by which calendar, and its clock."""

    told: Mapping[str, Any] | None
    calendar_code: str
    revision: int
    clock: Clock | None

    @property
    def due_at(self) -> datetime | None:
        return self.clock.state.promised if self.clock else None


def promise(
    session: Session,
    definition: ProcessDefinition,
    agency_code: str,
    at: datetime,
    channel: str,
    answers: Mapping[str, Any],
) -> Promise:
    """Return what a dossier received at ``at`` is promised.

    Raises RejectedError when the decision that gives the limit cannot be made for these answers.
    """
    told = _told(session, definition, channel, answers, at)
    revision = agency_calendars.revision(session, agency_code)
    calendar = agency_calendars.at_revision(session, agency_code, revision)
    clock = legal_clock.promised(told, at, calendar, revision)
    return Promise(told, agency_code, revision, clock)


def keep(dossier: Dossier, promised: Promise) -> None:
    """Note on a new dossier what it was promised."""
    dossier.clock_limit = None if promised.told is None else dict(promised.told)
    dossier.calendar_code = promised.calendar_code
    dossier.calendar_revision = promised.revision


def _told(
    session: Session,
    definition: ProcessDefinition,
    channel: str,
    answers: Mapping[str, Any],
    at: datetime,
) -> dict[str, Any] | None:
    told = told_limit(definition.facts, channel)
    decision = (definition.facts.get("limit") or {}).get("decision")
    if told is None or not decision:
        return told
    given = _decided(session, definition, str(decision), {**answers, "kenh": channel}, at)
    told |= {key: value for key, value in given.items() if key in _GIVEN_BY_DECISION}
    try:
        limit = limit_of(told)
        if limit is not None:
            limit.plain_due(at, agency_calendars.current(session))
    except (ValueError, engine.EngineError) as error:
        raise _no_limit(str(decision)) from error
    return told


def _decided(
    session: Session,
    definition: ProcessDefinition,
    decision: str,
    inputs: Mapping[str, Any],
    at: datetime,
) -> dict[str, Any]:
    """Return the parts of the limit that a decision gives: a text is the amount alone."""
    output = _output(session, definition, decision, inputs, at)
    if isinstance(output, Mapping) and len(output) == 1 and not _GIVEN_BY_DECISION & set(output):
        output = next(iter(output.values()))  # a table of one column, whatever it is called
    if isinstance(output, str) and output:
        return {"amount": output}
    if isinstance(output, int | Decimal) and not isinstance(output, bool):
        return {"amount": f"P{output}D"}
    if isinstance(output, Mapping):
        stored: dict[str, Any] = storable(output)
        return {key: value for key, value in stored.items() if value is not None}
    raise _no_limit(decision)


def _output(
    session: Session,
    definition: ProcessDefinition,
    decision: str,
    inputs: Mapping[str, Any],
    at: datetime,
) -> Any:
    files = files_of(session, definition.deployment_id)
    calendar = agency_calendars.current(session)
    try:
        model = dmn.find_model(dmn.read_models(files), decision)
        if model is None:
            raise _no_limit(decision)
        return dmn.decide(model, decision, inputs, now=at.astimezone(ZoneInfo(calendar.tz))).outputs
    except dmn.DecisionError as error:
        raise _no_limit(decision) from error


def _no_limit(decision: str) -> RejectedError:
    return RejectedError(
        N_("The decision %(decision)s gives no time limit for these answers. Tell the analyst."),
        decision=decision,
    )
