"""One upload as the rules see it: its models, processes and forms."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from engine.bpmn.elements import Definitions, FlowNode, Scope
from engine.dmn import DecisionModel
from engine.forms import condition_names, inputs
from engine.lint.forms import AskedForm
from engine.model import Published


@dataclass(frozen=True, slots=True)
class Upload:
    """What was read of an upload, and which of its processes are going to run."""

    models: tuple[Definitions, ...]
    form_ids: frozenset[str] = frozenset()
    decision_models: Mapping[str, DecisionModel] = field(default_factory=dict)  # by file
    forms: Mapping[str, AskedForm] = field(default_factory=dict)  # readable ones, by id
    published: Published | None = None  # what other deployments offer, where that is known
    decisions: frozenset[str] = field(default=frozenset(), init=False)  # ids and names
    form_fields: Mapping[str, frozenset[str]] = field(init=False)  # keys by form id
    form_reads: Mapping[str, frozenset[str]] = field(init=False)  # by its conditions
    process_ids: frozenset[str] = field(default=frozenset(), init=False)

    def __post_init__(self) -> None:
        ids = (key for model in self.models for key in model.processes)
        object.__setattr__(self, "process_ids", frozenset(ids))
        drawn = [one.drawn.nodes.values() for one in self.decision_models.values()]
        names = (name for nodes in drawn for one in nodes for name in (one.element_id, one.name))
        object.__setattr__(self, "decisions", frozenset(filter(None, names)))
        fields = {
            key: frozenset(c.key for c in inputs(one.form)) for key, one in self.forms.items()
        }
        object.__setattr__(self, "form_fields", fields)
        reads = {key: condition_names(one.form) for key, one in self.forms.items()}
        object.__setattr__(self, "form_reads", reads)

    def running(self, model: Definitions) -> Iterator[Scope]:
        """Yield the processes of a file that can run: executable ones and called ones.

        Where no process is marked as executable, all that are drawn count: not every tool
        writes the mark, and the analyst wants to see everything.
        """
        everything = [one for other in self.models for one in other.processes.values()]
        marked = any(one.executable for one in everything)
        drawn = any(one.nodes for one in everything)
        called = _called(self.models)
        for process in model.processes.values():
            wanted = process.executable or process.id in called if marked else True
            if wanted and (process.nodes or process.executable or not drawn):
                yield process

    def scopes(self, model: Definitions) -> Iterator[Scope]:
        """Yield every process and sub-process of a file that can run, outer ones first."""
        for process in self.running(model):
            yield from _scopes(process)

    def nodes(self, model: Definitions) -> Iterator[tuple[Scope, FlowNode]]:
        """Yield every node that can run with its scope, in document order."""
        for process in self.running(model):
            yield from process.walk()


def _scopes(scope: Scope) -> Iterator[Scope]:
    yield scope
    for node in scope.nodes.values():
        if node.scope is not None:
            yield from _scopes(node.scope)


def _called(models: tuple[Definitions, ...]) -> set[str]:
    return {
        node.called_element
        for model in models
        for process in model.processes.values()
        for _, node in process.walk()
        if node.called_element
    }
