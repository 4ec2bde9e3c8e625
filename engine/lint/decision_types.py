"""Rules about what a decision is given; and what its task gets from it."""

from collections.abc import Callable, Iterator, Mapping

from engine import dmn
from engine.bpmn.elements import DecisionCall, FlowNode
from engine.dmn.inferring import declared_type, expected_of, inputs_behind
from engine.feel.expected import ANYTHING, Expected, context_of, list_of
from engine.lint.report import at, warning
from engine.lint.timers import is_expression
from engine.lint.upload import Upload
from engine.model import Finding
from engine.texts import N_


def check_inputs(
    file: str, node: FlowNode, upload: Upload, known: Mapping[str, Expected]
) -> Iterator[Finding]:
    """Yield the inputs of a task's decision that its variables can never fill."""
    call = node.decision
    if call is None or is_expression(call.reference) or call.binding not in (None, "deployment"):
        return
    model = dmn.find_model(upload.decision_models, call.reference)
    if model is None:
        return
    for drawn in inputs_behind(model, model.get_node(call.reference)):
        wanted, given = declared_type(model, drawn.type_ref), known.get(drawn.name)
        if given is not None and not may_fill(given, wanted):
            yield warning(
                at(file, node, call.line),
                "decision-input-type",
                N_(
                    "“%(name)s” gives the decision “%(decision)s” a %(found)s as “%(input)s”, which"
                    " is a %(wanted)s there: always null."
                ),
                N_("Give the input the type of the variable, or map the variable to that type."),
                decision=call.reference,
                input=drawn.name,
                found=given.kind,
                wanted=wanted.kind,
            )


def may_fill(given: Expected, wanted: Expected) -> bool:
    """Return whether a value may become one of the type; a list of one stands for its entry."""
    if not (given.known and wanted.known) or given.kind == wanted.kind:
        return True
    if "list" in (given.kind, wanted.kind):
        inside, other = (given, wanted) if given.kind == "list" else (wanted, given)
        return may_fill(inside.inside, other)
    return (given.kind, wanted.kind) == ("date", "date and time")


def decided(call: DecisionCall, upload: Upload) -> Expected:
    """Return what a task gets from a decision, as it maps it."""
    model = dmn.find_model(upload.decision_models, call.reference)
    if model is None or is_expression(call.reference) or call.binding not in (None, "deployment"):
        return ANYTHING
    name = dmn.output_name(model, call.reference)
    return _mapped(expected_of(model, model.get_node(call.reference)), call.mapping, name)


def _mapped(found: Expected, mapping: str | None, name: str) -> Expected:
    if mapping is None or not found.known:
        return found if mapping is None else ANYTHING
    row = found.inside if found.kind == "list" else found
    entry = _only_entry(row)
    rows = row if row.kind == "context" else context_of({name: row}, closed=True)
    made: dict[str, Callable[[], Expected]] = {
        "resultList": lambda: list_of(rows) if row.known else ANYTHING,
        "collectEntries": lambda: list_of(entry),
        "singleResult": lambda: rows if row.known else ANYTHING,
        "singleEntry": lambda: entry,
    }
    return made.get(mapping, lambda: ANYTHING)()


def _only_entry(row: Expected) -> Expected:
    if row.kind != "context":
        return row
    return next(iter(row.entries.values())) if row.closed and len(row.entries) == 1 else ANYTHING
