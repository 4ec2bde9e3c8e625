"""Decision tables: which rules match, and what the hit policy makes of them (DMN 1.5, 8.2)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engine.dmn.elements import Aggregation, Cell, DecisionTable, HitPolicy, Rule
from engine.dmn.explanation import MatchedRule, TableReading
from engine.dmn.formulas import Formulas, Tests, aggregate
from engine.dmn.indexing import Index, index_of
from engine.dmn.run import Run, Scope
from engine.dmn.types import Conform, Types
from engine.feel.values import equal
from engine.texts import N_

Compute = Callable[[Scope, Run], Any]
_SINGLE = ""  # the key of the only output of a table that names none


@dataclass(frozen=True, slots=True)
class _Input:
    label: str
    expression: Compute
    conform: Conform | None
    allowed: Tests | None


@dataclass(frozen=True, slots=True)
class _Output:
    name: str
    conform: Conform | None
    default: Compute | None
    ranking: Compute | None  # gives the allowed values, the most important first


@dataclass(frozen=True, slots=True)
class _Row:
    rule: Rule
    conditions: tuple[Tests, ...]
    results: tuple[Compute, ...]


class _Table:
    """One table, compiled."""

    def __init__(self, drawn: DecisionTable, formulas: Formulas, types: Types) -> None:
        self.drawn = drawn
        self.inputs = [
            _Input(
                one.label or one.expression,
                formulas.expression(one.expression, one),
                types.conformer(one.type_ref),
                formulas.tests(one.allowed, one) if one.allowed else None,
            )
            for one in drawn.inputs
        ]
        self.outputs = [
            _Output(
                one.name or one.label or _SINGLE,
                types.conformer(one.type_ref),
                _default(one.default, formulas),
                _ranking(one.allowed or types.allowed_of(one.type_ref), one, formulas),
            )
            for one in drawn.outputs
        ]
        self.rows = [
            _Row(
                rule,
                tuple(formulas.tests(cell.text, cell) for cell in rule.conditions),
                tuple(formulas.expression(cell.text, cell) for cell in rule.results),
            )
            for rule in drawn.rules
        ]
        conditions = [row.conditions for row in self.rows]
        self.index: Index = index_of(conditions, len(drawn.inputs))
        self.conclude = _CONCLUSIONS.get(drawn.hit_policy, _unknown_policy)

    def value(self, scope: Scope, run: Run) -> Any:
        given = self._given(scope, run)
        if given is None:
            return None
        matched: list[tuple[_Row, dict[str, Any]]] = []
        only_first = self.drawn.hit_policy == HitPolicy.FIRST
        for row in self._matching(given, scope, run):
            matched.append((row, self._results(row, scope, run)))
            if only_first:
                break
        run.read(self._reading(given, matched))
        if not matched:
            return self._default(scope, run)
        return self.conclude(self, [results for _, results in matched], scope, run)

    def _given(self, scope: Scope, run: Run) -> list[Any] | None:
        """Return the values of the left side, ``None`` when one is not allowed."""
        given = []
        for one in self.inputs:
            value = one.expression(scope, run)
            if one.conform is not None:
                value = one.conform(value, run)
            if value is not None and not _is_allowed(one, value, scope, run):
                run.problem(
                    N_("The value of “%(input)s” is not one of the allowed values."),
                    self.drawn,
                    input=one.label,
                )
                return None
            given.append(value)
        return given

    def _matching(self, given: list[Any], scope: Scope, run: Run) -> list[_Row]:
        found = []
        for number, undecided in self.index.look_up(given):
            row = self.rows[number]
            run.budget.charge(len(undecided) + 1)
            if all(
                row.conditions[column].passes(given[column], scope, run) is True
                for column in undecided
                if column < len(row.conditions)
            ):
                found.append(row)
        return found

    def _results(self, row: _Row, scope: Scope, run: Run) -> dict[str, Any]:
        made = {}
        for output, result in zip(self.outputs, row.results, strict=False):
            value = result(scope, run)
            made[output.name] = value if output.conform is None else output.conform(value, run)
        return made

    def _default(self, scope: Scope, run: Run) -> Any:
        if not any(one.default for one in self.outputs):
            return None
        made = {one.name: one.default(scope, run) if one.default else None for one in self.outputs}
        return self.shaped(made)

    def shaped(self, results: dict[str, Any]) -> Any:
        """Return a row's results as the table's value: a context, or the only output's value."""
        return results if len(self.outputs) > 1 else next(iter(results.values()), None)

    def _reading(
        self, given: list[Any], matched: list[tuple[_Row, dict[str, Any]]]
    ) -> TableReading:
        return TableReading(
            table_id=self.drawn.element_id,
            hit_policy=self.drawn.hit_policy,
            inputs={one.label: value for one, value in zip(self.inputs, given, strict=True)},
            rules=tuple(
                MatchedRule(
                    row.rule.number,
                    row.rule.element_id,
                    {name or self.drawn.output_label: value for name, value in results.items()},
                    _annotations(self.drawn, row.rule),
                )
                for row, results in matched
            ),
        )


def table_of(drawn: DecisionTable, formulas: Formulas, types: Types) -> Compute:
    """Return the function that gives the table's value and notes which rules matched."""
    return _Table(drawn, formulas, types).value


def _is_allowed(one: _Input, value: Any, scope: Scope, run: Run) -> bool:
    return one.allowed is None or one.allowed.passes(value, scope, run) is True


def _default(cell: Cell | None, formulas: Formulas) -> Compute | None:
    return None if cell is None or not cell.text else formulas.expression(cell.text, cell)


def _ranking(allowed: str, part: Any, formulas: Formulas) -> Compute | None:
    return formulas.expression(f"[{allowed}]", part) if allowed else None


def _annotations(drawn: DecisionTable, rule: Rule) -> tuple[tuple[str, str], ...]:
    headers = (*drawn.annotations, *("",) * len(rule.annotations))
    return tuple(
        (header, text) for header, text in zip(headers, rule.annotations, strict=False) if text
    )


Results = list[dict[str, Any]]


def _unique(table: _Table, results: Results, _scope: Scope, run: Run) -> Any:
    if len(results) > 1:
        return run.problem(
            N_("%(count)s rules match, but the hit policy UNIQUE allows one."),
            table.drawn,
            count=len(results),
        )
    return table.shaped(results[0])


def _first(table: _Table, results: Results, _scope: Scope, _run: Run) -> Any:
    return table.shaped(results[0])


def _any(table: _Table, results: Results, _scope: Scope, run: Run) -> Any:
    first = table.shaped(results[0])
    if any(equal(first, table.shaped(one), run.budget) is not True for one in results[1:]):
        return run.problem(
            N_("Matching rules differ, which the hit policy ANY forbids."), table.drawn
        )
    return first


def _priority(table: _Table, results: Results, scope: Scope, run: Run) -> Any:
    return _output_order(table, results, scope, run)[0]


def _output_order(table: _Table, results: Results, scope: Scope, run: Run) -> list[Any]:
    rankings = [one.ranking(scope, run) if one.ranking else None for one in table.outputs]

    def rank(made: dict[str, Any]) -> list[int]:
        return [
            _position(made.get(output.name), ranking, run)
            for output, ranking in zip(table.outputs, rankings, strict=True)
        ]

    return [table.shaped(made) for made in sorted(results, key=rank)]


def _position(value: Any, ranking: Any, run: Run) -> int:
    if not isinstance(ranking, list):
        return 0
    run.budget.charge(len(ranking))
    same = (at for at, one in enumerate(ranking) if equal(value, one, run.budget) is True)
    return next(same, len(ranking))


def _rule_order(table: _Table, results: Results, _scope: Scope, _run: Run) -> list[Any]:
    return [table.shaped(one) for one in results]


def _collect(table: _Table, results: Results, scope: Scope, run: Run) -> Any:
    kind = table.drawn.aggregation
    if kind is None:
        return _rule_order(table, results, scope, run)
    if kind == Aggregation.COUNT:
        return len(results)
    if len(table.outputs) > 1:
        return {
            one.name: aggregate(kind, [made.get(one.name) for made in results], run)
            for one in table.outputs
        }
    return aggregate(kind, [table.shaped(one) for one in results], run)


def _unknown_policy(table: _Table, _results: Results, _scope: Scope, run: Run) -> Any:
    return run.problem(
        N_("The hit policy “%(policy)s” is unknown."), table.drawn, policy=table.drawn.hit_policy
    )


_CONCLUSIONS: dict[str, Callable[[_Table, Results, Scope, Run], Any]] = {
    HitPolicy.UNIQUE: _unique,
    HitPolicy.FIRST: _first,
    HitPolicy.ANY: _any,
    HitPolicy.PRIORITY: _priority,
    HitPolicy.OUTPUT_ORDER: _output_order,
    HitPolicy.RULE_ORDER: _rule_order,
    HitPolicy.COLLECT: _collect,
}
