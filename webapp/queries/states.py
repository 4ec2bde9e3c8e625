"""The ten published states of a dossier, in words for staff and for applicants."""

from dataclasses import dataclass

from engine.texts import N_

SUBMITTED, RECEIVED, REFUSED, IN_PROGRESS, SUPPLEMENT = 1, 2, 3, 4, 5
OBLIGATION, WITHDRAWN, STOPPED, DECIDED, HANDED_OVER = 6, 7, 8, 9, 10


@dataclass(frozen=True, slots=True)
class StateWords:
    """``kind`` is the look of the tag; ``public`` is the sentence an applicant reads."""

    name: str
    kind: str  # new, run, paused, done
    public: str
    asks: str = ""  # what the applicant has to do; "" where nothing


STATES: dict[int, StateWords] = {
    SUBMITTED: StateWords(
        N_("Submitted"), "new", N_("Your dossier arrived and waits to be received.")
    ),
    RECEIVED: StateWords(N_("Received"), "new", N_("Your dossier was received.")),
    REFUSED: StateWords(
        N_("Not received"), "new", N_("Your dossier could not be received; see the reason below.")
    ),
    IN_PROGRESS: StateWords(N_("In progress"), "run", N_("The ward is working on your dossier.")),
    SUPPLEMENT: StateWords(
        N_("Waiting for a supplement"),
        "paused",
        N_("The ward waits for papers from you."),
        N_("Bring or send what the supplement notice asks for. The clock stands still until then."),
    ),
    OBLIGATION: StateWords(
        N_("Waiting for a payment"),
        "paused",
        N_("The ward waits for your payment."),
        N_("Pay as the notice says. The clock stands still until then."),
    ),
    WITHDRAWN: StateWords(N_("Withdrawn"), "new", N_("You withdrew this dossier.")),
    STOPPED: StateWords(
        N_("Stopped"), "new", N_("The ward stopped working on this dossier and gave the reason.")
    ),
    DECIDED: StateWords(
        N_("Decided"),
        "done",
        N_("The result is ready."),
        N_("Collect it at the one-stop counter with your receipt and identity card."),
    ),
    HANDED_OVER: StateWords(
        N_("Result handed over"), "done", N_("You have received the result. The dossier is closed.")
    ),
}


def words_of(state: int) -> StateWords:
    """Return the words of one state."""
    return STATES.get(state, STATES[IN_PROGRESS])
