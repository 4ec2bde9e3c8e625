"""All built-in functions by name."""

import re
from collections.abc import Mapping

from engine.feel.context_functions import CONTEXTS
from engine.feel.list_aggregates import AGGREGATES
from engine.feel.list_functions import LISTS
from engine.feel.number_functions import NUMBERS
from engine.feel.range_functions import RANGES
from engine.feel.text_functions import TEXTS
from engine.feel.time_functions import TIMES
from engine.feel.values import BuiltIn

BUILTINS: Mapping[str, BuiltIn] = (
    TEXTS.functions
    | NUMBERS.functions
    | LISTS.functions
    | AGGREGATES.functions
    | TIMES.functions
    | RANGES.functions
    | CONTEXTS.functions
)

PHRASES = re.compile(
    "(?:"
    + "|".join(
        r"\s+".join(name.split())
        for name in sorted((name for name in BUILTINS if " " in name), key=len, reverse=True)
    )
    + r")(?=\s*\()"
)
