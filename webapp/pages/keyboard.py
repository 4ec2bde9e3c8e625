"""The keys that work instead of a mouse: what they are, and whether single letters count."""

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine.texts import N_

bp = Blueprint("keyboard", __name__)
COOKIE = "motcua_keys"
OFF = "off"
_YEAR = 365 * 24 * 3600  # seconds


@dataclass(frozen=True, slots=True)
class Shortcut:
    """One key, or one after another, and what it does.

    ``name`` is how pages declare it in ``aria-keyshortcuts``, ``data-key`` or ``data-go``.
    """

    name: str
    keys: tuple[str, ...]
    does: str
    alone: bool = True  # no modifier key, so that it can be switched off


_NEXT = N_("Next line of the list")
SECTIONS: tuple[tuple[str, tuple[Shortcut, ...]], ...] = (
    (
        N_("On every page"),
        (
            Shortcut("?", ("?",), N_("Show these keys")),
            Shortcut("/", ("/",), N_("Go to the search field")),
            Shortcut("U", ("u",), N_("Back to where this page came from")),
        ),
    ),
    (
        N_("In lists"),
        (
            Shortcut("J", ("j", "↓"), _NEXT),
            Shortcut("K", ("k", "↑"), N_("Line before")),
            Shortcut("Enter", ("Enter",), N_("Open the line")),
            Shortcut("X", ("x",), N_("Choose the line, or not")),
            Shortcut("C", ("c",), N_("Claim the task")),
            Shortcut("1", ("1", "2", "3"), N_("My tasks, unclaimed tasks, tasks of the unit")),
        ),
    ),
    (
        N_("In tasks and at the counter"),
        (
            Shortcut("Control+S", ("Ctrl", "S"), N_("Save the draft"), alone=False),
            Shortcut(
                "Control+Enter",
                ("Ctrl", "Enter"),
                N_("Go on: check, then complete or receive"),
                alone=False,
            ),
        ),
    ),
)
GOING: dict[str, str] = {  # second key after “g”, by the address of the menu
    "/inbox": "i",
    "/counter": "r",
    "/dossiers": "d",
    "/team": "t",
    "/procedures": "p",
    "/timings": "m",
    "/incidents": "e",
    "/administration": "a",
}


@bp.get("/keyboard")
def index() -> str:
    """List the keys; without scripts none of them works, and the page says so."""
    return render_template("keyboard/index.html", sections=SECTIONS, single=single_keys())


@bp.post("/keyboard")
def choose() -> Response:
    """Remember in the browser whether single letters do anything (WCAG 2.2, 2.1.4)."""
    wanted = request.form.get("single", "on")
    response = redirect(url_for("keyboard.index"), code=303)
    response.set_cookie(
        COOKIE, OFF if wanted == OFF else "on", max_age=_YEAR, httponly=True, samesite="Lax"
    )
    flash(gettext("Saved."))
    return response


def single_keys() -> bool:
    """Tell whether single letters are shortcuts in this browser."""
    return request.cookies.get(COOKIE) != OFF
