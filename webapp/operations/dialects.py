"""The expressions of an upload with the dialect each is read as, recorded when it is uploaded."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import engine
from engine.feel import Dialect
from engine.lint.dialects import Use, WrittenExpression, expressions_of


def recorded(definitions: Iterable[engine.Definitions]) -> list[dict[str, Any]]:
    """Return what is kept of every expression, as JSON can hold it."""
    return [asdict(one) for model in definitions for one in expressions_of(model)]


def restored(rows: Iterable[dict[str, Any]]) -> tuple[WrittenExpression, ...]:
    """Return the expressions that were recorded at upload."""
    return tuple(
        WrittenExpression(
            **{
                **row,
                "use": Use(row["use"]),
                "dialect": Dialect(row["dialect"]) if row["dialect"] else None,
            }
        )
        for row in rows
    )
