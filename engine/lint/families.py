"""All families of rules, in the order in which they are asked."""

from collections.abc import Iterator

from engine.bpmn.elements import Definitions
from engine.lint import (
    diagram,
    events,
    expressions,
    gateways,
    joins,
    paths,
    structure,
    tasks,
    unsupported,
)
from engine.lint.upload import Upload
from engine.model import Finding

_FAMILIES = (
    structure.check,
    paths.check,
    gateways.check,
    joins.check,
    events.check,
    tasks.check,
    expressions.check,
    unsupported.check,
    diagram.check,
)


def check(model: Definitions, upload: Upload) -> Iterator[Finding]:
    """Yield what every family of rules says about one file."""
    for family in _FAMILIES:
        yield from family(model, upload)
