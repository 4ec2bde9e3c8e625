"""What the variables of an upload are, from the forms, decisions, scripts and mappings that set
them.
"""

from collections.abc import Iterator, Mapping

from engine import feel
from engine.bpmn.elements import FlowNode, Repetition
from engine.bpmn.vendors import ALL
from engine.feel.expected import (
    ANYTHING,
    NUMBER,
    STRING,
    Expected,
    context_of,
    joined,
    list_of,
)
from engine.feel.inferring import infer
from engine.forms.inferring import answers_of
from engine.kernel.specs_decisions import UNNAMED_RESULT
from engine.lint.decision_types import decided
from engine.lint.dialects import script_of
from engine.lint.upload import Upload
from engine.model import OWNED_VARIABLES

Names = Mapping[str, Expected]
_DEEPEST = 50  # levels of lists and contexts
_ROUNDS = 3  # a variable made of one made of a form's field needs two
_COUNTERS = ("loopCounter", "nrOfInstances", "nrOfActiveInstances", "nrOfCompletedInstances")


def types_of(upload: Upload) -> dict[str, Expected]:
    """Return by name what the variables of an upload are, in all its processes together.

    A name that several elements set is what all of them agree on. Programs, messages and callers
    outside the upload are taken to keep to what the models say of a name; of names that only
    they set nothing is known.
    """
    known: dict[str, Expected] = {}
    for _ in range(_ROUNDS):
        known = _round(upload, known)
    return known


def _round(upload: Upload, known: Names) -> dict[str, Expected]:
    """Return what is known of the variables where ``known`` is what their expressions read."""
    found: dict[str, Expected] = dict.fromkeys(_COUNTERS, NUMBER)
    for name, one in _written(upload, known):
        kept = stored(one)
        found[name] = joined(found[name], kept) if name in found else kept
    unknown = {name: ANYTHING for name, one in found.items() if not one.known}
    return {**found, **unknown, **dict.fromkeys(OWNED_VARIABLES, ANYTHING)}


def _written(upload: Upload, known: Names) -> Iterator[tuple[str, Expected]]:
    for model in upload.models:
        for process in model.processes.values():
            for _, node in process.walk():
                yield from _by_node(node, upload, known)


def _by_node(node: FlowNode, upload: Upload, known: Names) -> Iterator[tuple[str, Expected]]:
    asked = upload.forms.get(node.form_ref or "")
    if asked is not None:
        yield from answers_of(asked.form, known).items()
    if node.decision is not None:
        name = node.decision.result_variable or UNNAMED_RESULT
        yield name, decided(node.decision, upload)
    yield from _by_script(node, known)
    for mapping in (
        *(*node.inputs, *node.own_inputs, *node.data_inputs),
        *(*node.outputs, *node.own_outputs, *node.data_outputs),
    ):
        if mapping.target != ALL:
            name, dot, _ = mapping.target.partition(".")
            yield name, ANYTHING if dot else of_text(mapping.source, known)
    for use in node.data.reads:
        yield use.variable, ANYTHING
    if node.repetition is not None:
        yield from _by_repetition(node.repetition, known)


def _by_script(node: FlowNode, known: Names) -> Iterator[tuple[str, Expected]]:
    script = script_of(node)
    if script is None or node.script is None:
        return
    found = infer(script, known).expected
    if node.script.result_variable:
        yield node.script.result_variable, found
        return
    for name in script.entries:
        yield name, found.entries.get(name, ANYTHING)


def _by_repetition(found: Repetition, known: Names) -> Iterator[tuple[str, Expected]]:
    if found.item and found.collection:
        collection = of_text(found.collection, known)
        yield found.item, collection.inside if collection.kind == "list" else ANYTHING
    if found.results:
        yield found.results, list_of(of_text(found.result, known) if found.result else ANYTHING)


def of_text(text: str, known: Names) -> Expected:
    """Return what an expression gives; anything, where it cannot be read."""
    if text == ALL:
        return ANYTHING
    try:
        return infer(feel.parse_condition(text), known).expected
    except feel.FeelError:
        return ANYTHING  # told with the expressions


def stored(found: Expected) -> Expected:
    """Return what a value is once it is a variable: years and months are kept as text."""
    return _stored(found, {}, 0)


def _stored(found: Expected, made: dict[int, Expected], depth: int) -> Expected:
    if id(found) in made:
        return made[id(found)]
    if depth > _DEEPEST:
        return ANYTHING
    kept = found
    if found.kind == "years and months duration":
        kept = STRING
    elif found.kind == "list" and found.entry is not None:
        kept = list_of(_stored(found.entry, made, depth + 1))
    elif found.kind == "context":
        parts = {key: _stored(one, made, depth + 1) for key, one in found.entries.items()}
        kept = context_of(parts, closed=found.closed)
    made[id(found)] = kept
    return kept
