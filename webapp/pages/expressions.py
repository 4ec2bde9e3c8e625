"""The expressions that were read from the files of a procedure, as analysts see them."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext

from engine.feel import Dialect
from engine.lint.dialects import Use, WrittenExpression
from engine.texts import N_
from webapp.pages.wording import language
from webapp.queries.names import ProcedureNames

_USES = {
    Use.CONDITION: N_("condition of a flow"),
    Use.EVENT_CONDITION: N_("condition of an event"),
    Use.SCRIPT: N_("script"),
    Use.TIMER: N_("timer"),
    Use.INPUT: N_("input mapping"),
    Use.OUTPUT: N_("output mapping"),
    Use.CORRELATION: N_("correlation key"),
    Use.ASSIGNMENT: N_("assignment"),
    Use.DUE: N_("due date or limit"),
    Use.REPETITION: N_("repetition"),
    Use.COMPLETION: N_("condition to go on"),
    Use.DECISION: N_("decision"),
}
_DIALECTS = {
    Dialect.FEEL: N_("FEEL"),
    Dialect.JUEL: N_("JUEL"),
    Dialect.PYTHON: N_("Python style"),
    Dialect.PYTHON_SCRIPT: N_("Python-style script"),
    Dialect.LITERAL: N_("text that stands for itself"),
}


@dataclass(frozen=True, slots=True)
class ExpressionLine:
    """One expression: where it stands, what it is for, its text and how it is read."""

    element_id: str
    name: str
    use: str
    text: str
    dialect: str


def expression_lines(
    written: Iterable[WrittenExpression], names: ProcedureNames
) -> tuple[ExpressionLine, ...]:
    """Return the expressions in document order, in the reader's language."""
    return tuple(
        ExpressionLine(
            one.element_id,
            names.element(one.named_by or one.element_id, one.element_name, language()),
            gettext(_USES[one.use]),
            one.text.strip(),
            dialect_words(one.dialect),
        )
        for one in written
    )


def dialect_words(dialect: Dialect | None) -> str:
    """Return the dialect's name for people."""
    return gettext(_DIALECTS[dialect]) if dialect else gettext("cannot be read")
