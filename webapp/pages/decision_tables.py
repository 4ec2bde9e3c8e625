"""Decision tables of an upload, as pages draw them: read-only, row by row."""

from collections.abc import Iterator
from dataclasses import dataclass

import engine
from engine import dmn
from engine.dmn.elements import DecisionTable, KnowledgeModel, Node
from engine.dmn.linking import parts_of
from engine.texts import N_

_LETTERS = {
    "UNIQUE": "U",
    "ANY": "A",
    "PRIORITY": "P",
    "FIRST": "F",
    "RULE ORDER": "R",
    "OUTPUT ORDER": "O",
    "COLLECT": "C",
}
_SIGNS = {"SUM": "+", "MIN": "<", "MAX": ">", "COUNT": "#"}
_WORDS = {
    "UNIQUE": N_("exactly one rule matches"),
    "ANY": N_("all rules that match say the same"),
    "PRIORITY": N_("the most important output counts"),
    "FIRST": N_("the first rule that matches counts"),
    "RULE ORDER": N_("all that match, in the order of the rules"),
    "OUTPUT ORDER": N_("all that match, in the order of the outputs"),
    "COLLECT": N_("all that match, collected"),
}


@dataclass(frozen=True, slots=True)
class TableView:
    """One table. ``policy`` is its letter as DMN draws it, ``words`` what that means."""

    file: str
    element_id: str
    name: str
    policy: str
    words: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    notes: tuple[str, ...]
    rows: tuple["RowView", ...]


@dataclass(frozen=True, slots=True)
class RowView:
    number: int
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    notes: tuple[str, ...]


def decision_ids(files: engine.Files) -> tuple[str, ...]:
    """Return the ids under which the decisions of the files are published."""
    try:
        models = dmn.read_models(files)
    except dmn.DecisionError:
        return ()
    return tuple(one.element_id for model in models.values() for one in dmn.decisions_of(model))


def tables_of(files: engine.Files) -> tuple[TableView, ...]:
    """Return every decision table of the files; a file that cannot be read has none."""
    try:
        models = dmn.read_models(files)
    except dmn.DecisionError:
        return ()
    return tuple(
        _view(file, node, table) for file, model in models.items() for node, table in _drawn(model)
    )


def _drawn(model: dmn.DecisionModel) -> Iterator[tuple[Node, DecisionTable]]:
    for node in model.drawn.nodes.values():
        inside = node.function if isinstance(node, KnowledgeModel) else getattr(node, "body", None)
        for part in parts_of(inside):
            if isinstance(part, DecisionTable):
                yield node, part


def _view(file: str, node: Node, table: DecisionTable) -> TableView:
    notes = max((len(rule.annotations) for rule in table.rules), default=0)
    return TableView(
        file=file,
        element_id=node.element_id,
        name=node.name,
        policy=_LETTERS.get(table.hit_policy, "?") + _SIGNS.get(table.aggregation or "", ""),
        words=_WORDS.get(table.hit_policy, ""),
        inputs=tuple(one.label or one.expression for one in table.inputs),
        outputs=tuple(one.label or one.name or node.name for one in table.outputs),
        notes=(*table.annotations, *("",) * notes)[: max(notes, len(table.annotations))],
        rows=tuple(
            RowView(
                rule.number,
                tuple(cell.text or "-" for cell in rule.conditions),
                tuple(cell.text for cell in rule.results),
                rule.annotations,
            )
            for rule in table.rules
        ),
    )
