"""Expressions: FEEL and a part of JUEL, read into one tree and evaluated within a budget.

Stands alone. Nothing in it runs Python text or reaches an attribute of a Python object.
"""

from engine.feel.errors import FeelError, FeelLimitError, FeelSyntaxError
from engine.feel.expressions import Dialect, Expression, detect, parse, parse_script
from engine.feel.limits import LIMITS, Limits
from engine.feel.patterns import matches

__all__ = [
    "LIMITS",
    "Dialect",
    "Expression",
    "FeelError",
    "FeelLimitError",
    "FeelSyntaxError",
    "Limits",
    "detect",
    "matches",
    "parse",
    "parse_script",
]
