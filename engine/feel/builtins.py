"""All built-in functions by name."""

from collections.abc import Mapping

from engine.feel.list_functions import LISTS
from engine.feel.number_functions import NUMBERS
from engine.feel.signature import Function
from engine.feel.text_functions import TEXTS
from engine.feel.time_functions import TIMES

BUILTINS: Mapping[str, Function] = (
    TEXTS.functions | NUMBERS.functions | LISTS.functions | TIMES.functions
)
