"""What becomes of each BPMN element, as rows for people: the table of ``support`` with remedies."""

from dataclasses import dataclass

from engine.lint.refusals import REFUSALS
from engine.lint.support import ALLOWED, ELEMENTS, RUNS, State

PLACES = tuple(ALLOWED)


@dataclass(frozen=True, slots=True)
class ElementState:
    """One BPMN element; ``remedy`` says what to draw instead of a refused one."""

    element: str
    state: State
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class EventStates:
    """One event definition, with its state at each of PLACES; None where BPMN forbids it."""

    event: str
    states: tuple[State | None, ...]


def element_states() -> tuple[ElementState, ...]:
    """Return every element of BPMN 2.0.2 with its state, in the order of the table."""
    return tuple(
        ElementState(name, state, _remedy(name) if state is State.REFUSED else "")
        for name, state in ELEMENTS.items()
    )


def event_states() -> tuple[EventStates, ...]:
    """Return every kind of event with its state at each of PLACES."""
    kinds = dict.fromkeys(kind for allowed in ALLOWED.values() for kind in allowed)
    return tuple(EventStates(kind, tuple(_at(place, kind) for place in PLACES)) for kind in kinds)


def _remedy(name: str) -> str:
    return REFUSALS.get(name, REFUSALS["unknown"])[1]


def _at(place: str, kind: str) -> State | None:
    if kind not in ALLOWED[place]:
        return None
    return State.RUNS if kind in RUNS[place] else State.REFUSED
