"""Commands for whoever draws models: elements."""

import click

from engine.lint.explaining import PLACES, element_states, event_states


@click.command()
def elements() -> None:
    """List every BPMN element: does it run, and what to draw instead of a refused one."""
    for row in element_states():
        print(f"{row.element}: {row.state}{f'. {row.remedy}' if row.remedy else ''}")
    for event in event_states():
        for place, state in zip(PLACES, event.states, strict=True):
            print(f"{place} {event.event}: {state or 'not allowed by BPMN'}")
