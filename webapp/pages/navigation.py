"""The menu of each role, and where its work begins."""

from dataclasses import dataclass

from flask import request
from flask_babel import gettext

from engine.texts import N_
from webapp.actors import Actor, Role
from webapp.operations.noting import may_instruct


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One tab of the header."""

    label: str
    url: str
    current: bool
    count: int = 0


@dataclass(frozen=True, slots=True)
class _Tab:
    url: str
    label: str
    rooms: frozenset[str]  # blueprints that light this tab
    roles: frozenset[Role]
    leaders_only: bool = False


_INBOX = "/inbox"
_TABS = (
    _Tab("/counter", N_("Reception"), frozenset({"counter"}), frozenset({Role.COUNTER})),
    _Tab(
        _INBOX,
        N_("My tasks"),
        frozenset({"inbox", "user_tasks", "lending"}),
        frozenset({Role.COUNTER, Role.OFFICER}),
    ),
    _Tab(
        "/procedures",
        N_("Procedures"),
        frozenset({"procedures", "form_editor", "elements", "blocks", "decisions", "trying"}),
        frozenset({Role.ANALYST}),
    ),
    _Tab(
        "/timings",
        N_("Timings"),
        frozenset({"monitoring", "breakdowns", "reports"}),
        frozenset({Role.ADMIN, Role.INSPECTOR}),
    ),
    _Tab(
        "/dossiers",
        N_("Dossiers"),
        frozenset(
            {
                "dossiers",
                "deadlines",
                "actions",
                "receipts",
                "slips",
                "handovers",
                "instances",
            }
        ),
        frozenset({Role.COUNTER, Role.OFFICER, Role.ADMIN, Role.INSPECTOR}),
    ),
    _Tab(
        "/team",
        N_("Team"),
        frozenset({"team"}),
        frozenset({Role.COUNTER, Role.OFFICER, Role.ADMIN}),
        leaders_only=True,
    ),
    _Tab(
        "/incidents",
        N_("Incidents"),
        frozenset({"incidents"}),
        frozenset({Role.ADMIN, Role.INSPECTOR}),
    ),
    _Tab(
        "/inspection",
        N_("Inspection"),
        frozenset({"inspection"}),
        frozenset({Role.INSPECTOR}),
    ),
    _Tab(
        "/administration",
        N_("Administration"),
        frozenset(
            {
                "administration",
                "people",
                "agencies",
                "reasons",
                "slip_templates",
                "calendars",
                "places",
                "migrating",
                "retention",
                "api_keys",
                "data_stores",
            }
        ),
        frozenset({Role.ADMIN}),
    ),
)


def menu(actor: Actor | None, tasks: int) -> list[MenuItem]:
    """Return the tabs ``actor`` may open, this page's marked; ``tasks`` are in their hands."""
    if actor is None:
        return []
    return [
        MenuItem(
            gettext(tab.label),
            tab.url,
            request.blueprint in tab.rooms,
            tasks if tab.url == _INBOX else 0,
        )
        for tab in _TABS
        if tab.roles & actor.roles and (may_instruct(actor) or not tab.leaders_only)
    ]


def home_of(actor: Actor) -> str:
    """Return the address where the work of ``actor`` begins."""
    for tab in _TABS:
        if tab.roles & actor.roles:
            return tab.url
    return "/tracking"
