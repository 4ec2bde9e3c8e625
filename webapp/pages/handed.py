"""What the timeline says where a task changed hands."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext

from engine.texts import N_
from webapp.operations import events

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


def told(kind: str, task: str, data: Mapping[str, Any]) -> tuple[str, str]:
    """Return the title of such an event and the word that was said, or why it happened."""
    title = gettext(_TITLES[kind], task=task, name=str(data.get("after") or ""))
    why = _WHY.get(str(data.get("why", "")))
    return title, str(data.get("note") or "") or (gettext(why) if why else "")
