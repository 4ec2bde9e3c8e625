"""Data stores and states of data objects, as an element meets them when it begins and ends.

What a command writes into a store shows in what it reads from then on; others see it when the
outcome is stored (``Outcome.stored``). States belong to the scope that declares the data object.
"""

from dataclasses import dataclass
from typing import Any

from engine.bpmn.elements import DataStore, StateUse
from engine.errors import ExecutionError
from engine.events import Event, EventKind
from engine.kernel.base import Token
from engine.kernel.scope import Scope
from engine.kernel.variables import Formula, Layer, key_text
from engine.model import StoreWrite
from engine.snapshot import read_value, write_value
from engine.texts import N_

STORED_AT_MOST = 1_000_000  # bytes of one value as stored, and of all that one reading gives
KEY_AT_MOST = 200  # characters


@dataclass(frozen=True, slots=True)
class StoreAccess:
    """One way between a data store and a variable of an element."""

    store: DataStore
    key: Formula | None
    variable: str
    expression: Formula | None = None

    def read(self, token: Token) -> Any:
        """Return what the store holds under the key, or all of it; null where that is nothing.

        A store read without a key gives its one value, else a context of its items by key.
        """
        key = self._key(token)
        if self.key is not None and not key:
            return None
        items = self._items(token, None if self.key is None else key)
        if sum(map(len, items.values())) > STORED_AT_MOST:
            raise self._refused(
                token, N_("The data store “%(store)s” holds more than can be read at once.")
            )
        if key in items:
            return read_value(items[key])
        if self.key is not None or not items:
            return None
        return {name: read_value(written) for name, written in sorted(items.items())}

    def write(self, token: Token) -> None:
        """Write the variable, or what the expression gives; null takes the item away."""
        place, machine = token.task_spec.element_id, token.workflow.machine
        key = self._key(token)
        if self.key is not None and not key:
            raise self._refused(token, N_("The key of the data store “%(store)s” is empty."))
        value = token.context().get(self.variable)
        if self.expression is not None:
            value = self.expression.value(token.context(), place)
        written = None if value is None else write_value(value)
        if written is not None and len(written) > STORED_AT_MOST:
            raise self._refused(
                token,
                N_(
                    "The value for the data store “%(store)s” takes %(size)s bytes; "
                    "%(limit)s are allowed."
                ),
                size=len(written),
                limit=STORED_AT_MOST,
            )
        if written is not None and self.store.capacity is not None:
            self._check_capacity(token, key)
        store = self.store
        machine.stored[store.id, key] = StoreWrite(store.id, store.name, key, written)
        data = {"store": store.id, "name": store.name, "key": key, "removed": written is None}
        machine.events.append(Event(EventKind.DATA_STORE_WRITTEN, place, token.id, data))

    def _items(self, token: Token, key: str | None) -> dict[str, bytes]:
        """Return items of the store as this command has left them."""
        found = self._kept(token, key)
        for (store, name), one in token.workflow.machine.stored.items():
            if store == self.store.id and key in (None, name):
                found.pop(name, None)
                if one.written is not None:
                    found[name] = one.written
        return found

    def _kept(self, token: Token, key: str | None) -> dict[str, bytes]:
        surroundings = token.workflow.machine.moment.surroundings
        writes = self.store.is_written
        return dict(surroundings.read_store(self.store.id, key, for_writing=writes))

    def _check_capacity(self, token: Token, key: str) -> None:
        """Refuse one item more than the store may hold."""
        if key in self._items(token, key):
            return
        machine = token.workflow.machine
        count = machine.moment.surroundings.count_stored(self.store.id)
        for (store, name), one in machine.stored.items():
            if store == self.store.id:
                count += (one.written is not None) - (name in self._kept(token, name))
        if count >= (self.store.capacity or 0):
            raise self._refused(
                token,
                N_("The data store “%(store)s” is full: it holds %(capacity)s items at most."),
                capacity=self.store.capacity,
            )

    def _key(self, token: Token) -> str:
        if self.key is None:
            return ""
        value = self.key.value(token.context(), token.task_spec.element_id)
        key = key_text(value) or ""
        if len(key) > KEY_AT_MOST:
            raise self._refused(
                token,
                N_("A key of the data store “%(store)s” is longer than %(limit)s characters."),
                limit=KEY_AT_MOST,
            )
        return key

    def _refused(self, token: Token, message: str, **params: object) -> ExecutionError:
        return ExecutionError(
            message,
            params={"store": self.store.name, **params},
            element_id=token.task_spec.element_id,
            line=token.task_spec.element.line,
        )


@dataclass(frozen=True, slots=True)
class DataAccess:
    """What an element does with data stores and states before it begins and after it has ended."""

    reads: tuple[StoreAccess, ...]
    writes: tuple[StoreAccess, ...]
    needs: tuple[tuple[StateUse, ...], ...]
    sets: tuple[StateUse, ...]

    def available(self, token: Token) -> bool:
        """Return whether every state of some input set is there. Source: BPMN 2.0.2, 10.4.2."""
        return not self.needs or any(
            all(_state_of(token, need) == need.state for need in inputs) for inputs in self.needs
        )

    def missing(self, token: Token) -> str:
        """Return what a token waits for, as it is written at the drawn data objects."""
        sets = [
            [need for need in inputs if _state_of(token, need) != need.state]
            for inputs in self.needs
        ]
        return " / ".join(
            ", ".join(f"{need.variable} [{need.state}]" for need in inputs) for inputs in sets
        )

    def before(self, token: Token) -> None:
        """Give the token what it reads. Raises ExecutionError."""
        if self.reads:
            _add(token, {access.variable: access.read(token) for access in self.reads})

    def after(self, token: Token) -> None:
        """Write what the element leaves in stores, and the states that it gives."""
        for access in self.writes:
            access.write(token)
        for one in self.sets:
            _set_state(token, one)


def _add(token: Token, values: dict[str, Any]) -> None:
    if token.own is None:
        token.own = Layer(values, token.workflow.variables)
    else:
        token.own.own.update(values)


def _state_of(token: Token, use: StateUse) -> str | None:
    return _states_of(token.workflow, use.variable).get(use.variable, use.initial)


def _set_state(token: Token, one: StateUse) -> None:
    before = _state_of(token, one)
    if before == one.state:
        return
    _states_of(token.workflow, one.variable)[one.variable] = one.state
    machine = token.workflow.machine
    machine.states_changed = True
    data = {"object": one.variable, "before": before, "after": one.state}
    place = token.task_spec.element_id
    machine.events.append(Event(EventKind.DATA_STATE_CHANGED, place, token.id, data))


def _states_of(scope: Scope, variable: str) -> dict[str, str]:
    """Return the states kept where the data object is declared, else by the whole process."""
    while scope.host is not None and variable not in scope.spec.data and "/" in scope.spec.name:
        scope = scope.host.workflow
    return scope.states
