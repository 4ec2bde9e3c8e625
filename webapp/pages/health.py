"""For machines that watch this one: does it live, can it work."""

from flask import Blueprint
from sqlalchemy import text

from webapp.pages.product import database

bp = Blueprint("health", __name__, url_prefix="/health")


@bp.get("/live")
def live() -> tuple[dict[str, str], int]:
    """Answer as long as the process runs."""
    return {"status": "live"}, 200


@bp.get("/ready")
def ready() -> tuple[dict[str, str], int]:
    """Answer 200 when the database does."""
    with database().reading() as session:
        session.execute(text("SELECT 1 FROM process_definition WHERE 1 = 0"))
    return {"status": "ready"}, 200
