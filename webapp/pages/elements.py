"""Which BPMN elements run, which are refused, and what to draw instead."""

from flask import Blueprint, render_template

from engine.lint.explaining import PLACES, element_states, event_states
from engine.lint.support import State
from engine.texts import N_

bp = Blueprint("elements", __name__, url_prefix="/procedures/elements")

_WORDS = {
    State.RUNS: N_("runs"),
    State.REFUSED: N_("refused"),
    State.KEPT: N_("kept, changes nothing"),
}


@bp.get("")
def index() -> str:
    """List every element with its state, and every event at each place."""
    return render_template(
        "elements/index.html",
        elements=element_states(),
        events=event_states(),
        places=PLACES,
        words=_WORDS,
    )
