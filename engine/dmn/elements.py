"""A decision model as it was drawn: frozen, typed, each part with its id and line."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class HitPolicy(StrEnum):
    """What a table gives when several rules match (DMN 1.5, 8.2.10)."""

    UNIQUE = "UNIQUE"
    ANY = "ANY"
    PRIORITY = "PRIORITY"
    FIRST = "FIRST"
    RULE_ORDER = "RULE ORDER"
    OUTPUT_ORDER = "OUTPUT ORDER"
    COLLECT = "COLLECT"


class Aggregation(StrEnum):
    """How COLLECT makes one value of several (DMN 1.5, table 42)."""

    SUM = "SUM"
    COUNT = "COUNT"
    MIN = "MIN"
    MAX = "MAX"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Anything in the file: where it stands and what it is called there."""

    line: int = 0
    element_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Boxed(Part):
    """An expression of any form; ``type_ref`` is the type its value is brought to."""

    type_ref: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Literal(Boxed):
    text: str
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Named(Part):
    """A parameter, column, binding or context entry; an entry without name is the result."""

    name: str | None
    type_ref: str | None = None
    body: Boxed | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxedContext(Boxed):
    entries: tuple[Named, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxedList(Boxed):
    items: tuple[Boxed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation(Boxed):
    columns: tuple[Named, ...]
    rows: tuple[tuple[Boxed, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionDefinition(Boxed):
    kind: str  # FEEL, Java or PMML; only FEEL is ever evaluated
    parameters: tuple[Named, ...]
    body: Boxed | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation(Boxed):
    called: Boxed | None
    bindings: tuple[Named, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditional(Boxed):
    condition: Boxed | None
    then: Boxed | None
    otherwise: Boxed | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxedFilter(Boxed):
    source: Boxed | None
    match: Boxed | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Iteration(Boxed):
    kind: str  # for, some, every
    variable: str
    source: Boxed | None
    body: Boxed | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell(Part):
    """One cell of a table: unary tests on the left side, an expression on the right."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InputClause(Part):
    label: str
    expression: str
    type_ref: str | None = None
    allowed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputClause(Part):
    label: str
    name: str | None
    type_ref: str | None = None
    allowed: str = ""
    default: Cell | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(Part):
    """One row; ``annotations`` stand in the order of the table's ``annotations``."""

    number: int  # counted from 1
    conditions: tuple[Cell, ...]
    results: tuple[Cell, ...]
    annotations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionTable(Boxed):
    """``hit_policy`` and ``aggregation`` are as written; the reader does not judge them."""

    hit_policy: str
    aggregation: str | None
    inputs: tuple[InputClause, ...]
    outputs: tuple[OutputClause, ...]
    rules: tuple[Rule, ...]
    annotations: tuple[str, ...] = ()
    output_label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node(Part):
    """Something drawn in the requirements diagram. ``type_ref`` is that of its variable."""

    name: str
    type_ref: str | None = None
    requires: tuple[str, ...] = ()  # references of what it needs: inputs, decisions, knowledge


@dataclass(frozen=True, slots=True, kw_only=True)
class InputData(Node):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision(Node):
    body: Boxed | None = None
    question: str = ""
    version_tag: str = ""  # camunda:versionTag


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowledgeModel(Node):
    """A business knowledge model: a function that decisions call by its name."""

    function: FunctionDefinition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionService(Node):
    output_decisions: tuple[str, ...] = ()
    encapsulated: tuple[str, ...] = ()
    input_decisions: tuple[str, ...] = ()
    input_data: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDefinition(Part):
    """A type: another one restricted, a context of components, or a function."""

    name: str
    type_ref: str | None = None
    components: tuple["ItemDefinition", ...] = ()
    is_collection: bool = False
    allowed: str = ""  # unary tests each entry must pass
    constraint: str = ""  # unary tests the whole value must pass
    parameters: tuple[str | None, ...] | None = None  # types, when it is a function


@dataclass(frozen=True, slots=True, kw_only=True)
class Import(Part):
    name: str
    namespace: str
    location: str | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnModel:
    """One file. ``nodes`` are its decisions, inputs, knowledge models and services by id."""

    file: str
    name: str
    namespace: str
    imports: tuple[Import, ...] = ()
    items: tuple[ItemDefinition, ...] = ()
    nodes: Mapping[str, Node] = field(default_factory=dict)

    def decisions(self) -> tuple[Decision, ...]:
        return tuple(node for node in self.nodes.values() if isinstance(node, Decision))
