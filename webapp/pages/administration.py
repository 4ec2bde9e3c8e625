"""Where an administrator begins: every page that sets the office up, in groups."""

from dataclasses import dataclass

from flask import Blueprint, render_template

from engine.texts import N_

bp = Blueprint("administration", __name__)


@dataclass(frozen=True, slots=True)
class Room:
    """One page of administration; ``about`` says what for."""

    url: str
    name: str
    about: str


ROOMS = (
    (
        N_("Who works here"),
        (
            Room("/people", N_("People"), N_("Accounts, roles and groups of each person")),
            Room("/groups", N_("Groups"), N_("Desks and offices that tasks are given to")),
            Room(
                "/api-keys",
                N_("Keys of programs"),
                N_("With which programs use the API, when they last did, how to end that"),
            ),
            Room("/agencies", N_("Agencies"), N_("The tree of agencies and their dossier codes")),
        ),
    ),
    (
        N_("Dates, reasons, papers"),
        (
            Room(
                "/calendars",
                N_("Calendars"),
                N_("Office hours, holidays, make-up days, announced outages"),
            ),
            Room(
                "/places",
                N_("Provinces and communes"),
                N_("What address fields offer, with former units"),
            ),
            Room(
                "/reasons",
                N_("Legal reasons"),
                N_("Why papers may be asked for, dossiers refused, stopped or extended"),
            ),
            Room(
                "/slip-templates",
                N_("Slip templates"),
                N_("The receipt and every other slip that is printed"),
            ),
            Room(
                "/retention",
                N_("How long data is kept"),
                N_("When a dossier that has ended loses its personal data"),
            ),
        ),
    ),
    (
        N_("Dossiers under way"),
        (
            Room("/incidents", N_("Incidents"), N_("Work that failed and waits for a person")),
            Room(
                "/data-stores",
                N_("Data stores"),
                N_("What procedures keep for each other, and who wrote it"),
            ),
            Room(
                "/inspection",
                N_("Inspection"),
                N_("Numbers and their gaps, who looked at what, what was changed"),
            ),
            Room(
                "/migrations",
                N_("Move dossiers to a new version"),
                N_("Plans that take running dossiers along when a procedure changes"),
            ),
        ),
    ),
)


@bp.get("/administration")
def index() -> str:
    """List every page of administration and what it is for."""
    return render_template("administration/index.html", groups=ROOMS)
