"""For machines that watch this one: does it live, can it work."""

from flask import Blueprint, current_app
from sqlalchemy import text

from webapp import migrate
from webapp.pages.product import database

bp = Blueprint("health", __name__, url_prefix="/health")
_FIT = "motcua-tables-fit"


@bp.get("/live")
def live() -> tuple[dict[str, str], int]:
    """Answer as long as the process runs."""
    return {"status": "live"}, 200


@bp.get("/ready")
def ready() -> tuple[dict[str, str], int]:
    """Answer 200 when the database does and its tables are as this program needs them."""
    with database().reading() as session:
        session.execute(text("SELECT 1"))
    if not current_app.extensions.get(_FIT):
        if migrate.is_behind(database().sql_engine):
            return {"status": "migrations missing"}, 503
        current_app.extensions[_FIT] = True  # tables only ever gain
    return {"status": "ready"}, 200
