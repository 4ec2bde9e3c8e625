"""Expressions: FEEL 1.5, JUEL and Python-style conditions, read into one tree and evaluated
within a budget.

Stands alone. Nothing in it runs Python text or reaches an attribute of a Python object.
"""

from engine.feel.dialects import Dialect, detect, detect_condition
from engine.feel.errors import FeelError, FeelLimitError, FeelSyntaxError
from engine.feel.expressions import (
    Expression,
    UnaryTests,
    parse,
    parse_condition,
    parse_script,
    parse_unary_tests,
)
from engine.feel.feel_types import Type, coerced, conforms
from engine.feel.limits import LIMITS, Budget, Limits, use_limits
from engine.feel.patterns import matches
from engine.feel.plain import plain
from engine.feel.type_parser import parse_type
from engine.feel.values import Function, Range
from engine.feel.written import to_text

__all__ = [
    "LIMITS",
    "Budget",
    "Dialect",
    "Expression",
    "FeelError",
    "FeelLimitError",
    "FeelSyntaxError",
    "Function",
    "Limits",
    "Range",
    "Type",
    "UnaryTests",
    "coerced",
    "conforms",
    "detect",
    "detect_condition",
    "matches",
    "parse",
    "parse_condition",
    "parse_script",
    "parse_type",
    "parse_unary_tests",
    "plain",
    "to_text",
    "use_limits",
]
