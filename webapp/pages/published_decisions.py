"""Published decisions: their versions, and the tables of each as they were uploaded."""

from flask import Blueprint, render_template

from engine.texts import N_
from webapp.errors import NotFoundError
from webapp.operations import deployments
from webapp.pages import review
from webapp.pages.product import database
from webapp.queries import decisions as queries

bp = Blueprint("decisions", __name__, url_prefix="/procedures/decisions")


@bp.get("/<key>")
def decision(key: str) -> str:
    """Show the newest version of a decision, and which others there are."""
    with database().reading() as session:
        versions = queries.decision_versions(session, key)
    if not versions:
        raise NotFoundError(N_("There is no such decision."))
    return _page(versions, versions[0])


@bp.get("/<key>/versions/<int:number>")
def version(key: str, number: int) -> str:
    """Show one version of a decision."""
    with database().reading() as session:
        shown = queries.get_decision(session, key, number)
        versions = queries.decision_versions(session, key)
    return _page(versions, shown)


def _page(versions: tuple[queries.DecisionVersion, ...], shown: queries.DecisionVersion) -> str:
    with database().reading() as session:
        files = deployments.files_of(session, shown.deployment_id)
    return render_template(
        "procedures/decision.html",
        versions=versions,
        shown=shown,
        tables=review.decision_tables(files),
    )
