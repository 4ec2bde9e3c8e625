"""Rules about the variables that a model reads and writes."""

from collections.abc import Iterator

from engine.bpmn.elements import Definitions, FlowNode, Scope, SequenceFlow
from engine.lint.data_flow import Knowledge, knowledge_of, written
from engine.lint.dialects import condition_of
from engine.lint.paths import reachable, successors
from engine.lint.report import at, error, hint, warning
from engine.lint.stores import check as check_stores
from engine.lint.upload import Upload
from engine.model import OWNED_VARIABLES, Finding
from engine.texts import N_

_UNSET = N_("The condition of “%(name)s” reads “%(variable)s”, which no form or script sets.")
_SET_IT = N_("Check the spelling, or let a form or script set it before.")
_SPLITS = ("parallelGateway", "inclusiveGateway")


def check(model: Definitions, upload: Upload) -> Iterator[Finding]:
    """Yield what one file writes and must not, reads and cannot know, or writes at once."""
    yield from check_stores(model, upload)
    for _, node in upload.nodes(model):
        yield from _owned(model.file, node, upload)
    for process in upload.running(model):
        known = knowledge_of(process, upload)
        for scope in _scopes(process):
            if known.has_forms:
                yield from _unknown(model.file, scope, known, upload)
            yield from _at_once(model.file, scope, upload)


def _scopes(scope: Scope) -> Iterator[Scope]:
    yield scope
    for node in scope.nodes.values():
        if node.scope is not None:
            yield from _scopes(node.scope)


def _owned(file: str, node: FlowNode, upload: Upload) -> Iterator[Finding]:
    fields = upload.form_fields.get(node.form_ref or "", ())  # told with the form
    for line, name in written(node, upload):
        if name.partition(".")[0] in OWNED_VARIABLES and name not in fields:
            yield error(
                at(file, node, line),
                "variable-owned",
                N_("“%(name)s” writes the variable “%(variable)s”, which the product sets."),
                N_("Choose another name for the variable."),
                variable=name,
            )


def _unknown(file: str, scope: Scope, known: Knowledge, upload: Upload) -> Iterator[Finding]:
    """Yield the conditions of flows and forms that read what nothing sets."""
    for flow in scope.flows.values():
        found = condition_of(flow)  # one that cannot be read is told with the expressions
        if found is not None:
            for name in sorted(found.names - known.names):
                yield _unset(file, flow, name, is_open=known.open)
    for node in scope.nodes.values():
        reads = upload.form_reads.get(node.form_ref or "", frozenset())
        for name in sorted(reads - known.names):
            yield warning(
                at(file, node),
                "form-reads-unknown",
                N_("The form of “%(name)s” reads “%(variable)s”, which nothing sets."),
                N_("Check the spelling, or add a field with this key to an earlier form."),
                variable=name,
            )


def _unset(file: str, flow: SequenceFlow, name: str, *, is_open: bool) -> Finding:
    if is_open:  # a program or a message may still bring it
        return hint(at(file, flow), "variable-unknown", _UNSET, _SET_IT, variable=name)
    return warning(at(file, flow), "variable-unknown", _UNSET, _SET_IT, variable=name)


def _at_once(file: str, scope: Scope, upload: Upload) -> Iterator[Finding]:
    """Yield variables that two branches of one parallel split write, since the later one wins."""
    following = successors(scope)
    for split in scope.nodes.values():
        if split.kind not in _SPLITS or len(split.outgoing) < 2:
            continue
        branches = [reachable([scope.flows[key].target], following) for key in split.outgoing]
        seen: dict[str, FlowNode] = {}
        for index, branch in enumerate(branches):
            others = set().union(*branches[:index], *branches[index + 1 :])
            mine = {
                name: scope.nodes[key]
                for key in sorted(branch - others)
                for _, name in written(scope.nodes[key], upload)
            }
            for name in sorted(mine.keys() & seen.keys()):
                yield _twice(file, mine[name], seen[name], name)
            seen |= mine


def _twice(file: str, node: FlowNode, other: FlowNode, name: str) -> Finding:
    return warning(
        at(file, node),
        "variable-written-at-once",
        N_("“%(name)s” and “%(other)s” may both write “%(variable)s” at the same time."),
        N_("Give the two their own variables, so that neither overwrites the other."),
        other=other.name or other.id,
        variable=name,
    )
