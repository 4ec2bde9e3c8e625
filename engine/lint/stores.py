"""Rules about data stores, and about the states of data objects."""

from collections.abc import Iterator

from engine.bpmn.elements import DataStore, Definitions, FlowNode, Scope
from engine.lint.report import at, error, hint, warning
from engine.lint.upload import Upload
from engine.model import Finding
from engine.texts import N_


def check(model: Definitions, upload: Upload) -> Iterator[Finding]:
    """Yield what is wrong with what the elements of one file read and write."""
    for scope in upload.scopes(model):
        set_somewhere = _set_states(model)
        for node in scope.nodes.values():
            for use in (*node.data.reads, *node.data.writes):
                yield from _store(model, node, use.store)
            yield from _states(model, node, set_somewhere)


def _store(model: Definitions, node: FlowNode, store: DataStore) -> Iterator[Finding]:
    place = at(model.file, node, store.line)
    if not store.is_drawn:
        yield hint(
            place,
            "data-store-without-definition",
            N_("A reference names no data store; it means the one known as “%(store)s”."),
            N_("Keep its name the same everywhere, or refer to a dataStore of the file."),
            store=store.name,
        )
    if store.capacity is not None and store.capacity < 1:
        yield error(
            place,
            "data-store-capacity",
            N_("The data store “%(store)s” may hold nothing: its capacity is %(capacity)s."),
            N_("Enter a capacity of at least 1, or mark the data store as unlimited."),
            store=store.name,
            capacity=store.capacity,
        )


def _states(
    model: Definitions, node: FlowNode, set_somewhere: set[tuple[str, str]]
) -> Iterator[Finding]:
    for need in dict.fromkeys(one for inputs in node.data.needs for one in inputs):
        if need.state != need.initial and (need.variable, need.state) not in set_somewhere:
            yield warning(
                at(model.file, node),
                "data-state-never-set",
                N_("“%(name)s” needs “%(object)s” in the state “%(state)s”, which nothing sets."),
                N_("Draw an association to that state from the activity that brings it about."),
                object=need.variable,
                state=need.state,
            )


def _set_states(model: Definitions) -> set[tuple[str, str]]:
    nodes = [node for process in model.processes.values() for node in _all(process)]
    return {(one.variable, one.state) for node in nodes for one in node.data.sets}


def _all(process: Scope) -> Iterator[FlowNode]:
    yield from (node for _, node in process.walk())
