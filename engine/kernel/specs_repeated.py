"""Activities that are done several times: standard loops and multi-instance.

The activity as drawn has a token of its own, with the boundary events; each instance is a token
that hangs on it. An instance of a multi-instance activity keeps what it writes to itself; what the
rest of the process shall see goes through output mappings or the output collection.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from engine.bpmn.elements import EventDefinition
from engine.errors import ExecutionError
from engine.kernel.base import Token
from engine.kernel.scope import Scope
from engine.kernel.specs import EACH, ElementSpec
from engine.kernel.variables import Formula, Layer
from engine.texts import N_

INSTANCES_AT_MOST = 10_000  # of one multi-instance activity


class RepeatedSpec(ElementSpec):
    """What loops and multi-instance have in common: instances hang on the activity's token."""

    def spawn(self, token: Token, index: int, **own: Any) -> Token:
        """Return the token of a new instance, not yet arrived."""
        scope: Scope = token.workflow
        instance = scope.place(self.name + EACH, parent=token)
        instance.wait["index"] = index
        sealed: bool = instance.task_spec.sealed
        values = {"loopCounter": index, **own}
        instance.own = Layer(values, token.variables, sealed=sealed)
        return instance


class LoopSpec(RepeatedSpec):
    """Does its activity again while the condition holds, and not more often than allowed."""

    condition: Formula | None = None
    maximum: int | None = None
    test_before = False

    def _run_hook(self, token: Token) -> bool | None:
        if self.test_before and not self._again(token, 0):
            return True
        self._next(token, 0)
        return None

    def instance_done(self, token: Token, instance: Token) -> None:
        """Begin the next round, or go on behind the activity."""
        done = instance.wait["index"] + 1
        if self._again(token, done):
            self._next(token, done)
        else:
            token.complete()

    def _next(self, token: Token, index: int) -> None:
        instance = self.spawn(token, index)
        instance.task_spec.accept(instance)

    def _again(self, token: Token, done: int) -> bool:
        if self.maximum is not None and done >= self.maximum:
            return False
        variables = {**token.context(), "loopCounter": done}
        return self.condition is None or self.holds(self.condition, token, variables)


@dataclass(frozen=True, slots=True)
class Behavior:
    """Which boundary events an instance that completes triggers: None, One, All or Complex."""

    kind: str = "All"
    event: EventDefinition | None = None
    complex: tuple[tuple[Formula, EventDefinition | None], ...] = ()


class MultiInstanceSpec(RepeatedSpec):
    """Does its activity once per item or number, at once or one after the other.

    The token keeps ``count``, ``next`` (index of the next instance), ``done``, the ``items`` still
    to come and the ``results`` so far.
    """

    sequential = False
    cardinality: Formula | None = None
    collection: Formula | None = None
    item: str | None = None
    results: str | None = None
    result: Formula | None = None
    condition: Formula | None = None
    behavior = Behavior()

    def _run_hook(self, token: Token) -> bool | None:
        items = self._items(token)
        count = len(items)
        if self.results is not None:
            token.wait["results"] = [None] * count
        if count == 0:
            self._give_results(token)
            return True
        at_once = 1 if self.sequential else count
        token.wait.update(count=count, done=0, next=at_once)
        if self.sequential and self.collection is not None:
            token.wait["items"] = items[1:]
        self._begin(token, [self._instance(token, at, items[at]) for at in range(at_once)])
        return None

    def instance_done(self, token: Token, instance: Token) -> None:
        """Take an instance's result, and go on behind the activity when that was enough."""
        wait = token.wait
        wait["done"] += 1
        variables = instance.context()
        if self.result is not None and self.results is not None:
            wait["results"][instance.wait["index"]] = self.result.value(variables, self.element_id)
        stopped = self._throw_behavior(token)
        if token.id not in token.workflow.tasks:
            return
        if stopped or wait["done"] == wait["count"] or self._complete(token, variables):
            self._give_results(token)
            token.complete()
        elif self.sequential:
            self._begin(token, [self._following(token)])

    def instance_dropped(self, token: Token) -> bool:
        """Go on without an instance that was taken away: it counts as done and has no result."""
        wait = token.wait
        wait["done"] += 1
        if wait["done"] == wait["count"]:
            self._give_results(token)
            token.complete()
        elif self.sequential:
            self._begin(token, [self._following(token)])
        return True

    def _items(self, token: Token) -> list[Any]:
        items = self._given(token)
        if items is None:
            raise ExecutionError(
                N_("“%(element)s” has nothing to count or to go through: %(expression)s."),
                params={"element": self._called, "expression": self._source},
                element_id=self.element_id,
            )
        if len(items) > INSTANCES_AT_MOST:
            raise ExecutionError(
                N_("“%(element)s” would have %(count)s instances; %(limit)s are allowed."),
                params={
                    "element": self._called,
                    "count": len(items),
                    "limit": INSTANCES_AT_MOST,
                },
                element_id=self.element_id,
            )
        return items

    def _given(self, token: Token) -> list[Any] | None:
        variables = token.context()
        if self.collection is not None:
            found = self.collection.value(variables, self.element_id)
            return found if isinstance(found, list) else None
        formula = self.cardinality
        number: Any = None if formula is None else formula.value(variables, self.element_id)
        try:
            count = int(number)
        except (TypeError, ValueError):
            return None
        return [None] * min(count, INSTANCES_AT_MOST + 1) if count >= 0 else None

    @property
    def _called(self) -> str:
        return self.element.name or self.element_id

    @property
    def _source(self) -> str:
        formula = self.collection or self.cardinality
        return formula.source if formula else "–"

    def _instance(self, token: Token, index: int, item: Any) -> Token:
        named = {self.item: item} if self.item and self.collection is not None else {}
        return self.spawn(token, index, **named)

    def _following(self, token: Token) -> Token:
        wait = token.wait
        index = wait["next"]
        wait["next"] = index + 1
        items = wait.get("items")
        return self._instance(token, index, items[index - 1] if items else None)

    def _begin(self, token: Token, instances: Iterable[Token]) -> None:
        for instance in instances:
            if instance.id in token.workflow.tasks:
                instance.task_spec.accept(instance)

    def _complete(self, token: Token, variables: dict[str, Any]) -> bool:
        if self.condition is None:
            return False
        wait = token.wait
        active = wait["next"] - wait["done"]
        return self.holds(
            self.condition,
            token,
            {
                **variables,
                "nrOfInstances": wait["count"],
                "nrOfActiveInstances": active,
                "nrOfCompletedInstances": wait["done"],
                "numberOfInstances": wait["count"],
                "numberOfActiveInstances": active,
                "numberOfCompletedInstances": wait["done"],
                "numberOfTerminatedInstances": 0,
            },
        )

    def _give_results(self, token: Token) -> None:
        if self.results is not None:
            token.workflow.write({self.results: token.wait["results"]})

    def _throw_behavior(self, token: Token) -> bool:
        """Trigger what the activity's behaviour says; return whether it ends the activity."""
        behavior = self.behavior
        if behavior.kind == "Complex":
            variables = token.context()
            thrown = [
                event
                for condition, event in behavior.complex
                if event is not None and self.holds(condition, token, variables)
            ]
            for event in thrown:
                self._trigger(token, event)
            return bool(thrown)
        once = behavior.kind == "One" and token.wait["done"] == 1
        if behavior.event is not None and (once or behavior.kind == "None"):
            self._trigger(token, behavior.event)
        return False

    def _trigger(self, token: Token, event: EventDefinition) -> None:
        """Put a token on the boundary events of this activity that catch the event."""
        scope: Scope = token.workflow
        for name in self.boundaries:
            definitions = scope.spec.task_specs[name].element.events
            if any(one.kind == event.kind and one.ref in (None, event.ref) for one in definitions):
                scope.enter_ready(name)
