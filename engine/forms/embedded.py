"""Forms that stand inside a model, as ``camunda:formData``, beside those of files of their own."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from engine.bpmn.elements import Definitions, FlowNode, Scope
from engine.bpmn.form_data import PREFIX
from engine.forms.linting import lint_form
from engine.model import Finding


@dataclass(frozen=True, slots=True)
class Embedded:
    """A form inside the model: its id, its form-js JSON, the element that asks for it."""

    id: str
    content: bytes
    file: str
    node: FlowNode

    def findings(self) -> tuple[Finding, ...]:
        """Return what is wrong with it, at the line of its element."""
        return tuple(
            replace(one, file=self.file, line=self.node.line, element_id=self.node.id)
            for one in lint_form(self.content, self.file)
        )


def embedded_forms(models: Iterable[Definitions]) -> tuple[Embedded, ...]:
    """Return the forms inside models; one that also refers to a form file uses that."""
    return tuple(
        Embedded(node.form_ref, node.form_data, model.file, node)
        for model in models
        for scope in model.processes.values()
        for node in _nodes(scope)
        if node.form_data and node.form_ref and node.form_ref.startswith(PREFIX)
    )


def _nodes(scope: Scope) -> Iterator[FlowNode]:
    for node in scope.nodes.values():
        yield node
        if node.scope is not None:
            yield from _nodes(node.scope)
