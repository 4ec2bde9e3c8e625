"""Which stays an address asks for, and the words of everything in them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import request
from flask_babel import gettext
from sqlalchemy.orm import Session

from engine.texts import N_
from webapp import clock, report_figures
from webapp.forms.entry import read_date
from webapp.operations.deployments import files_of
from webapp.pages import wording
from webapp.pages.shown_versions import chosen_version, names_of
from webapp.queries import procedures
from webapp.queries.breakdowns import DIMENSIONS, StayFilter
from webapp.queries.counter import places
from webapp.queries.people import groups
from webapp.queries.timings import definition_ids

CHANNELS = {
    "counter": N_("At the counter"),
    "online": N_("Online"),
    "post": N_("By post"),
    "event": N_("Not from the counter"),
}
USUAL_DAYS = 90
NAMES = {
    "element": N_("Task"),
    "desk": N_("Desk"),
    "agency": N_("Agency"),
    "version": N_("Version"),
    "channel": N_("Channel"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for, with the words of everything in it."""

    key: str
    title: str
    wanted: StayFilter
    dimension: str
    agency: str
    version: int | None
    versions: tuple[procedures.Version, ...]
    elements: Mapping[str, str]
    desks: Mapping[str, str]
    agencies: Mapping[str, str]
    problem: str

    def name(self, key: str) -> str:
        """Return what a line is called."""
        if self.dimension == "version":
            return gettext("Version %(number)s", number=key)
        if self.dimension == "channel":
            return gettext(CHANNELS[key]) if key in CHANNELS else gettext("not said")
        known = {"element": self.elements, "desk": self.desks, "agency": self.agencies}
        return known[self.dimension].get(key) or key or gettext("not said")

    def choices(self) -> dict[str, list[tuple[str, str]]]:
        """Return what can be chosen in the fields of the filter."""
        versions = [(str(one.number), str(one.number)) for one in self.versions]
        channels = [(key, gettext(name)) for key, name in CHANNELS.items()]
        return {
            "version": [("", gettext("All versions")), *versions],
            "channel": [("", gettext("All channels")), *channels],
            "agency": [("", gettext("All agencies")), *self.agencies.items()],
        }

    def query(self, **changed: Any) -> str:
        """Return the address's arguments, some of them changed."""
        told: dict[str, Any] = {
            "since": f"{self.wanted.since:%d/%m/%Y}",
            "until": f"{self.wanted.until:%d/%m/%Y}",
            "by": self.dimension,
            "agency": self.agency,
            "channel": self.wanted.channel,
            "version": self.version or "",
        }
        return urlencode({**told, **changed})


def asked_for(session: Session, key: str) -> Asked:
    """Return what the address asks for. Raises NotFoundError for an unknown procedure."""
    given = request.args
    number = given.get("version", type=int)
    versions = procedures.versions(session, key)
    chosen = chosen_version(versions, number)
    since, until, problem = _period()
    agencies = places(session, until)
    agency = given.get("agency", "")
    dimension, channel = given.get("by", ""), given.get("channel", "")
    narrowed = report_figures.subtree(session, UUID(agency), until) if agency in agencies else None
    return Asked(
        key=key,
        title=chosen.names.title(wording.language()),
        wanted=StayFilter(
            definition_ids(session, key, number),
            since,
            until,
            narrowed,
            channel if channel in CHANNELS else "",
        ),
        dimension=dimension if dimension in DIMENSIONS else "element",
        agency=agency if agency in agencies else "",
        version=number,
        versions=versions,
        elements=names_of(files_of(session, chosen.deployment_id), chosen),
        desks={one.key: one.name for one in groups(session)},
        agencies=agencies,
        problem=problem,
    )


def _period() -> tuple[date, date, str]:
    """Return the days asked for, by default the last ninety, and what is wrong with them."""
    today = wording.local(clock.now()).date()
    usual = (today - timedelta(days=USUAL_DAYS - 1), today)
    given = request.args
    try:
        since = read_date(given["since"]) if given.get("since") else usual[0]
        until = read_date(given["until"]) if given.get("until") else usual[1]
    except ValueError:
        return (*usual, gettext("Enter the day as day/month/year."))
    if until < since:
        return (*usual, gettext("The last day lies before the first."))
    return since, until, ""
