"""Filters of lists kept under a name: tabs over the list, and the forms that keep them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, redirect, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from engine.texts import N_
from webapp import clock
from webapp.actors import Actor
from webapp.errors import RejectedError
from webapp.models.views import Listing
from webapp.operations import views
from webapp.operations.noting import may_instruct
from webapp.pages.guard import current_actor
from webapp.pages.product import acting
from webapp.queries.views import ViewRow, desks_of, saved_views

bp = Blueprint("views", __name__, url_prefix="/views")
PLAIN = {"view": "all"}  # the address of a list as it is, where another view comes first
_ENDPOINTS = {Listing.INBOX: "inbox.index", Listing.DOSSIERS: "dossiers.index"}
_DEFAULTS = {"scope": "mine", "sort": "due"}  # say nothing in an address


@bp.post("")
def save() -> Response:
    """Keep the filter of the page that asked under a name, and open it."""
    form, actor = request.form, current_actor()
    listing = _listing(form.get("list", ""))
    filters = chosen(listing, form)
    with acting() as session:
        views.save(
            session,
            listing,
            form.get("name", ""),
            filters,
            group_key=form.get("desk") or None,
            actor=actor,
            at=clock.now(),
        )
    flash(gettext("The view is saved. It stands over the list."))
    return redirect(url_for(_ENDPOINTS[listing], **filters), code=303)  # type: ignore[arg-type]


@bp.post("/<uuid:view_id>/remove")
def remove(view_id: UUID) -> Response:
    """Delete a view."""
    with acting() as session:
        listing = views.remove(session, view_id, actor=current_actor())
    flash(gettext("The view is deleted."))
    return redirect(url_for(_ENDPOINTS[listing], **PLAIN), code=303)  # type: ignore[arg-type]


@bp.post("/<uuid:view_id>/first")
def begin_with(view_id: UUID) -> Response:
    """Let the list begin with a view."""
    with acting() as session:
        listing = views.begin_with(session, view_id, actor=current_actor())
    flash(gettext("The list begins with this view from now on."))
    return redirect(url_for(_ENDPOINTS[listing]), code=303)


@bp.post("/plain")
def begin_plain() -> Response:
    """Let the list begin unfiltered again."""
    listing = _listing(request.form.get("list", ""))
    with acting() as session:
        views.begin_plain(session, listing, actor=current_actor())
    flash(gettext("The list begins unfiltered again."))
    return redirect(url_for(_ENDPOINTS[listing]), code=303)


def chosen(listing: Listing, given: Mapping[str, str]) -> dict[str, str]:
    """Return what filters a list in an address or a form, without what says nothing."""
    found = {key: given.get(key, "").strip() for key in views.FIELDS[listing]}
    return {key: value for key, value in found.items() if value not in ("", _DEFAULTS.get(key))}


def tabs(session: Session, actor: Actor, listing: Listing) -> dict[str, Any]:
    """Return what the tabs over a list show: its views, this page's marked."""
    rows, here = saved_views(session, actor, listing), chosen(listing, request.args)
    open_now = next((one for one in rows if one.filters == here), None)
    g.begins_with_view = any(one.is_default for one in rows)
    return {
        "list": listing,
        "views": [(one, url_for(_ENDPOINTS[listing], **one.filters)) for one in rows],  # type: ignore[arg-type]
        "open": open_now,
        "may_remove": open_now is not None and _may_remove(actor, open_now),
        "plain": url_for(_ENDPOINTS[listing], **plain()),  # type: ignore[arg-type]
        "is_plain": not here,
        "filters": here,
        "desks": desks_of(session, actor) if here and open_now is None else (),
    }


def plain() -> dict[str, str]:
    """Return what the address of the unfiltered list needs: something, where a view comes first."""
    return PLAIN if g.get("begins_with_view") else {}


def first(shown: Mapping[str, Any]) -> Response | None:
    """Return the way to the view a list begins with, where the address asks for nothing."""
    if request.args:
        return None
    target = next((url for one, url in shown["views"] if one.is_default), None)
    return redirect(target, code=303) if target else None


def _may_remove(actor: Actor, view: ViewRow) -> bool:
    return not view.desk or view.made_by == actor.user_id or may_instruct(actor)


def _listing(name: str) -> Listing:
    try:
        return Listing(name)
    except ValueError:
        raise RejectedError(N_("There is no such list.")) from None
