"""Rules about the variables that a model writes."""

from collections.abc import Iterator

from engine.bpmn.elements import Definitions, FlowNode
from engine.feel import FeelError, parse_script
from engine.lint.report import at, error
from engine.lint.upload import Upload
from engine.model import OWNED_VARIABLES, Finding
from engine.texts import N_


def check(model: Definitions, upload: Upload) -> Iterator[Finding]:
    """Yield the elements of one file that overwrite what the product itself sets."""
    for _, node in upload.nodes(model):
        for line, name in _written(node):
            if name.partition(".")[0] in OWNED_VARIABLES:
                yield error(
                    at(model.file, node, line),
                    "variable-owned",
                    N_("“%(name)s” writes the variable “%(variable)s”, which the product sets."),
                    N_("Choose another name for the variable."),
                    variable=name,
                )


def _written(node: FlowNode) -> Iterator[tuple[int, str]]:
    """Yield (line, name) of every variable that a node writes for those that follow it."""
    for mapping in node.outputs:
        yield mapping.line, mapping.target
    if node.script is None:
        return
    if node.script.result_variable:
        yield node.script.line, node.script.result_variable
        return
    try:
        entries = parse_script(node.script.text).entries
    except FeelError:
        return  # told with the expressions
    for name in entries:
        yield node.script.line, name
