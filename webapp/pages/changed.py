"""What the timeline says of incidents, tasks in other hands, due dates, fees and deliveries."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext

from engine.texts import N_
from webapp.forms.messages import kept_message
from webapp.operations import events
from webapp.pages import wording
from webapp.pages.incident_lines import troubles as troubles
from webapp.pages.sentences import said
from webapp.ratings import RATINGS

_WHY = {
    "absence": N_("Who had it is away."),
    "back": N_("The person is back."),
    "balance": N_("The desk shares its work out."),
}
_TITLES = {
    events.USER_TASK_ASSIGNED: N_("“%(task)s” is given to %(name)s"),
    events.USER_TASK_DELEGATED: N_("Lent the task “%(task)s” to %(name)s"),
    events.USER_TASK_RETURNED: N_("Returned the task “%(task)s” to %(name)s"),
}


MONEY = {
    "none": N_("No fee"),
    "owed": N_("Fee not paid yet"),
    "paid": N_("Fee paid"),
    "waived": N_("Fee waived"),
    "refunded": N_("Fee given back"),
}
PAID_HOW = {"counter": N_("in person"), "online": N_("online")}
DELIVERY = {
    "none": N_("No result yet"),
    "waiting": N_("Result waits to be collected"),
    "sent": N_("Result sent"),
    "handed_over": N_("Result handed over"),
}


def trouble(data: Mapping[str, Any]) -> str:
    """Return the sentence that an incident kept; its English one where it kept no other."""
    return said(kept_message(data.get("sentence"), str(data.get("message", ""))))


def hands(kind: str, task: str, data: Mapping[str, Any]) -> tuple[str, str]:
    """Return the title of such an event and the word that was said, or why it happened."""
    title = gettext(_TITLES[kind], task=task, name=str(data.get("after") or ""))
    why = _WHY.get(str(data.get("why", "")))
    return title, str(data.get("note") or "") or (gettext(why) if why else "")


def calendar(data: Mapping[str, Any], name_of: Callable[[str], str]) -> tuple[str, str]:
    """Return the title and what is due elsewhere, why; ``name_of`` gives the name of an element."""
    after = data.get("after")
    title = gettext("The calendar changed")
    if after and after != data.get("before"):
        title = gettext("The calendar changed; promised for %(at)s now", at=_instant(after))
    days = ", ".join(str(one.get("name") or one.get("day")) for one in data.get("days", ()))
    decision = str(data.get("decision") or "")
    moved = (_line(one, name_of) for one in (*data.get("tasks", ()), *data.get("timers", ())))
    return title, "; ".join(filter(None, (days, decision, *moved)))


def unless_deleted(
    tell: Callable[[], tuple[str, str] | None], data: Mapping[str, Any]
) -> tuple[str, str] | None:
    """Return what ``tell`` tells of an event; of one that retention emptied that it did."""
    try:
        return tell()
    except (KeyError, ValueError):
        if data:
            raise
        return gettext("Something was done; what, was deleted with the personal data"), ""


def fee(data: Mapping[str, Any]) -> tuple[str, str]:
    """Return how the fee stands now, and the receipt or the reason."""
    words = gettext(MONEY[str(data.get("after"))])
    how, amount = PAID_HOW.get(str(data.get("how") or "")), data.get("amount")
    paid = gettext("%(amount)s đồng", amount=money(amount)) if amount is not None else ""
    quote = "; ".join(filter(None, (paid, str(data.get("note") or ""))))
    return f"{words}, {gettext(how)}" if how else words, quote


def money(amount: int) -> str:
    """Return 50.000, as money is written in Vietnam."""
    return f"{amount:,}".replace(",", ".")


def rated(data: Mapping[str, Any]) -> tuple[str, str]:
    """Return how satisfied the applicant is, and what they wrote."""
    words = RATINGS.get(data.get("rating", 0), "")
    told = gettext("The applicant is: %(rating)s", rating=gettext(words) if words else "–")
    return told, str(data.get("text") or "")


def delivery(data: Mapping[str, Any]) -> tuple[str, str]:
    """Return where the result is now, and the carrier or the reason."""
    return gettext(DELIVERY[str(data.get("after"))]), str(data.get("note") or "")


def anonymised(data: Mapping[str, Any]) -> tuple[str, str]:
    """Return that personal data is gone, and the rule that says so."""
    return gettext("Personal data was deleted"), str(data.get("basis") or "")


def timer(change: Mapping[str, Any], name: str) -> str:
    """Return when a timer is due that a person set; ``name`` is that of its element."""
    return gettext(
        "timer “%(here)s” due %(after)s, not %(before)s",
        here=name,
        before=_instant(change["before"]),
        after=_instant(change["after"]),
    )


def _line(one: Mapping[str, Any], name_of: Callable[[str], str]) -> str:
    return gettext(
        "%(name)s: due %(after)s, not %(before)s",
        name=name_of(one["element_id"]) or one["element_id"],
        after=_instant(one["after"]),
        before=_instant(one["before"]),
    )


def instant_if_any(value: object) -> str:
    """Return a kept instant in words; "" where there is none."""
    try:
        return _instant(str(value))
    except ValueError:
        return ""


def _instant(text: str) -> str:
    return wording.full_instant_words(datetime.fromisoformat(text))
