"""The front of type inference: what an expression gives, and what in it can never work."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.feel import inference_basics, inference_calls, inference_host, inference_loops
from engine.feel.expected import ANYTHING, Expected
from engine.feel.expressions import Expression, UnaryTests
from engine.feel.inference import Inference, Surroundings
from engine.feel.misfits import Misfit

REGISTERED = (inference_basics, inference_calls, inference_host, inference_loops)


@dataclass(frozen=True, slots=True)
class Inferred:
    """What an expression gives, and the parts of it that can never give what they should."""

    expected: Expected
    misfits: tuple[Misfit, ...]


def infer(expression: Expression, names: Mapping[str, Expected]) -> Inferred:
    """Return what an expression gives where ``names`` are what is known of its variables.

    A name that is not among them may be anything. Nothing is evaluated; a misfit is certain.
    """
    work = Inference()
    return _done(work, work.of(expression.tree, Surroundings(names)))


def infer_tests(tests: UnaryTests, value: Expected, names: Mapping[str, Expected]) -> Inferred:
    """Return what the unary tests of a cell give for a value of which this is known."""
    work = Inference()
    return _done(work, work.of(tests.tree, Surroundings({**names, "?": value})))


def _done(work: Inference, expected: Expected) -> Inferred:
    return Inferred(expected, tuple(work.misfits))


__all__ = ["ANYTHING", "Expected", "Inferred", "Misfit", "infer", "infer_tests"]
