"""Where an analyst tries an expression or a decision against sample data. Nothing is stored."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template, request

from engine import dmn
from engine.texts import N_
from webapp import clock
from webapp.calendars import agency_calendar
from webapp.errors import NotFoundError
from webapp.operations import deployments
from webapp.pages import trials
from webapp.pages.limits import TRYING, limiter
from webapp.pages.product import database
from webapp.queries import procedures as queries

bp = Blueprint("trying", __name__, url_prefix="/procedures")

_FIELDS = ("expression", "kind", "sample", "value")


@bp.get("/try")
def ask() -> str:
    """Ask for an expression and sample data."""
    return _page({})


@bp.post("/try")
@limiter.limit(TRYING)
def answer() -> str | tuple[str, int]:
    """Evaluate what was written and show what came out."""
    given = {name: request.form.get(name, "") for name in _FIELDS}
    found = trials.tried(
        given["kind"], given["expression"], given["sample"], given["value"], at=_now()
    )
    if isinstance(found, trials.Trouble):
        return _page(given, trouble=found), 422
    return _page(given, answer=found)


@bp.get("/<key>/versions/<int:number>/try")
def ask_decision(key: str, number: int) -> str | tuple[str, int]:
    """Ask for the inputs of one of a version's decisions."""
    return _decision_page(key, number, request.args.get("decision", ""))


@bp.post("/<key>/versions/<int:number>/try")
@limiter.limit(TRYING)
def answer_decision(key: str, number: int) -> str | tuple[str, int]:
    """Make the decision and show which rules counted."""
    return _decision_page(key, number, request.form.get("decision", ""), make=True)


def _page(given: Mapping[str, str], **found: Any) -> str:
    return render_template("procedures/try.html", given=given, kinds=trials.KINDS, **found)


def _decision_page(
    key: str, number: int, decision: str, *, make: bool = False
) -> str | tuple[str, int]:
    with database().reading() as session:
        version = queries.get_version(session, key, number)
        files = deployments.files_of(session, version.deployment_id)
    models = _models(files)
    choices = trials.decisions_of(models)
    chosen = decision or (choices[0][0] if choices else "")
    model = dmn.find_model(models, chosen)
    if model is None:
        raise NotFoundError(N_("There is no such decision in this version."))
    sample = request.form.get("sample", "")
    given = {
        name: request.form.get(f"input-{place}", "")
        for place, name in enumerate(trials.inputs_of(model, chosen), 1)
    }
    found = trials.decided(model, chosen, given, sample, at=_now()) if make else None
    page = render_template(
        "procedures/try_decision.html",
        version=version,
        choices=choices,
        decision=chosen,
        given=given,
        sample=sample,
        found=None if isinstance(found, trials.Trouble) else found,
        trouble=found if isinstance(found, trials.Trouble) else None,
    )
    return (page, 422) if isinstance(found, trials.Trouble) else page


def _now() -> datetime:
    """Return the moment on the agency's clock, as running dossiers read it."""
    return clock.now().astimezone(ZoneInfo(agency_calendar().tz))


def _models(files: Mapping[str, bytes]) -> dict[str, dmn.DecisionModel]:
    try:
        return dmn.read_models(files)
    except dmn.DecisionError:  # published before models were checked
        return {}
