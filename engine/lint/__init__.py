"""Checking an uploaded model before it is published; one module per family of rules."""

from engine.lint.check import lint

__all__ = ["lint"]
