"""What a decision gives and what its inputs are, from declared types and from its cells."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from engine.dmn.elements import (
    Aggregation,
    Boxed,
    BoxedContext,
    BoxedList,
    Conditional,
    Decision,
    DecisionTable,
    HitPolicy,
    InputData,
    ItemDefinition,
    Literal,
    Node,
    OutputClause,
)
from engine.dmn.linking import DecisionModel
from engine.feel import FeelError
from engine.feel.expected import (
    ANYTHING,
    Expected,
    context_of,
    joined,
    joined_all,
    list_of,
    of_type,
    one_of,
)
from engine.feel.inferring import infer
from engine.feel.tree import Constant, TestsOf

Names = Mapping[str, Expected]
_SEVERAL = (HitPolicy.RULE_ORDER, HitPolicy.OUTPUT_ORDER, HitPolicy.COLLECT)


def expected_of(model: DecisionModel, node: Node) -> Expected:
    """Return what a decision or input of a model gives, unless that is null."""
    declared = declared_type(model, node.type_ref)
    if declared.kind or not isinstance(node, Decision):
        return declared
    key = f"node {node.element_id or node.name}"
    if key not in model.inferred:
        model.inferred[key] = ANYTHING  # for what requires itself
        with suppress(RecursionError):  # a chain of thousands of decisions: not known
            model.inferred[key] = of_boxed(model, node.body, names_of(model, node))
    return model.inferred[key]


def names_of(model: DecisionModel, node: Node) -> dict[str, Expected]:
    """Return what is known of the names that the expressions of a decision see."""
    found: dict[str, Expected] = {}
    for reference in node.requires:
        required = model.find_required(reference)
        if required is None:
            continue
        prefix, owner, drawn = required
        if not prefix and isinstance(drawn, InputData | Decision):
            found[drawn.name] = expected_of(owner, drawn)
    return found


def declared_type(model: DecisionModel, type_ref: str | None) -> Expected:
    """Return what a value of a declared type is, with the texts that the type allows."""
    own = next((one for one in model.drawn.items if one.name == type_ref), None)
    if own is None:
        return of_type(model.types.type_of(type_ref))
    key = f"type {type_ref}"
    if key not in model.inferred:
        model.inferred[key] = ANYTHING  # for a type that refers to itself
        with suppress(RecursionError):
            model.inferred[key] = _of_item(model, own)
    return model.inferred[key]


def allowed_texts(model: DecisionModel, tests: str) -> frozenset[str] | None:
    """Return the texts that unary tests list; ``None`` where they are something else."""
    try:
        tree = model.formulas.read_tests(tests).tree if tests else None
    except FeelError:
        return None
    if not isinstance(tree, TestsOf) or tree.negated or not tree.tests:
        return None
    values = [one.value if isinstance(one, Constant) else None for one in tree.tests]
    texts = frozenset(one for one in values if isinstance(one, str))
    return texts if all(isinstance(one, str) for one in values) else None


def _of_item(model: DecisionModel, item: ItemDefinition) -> Expected:
    if item.components:
        parts = {one.name: _of_item(model, one) for one in item.components}
        found = context_of(parts, closed=False)
    elif item.parameters is not None:
        found = Expected("function")
    else:
        found = declared_type(model, item.type_ref)
    texts = allowed_texts(model, item.allowed)
    if texts is not None and found.kind == "string":
        found = one_of(texts)
    return list_of(found) if item.is_collection else found


def of_boxed(model: DecisionModel, boxed: Boxed | None, names: Names) -> Expected:
    """Return what a boxed expression gives; what it is brought to, where it declares a type."""
    declared = declared_type(model, boxed.type_ref if boxed is not None else None)
    rule = _RULES.get(type(boxed))
    return declared if declared.kind or rule is None else rule(model, boxed, names)


def of_text(model: DecisionModel, text: str, names: Names) -> Expected:
    """Return what an expression of the model gives."""
    try:
        return infer(model.formulas.read(text), names).expected if text.strip() else ANYTHING
    except FeelError:
        return ANYTHING  # told as one that cannot be read


def _literal(model: DecisionModel, boxed: Literal, names: Names) -> Expected:
    return of_text(model, boxed.text, names)


def _context(model: DecisionModel, boxed: BoxedContext, names: Names) -> Expected:
    made: dict[str, Expected] = {}
    for one in boxed.entries:
        declared = declared_type(model, one.type_ref)
        found = declared if declared.kind else of_boxed(model, one.body, {**names, **made})
        if one.name is None:
            return found
        made[one.name] = found
    return context_of(made, closed=True)


def _list(model: DecisionModel, boxed: BoxedList, names: Names) -> Expected:
    return list_of(joined_all([of_boxed(model, one, names) for one in boxed.items]))


def _conditional(model: DecisionModel, boxed: Conditional, names: Names) -> Expected:
    return joined(of_boxed(model, boxed.then, names), of_boxed(model, boxed.otherwise, names))


def _table(model: DecisionModel, table: DecisionTable, names: Names) -> Expected:
    columns = [
        column_of(model, table, place, one, names) for place, one in enumerate(table.outputs)
    ]
    if table.hit_policy == HitPolicy.COLLECT and table.aggregation is not None:
        single = len(columns) == 1 and table.aggregation != Aggregation.COUNT
        return Expected(columns[0].kind) if single else ANYTHING
    if len(columns) == 1:
        row = columns[0]
    else:
        labels = [one.name or one.label for one in table.outputs]
        row = context_of(dict(zip(labels, columns, strict=True)), closed=all(labels))
    if table.hit_policy not in _SEVERAL:
        return row
    return joined(list_of(row), row) if any(one.default for one in table.outputs) else list_of(row)


def column_of(
    model: DecisionModel, table: DecisionTable, place: int, clause: OutputClause, names: Names
) -> Expected:
    """Return what a column of results gives: its declared type, or what all its cells give."""
    declared = declared_type(model, clause.type_ref)
    if declared.kind:
        return declared
    cells = [rule.results[place] for rule in table.rules if place < len(rule.results)]
    cells += [clause.default] if clause.default is not None else []
    return joined_all([of_text(model, one.text, names) for one in cells])


_RULES: dict[type, Callable[[DecisionModel, Any, Names], Expected]] = {
    Literal: _literal,
    BoxedContext: _context,
    BoxedList: _list,
    Conditional: _conditional,
    DecisionTable: _table,
}


def inputs_behind(model: DecisionModel, node: Node) -> list[InputData]:
    """Return the inputs of a model that a decision needs, through other decisions too."""
    waiting, seen = [node], {id(node)}
    found: list[InputData] = []
    while waiting:
        one = waiting.pop()
        if isinstance(one, InputData):
            found.append(one)
        for reference in one.requires:
            required = model.find_required(reference)
            if required is not None and required[1] is model and id(required[2]) not in seen:
                seen.add(id(required[2]))
                waiting.append(required[2])
    return found
