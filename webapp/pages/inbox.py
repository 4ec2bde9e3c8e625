"""The inbox of the person who is signed in."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, time, timedelta
from enum import StrEnum
from itertools import groupby
from typing import Any, TypeVar

from flask import Blueprint, g, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from engine import worktime
from engine.texts import N_
from webapp import clock
from webapp.actors import Actor
from webapp.models.views import Listing
from webapp.pages import office, views, wording
from webapp.pages.guard import current_actor
from webapp.pages.product import database
from webapp.queries import inbox as tasks
from webapp.queries import offered as lists
from webapp.queries import scopes
from webapp.queries.inbox import Due, Horizons, InboxFilter, InboxPage, Sort, Urgency
from webapp.queries.scopes import Scope

bp = Blueprint("inbox", __name__)
Choice = TypeVar("Choice", bound=StrEnum)

SCOPES = {
    Scope.MINE: N_("Mine"),
    Scope.UNCLAIMED: N_("Unclaimed"),
    Scope.UNIT: N_("Whole unit"),
}
DUES = {
    Due.OVERDUE: N_("Overdue"),
    Due.TODAY: N_("Until the end of today"),
    Due.SOON: N_("Within 2 working days"),
    Due.WEEK: N_("Until the end of this week"),
    Due.LIMIT: N_("Legal limit near or over"),
}
GROUPS = {
    Urgency.LATE: N_("Overdue"),
    Urgency.TODAY: N_("Today"),
    Urgency.SOON: N_("Within the next 2 working days"),
    Urgency.LATER: N_("Later"),
    Urgency.NONE: N_("No due date"),
}
_SUNDAY = 6
MAX_PAGE = tasks.COUNTED_UP_TO // tasks.PAGE_SIZE


@bp.get("/inbox")
def index() -> str | Response:
    """Show one page of one scope, filtered and sorted as the address says."""
    actor, at = current_actor(), clock.now()
    wanted = _wanted()
    with database().reading() as session:
        saved = views.tabs(session, actor, Listing.INBOX)
        if view := views.first(saved):
            return view
        found = tasks.inbox_page(session, actor, wanted, _horizons(at))
        known = {wanted.scope: found.figures.total} if wanted.is_whole else None
        counts = tasks.scope_counts(session, actor, known)
        offered = _offered(session, actor, wanted, found)
    g.tasks_of_mine = counts[Scope.MINE]  # the menu shows it, too
    return render_template(
        "inbox/index.html",
        page=found,
        wanted=wanted,
        groups=_groups(found, wanted),
        scopes=[(one, gettext(SCOPES[one]), _count_text(counts[one])) for one in Scope],
        offered=offered,
        saved=saved,
        chips=_chips(wanted, offered),
        address=_address(wanted),
        page_address=lambda number: _address(wanted)(page=number),
        heading=_heading(wanted.scope),
        summary=_summary(found),
    )


def _wanted() -> InboxFilter:
    given = request.args
    return InboxFilter(
        scope=_choice(Scope, "scope") or Scope.MINE,
        text=given.get("q", "").strip()[:100],
        procedure=given.get("procedure", "")[:200],
        task=given.get("task", "")[:200],
        due=_choice(Due, "due"),
        sort=_choice(Sort, "sort") or Sort.DUE,
        page=max(1, min(given.get("page", 1, type=int), MAX_PAGE)),
    )


def _choice(kind: type[Choice], name: str) -> Choice | None:
    try:
        return kind(request.args.get(name, ""))
    except ValueError:
        return None


def _horizons(at: datetime) -> Horizons:
    """The instants that part an inbox into overdue, today, soon and later."""
    here = wording.local(at)
    midnight = datetime.combine(here.date(), time(23, 59, 59), tzinfo=here.tzinfo)
    return Horizons(
        now=at,
        today_ends_at=midnight,
        soon_ends_at=worktime.add(at, wording.SOON, office.calendar()),
        week_ends_at=midnight + timedelta(days=_SUNDAY - here.weekday()),
    )


def _offered(
    session: Session, actor: Actor, wanted: InboxFilter, shown: InboxPage
) -> dict[str, list[Any]]:
    """The options of the filter lists, as pairs of value and text."""
    language = wording.language()
    found = lists.offered_filters(session, actor, wanted.scope, shown.figures.kinds)
    return {
        "procedure": [
            ("", gettext("All procedures")),
            *((one.key, one.title(language)) for one in found.procedures),
        ],
        "task": [
            ("", gettext("All tasks")),
            *(
                (name, names.element(element, name, language))
                for name, element, names in found.tasks
            ),
        ],
        "due": [("", gettext("All")), *((one.value, gettext(text)) for one, text in DUES.items())],
    }


def _chips(wanted: InboxFilter, offered: dict[str, list[Any]]) -> list[tuple[str, str]]:
    """Text of each active filter and the address without it."""
    address = _address(wanted)
    chips = [(f"“{wanted.text}”", address(q=None))] if wanted.text else []
    for name in ("procedure", "task", "due"):
        value = getattr(wanted, name)
        if value:
            text = dict(offered[name]).get(str(value), str(value))
            chips.append((text, address(**{name: None})))
    return chips


def _address(wanted: InboxFilter) -> Callable[..., str]:
    """Return a function that gives this page's address with some parameters changed."""
    given = asdict(wanted)
    given["q"] = given.pop("text")

    def address(**changes: object) -> str:
        changed = {**given, "page": 1, **changes}
        kept = {key: str(value) for key, value in changed.items() if value not in (None, "", 1)}
        defaults = {"scope": Scope.MINE, "sort": Sort.DUE}
        telling = {k: v for k, v in kept.items() if defaults.get(k) != v}
        return url_for("inbox.index", **telling or views.plain())  # type: ignore[arg-type]

    return address


def _groups(found: InboxPage, wanted: InboxFilter) -> list[dict[str, Any]]:
    """The rows in groups of urgency; without headings where they are sorted otherwise."""
    if wanted.sort is not Sort.DUE:
        return [{"title": "", "rows": list(found.rows), "late": False}]
    return [
        {
            "title": gettext(GROUPS[urgency]),
            "count": found.counts.get(urgency, 0),
            "late": urgency is Urgency.LATE,
            "rows": list(rows),
        }
        for urgency, rows in groupby(found.rows, key=lambda row: row.urgency)
    ]


def _count_text(count: int) -> str:
    capped = count > scopes.COUNTED_UP_TO
    return f"{scopes.COUNTED_UP_TO}+" if capped else str(count)


def _heading(scope: Scope) -> str:
    return {
        Scope.MINE: gettext("My tasks"),
        Scope.UNCLAIMED: gettext("Tasks nobody has taken"),
        Scope.UNIT: gettext("Tasks of my unit"),
    }[scope]


def _summary(found: InboxPage) -> str:
    late, today = found.counts.get(Urgency.LATE, 0), found.counts.get(Urgency.TODAY, 0)
    if late and today:
        return gettext("%(late)s overdue, %(today)s due today", late=late, today=today)
    if late:
        return gettext("%(late)s overdue", late=late)
    return gettext("%(today)s due today", today=today) if today else gettext("none overdue")
