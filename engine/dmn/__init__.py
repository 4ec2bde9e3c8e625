"""Decisions: whole DMN 1.1 to 1.5, read from hostile files and evaluated within a budget.

Stands alone on ``engine.feel`` and the XML reader. Nothing in it runs program text.
"""

from engine.dmn.checking import check
from engine.dmn.deciding import decide
from engine.dmn.errors import DecisionError, InvalidDecisionModelError, UnknownDecisionError
from engine.dmn.explanation import Decided, Made, MatchedRule, TableReading
from engine.dmn.linking import DecisionModel, decisions_of, find_model, output_name, read_models
from engine.dmn.remarks import Gravity, Remark

__all__ = [
    "Decided",
    "DecisionError",
    "DecisionModel",
    "Gravity",
    "InvalidDecisionModelError",
    "Made",
    "MatchedRule",
    "Remark",
    "TableReading",
    "UnknownDecisionError",
    "check",
    "decide",
    "decisions_of",
    "find_model",
    "output_name",
    "read_models",
]
