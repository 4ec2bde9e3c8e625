"""Business rule tasks: ask a decision, keep its result and why it came to it."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from engine import dmn
from engine.bpmn.elements import DecisionCall
from engine.errors import ExecutionError, InvalidModelError
from engine.events import EventKind
from engine.feel import FeelError
from engine.kernel.base import Token
from engine.kernel.specs import ElementSpec, ScopeSpec
from engine.kernel.variables import Formula, own
from engine.texts import N_

Models = Mapping[str, dmn.DecisionModel]
UNNAMED_RESULT = "decisionResult"  # Camunda's name for the result where the task gives none


class DecisionSpec(ElementSpec):
    """Makes a decision of the same deployment; the explanation becomes an event."""

    call: DecisionCall
    reference: Formula
    models: Models = MappingProxyType({})

    def _run_hook(self, token: Token) -> bool | None:
        context = token.context()
        reference = str(self.reference.value(context, self.element_id))
        model = dmn.find_model(self.models, reference)
        if model is None:
            raise self._failed(N_("There is no decision “%(decision)s”."), decision=reference)
        try:
            decided = dmn.decide(model, reference, context, now=context.get("now"))
        except FeelError as error:
            raise self._failed(
                N_("The decision “%(decision)s” cannot be made: %(reason)s"),
                decision=reference,
                reason=str(error),
            ) from error
        result = self._mapped(decided.outputs, dmn.output_name(model, reference), reference)
        token.write({self.call.result_variable or UNNAMED_RESULT: own(result)})
        token.workflow.machine.record(
            EventKind.DECISION_MADE,
            token,
            decision=reference,
            output=decided.outputs,
            explanation=[made.as_data() for made in decided.explanation],
        )
        return True

    def _mapped(self, value: Any, name: str, reference: str) -> Any:
        """Return the result as Camunda's mapDecisionResult asks for it."""
        mapping = self.call.mapping
        if mapping is None:
            return value
        rows = value if isinstance(value, list) else [] if value is None else [value]
        if mapping == "resultList":
            return [one if isinstance(one, dict) else {name: one} for one in rows]
        if mapping == "collectEntries":
            return [self._entry(one, reference) for one in rows]
        if len(rows) > 1:
            raise self._failed(
                N_("The decision “%(decision)s” gives %(count)s results where one is wanted."),
                decision=reference,
                count=len(rows),
            )
        if mapping == "singleResult":
            return next((one if isinstance(one, dict) else {name: one} for one in rows), None)
        return next((self._entry(one, reference) for one in rows), None)

    def _entry(self, row: Any, reference: str) -> Any:
        if not isinstance(row, dict):
            return row
        if len(row) != 1:
            raise self._failed(
                N_("The decision “%(decision)s” gives %(count)s outputs where one is wanted."),
                decision=reference,
                count=len(row),
            )
        return next(iter(row.values()))

    def _failed(self, message: str, **params: object) -> ExecutionError:
        return ExecutionError(
            message, params=params, element_id=self.element_id, line=self.element.line
        )


def give_decisions(scopes: Iterable[ScopeSpec], models: Models) -> None:
    """Tell every business rule task the decision models it may ask. Raises InvalidModelError."""
    for scope in scopes:
        for element in scope.task_specs.values():
            if isinstance(element, DecisionSpec):
                _check(element, models)
                element.models = models


def _check(element: DecisionSpec, models: Models) -> None:
    reference = element.call.reference
    if element.reference.expression is None and dmn.find_model(models, reference) is None:
        raise InvalidModelError(
            N_("“%(element)s” asks the decision “%(decision)s”, which is not in the files."),
            params={"element": element.element.name or element.element_id, "decision": reference},
            element_id=element.element_id,
            line=element.call.line,
        )
