"""From drawn files to models that can decide: imports resolved, names known, types declared."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from engine.dmn.boxed import Compiler, Compute
from engine.dmn.elements import (
    Decision,
    DecisionService,
    DecisionTable,
    DrawnModel,
    Import,
    ItemDefinition,
    KnowledgeModel,
    Named,
    Node,
)
from engine.dmn.errors import InvalidDecisionModelError, UnknownDecisionError
from engine.dmn.formulas import Formulas
from engine.dmn.reader import read
from engine.dmn.types import Types
from engine.feel.expected import Expected
from engine.texts import N_

ENDING = ".dmn"


class DecisionModel:
    """One file with what it imports, ready to decide; made by ``read_models``.

    ``imports`` are (prefix, model); an empty prefix makes the model's names its own.
    """

    def __init__(self, drawn: DrawnModel, imports: "Imports" = ()) -> None:
        self.drawn = drawn
        self.imports = imports
        self.names = frozenset(_names(drawn, imports))
        self.formulas = Formulas(self.names)
        imported = [(prefix, model.types) for prefix, model in imports]
        self.types: Types = Types(drawn.items, imported, self.formulas)
        self.compiler = Compiler(self.formulas, self.types)
        self._computations: dict[str, Compute] = {}
        self.inferred: dict[str, Expected] = {}  # what ``engine.dmn.inferring`` found out so far

    def get_node(self, decision: str) -> Node:
        """Return what is drawn under an id or a name. Raises UnknownDecisionError."""
        node = self.drawn.nodes.get(decision)
        if node is not None:
            return node
        for one in self.drawn.nodes.values():
            if one.name == decision:
                return one
        raise UnknownDecisionError(
            N_("The model “%(model)s” holds no decision “%(decision)s”."),
            {"model": self.drawn.name, "decision": decision},
            file=self.drawn.file,
        )

    def find_required(self, reference: str) -> tuple[str, "DecisionModel", Node] | None:
        """Return (import prefix, model, node) that a reference means; the own prefix is empty."""
        namespace, _, key = reference.rpartition("#")
        if not namespace or namespace == self.drawn.namespace:
            own = self.drawn.nodes.get(key)
            if own is not None:
                return "", self, own
        for prefix, model in self.imports:
            if namespace == model.drawn.namespace and key in model.drawn.nodes:
                return prefix, model, model.drawn.nodes[key]
        return None

    def computation(self, node: Node) -> Compute:
        """Return the compiled expression of a decision or knowledge model."""
        key = node.element_id or node.name
        if key not in self._computations:
            self._computations[key] = self._compiled(node)
        return self._computations[key]

    def _compiled(self, node: Node) -> Compute:
        if isinstance(node, KnowledgeModel) and node.function is not None:
            return self.compiler.function(node.function, node.type_ref)
        return self.compiler.typed(
            self.compiler.compute(getattr(node, "body", None)), node.type_ref
        )


Imports = tuple[tuple[str, DecisionModel], ...]


def read_models(files: Mapping[str, bytes]) -> dict[str, DecisionModel]:
    """Return every decision model of a deployment by its file name, linked with its imports.

    Files that do not end in ``.dmn`` are left alone. Raises InvalidDecisionModelError.
    """
    drawn = [read(files[name], name) for name in sorted(files) if name.lower().endswith(ENDING)]
    return link(drawn)


def link(drawn: list[DrawnModel]) -> dict[str, DecisionModel]:
    """Return models for what was drawn, by file name. Raises InvalidDecisionModelError."""
    linked: dict[str, DecisionModel] = {}
    for one in drawn:
        _linked(one, drawn, linked, ())
    return linked


def _linked(
    one: DrawnModel,
    drawn: list[DrawnModel],
    linked: dict[str, DecisionModel],
    importers: tuple[str, ...],
) -> DecisionModel:
    if one.file in linked:
        return linked[one.file]
    imports: list[tuple[str, DecisionModel]] = []
    for wanted in one.imports:
        if not _is_dmn(wanted):
            continue
        found = _imported(one, wanted, drawn)
        if found.file in (*importers, one.file):
            raise _refused(one, wanted, N_("The import of “%(namespace)s” goes in a circle."))
        imported = _linked(found, drawn, linked, (*importers, one.file))
        imports.append((wanted.name, imported))
    linked[one.file] = DecisionModel(one, tuple(imports))
    return linked[one.file]


def _is_dmn(wanted: Import) -> bool:
    return not wanted.kind or "/DMN/" in wanted.kind


def _imported(one: DrawnModel, wanted: Import, drawn: list[DrawnModel]) -> DrawnModel:
    found = [other for other in drawn if other.namespace == wanted.namespace and other is not one]
    ending = (wanted.location or "").replace("\\", "/").rpartition("/")[2]
    named = [other for other in found if other.file == ending]
    if not found:
        raise _refused(
            one, wanted, N_("No file of the upload has the imported namespace “%(namespace)s”.")
        )
    return (named or found)[0]


def _refused(one: DrawnModel, wanted: Import, message: str) -> InvalidDecisionModelError:
    return InvalidDecisionModelError(
        message,
        {"namespace": wanted.namespace},
        element_id=wanted.element_id,
        line=wanted.line,
        file=one.file,
    )


def _names(drawn: DrawnModel, imports: "Imports") -> Iterator[str]:
    """Yield every name that an expression of the model may use, types included."""
    for prefix, model in imports:
        yield from (prefix, *model.names) if prefix else model.names
        yield from (f"{prefix}.{one.name}" for one in model.drawn.items if prefix)
    for part in parts_of((drawn.items, tuple(drawn.nodes.values()))):
        if isinstance(part, Node | Named | ItemDefinition) and part.name:
            yield part.name
        if getattr(part, "variable", ""):
            yield part.variable


def parts_of(value: Any) -> Iterator[Any]:
    """Yield a part of a model and every part inside it, in document order."""
    if isinstance(value, tuple):
        for one in value:
            yield from parts_of(one)
    elif is_dataclass(value):
        yield value
        for one in fields(value):
            inner = getattr(value, one.name)
            if isinstance(inner, tuple) or is_dataclass(inner):
                yield from parts_of(inner)


def parameters_of(model: DecisionModel, service: DecisionService) -> list[str]:
    """Return the references of a service's parameters in their order: input data first."""
    return [
        reference
        for reference in (*service.input_data, *service.input_decisions)
        if model.find_required(reference) is not None
    ]


def find_model(models: Mapping[str, DecisionModel], decision: str) -> DecisionModel | None:
    """Return the model that holds a decision or service of that id, or else of that name."""
    for model in models.values():
        if decision in model.drawn.nodes:
            return model
    for model in models.values():
        if any(node.name == decision for node in model.drawn.nodes.values()):
            return model
    return None


def decisions_of(model: DecisionModel) -> tuple[Decision | DecisionService, ...]:
    """Return what a file offers to others: its decisions and services that have an id."""
    offered = (one for one in model.drawn.nodes.values() if one.element_id)
    return tuple(one for one in offered if isinstance(one, Decision | DecisionService))


def output_name(model: DecisionModel, decision: str) -> str:
    """Return what the only output of a decision is called: its table's column, or its own name."""
    node = model.get_node(decision)
    body = getattr(node, "body", None)
    if isinstance(body, DecisionTable) and body.outputs:
        return body.outputs[0].name or body.outputs[0].label or node.name
    return node.name
