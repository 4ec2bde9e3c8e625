"""The list of all strict rules."""

from collections.abc import Callable, Iterator

from engine.lint.standard.activities import CHECKS as ACTIVITIES
from engine.lint.standard.collaborations import CHECKS as COLLABORATIONS
from engine.lint.standard.connections import CHECKS as CONNECTIONS
from engine.lint.standard.document import Document
from engine.lint.standard.events import CHECKS as EVENTS
from engine.lint.standard.expressions import CHECKS as EXPRESSIONS
from engine.lint.standard.fault import Fault
from engine.lint.standard.flows import CHECKS as FLOWS
from engine.lint.standard.gateways import CHECKS as GATEWAYS
from engine.lint.standard.items import CHECKS as ITEMS
from engine.lint.standard.references import CHECKS as REFERENCES
from engine.lint.standard.schema import CHECKS as SCHEMA

CHECKS: tuple[Callable[[Document], Iterator[Fault]], ...] = (
    *FLOWS,
    *GATEWAYS,
    *EVENTS,
    *CONNECTIONS,
    *ACTIVITIES,
    *ITEMS,
    *COLLABORATIONS,
    *EXPRESSIONS,
    *REFERENCES,
    *SCHEMA,
)
