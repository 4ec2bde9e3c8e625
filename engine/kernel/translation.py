"""A stored instance in the words of another version of its process, as far as that goes.

Works on the rows of the stored form. Tokens keep their ids, variables and what they wait for; what
has no place in the new version is an obstacle. What only listens (boundary events, arms of an
event-based gateway, starts of event sub-processes) is dropped where the new version has it not.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.kernel.build import Program
from engine.kernel.specs import ElementSpec, ScopeSpec
from engine.kernel.specs_events import CatchingSpec
from engine.kernel.specs_flow import EventBasedGateway
from engine.kernel.specs_repeated import MultiInstanceSpec
from engine.texts import N_

Row = list[Any]  # token id, element, host token, flow, wait, variables of its own


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why an instance cannot move: an English template, its parameters, the old element."""

    element_id: str
    message: str
    params: Mapping[str, object]

    def text(self) -> str:
        """Return the filled English sentence."""
        return self.message % self.params


@dataclass(slots=True)
class Translation:
    """From one program to another; ``mapping`` has the new element id per old one, None: gone."""

    source: Program
    target: Program
    mapping: Mapping[str, str | None]
    obstacles: list[Obstacle] = field(default_factory=list)
    origins: dict[str, ElementSpec] = field(default_factory=dict)  # old spec by token id
    _hosts: dict[str, ElementSpec] = field(default_factory=dict)  # new spec by token id
    _specs: dict[str | None, tuple[ScopeSpec, ScopeSpec]] = field(default_factory=dict)

    def state(self, state: dict[str, Any]) -> dict[str, Any]:
        """Return the state for the new program; incomplete where there are obstacles."""
        scopes: list[Any] = []
        specs = self._specs
        for key, host_id, own, rows, more in state["scopes"]:
            new = self.target.top if host_id is None else self._inside(host_id)
            if new is None:
                continue
            old = self.source.scopes[key]
            specs[host_id] = (old, new)
            translated = [row for one in rows if (row := self._row(one, old, new)) is not None]
            scopes.append([new.name, host_id, own, translated, self._more(more, old, new)])
        for row in (row for scope in scopes for row in scope[3]):
            row[4] = self._undoing(row[4])
        return {**state, "process": self.target.top.name, "scopes": scopes}

    def known(self, scope_host: str | None, token_id: str | None) -> set[str | None]:
        """Return what the old version had listen for a token, or for the scope, by new names."""
        old, new = self._specs[scope_host]
        if token_id is None:
            names = old.triggers
        else:
            names = listeners_of(self.origins[token_id]) if token_id in self.origins else ()
        return {self._renamed(name, old.task_specs[name], new) for name in names}

    def _undoing(self, wait: Any) -> Any:
        """Return what a token waits for, with the rows that it still has to undo translated."""
        if not wait or "undo" not in wait or wait["undo_in"] not in self._specs:
            return wait
        return {**wait, "undo": self._log(wait["undo"], *self._specs[wait["undo_in"]])}

    def _inside(self, host_id: str) -> ScopeSpec | None:
        inside = getattr(self._hosts.get(host_id), "inside", None)
        return None if inside is None else self.target.scopes.get(inside)

    def _row(self, row: Row, old: ScopeSpec, new: ScopeSpec) -> Row | None:
        token_id, name, host_id, via, wait, own = row
        spec: ElementSpec = old.task_specs[name]
        if host_id is not None and not spec.is_instance:
            return self._listening(row, spec, new)
        found = self._found(spec, new)
        if found is None:
            return None
        self.origins[token_id] = spec
        self._hosts[token_id] = found
        if spec.joins:
            via = self._flow(via, spec, found, old, new)
        return [token_id, found.name, host_id, via, wait, own]

    def _listening(self, row: Row, spec: ElementSpec, new: ScopeSpec) -> Row | None:
        token_id, name, host_id, via, wait, own = row
        new_name = self._renamed(name, spec, new)
        if host_id.endswith("!"):
            offered: tuple[str, ...] = new.triggers
        else:
            offered = listeners_of(self._hosts[host_id]) if host_id in self._hosts else ()
        if new_name is None or new_name not in offered:
            return None
        self.origins[token_id] = spec
        return [token_id, new_name, host_id, via, wait, own]

    def _found(self, spec: ElementSpec, new: ScopeSpec) -> ElementSpec | None:
        """Return the new spec for a token, or note why there is none."""
        new_id = self.mapping.get(spec.element_id, spec.element_id)
        found = None if new_id is None else new.task_specs.get(new_id + _ending(spec))
        if not isinstance(found, ElementSpec):
            if new_id not in self.target.nodes:
                return self._stop(spec, N_("“%(element)s” is not in the new version."))
            if new_id in new.task_specs or f"{new_id}~each" in new.task_specs:
                return self._stop(spec, N_("“%(element)s” is repeated otherwise."))
            return self._stop(spec, N_("“%(element)s” lies in another sub-process or process."))
        if _repeats(found) != _repeats(spec):
            return self._stop(spec, N_("“%(element)s” is repeated otherwise."))
        if type(found) is not type(spec):
            return self._stop(spec, N_("“%(element)s” is another kind of element."))
        return found

    def _renamed(self, name: str, spec: ElementSpec, new: ScopeSpec) -> str | None:
        new_id = self.mapping.get(spec.element_id, spec.element_id)
        new_name = None if new_id is None else new_id + name.removeprefix(spec.element_id)
        return new_name if isinstance(new.task_specs.get(new_name or ""), ElementSpec) else None

    def _flow(
        self, via: str, spec: ElementSpec, found: ElementSpec, old: ScopeSpec, new: ScopeSpec
    ) -> str:
        """Return the flow that a token came along to its join, in the new version."""
        if via in found.incoming or not via:
            return via
        before = _source_of(via, old)
        for name in [] if before is None else [self._renamed(before.name, before, new)]:
            for flow in _flows_of(new, name):
                if flow in found.incoming:
                    return flow
        self._stop(spec, N_("“%(element)s” waits for other branches than before."))
        return via

    def _more(
        self, more: dict[str, Any] | None, old: ScopeSpec, new: ScopeSpec
    ) -> dict[str, Any] | None:
        if not more:
            return more
        gateways = {
            renamed: [flow for flow in flows if flow in new.task_specs[renamed].incoming]
            for name, flows in more.get("gateways", {}).items()
            if (renamed := self._renamed(name, old.task_specs[name], new)) is not None
        }
        queue = [
            renamed
            for name in more.get("queue", [])
            if (renamed := self._renamed(name, old.task_specs[name], new)) is not None
        ]
        log = self._log(more.get("log", []), old, new)
        return {**more, "log": log, "gateways": gateways, "queue": queue}

    def _log(self, rows: list[Row], old: ScopeSpec, new: ScopeSpec) -> list[Row]:
        """Return what can be undone; what the new version cannot undo any more is an obstacle."""
        translated = []
        for element_id, undoer, own, inside in rows:
            spec = old.task_specs[undoer]
            found = self._found(spec, new)
            new_id = self.mapping.get(element_id, element_id)
            if found is None or new_id is None:
                continue
            translated.append([new_id, found.name, own, self._inner_log(inside, spec, found)])
        return translated

    def _inner_log(self, inside: Any, old: ElementSpec, new: ElementSpec) -> Any:
        """Return what can be undone inside an activity: rows, or those of a called process.

        An instance of its own keeps its rows itself; what is known of it stays as it is.
        """
        if inside is None or not old.hosts_scope or not new.hosts_scope:
            return inside
        scopes = (self.source.scopes[old.inside], self.target.scopes[new.inside])
        if isinstance(inside, dict):
            return {**inside, "log": self._log(inside["log"], *scopes)}
        return self._log(inside, *scopes)

    def _stop(self, spec: ElementSpec, message: str) -> ElementSpec | None:
        """Note an obstacle, once; there is no new spec then."""
        params = {"element": spec.element.name or spec.element_id}
        obstacle = Obstacle(spec.element_id, message, params)
        if obstacle not in self.obstacles:
            self.obstacles.append(obstacle)
        return None


def listeners_of(spec: ElementSpec) -> tuple[str, ...]:
    """Return the specs that listen for a token here: boundary events, or a gateway's arms."""
    if isinstance(spec, EventBasedGateway):
        return tuple(flow.target for flow in spec.flows)
    return spec.listeners


def same_triggers(old: ElementSpec, new: CatchingSpec) -> bool:
    """Return whether both versions of an event wait for the same kinds of things."""
    return isinstance(old, CatchingSpec) and kinds_of(old) == kinds_of(new)


def kinds_of(spec: CatchingSpec) -> list[tuple[str, str, str]]:
    """Return kind, name and (for conditions) text of each trigger; a timer is any timer."""
    return [
        (one.kind, one.name, one.when.source if one.kind == "conditional" and one.when else "")
        for one in spec.triggers
    ]


def _repeats(spec: ElementSpec) -> str:
    """Return how an element is repeated: "", "parallel" or "sequential"."""
    if not isinstance(spec, MultiInstanceSpec):
        return ""
    return "sequential" if spec.sequential else "parallel"


def _ending(spec: ElementSpec) -> str:
    return str(spec.name).removeprefix(spec.element_id)


def _source_of(flow_id: str, scope: ScopeSpec) -> ElementSpec | None:
    for name, spec in scope.task_specs.items():
        if isinstance(spec, ElementSpec) and flow_id in _flows_of(scope, name):
            return spec
    return None


def _flows_of(scope: ScopeSpec, name: str | None) -> list[str]:
    spec = scope.task_specs.get(name or "")
    if not isinstance(spec, ElementSpec):
        return []
    default = [] if spec.default is None else [spec.default.id]
    return [flow.id for flow in spec.flows] + default
