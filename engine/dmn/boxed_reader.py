"""Reading boxed expressions and decision tables into the typed tree."""

from collections.abc import Callable

from lxml import etree

from engine.dmn.elements import (
    Boxed,
    BoxedContext,
    BoxedFilter,
    BoxedList,
    Cell,
    Conditional,
    DecisionTable,
    FunctionDefinition,
    InputClause,
    Invocation,
    Iteration,
    Literal,
    Named,
    OutputClause,
    Relation,
    Rule,
)
from engine.dmn.markup import (
    BOXED,
    child,
    children,
    local_name,
    name_of,
    place,
    text_of,
    tidy,
    type_of,
)


def read_boxed(element: etree._Element) -> Boxed:
    """Return the expression that an element of one of the ``BOXED`` names draws."""
    return _READERS[local_name(element)](element)


def function_of(element: etree._Element) -> FunctionDefinition:
    """Return the function of a ``functionDefinition`` or ``encapsulatedLogic``."""
    return FunctionDefinition(
        kind=element.get("kind") or "FEEL",
        parameters=tuple(_named(one) for one in children(element, "formalParameter")),
        body=_inside(element),
        type_ref=type_of(element),
        **place(element),
    )


def _inside(element: etree._Element | None) -> Boxed | None:
    """Return the expression inside an element."""
    found = [] if element is None else children(element, *BOXED)
    return read_boxed(found[0]) if found else None


def _named(element: etree._Element, body: Boxed | None = None) -> Named:
    return Named(
        name=name_of(element) or None, type_ref=type_of(element), body=body, **place(element)
    )


def _literal(element: etree._Element) -> Boxed:
    return Literal(
        text=text_of(element),
        language=element.get("expressionLanguage"),
        type_ref=type_of(element),
        **place(element),
    )


def _context(element: etree._Element) -> Boxed:
    entries = []
    for entry in children(element, "contextEntry"):
        variable = child(entry, "variable")
        body = _inside(entry)
        entries.append(
            Named(name=None, body=body, **place(entry))
            if variable is None
            else _named(variable, body)
        )
    return BoxedContext(entries=tuple(entries), type_ref=type_of(element), **place(element))


def _list(element: etree._Element) -> Boxed:
    items = tuple(read_boxed(one) for one in children(element, *BOXED))
    return BoxedList(items=items, type_ref=type_of(element), **place(element))


def _relation(element: etree._Element) -> Boxed:
    return Relation(
        columns=tuple(_named(one) for one in children(element, "column")),
        rows=tuple(
            tuple(read_boxed(one) for one in children(row, *BOXED))
            for row in children(element, "row")
        ),
        type_ref=type_of(element),
        **place(element),
    )


def _invocation(element: etree._Element) -> Boxed:
    bindings = []
    for binding in children(element, "binding"):
        parameter = child(binding, "parameter")
        if parameter is not None:
            bindings.append(_named(parameter, _inside(binding)))
    return Invocation(
        called=_inside(element),
        bindings=tuple(bindings),
        type_ref=type_of(element),
        **place(element),
    )


def _conditional(element: etree._Element) -> Boxed:
    return Conditional(
        condition=_inside(child(element, "if")),
        then=_inside(child(element, "then")),
        otherwise=_inside(child(element, "else")),
        type_ref=type_of(element),
        **place(element),
    )


def _filter(element: etree._Element) -> Boxed:
    return BoxedFilter(
        source=_inside(child(element, "in")),
        match=_inside(child(element, "match")),
        type_ref=type_of(element),
        **place(element),
    )


def _iteration(element: etree._Element) -> Boxed:
    kind = local_name(element)
    return Iteration(
        kind=kind,
        variable=tidy(element.get("iteratorVariable")),
        source=_inside(child(element, "in")),
        body=_inside(child(element, "return" if kind == "for" else "satisfies")),
        type_ref=type_of(element),
        **place(element),
    )


def _table(element: etree._Element) -> Boxed:
    drawn = children(element, "rule")
    headers = tuple(name_of(one) for one in children(element, "annotation"))
    return DecisionTable(
        hit_policy=element.get("hitPolicy") or "UNIQUE",
        aggregation=element.get("aggregation"),
        inputs=tuple(_input(one) for one in children(element, "input")),
        outputs=tuple(_output(one) for one in children(element, "output")),
        rules=tuple(_rule(one, number) for number, one in enumerate(drawn, 1)),
        annotations=headers,
        output_label=element.get("outputLabel") or "",
        type_ref=type_of(element),
        **place(element),
    )


def _input(element: etree._Element) -> InputClause:
    expression = child(element, "inputExpression")
    return InputClause(
        label=tidy(element.get("label")),
        expression=text_of(expression),
        type_ref=None if expression is None else type_of(expression),
        allowed=text_of(child(element, "inputValues")),
        **place(element),
    )


def _output(element: etree._Element) -> OutputClause:
    default = child(element, "defaultOutputEntry")
    return OutputClause(
        label=tidy(element.get("label")),
        name=name_of(element) or None,
        type_ref=type_of(element),
        allowed=text_of(child(element, "outputValues")),
        default=None if default is None else _cell(default),
        **place(element),
    )


def _cell(element: etree._Element) -> Cell:
    return Cell(text=text_of(element), **place(element))


def _rule(element: etree._Element, number: int) -> Rule:
    """Return one row. Without annotation entries its description is the annotation."""
    written = tuple(text_of(one) for one in children(element, "annotationEntry"))
    described = child(element, "description")
    note = "" if described is None else (described.text or "").strip()
    return Rule(
        number=number,
        conditions=tuple(_cell(one) for one in children(element, "inputEntry")),
        results=tuple(_cell(one) for one in children(element, "outputEntry")),
        annotations=written or ((note,) if note else ()),
        **place(element),
    )


_READERS: dict[str, Callable[[etree._Element], Boxed]] = {
    "literalExpression": _literal,
    "decisionTable": _table,
    "context": _context,
    "invocation": _invocation,
    "relation": _relation,
    "list": _list,
    "functionDefinition": function_of,
    "conditional": _conditional,
    "filter": _filter,
    "for": _iteration,
    "some": _iteration,
    "every": _iteration,
}
