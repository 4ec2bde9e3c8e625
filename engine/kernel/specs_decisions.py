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
from engine.kernel.specs import ScopeSpec, Waits
from engine.kernel.specs_activities import AskingSpec
from engine.kernel.variables import Formula, own
from engine.model import Binding, DecisionWait
from engine.texts import N_

Models = Mapping[str, dmn.DecisionModel]
UNNAMED_RESULT = "decisionResult"  # Camunda's name for the result where the task gives none


class DecisionSpec(AskingSpec):
    """Makes a decision; the explanation becomes an event.

    It rests only where the decision is not to be found; then it can be asked again.
    """

    call: DecisionCall
    reference: Formula
    version: Formula | None = None
    models: Models = MappingProxyType({})

    def _run_hook(self, token: Token) -> bool | None:
        if self._decided(token):
            return True
        token.workflow.machine.waits[token.id] = token
        return None

    def ask(self, token: Token) -> None:
        if self._decided(token):
            token.complete()

    def report(self, token: Token, waits: Waits) -> None:
        wanted = token.wait["decision"]
        waits.decisions.append(
            DecisionWait(
                token.id,
                self.element_id,
                self.element.name or self.element_id,
                wanted["key"],
                self._binding,
                wanted.get("version"),
            )
        )

    @property
    def _binding(self) -> Binding:
        return Binding(self.call.binding or Binding.LATEST)

    def _found(self, token: Token, reference: str) -> tuple[dmn.DecisionModel | None, int | None]:
        """Return the model that holds a decision, and its version where it is published alone.

        A decision of the same deployment goes first where nothing else is asked for.
        """
        own = dmn.find_model(self.models, reference)
        bound = self.call.binding
        if bound == Binding.DEPLOYMENT or (bound is None and own is not None):
            return own, None
        version = self.version and self.version.value(token.context(), self.element_id)
        wanted = None if version is None else str(version)
        surroundings = token.workflow.machine.moment.surroundings
        found = surroundings.find_decision(reference, self._binding, wanted)
        if found is not None:
            return found.model, found.version
        if self._binding is Binding.LATEST and own is not None:
            return own, None
        token.wait["decision"] = {"key": reference, **({"version": wanted} if wanted else {})}
        return None, None

    def _decided(self, token: Token) -> bool:
        """Make the decision; return whether it was to be found."""
        context = token.context()
        reference = str(self.reference.value(context, self.element_id))
        model, version = self._found(token, reference)
        if model is None and self.call.binding == Binding.DEPLOYMENT:
            raise self._failed(N_("There is no decision “%(decision)s”."), decision=reference)
        if model is None:
            return False
        token.wait.pop("decision", None)
        try:
            decided = dmn.decide(model, reference, context, now=context.get("now"))
        except FeelError as error:
            raise self._failed(
                N_("The decision “%(decision)s” cannot be made: %(reason)s"),
                decision=reference,
                reason=error,
            ) from error
        result = self._mapped(decided.outputs, dmn.output_name(model, reference), reference)
        token.write({self.call.result_variable or UNNAMED_RESULT: own(result)})
        token.workflow.machine.record(
            EventKind.DECISION_MADE,
            token,
            decision=reference,
            output=decided.outputs,
            explanation=[made.as_data() for made in decided.explanation],
            **({} if version is None else {"version": version}),
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
    if element.call.binding != Binding.DEPLOYMENT:
        return
    if element.reference.expression is None and dmn.find_model(models, reference) is None:
        raise InvalidModelError(
            N_("“%(element)s” asks the decision “%(decision)s”, which is not in the files."),
            params={"element": element.element.name or element.element_id, "decision": reference},
            element_id=element.element_id,
            line=element.call.line,
        )
