"""What in the cells and expressions of a decision model can never work, from types alone."""

from collections.abc import Iterator, Mapping

from engine.dmn.elements import Boxed, Cell, Decision, DecisionTable, Literal, Part
from engine.dmn.inferring import allowed_texts, declared_type, names_of, of_text
from engine.dmn.linking import DecisionModel
from engine.dmn.remarks import Gravity, Remark
from engine.feel import FeelError
from engine.feel.expected import Expected, one_of
from engine.feel.inferring import Misfit, infer, infer_tests

Names = Mapping[str, Expected]


def check_types(model: DecisionModel) -> Iterator[Remark]:
    """Yield the remarks about types in the decisions that one file draws."""
    for node in model.drawn.nodes.values():
        if isinstance(node, Decision) and node.body is not None:
            yield from _body(model, node.body, names_of(model, node))


def _body(model: DecisionModel, boxed: Boxed, names: Names) -> Iterator[Remark]:
    if isinstance(boxed, Literal):
        yield from _expression(model, boxed, boxed.text, names)
    elif isinstance(boxed, DecisionTable):
        yield from _table(model, boxed, names)


def _table(model: DecisionModel, table: DecisionTable, names: Names) -> Iterator[Remark]:
    given = []
    for clause in table.inputs:
        yield from _expression(model, clause, clause.expression, names)
        declared = declared_type(model, clause.type_ref)
        found = declared if declared.kind else of_text(model, clause.expression, names)
        texts = allowed_texts(model, clause.allowed)
        given.append(one_of(texts) if texts and found.kind in ("", "string") else found)
    for rule in table.rules:
        for cell, value in zip(rule.conditions, given, strict=False):
            yield from _tests(model, cell, value, names)
        for cell in rule.results:
            yield from _expression(model, cell, cell.text, names)


def _tests(model: DecisionModel, cell: Cell, value: Expected, names: Names) -> Iterator[Remark]:
    try:
        found = infer_tests(model.formulas.read_tests(cell.text), value, names)
    except FeelError:
        return  # told as a cell that cannot be read
    yield from (_remark(cell, one) for one in found.misfits)


def _expression(model: DecisionModel, part: Part, text: str, names: Names) -> Iterator[Remark]:
    if not text.strip():
        return
    try:
        found = infer(model.formulas.read(text), names)
    except FeelError:
        return  # told as an expression that cannot be read
    yield from (_remark(part, one) for one in found.misfits)


def _remark(part: Part, one: Misfit) -> Remark:
    return Remark.about(part, Gravity.WARNING, one.rule, one.problem, one.remedy, **one.params)
