"""What stands in the data stores, for administrators to look at; processes write them."""

import json

from flask import Blueprint, render_template, request, url_for

from webapp.pages.product import database
from webapp.queries import data_stores as queries

bp = Blueprint("data_stores", __name__, url_prefix="/data-stores")


@bp.get("")
def index() -> str:
    """List the data stores."""
    with database().reading() as session:
        return render_template("data_stores/index.html", stores=queries.stores(session))


@bp.get("/<path:store_id>")
def store(store_id: str) -> str:
    """Show what stands in one data store, who wrote it and when."""
    number = max(request.args.get("page", 1, type=int), 1)
    with database().reading() as session:
        shown = queries.get_store(session, store_id)
        count = max(1, -(-shown.items // queries.PAGE_SIZE))
        number = min(number, count)
        items = queries.items(session, store_id, number)
    return render_template(
        "data_stores/store.html",
        shown=shown,
        items=items,
        words=_words,
        number=number,
        count=count,
        address=lambda page: url_for("data_stores.store", store_id=store_id, page=page),
    )


def _words(value: object) -> str:
    """Return a value as text: JSON but for a plain text."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
