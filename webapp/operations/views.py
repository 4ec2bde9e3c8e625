"""Keeping filters of lists under a name, for oneself or for a desk."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from engine.texts import N_
from webapp.actors import Actor
from webapp.errors import NotAllowedError, NotFoundError, RejectedError
from webapp.models import DefaultView, SavedView
from webapp.models.views import Listing
from webapp.operations.noting import may_instruct

FIELDS = {  # what an address of the list may hold, besides the page number
    Listing.INBOX: ("scope", "q", "procedure", "task", "due", "sort"),
    Listing.DOSSIERS: ("q", "procedure", "state", "channel", "agency"),
}
MAX_NAME = 40  # characters
MAX_VALUE = 200  # characters
MAX_VIEWS = 20  # of one person or desk, per list


def save(
    session: Session,
    listing: Listing,
    name: str,
    filters: Mapping[str, str],
    *,
    group_key: str | None = None,
    actor: Actor,
    at: datetime,
) -> UUID:
    """Keep a filter under a name and return its id; one of that name is replaced.

    With ``group_key`` everybody of that desk has it. Raises RejectedError for no name, nothing
    filtered or too many views; NotAllowedError for another desk, or for a colleague's view.
    """
    owner = _owner(actor, group_key)
    title, kept = _title(name), _kept(listing, filters)
    mine = (owner, SavedView.listing == listing)
    row = session.scalar(select(SavedView).where(*mine, SavedView.name == title))
    if row is not None:
        _require_own(actor, row)
        row.filters = kept
        session.flush()
        return row.id
    if session.scalar(select(func.count()).select_from(SavedView).where(*mine)) == MAX_VIEWS:
        raise RejectedError(N_("There are %(num)s views already. Delete one first."), num=MAX_VIEWS)
    row = SavedView(
        id=uuid4(),
        listing=listing,
        name=title,
        user_id=None if group_key else actor.user_id,
        group_key=group_key,
        filters=kept,
        created_by=actor.user_id,
        created_at=at,
    )
    session.add(row)
    session.flush()
    return row.id


def remove(session: Session, view_id: UUID, *, actor: Actor) -> Listing:
    """Delete a view and return the list it was of; lists that began with it begin unfiltered.

    Raises NotFoundError for what the actor does not see, NotAllowedError for a colleague's view.
    """
    row = _seen(session, view_id, actor)
    _require_own(actor, row)
    session.execute(delete(DefaultView).where(DefaultView.view_id == row.id))
    session.delete(row)
    session.flush()
    return Listing(row.listing)


def begin_with(session: Session, view_id: UUID, *, actor: Actor) -> Listing:
    """Let the list of a view begin with it for the actor; return which list that is."""
    row = _seen(session, view_id, actor)
    begin_plain(session, Listing(row.listing), actor=actor)
    session.add(DefaultView(user_id=actor.user_id, listing=row.listing, view_id=row.id))
    session.flush()
    return Listing(row.listing)


def begin_plain(session: Session, listing: Listing, *, actor: Actor) -> None:
    """Let a list begin unfiltered for the actor."""
    mine = (DefaultView.user_id == actor.user_id, DefaultView.listing == listing)
    session.execute(delete(DefaultView).where(*mine))


def _title(name: str) -> str:
    title = " ".join(name.split())
    if not title or len(title) > MAX_NAME:
        raise RejectedError(N_("A view has a name of at most %(num)s characters."), num=MAX_NAME)
    return title


def _kept(listing: Listing, filters: Mapping[str, str]) -> dict[str, str]:
    given = {key: filters.get(key, "")[:MAX_VALUE] for key in FIELDS[listing]}
    kept = {key: value for key, value in given.items() if value}
    if not kept:
        raise RejectedError(N_("Filter the list first, then save the view."))
    return kept


def _owner(actor: Actor, group_key: str | None) -> ColumnElement[bool]:
    if group_key is None:
        return SavedView.user_id == actor.user_id
    if group_key not in actor.groups:
        raise NotAllowedError(N_("Views are shared with desks of one's own only."))
    return SavedView.group_key == group_key


def _seen(session: Session, view_id: UUID, actor: Actor) -> SavedView:
    row = session.get(SavedView, view_id, with_for_update=True)
    if row is None or (row.user_id != actor.user_id and row.group_key not in actor.groups):
        raise NotFoundError(N_("There is no such view."))
    return row


def _require_own(actor: Actor, row: SavedView) -> None:
    if row.user_id is None and row.created_by != actor.user_id and not may_instruct(actor):
        raise NotAllowedError(
            N_("A colleague made this view of the desk; only the colleague or a leader changes it.")
        )
