"""Item definitions: which types a model declares and which values they allow (DMN 1.5, 7.3)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.dmn.elements import ItemDefinition
from engine.dmn.formulas import Formulas, Tests
from engine.dmn.run import Run
from engine.feel import FeelError
from engine.feel.feel_types import ANY, Type, coerced
from engine.feel.type_parser import parse_type
from engine.feel.values import admit
from engine.texts import N_

Conform = Callable[[Any, Run], Any]
_DEEPEST = 20  # levels of a value that are looked at; the type itself may refer to itself
_CAMUNDA = dict.fromkeys(("integer", "long", "double"), "number")  # its names for FEEL's own
_UNTYPED = frozenset({"Any", "Undefined", "<Undefined>"})


@dataclass(frozen=True, slots=True)
class Restriction:
    """What an item definition asks of a value beyond its kind."""

    base: str | None = None
    allowed: Tests | None = None
    whole: Tests | None = None
    is_collection: bool = False
    parts: Mapping[str, "Restriction"] = field(default_factory=dict)

    @property
    def asks_nothing(self) -> bool:
        return not (self.base or self.allowed or self.whole or self.parts)


class Types:
    """The types one model can name: its own, and those of its imports behind their prefix."""

    def __init__(
        self,
        items: tuple[ItemDefinition, ...],
        imported: Iterable[tuple[str, "Types"]],
        formulas: Formulas,
    ) -> None:
        self.items = {one.name: one for one in items}
        self._formulas = formulas
        self.declared: dict[str, Type] = {}
        self._conformers: dict[str, Conform | None] = {}
        self.restrictions: dict[str, Restriction] = {}
        for prefix, types in imported:
            dot = f"{prefix}." if prefix else ""
            self.items |= {dot + name: item for name, item in types.items.items()}
            self.declared |= {dot + name: one for name, one in types.declared.items()}
            self.restrictions |= {
                dot + name: _prefixed(one, dot) for name, one in types.restrictions.items()
            }
        foreign = set(self.declared)
        self._names = frozenset(self.items)
        for name in self.items:
            if name not in foreign:
                self._declare(name, set())
                self.restrictions[name] = self._restriction(self.items[name])

    def type_of(self, type_ref: str | None) -> Type | None:
        """Return the type of that name or spelling, ``None`` when there is none."""
        if type_ref is None:
            return None
        if type_ref in self.declared:
            return self.declared[type_ref]
        try:
            return self._expanded(parse_type(_CAMUNDA.get(type_ref, type_ref), self._names), set())
        except FeelError:
            return None

    def is_known(self, type_ref: str | None) -> bool:
        """Return whether a reference names a type; none given counts as one."""
        return type_ref is None or type_ref in _UNTYPED or self.type_of(type_ref) is not None

    def conformer(self, type_ref: str | None) -> Conform | None:
        """Return what brings a value to a type, or ``None`` when every value fits as it is.

        A value that does not fit becomes null, with the reason noted in the run.
        """
        if type_ref is None or type_ref in _UNTYPED:
            return None
        if type_ref not in self._conformers:
            self._conformers[type_ref] = self._conformer(type_ref)
        return self._conformers[type_ref]

    def _conformer(self, type_ref: str) -> Conform | None:
        wanted = self.type_of(type_ref)
        if wanted is None or wanted == ANY:
            return None
        restriction = self._named_restriction(type_ref)

        def conform(value: Any, run: Run) -> Any:
            value = admit(value)
            if value is None:
                return None
            brought = coerced(value, wanted, run.budget)
            if brought is None:
                return run.problem(N_("A value is not of the type “%(type)s”."), type=type_ref)
            if restriction is not None and not self._fits(brought, restriction, run, 0):
                return run.problem(
                    N_("A value is not one of those that “%(type)s” allows."), type=type_ref
                )
            return brought

        return conform

    def result_of(self, type_ref: str | None) -> str | None:
        """Return the result type of a function type, any other type as it is."""
        if (type_ref or "").startswith("function<"):
            return (type_ref or "").rpartition("->")[2].strip()
        item = self.items.get(type_ref or "")
        return item.type_ref if item is not None and item.parameters is not None else type_ref

    def allowed_of(self, type_ref: str | None) -> str:
        """Return the allowed values that a type declares, as they are written."""
        for _ in range(_DEEPEST):
            item = self.items.get(type_ref or "")
            if item is None or item.allowed:
                return "" if item is None else item.allowed
            type_ref = item.type_ref
        return ""

    def _declare(self, name: str, open_names: set[str]) -> Type:
        if name in self.declared:
            return self.declared[name]
        if name in open_names:
            return ANY  # the type refers to itself; what lies deeper is not looked at
        made = self._made(self.items[name], open_names | {name})
        self.declared[name] = made
        return made

    def _made(self, item: ItemDefinition, open_names: set[str]) -> Type:
        if item.components:
            labels = tuple(one.name for one in item.components)
            parts = tuple(self._made(one, open_names) for one in item.components)
            made = Type("context", parts, labels)
        elif item.parameters is not None:
            refs = (*item.parameters, item.type_ref)
            made = Type("function", tuple(self._referred(one, open_names) for one in refs))
        else:
            made = self._referred(item.type_ref, open_names)
        return Type("list", (made,)) if item.is_collection else made

    def _referred(self, type_ref: str | None, open_names: set[str]) -> Type:
        if type_ref is None or type_ref in _UNTYPED:
            return ANY
        if type_ref in self.items:
            return self._declare(type_ref, open_names)
        try:
            return self._expanded(
                parse_type(_CAMUNDA.get(type_ref, type_ref), self._names), open_names
            )
        except FeelError:
            return ANY  # lint names the unknown type

    def _expanded(self, written: Type, open_names: set[str]) -> Type:
        if written.name in self.items and not written.parts:
            return self._declare(written.name, open_names)
        parts = tuple(self._expanded(one, open_names) for one in written.parts)
        return Type(written.name, parts, written.labels)

    def _restriction(self, item: ItemDefinition) -> Restriction:
        parts = {one.name: self._restriction(one) for one in item.components}
        return Restriction(
            base=item.type_ref if item.type_ref in self.items and not parts else None,
            allowed=self._tests(item.allowed, item),
            whole=self._tests(item.constraint, item),
            is_collection=item.is_collection,
            parts={name: one for name, one in parts.items() if not one.asks_nothing},
        )

    def _tests(self, text: str, item: ItemDefinition) -> Tests | None:
        return self._formulas.tests(text, item) if text else None

    def _named_restriction(self, type_ref: str) -> Restriction | None:
        if type_ref.startswith("list<") and type_ref.endswith(">"):
            inner = type_ref[5:-1].strip()
            return Restriction(base=inner, is_collection=True) if inner in self.items else None
        found = self.restrictions.get(type_ref)
        return None if found is None or found.asks_nothing else found

    def _fits(self, value: Any, asked: Restriction, run: Run, depth: int) -> bool:
        run.budget.charge()
        if depth > _DEEPEST:
            return True
        if asked.whole is not None and asked.whole.passes(value, {}, run) is not True:
            return False
        entries = value if asked.is_collection and isinstance(value, list) else [value]
        return all(self._entry_fits(admit(one), asked, run, depth) for one in entries)

    def _entry_fits(self, value: Any, asked: Restriction, run: Run, depth: int) -> bool:
        if value is None:
            return True
        if asked.allowed is not None and asked.allowed.passes(value, {}, run) is not True:
            return False
        base = self.restrictions.get(asked.base or "")
        if base is not None and not self._fits(value, base, run, depth + 1):
            return False
        return all(
            self._fits(value.get(name), part, run, depth + 1)
            for name, part in asked.parts.items()
            if isinstance(value, dict) and value.get(name) is not None
        )


def _prefixed(one: Restriction, dot: str) -> Restriction:
    return Restriction(
        base=None if one.base is None else dot + one.base,
        allowed=one.allowed,
        whole=one.whole,
        is_collection=one.is_collection,
        parts={name: _prefixed(part, dot) for name, part in one.parts.items()},
    )
