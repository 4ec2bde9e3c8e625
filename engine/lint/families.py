"""All families of rules, in the order in which they are asked."""

from collections.abc import Iterator

from engine.bpmn.elements import Definitions
from engine.lint.events import check as check_events
from engine.lint.expressions import check as check_expressions
from engine.lint.gateways import check as check_gateways
from engine.lint.paths import check as check_paths
from engine.lint.soundness import check as check_soundness
from engine.lint.structure import check as check_structure
from engine.lint.tasks import check as check_tasks
from engine.lint.unsupported import check as check_unsupported
from engine.lint.upload import Upload
from engine.lint.variables import check as check_variables
from engine.model import Finding

_FAMILIES = (
    check_structure,
    check_paths,
    check_gateways,
    check_soundness,
    check_events,
    check_tasks,
    check_expressions,
    check_unsupported,
    check_variables,
)


def check(model: Definitions, upload: Upload) -> Iterator[Finding]:
    """Yield what every family of rules says about one file."""
    for family in _FAMILIES:
        yield from family(model, upload)
