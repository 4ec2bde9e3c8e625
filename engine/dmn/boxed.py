"""From boxed expressions to functions that compute their values (DMN 1.5, 10.2)."""

from collections.abc import Callable
from typing import Any

from engine.dmn.elements import (
    Boxed,
    BoxedContext,
    BoxedFilter,
    BoxedList,
    Conditional,
    DecisionTable,
    FunctionDefinition,
    Invocation,
    Iteration,
    Literal,
    Named,
    Relation,
)
from engine.dmn.formulas import Formulas, call, entries_of, item_at
from engine.dmn.run import Run, Scope
from engine.dmn.tables import table_of
from engine.dmn.types import Types
from engine.feel.values import Function, admit, is_number
from engine.texts import N_

Compute = Callable[[Scope, Run], Any]


class Compiler:
    """Turns what was drawn in one model into functions. ``types`` are the model's own."""

    def __init__(self, formulas: Formulas, types: Types) -> None:
        self.formulas = formulas
        self.types = types

    def compute(self, boxed: Boxed | None) -> Compute:
        """Return the function that gives the expression's value, brought to its type."""
        if boxed is None:
            return _nothing
        rule: Compute = _RULES[type(boxed)](self, boxed)
        if boxed.type_ref is None or isinstance(boxed, FunctionDefinition):
            return rule
        return self.typed(rule, boxed.type_ref)

    def typed(self, rule: Compute, type_ref: str | None) -> Compute:
        """Return the function whose value is brought to a type; null where it does not fit."""
        conform = self.types.conformer(type_ref)
        if conform is None:
            return rule
        return lambda scope, run: conform(rule(scope, run), run)

    def function(self, drawn: FunctionDefinition, result_type: str | None = None) -> Compute:
        """Return the computation that gives the function as a value."""
        if drawn.kind != "FEEL":
            return _external
        body = self.typed(self.compute(drawn.body), self.types.result_of(drawn.type_ref))
        body = self.typed(body, self.types.result_of(result_type))
        names = tuple(one.name or "" for one in drawn.parameters)
        conformers = [self.types.conformer(one.type_ref) for one in drawn.parameters]
        types = tuple(self.types.type_of(one.type_ref) for one in drawn.parameters)
        returns = self.types.type_of(self.types.result_of(drawn.type_ref or result_type))
        declared = self.types.declared

        def rule(scope: Scope, run: Run) -> Function:
            def called(arguments: dict[str, Any], _budget: Any) -> Any:
                given = dict(arguments)
                for name, conform in zip(names, conformers, strict=True):
                    if conform is not None:
                        given[name] = conform(given.get(name), run)
                before, run.budget.types = run.budget.types, declared
                result = body(scope | given, run)
                run.budget.types = before
                return result

            return Function(names, called, types, returns)

        return rule


def _nothing(_scope: Scope, _run: Run) -> None:
    return None


def _external(_scope: Scope, run: Run) -> None:
    run.problem(N_("Functions in Java or PMML are never run. Write the function in FEEL."))


def _literal(compiler: Compiler, boxed: Literal) -> Compute:
    return compiler.formulas.expression(boxed.text, boxed)


def _context(compiler: Compiler, boxed: BoxedContext) -> Compute:
    entries = [
        (one.name, compiler.typed(compiler.compute(one.body), one.type_ref))
        for one in boxed.entries
    ]

    def rule(scope: Scope, run: Run) -> Any:
        made: dict[str, Any] = {}
        inner = dict(scope)
        for name, entry in entries:
            value = entry(inner, run)
            if name is None:
                return value
            made[name] = inner[name] = value
        return run.budget.made(made)

    return rule


def _list(compiler: Compiler, boxed: BoxedList) -> Compute:
    items = [compiler.compute(one) for one in boxed.items]
    return lambda scope, run: run.budget.made([item(scope, run) for item in items])


def _relation(compiler: Compiler, boxed: Relation) -> Compute:
    names = [one.name or "" for one in boxed.columns]
    rows = [
        [
            compiler.typed(compiler.compute(cell), column.type_ref)
            for cell, column in zip(row, boxed.columns, strict=False)
        ]
        for row in boxed.rows
    ]

    def rule(scope: Scope, run: Run) -> Any:
        made = [dict(zip(names, [cell(scope, run) for cell in row], strict=False)) for row in rows]
        return run.budget.made(made)

    return rule


def _function(compiler: Compiler, boxed: FunctionDefinition) -> Compute:
    return compiler.function(boxed)


def _invocation(compiler: Compiler, boxed: Invocation) -> Compute:
    called = compiler.compute(boxed.called)
    bindings = [(one.name or "", _binding(compiler, one)) for one in boxed.bindings]

    def rule(scope: Scope, run: Run) -> Any:
        arguments = {name: argument(scope, run) for name, argument in bindings}
        return call(called(scope, run), arguments, run)

    return rule


def _binding(compiler: Compiler, binding: Named) -> Compute:
    return compiler.typed(compiler.compute(binding.body), binding.type_ref)


def _conditional(compiler: Compiler, boxed: Conditional) -> Compute:
    condition = compiler.compute(boxed.condition)
    then, otherwise = compiler.compute(boxed.then), compiler.compute(boxed.otherwise)

    def rule(scope: Scope, run: Run) -> Any:
        held = condition(scope, run)
        if held is not None and not isinstance(held, bool):
            return run.problem(N_("The condition is neither true nor false."), boxed)
        return (then if held else otherwise)(scope, run)

    return rule


def _filter(compiler: Compiler, boxed: BoxedFilter) -> Compute:
    source, match = compiler.compute(boxed.source), compiler.compute(boxed.match)

    def rule(scope: Scope, run: Run) -> Any:
        found = source(scope, run)
        if found is None:
            return None
        entries = found if isinstance(found, list) else [found]
        kept = []
        for entry in map(admit, entries):
            run.budget.charge(2)
            inner = {**scope, "item": entry} | (entry if isinstance(entry, dict) else {})
            passed = match(inner, run)
            if is_number(passed):
                return item_at(entries, passed)
            if passed is True:
                kept.append(entry)
            elif passed is not False and passed is not None:
                return run.problem(N_("The filter's condition is neither true nor false."), boxed)
        return run.budget.made(kept)

    return rule


def _iteration(compiler: Compiler, boxed: Iteration) -> Compute:
    source, body = compiler.compute(boxed.source), compiler.compute(boxed.body)
    conclude = _CONCLUSIONS[boxed.kind]

    def rule(scope: Scope, run: Run) -> Any:
        entries = entries_of(source(scope, run), run)
        if entries is None:
            return run.problem(N_("There is nothing to go through: it is no list."), boxed)
        results: list[Any] = []
        inner = {**scope, "partial": results}
        for entry in entries:
            run.budget.charge(2)
            inner[boxed.variable] = admit(entry)
            if boxed.kind == "for":
                inner["partial"] = list(results)
                run.budget.charge(len(results))
            results.append(body(inner, run))
        return run.budget.made(conclude(results))

    return rule


def _some(results: list[Any]) -> bool | None:
    if any(one is not None and not isinstance(one, bool) for one in results):
        return None
    if any(one is True for one in results):
        return True
    return None if None in results else False


def _every(results: list[Any]) -> bool | None:
    if any(one is False for one in results):
        return False
    return None if any(not isinstance(one, bool) for one in results) else True


_CONCLUSIONS: dict[str, Callable[[list[Any]], Any]] = {
    "for": lambda results: results,
    "some": _some,
    "every": _every,
}


def _table(compiler: Compiler, boxed: DecisionTable) -> Compute:
    return table_of(boxed, compiler.formulas, compiler.types)


_RULES: dict[type[Boxed], Callable[[Compiler, Any], Compute]] = {
    Literal: _literal,
    BoxedContext: _context,
    BoxedList: _list,
    Relation: _relation,
    FunctionDefinition: _function,
    Invocation: _invocation,
    Conditional: _conditional,
    BoxedFilter: _filter,
    Iteration: _iteration,
    DecisionTable: _table,
}
