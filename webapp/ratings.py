"""How satisfied an applicant can say to be, and when."""

from datetime import datetime

from engine.texts import N_
from webapp.report_facts import DISSATISFIED

RATINGS = {  # the best first
    3: N_("satisfied"),
    2: N_("neither satisfied nor dissatisfied"),
    DISSATISFIED: N_("dissatisfied"),
}


def may_rate(state: int, ended_at: datetime | None, decided_at: datetime | None) -> bool:
    """Tell whether an applicant can rate now: the dossier is decided or over, and was received."""
    return state != 1 and (ended_at is not None or decided_at is not None)
