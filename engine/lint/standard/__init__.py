"""The static rules of BPMN 2.0.2 in their strict form, for models that are run and that are not."""

from engine.lint.standard.check import check

__all__ = ["check"]
