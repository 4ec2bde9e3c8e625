"""What can be said about a decision model before it is used."""

from collections.abc import Callable, Iterator
from typing import Any

from engine.dmn.elements import (
    Aggregation,
    Decision,
    DecisionTable,
    FunctionDefinition,
    HitPolicy,
    ItemDefinition,
    Literal,
    Node,
    Part,
)
from engine.dmn.linking import DecisionModel, parts_of
from engine.dmn.remarks import Gravity, Remark
from engine.dmn.table_checking import check_table
from engine.dmn.type_checking import check_types
from engine.feel import FeelError
from engine.texts import N_


def check(model: DecisionModel) -> Iterator[Remark]:
    """Yield every remark about one model: what cannot be read or run, gaps and overlaps."""
    for node in model.drawn.nodes.values():
        yield from _requirements(model, node)
        yield from _contents(model, node)
        yield from _parts(model, node, node.name)
    for item in model.drawn.items:
        yield from _item(model, item)
    circles = list(_circles(model))
    yield from circles
    if not circles:
        yield from check_types(model)


def _requirements(model: DecisionModel, node: Node) -> Iterator[Remark]:
    for reference in getattr(node, "requires", ()):
        if model.find_required(reference) is None:
            yield Remark.about(
                node,
                Gravity.ERROR,
                "decision-requirement",
                N_("“%(name)s” requires “%(reference)s”, which is not in the files."),
                N_("Draw what it requires, or delete the requirement."),
                name=node.name,
                reference=reference,
            )


def _contents(model: DecisionModel, node: Node) -> Iterator[Remark]:
    if isinstance(node, Decision) and node.body is None:
        yield Remark.about(
            node,
            Gravity.WARNING,
            "decision-empty",
            N_("The decision “%(name)s” has no expression, so that it is always null."),
            N_("Give it a table or an expression."),
            name=node.name,
        )
    yield from _type(model, node, node.type_ref, node.name)


def _parts(model: DecisionModel, node: Node, name: str) -> Iterator[Remark]:
    for part in parts_of(node):
        if part is not node:
            yield from _type(model, part, getattr(part, "type_ref", None), name)
        rule = _RULES.get(type(part))
        if rule is not None:
            yield from rule(model, part, name)


def _literal(model: DecisionModel, part: Literal, name: str) -> Iterator[Remark]:
    if part.language and "feel" not in part.language.lower():
        yield Remark.about(
            part,
            Gravity.ERROR,
            "decision-language",
            N_("“%(name)s” holds an expression in %(language)s, which is never run here."),
            N_("Write it as a FEEL expression and delete the language."),
            name=name,
            language=part.language,
        )
        return
    yield from unreadable(lambda: model.formulas.read(part.text), part, name, part.text)


def _function(_model: DecisionModel, part: FunctionDefinition, name: str) -> Iterator[Remark]:
    if part.kind != "FEEL":
        yield Remark.about(
            part,
            Gravity.ERROR,
            "decision-external",
            N_("“%(name)s” calls a function in %(kind)s, which is never run here."),
            N_("Write the function in FEEL."),
            name=name,
            kind=part.kind,
        )


def _table(model: DecisionModel, part: DecisionTable, name: str) -> Iterator[Remark]:
    yield from _hit_policy(model, part, name)
    for clause in part.inputs:
        yield from unreadable(
            lambda text=clause.expression: model.formulas.read(text),  # type: ignore[misc]
            clause,
            name,
            clause.expression,
        )
    yield from check_table(model, part, name)


def _hit_policy(model: DecisionModel, part: DecisionTable, name: str) -> Iterator[Remark]:
    policy, kind = part.hit_policy, part.aggregation
    if policy not in set(HitPolicy) or (kind is not None and kind not in set(Aggregation)):
        yield Remark.about(
            part,
            Gravity.ERROR,
            "decision-hit-policy",
            N_("The table of “%(name)s” has the unknown hit policy “%(policy)s”."),
            N_("Choose one of: %(known)s."),
            name=name,
            policy=f"{policy} {kind or ''}".strip(),
            known=", ".join(HitPolicy),
        )
    elif policy in (HitPolicy.PRIORITY, HitPolicy.OUTPUT_ORDER):
        allowed = [one.allowed or model.types.allowed_of(one.type_ref) for one in part.outputs]
        if not any(allowed):
            yield Remark.about(
                part,
                Gravity.ERROR,
                "decision-priority",
                N_("The table of “%(name)s” orders its outputs, but names no output values."),
                N_("List the output values of a column, the most important first."),
                name=name,
            )


def _item(model: DecisionModel, item: ItemDefinition) -> Iterator[Remark]:
    yield from _type(model, item, None if item.components else item.type_ref, item.name)
    for text in (item.allowed, item.constraint):
        if text:
            yield from unreadable(
                lambda text=text: model.formulas.read_tests(text),  # type: ignore[misc]
                item,
                item.name,
                text,
            )
    for component in item.components:
        yield from _item(model, component)


def _type(model: DecisionModel, part: Part, type_ref: str | None, name: str) -> Iterator[Remark]:
    if not model.types.is_known(type_ref):
        yield Remark.about(
            part,
            Gravity.WARNING,
            "decision-type",
            N_("“%(name)s” has the type “%(type)s”, which the model does not declare."),
            N_("Declare the type, or choose one of FEEL's own."),
            name=name,
            type=type_ref,
        )


def unreadable(read: Callable[[], Any], part: Part, name: str, text: str) -> Iterator[Remark]:
    """Yield the remark that an expression cannot be read, if reading it raises."""
    if not text.strip():
        return
    try:
        read()
    except FeelError as error:
        yield Remark.about(
            part,
            Gravity.ERROR,
            "decision-cell",
            N_("In “%(name)s”, “%(expression)s” cannot be read: %(reason)s"),
            N_("Correct it; a text stands in double quotes."),
            name=name,
            expression=text if len(text) <= 80 else text[:79] + "…",
            reason=error,
        )


def _circles(model: DecisionModel) -> Iterator[Remark]:
    """Yield the remark about the first decision found that requires itself by way of others."""
    open_nodes: set[str] = set()
    finished: set[str] = set()
    waiting = [(key, False) for key in model.drawn.nodes]
    while waiting:
        key, leaving = waiting.pop()
        if leaving:
            open_nodes.discard(key)
            finished.add(key)
        elif key in open_nodes:
            yield _circle(model.drawn.nodes[key])
            return
        elif key not in finished:
            open_nodes.add(key)
            waiting.append((key, True))
            waiting += [(one, False) for one in _own_requirements(model, key)]


def _own_requirements(model: DecisionModel, key: str) -> list[str]:
    found = [model.find_required(one) for one in getattr(model.drawn.nodes[key], "requires", ())]
    return [one.element_id or one.name for _, other, one in filter(None, found) if other is model]


def _circle(node: Node) -> Remark:
    return Remark.about(
        node,
        Gravity.ERROR,
        "decision-circle",
        N_("“%(name)s” requires itself, by way of others."),
        N_("Delete one of the requirements of the circle."),
        name=node.name,
    )


_RULES: dict[type[Part], Callable[[DecisionModel, Any, str], Iterator[Remark]]] = {
    Literal: _literal,
    FunctionDefinition: _function,
    DecisionTable: _table,
}
