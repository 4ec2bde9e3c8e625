"""Forms in form-js JSON: reading them, what is wrong with them, what is seen of them."""

from engine.forms.linting import lint_form
from engine.forms.model import Component, Form, Option, inputs
from engine.forms.reading import read_form
from engine.forms.visibility import condition_names, visible

__all__ = [
    "Component",
    "Form",
    "Option",
    "condition_names",
    "inputs",
    "lint_form",
    "read_form",
    "visible",
]
