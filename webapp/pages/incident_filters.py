"""Which incidents the address of the list asks for, and what its filters offer."""

from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urlencode
from uuid import UUID

from flask import request
from flask_babel import gettext
from sqlalchemy.orm import Session

from engine.texts import N_
from webapp import clock
from webapp.models import IncidentKind
from webapp.pages.incident_lines import drawn
from webapp.pages.wording import language
from webapp.queries import incidents as queries
from webapp.queries.incidents import Wanted
from webapp.queries.names import ProcedureNames, procedure_names

Options = list[tuple[str, str]]
MAX_PAGE = 1000
MAX_DIGITS = 9
KINDS = {
    IncidentKind.JOB: N_("Job"),
    IncidentKind.TIMER: N_("Timer"),
    IncidentKind.START_TIMER: N_("Timer start event"),
    IncidentKind.DELIVERY: N_("Message"),
    IncidentKind.OUTSIDE: N_("Called process or decision"),
    IncidentKind.FAILED: N_("Error that nothing caught"),
    IncidentKind.UNHANDLED: N_("Nobody does it"),
}
ORDERS = {
    "": N_("Oldest first"),
    "newest": N_("Newest first"),
    "due": N_("Promised soonest first"),
}
ORDERS_OF_DONE = {"": N_("Newest first"), "oldest": N_("Oldest first")}
DAY = timedelta(days=1)
AGES = {
    "1": (N_("In the last 24 hours"), None, DAY),
    "older-1": (N_("For more than a day"), DAY, None),
    "older-3": (N_("For more than 3 days"), 3 * DAY, None),
    "older-7": (N_("For more than a week"), 7 * DAY, None),
}
"""By name: the words, at least how old, at most how old."""
_FILTERS = ("kind", "procedure", "element", "age", "like", "q")


def wanted() -> Wanted:
    """Return what the address of the request asks for; what makes no sense is left out."""
    given = request.args
    key, _, version = given.get("procedure", "").partition("@")
    _, at_least, at_most = AGES.get(given.get("age", ""), ("", None, None))
    now = clock.now()
    return Wanted(
        resolved=is_resolved(),
        kind=given.get("kind", ""),
        process_key=key,
        version=int(version) if version.isdecimal() and len(version) < MAX_DIGITS else None,
        element_id=given.get("element", ""),
        like=given.get("like", type=UUID),
        before=now - at_least if at_least else None,
        after=now - at_most if at_most else None,
        text=given.get("q", "").strip()[:200],
        order=given.get("order", ""),
        page=max(1, min(given.get("page", 1, type=int), MAX_PAGE)),
    )


def is_resolved() -> bool:
    """Return whether the address asks for what was seen to."""
    return request.args.get("state") == "resolved"


def address(path: str = "", **changes: str | int) -> str:
    """Return the address of the list with its filters, changed; the first page unless told."""
    kept = {name: request.args.get(name, "") for name in ("state", "order", *_FILTERS)}
    given = {name: value for name, value in {**kept, **changes}.items() if value}
    query = urlencode(given)
    return f"/incidents{path}?{query}" if query else f"/incidents{path}"


def clear() -> str:
    """Return the address of the list without filters."""
    return address(**dict.fromkeys(_FILTERS, ""))


def chosen() -> dict[str, str]:
    """Return what stands in each filter."""
    return {name: request.args.get(name, "") for name in ("order", *_FILTERS)}


def is_filtered() -> bool:
    """Return whether any filter is set."""
    return any(request.args.get(name) for name in _FILTERS)


def options(session: Session) -> dict[str, Options]:
    """Return what the filters of the list offer, by filter."""
    every = [("", gettext("All"))]
    orders = ORDERS_OF_DONE if is_resolved() else ORDERS
    return {
        "kind": every + [(key, gettext(text)) for key, text in KINDS.items()],
        "procedure": every + _procedures(session),
        "element": every + _elements(session),
        "age": every + [(key, gettext(text)) for key, (text, *_) in AGES.items()],
        "order": [(key, gettext(text)) for key, text in orders.items()],
    }


def _procedures(session: Session) -> Options:
    """Every procedure that has an open incident; its versions too where several have one."""
    ids = queries.offered_versions(session)
    names = procedure_names(session, ids)
    by_key: dict[str, list[ProcedureNames]] = {}
    for one in ids:
        by_key.setdefault(names[one].key, []).append(names[one])
    found: Options = []
    for key, versions in by_key.items():
        found.append((key, versions[-1].title(language())))
        if len(versions) > 1:
            found += [(f"{key}@{one.version}", _version(one)) for one in versions]
    return found


def _version(names: ProcedureNames) -> str:
    number = gettext("version %(number)s", number=names.version)
    return f"{names.title(language())}, {number}"


def _elements(session: Session) -> Options:
    """Every element with an open incident, once a procedure is chosen."""
    key = request.args.get("procedure", "").partition("@")[0]
    if not key:
        return []
    lines: Sequence[queries.IncidentLine] = drawn(session, queries.offered_elements(session, key))
    return [
        (
            one.element_id or "",
            one.procedure.element(one.element_id, one.element_name, language())
            if one.procedure
            else one.element_id or "",
        )
        for one in lines
    ]
