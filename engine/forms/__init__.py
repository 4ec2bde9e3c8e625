"""Forms in form-js JSON: reading them, what is wrong with them, what is seen of them."""

from engine.forms.embedded import embedded_forms
from engine.forms.formulas import default_of
from engine.forms.kinds import MOST_ROWS, RENDERED, SEVERAL
from engine.forms.linting import lint_form
from engine.forms.model import Component, Form, Option, inputs, inputs_of, part_of, told_of
from engine.forms.reading import read_form
from engine.forms.settling import Settled, settle
from engine.forms.visibility import condition_names, variables_read, visible

__all__ = [
    "MOST_ROWS",
    "RENDERED",
    "SEVERAL",
    "Component",
    "Form",
    "Option",
    "Settled",
    "condition_names",
    "default_of",
    "embedded_forms",
    "inputs",
    "inputs_of",
    "lint_form",
    "part_of",
    "read_form",
    "settle",
    "told_of",
    "variables_read",
    "visible",
]
