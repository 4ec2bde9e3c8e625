"""Expressions of a model, compiled once. What cannot be read is refused with its place."""

from collections.abc import Callable, Iterable
from typing import Any

from engine import feel
from engine.bpmn.elements import Script, SequenceFlow, VariableMapping
from engine.errors import InvalidModelError
from engine.kernel.variables import Formula
from engine.texts import N_

EVERYTHING = "*"  # a mapping's source and target when all variables are carried


def condition(flow: SequenceFlow, file: str = "") -> Formula | None:
    """Return the compiled condition of a flow, if it has one."""
    if not flow.condition:
        return None
    written, language = flow.condition, flow.condition_language
    return _formula(
        written,
        lambda: feel.parse_condition(written, language),
        element_id=flow.id,
        line=flow.line,
        file=file,
    )


def script(written: Script, *, element_id: str, file: str = "") -> Formula:
    """Return the compiled script of a task: FEEL, or statements in the style of Python."""
    dialect = feel.Dialect.PYTHON if "python" in (written.format or "").lower() else None
    return _formula(
        written.text,
        lambda: feel.parse_script(written.text, dialect),
        element_id=element_id,
        line=written.line,
        file=file,
    )


def text(written: str | None, *, element_id: str, line: int, file: str = "") -> Formula | None:
    """Return a formula for a text that is an expression only when it is marked as one."""
    if written is None or not written.strip():
        return None
    if not is_marked(written):
        return Formula(written.strip())
    return expression(written, element_id=element_id, line=line, file=file)


def expression(written: str, *, element_id: str, line: int, file: str = "") -> Formula:
    """Return a compiled expression, in the dialect that it reads as. Raises InvalidModelError."""
    return _formula(
        written, lambda: feel.parse_condition(written), element_id=element_id, line=line, file=file
    )


def _formula(
    written: str, read: Callable[[], feel.Expression], *, element_id: str, line: int, file: str
) -> Formula:
    try:
        return Formula(written, read())
    except feel.FeelError as error:
        raise InvalidModelError(
            N_("The expression “%(expression)s” cannot be read: %(reason)s"),
            params={"expression": written, "reason": error},
            element_id=element_id,
            line=line,
            file=file or None,
        ) from error


def mappings(
    written: Iterable[VariableMapping], *, element_id: str, file: str = ""
) -> tuple[tuple[str, Formula], ...]:
    """Return (target, compiled source) of each mapping but the one that carries everything."""
    return tuple(
        (one.target, expression(one.source, element_id=element_id, line=one.line, file=file))
        for one in written
        if one.source != EVERYTHING
    )


def carries_everything(written: Iterable[VariableMapping]) -> bool:
    """Return whether one of the mappings carries all variables."""
    return any(one.source == EVERYTHING for one in written)


def is_marked(written: Any) -> bool:
    """Return whether a text says of itself that it is an expression."""
    return isinstance(written, str) and (
        written.lstrip().startswith("=") or "${" in written or "#{" in written
    )
