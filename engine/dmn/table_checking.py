"""What can be said about one decision table: its cells, its gaps, its overlaps."""

from collections.abc import Iterator

from engine.dmn.analysis import analyse
from engine.dmn.cells import Shape, shape_of
from engine.dmn.elements import Cell, DecisionTable, HitPolicy, InputClause, Rule
from engine.dmn.linking import DecisionModel
from engine.dmn.remarks import Gravity, Remark
from engine.feel import FeelError
from engine.texts import N_


def check_table(model: DecisionModel, table: DecisionTable, name: str) -> Iterator[Remark]:
    """Yield the remarks about a table: cells first, then gaps and overlaps where all are good."""
    found = [remark for rule in table.rules for remark in _rule(model, table, rule, name)]
    yield from found
    if not found and table.inputs and table.rules:
        yield from _coverage(model, table, name)


def _rule(model: DecisionModel, table: DecisionTable, rule: Rule, name: str) -> Iterator[Remark]:
    if (len(rule.conditions), len(rule.results)) != (len(table.inputs), len(table.outputs)):
        yield Remark.about(
            rule,
            Gravity.ERROR,
            "decision-rule",
            N_("Rule %(rule)s of “%(name)s” has not one cell per column."),
            N_("Draw the row again; every column needs a cell, if only with “-”."),
            name=name,
            rule=rule.number,
        )
    for cell in rule.conditions:
        yield from _cell(model, cell, rule, name, tests=True)
    for cell in rule.results:
        yield from _cell(model, cell, rule, name, tests=False)


def _cell(
    model: DecisionModel, cell: Cell, rule: Rule, name: str, *, tests: bool
) -> Iterator[Remark]:
    if not cell.text:
        return
    try:
        (model.formulas.read_tests if tests else model.formulas.read)(cell.text)
    except FeelError as error:
        yield Remark.about(
            cell,
            Gravity.ERROR,
            "decision-cell",
            N_("Rule %(rule)s of “%(name)s”: “%(expression)s” cannot be read: %(reason)s"),
            N_("Correct it; a text stands in double quotes."),
            name=name,
            rule=rule.number,
            expression=cell.text if len(cell.text) <= 80 else cell.text[:79] + "…",
            reason=error,
        )


def _coverage(model: DecisionModel, table: DecisionTable, name: str) -> Iterator[Remark]:
    rows = [[_shape(model, cell.text) for cell in rule.conditions] for rule in table.rules]
    found = analyse(rows, [_allowed(model, one) for one in table.inputs])
    if not any(one.default for one in table.outputs):
        yield from (_gap(table, gap, name) for gap in found.gaps or ())
    if table.hit_policy in (HitPolicy.UNIQUE, HitPolicy.ANY):
        for one, other in found.overlaps:
            yield from _overlap(table, table.rules[one], table.rules[other], name)
    if table.hit_policy == HitPolicy.FIRST:
        for row, earlier in found.hidden:
            yield _hidden(table.rules[row], table.rules[earlier], name)


def _shape(model: DecisionModel, text: str) -> Shape | None:
    return shape_of(model.formulas.read_tests(text).tree)


def _allowed(model: DecisionModel, clause: InputClause) -> Shape | None:
    text = clause.allowed or model.types.allowed_of(clause.type_ref)
    try:
        return _shape(model, text) if text else None
    except FeelError:
        return None


def _gap(table: DecisionTable, gap: tuple[str, ...], name: str) -> Remark:
    labels = (one.label or one.expression for one in table.inputs)
    told = (f"{label}: {tests}" for label, tests in zip(labels, gap, strict=True))
    return Remark.about(
        table,
        Gravity.HINT,
        "decision-gap",
        N_("No rule of “%(name)s” matches %(values)s; the result is then null."),
        N_("Add a rule for these values, or a default output."),
        name=name,
        values="; ".join(told),
    )


def _overlap(table: DecisionTable, one: Rule, other: Rule, name: str) -> Iterator[Remark]:
    results = [[cell.text for cell in rule.results] for rule in (one, other)]
    if table.hit_policy == HitPolicy.ANY and results[0] == results[1]:
        return
    yield Remark.about(
        other,
        Gravity.WARNING,
        "decision-overlap",
        N_(
            "Rules %(one)s and %(other)s of “%(name)s” can match together; the result is then null."
        ),
        N_("Narrow one of them, or choose another hit policy (%(policy)s)."),
        name=name,
        one=one.number,
        other=other.number,
        policy=table.hit_policy,
    )


def _hidden(rule: Rule, earlier: Rule, name: str) -> Remark:
    return Remark.about(
        rule,
        Gravity.WARNING,
        "decision-rule-hidden",
        N_("Rule %(rule)s of “%(name)s” never counts: rule %(earlier)s matches first."),
        N_("Move the narrower rule up, or delete it."),
        name=name,
        rule=rule.number,
        earlier=earlier.number,
    )
