"""One upload as the rules see it: its models, processes and forms."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from engine.bpmn.elements import Definitions, FlowNode, Scope
from engine.model import Published


@dataclass(frozen=True, slots=True)
class Upload:
    """What was read of an upload, and which of its processes are going to run."""

    models: tuple[Definitions, ...]
    form_ids: frozenset[str] = frozenset()
    decisions: frozenset[str] = frozenset()  # ids and names
    form_fields: Mapping[str, frozenset[str]] = field(default_factory=dict)  # keys by form id
    form_reads: Mapping[str, frozenset[str]] = field(default_factory=dict)  # by its conditions
    published: Published | None = None  # what other deployments offer, where that is known
    process_ids: frozenset[str] = field(default=frozenset(), init=False)

    def __post_init__(self) -> None:
        ids = (key for model in self.models for key in model.processes)
        object.__setattr__(self, "process_ids", frozenset(ids))

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
