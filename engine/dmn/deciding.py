"""Making a decision: what it requires first, then its own expression (DMN 1.5, 10.4)."""

from collections.abc import Mapping
from typing import Any

from engine.dmn.elements import Decision, DecisionService, InputData, KnowledgeModel, Node
from engine.dmn.explanation import Decided
from engine.dmn.formulas import call, plain, shown
from engine.dmn.linking import DecisionModel, parameters_of
from engine.dmn.run import Run, Scope
from engine.feel.limits import Budget, Limits, exceeded
from engine.feel.values import Function
from engine.texts import N_


def decide(
    model: DecisionModel,
    decision: str,
    inputs: Mapping[str, Any],
    *,
    limits: Limits | None = None,
    now: Any = None,
    only_required: bool = False,
) -> Decided:
    """Return the outputs of a decision, by id or name, with everything that was decided for it.

    ``decision`` may also name a decision service or a knowledge model; ``inputs`` are then its
    parameters. Inputs of imported models stand under the import's prefix or at the top. As in
    Camunda, an expression sees every input, drawn as a requirement or not; ``only_required`` keeps
    to the standard. What cannot be computed is null, with the reason in the explanation. ``now`` is
    the instant that ``now()`` and ``today()`` give. Raises UnknownDecisionError, and FeelLimitError
    when the whole evaluation needs more than ``limits`` (or those of the program) allow.
    """
    run = Run(Budget(limits, now=now, types=model.types.declared))
    run.seen_by_all = {} if only_required else dict(inputs)
    value = evaluate(model, decision, inputs, run)
    return Decided(plain(value, run), tuple(run.made))


def evaluate(model: DecisionModel, decision: str, inputs: Mapping[str, Any], run: Run) -> Any:
    """Return the FEEL value of a decision, service or knowledge model; ``run`` notes the rest."""
    node = model.get_node(decision)
    try:
        value = _node_value(model, node, inputs, run)
        if isinstance(node, DecisionService | KnowledgeModel):
            value = _invoked(value, inputs, run)
    except RecursionError as error:
        raise exceeded("recursion", limits=run.budget.limits) from error
    return value


def _invoked(value: Any, inputs: Mapping[str, Any], run: Run) -> Any:
    if not isinstance(value, Function):
        return None
    return call(value, {name: inputs.get(name) for name in value.parameters}, run)


def _node_value(model: DecisionModel, node: Node, inputs: Mapping[str, Any], run: Run) -> Any:
    key = (id(model), node.element_id or node.name)
    if key in run.values:
        return run.values[key]
    run.values[key] = _to_come(node, key, run)  # for what requires itself, round corners or not
    run.budget.charge()
    if isinstance(node, InputData):
        value = _input_value(model, node, inputs, run)
    elif isinstance(node, DecisionService):
        value = _service(model, node, run)
    elif isinstance(node, KnowledgeModel):
        scope = run.seen_by_all | _required(model, node, inputs, run)
        value = scope[node.name] = model.computation(node)(scope, run)  # it may call itself
    else:
        value = _decision_value(model, node, inputs, run)
    run.values[key] = value
    return value


def _to_come(node: Node, key: tuple[int, str], run: Run) -> Function | None:
    """Return what stands for a node while it is made: a knowledge model can be called later."""
    if not isinstance(node, KnowledgeModel) or node.function is None:
        return None
    values = run.values

    def called(arguments: dict[str, Any], budget: Budget) -> Any:
        made = values[key]
        return made.body(arguments, budget) if isinstance(made, Function) else None

    return Function(tuple(one.name or "" for one in node.function.parameters), called)


def _input_value(model: DecisionModel, node: InputData, inputs: Mapping[str, Any], run: Run) -> Any:
    conform = model.types.conformer(node.type_ref)
    value = inputs.get(node.name)
    return value if conform is None else conform(value, run)


def _decision_value(model: DecisionModel, node: Node, inputs: Mapping[str, Any], run: Run) -> Any:
    required = _required(model, node, inputs, run)
    scope = run.seen_by_all | required
    before, run.budget.types = run.budget.types, model.types.declared
    with run.deciding() as made:
        value = model.computation(node)(scope, run)
        if value is None and isinstance(node, Decision) and node.body is None:
            run.problem(N_("The decision “%(name)s” has no expression."), node, name=node.name)
        seen = {name: one for name, one in required.items() if not isinstance(one, Function)}
        made(
            decision_id=node.element_id,
            name=node.name,
            inputs=shown(seen, run),
            output=shown(value, run),
        )
    run.budget.types = before
    return value


def _required(model: DecisionModel, node: Node, inputs: Mapping[str, Any], run: Run) -> Scope:
    """Return the values of what a node requires, by name; imported ones under their prefix."""
    scope: Scope = {}
    for reference in getattr(node, "requires", ()):
        found = model.find_required(reference)
        if found is None:
            run.problem(N_("The requirement “%(reference)s” leads nowhere."), reference=reference)
            continue
        prefix, other, required = found
        value = _node_value(other, required, _inputs_for(prefix, inputs), run)
        if prefix:
            scope.setdefault(prefix, {})[required.name] = value
        else:
            scope[required.name] = value
    return scope


def _inputs_for(prefix: str, inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    inner = inputs.get(prefix) if prefix else None
    return inner if isinstance(inner, Mapping) else inputs


def _service(model: DecisionModel, service: DecisionService, run: Run) -> Function:
    """Return the service as a function of its input data and input decisions."""
    found = [model.find_required(one) for one in parameters_of(model, service)]
    parameters = [(other, node) for _, other, node in filter(None, found)]
    conformers = [other.types.conformer(node.type_ref) for other, node in parameters]
    conclude = model.types.conformer(model.types.result_of(service.type_ref))

    def called(arguments: dict[str, Any], _budget: Budget) -> Any:
        before, run.values = run.values, {}
        for (other, node), conform in zip(parameters, conformers, strict=True):
            value = arguments.get(node.name)
            value = value if conform is None else conform(value, run)
            run.values[id(other), node.element_id or node.name] = value
        try:
            value = _outputs(model, service, arguments, run)
        finally:
            run.values = before
        return value if conclude is None else conclude(value, run)

    names = tuple(node.name for _, node in parameters)
    types = tuple(other.types.type_of(node.type_ref) for other, node in parameters)
    return Function(names, called, types)


def _outputs(
    model: DecisionModel, service: DecisionService, inputs: Mapping[str, Any], run: Run
) -> Any:
    results = {}
    for reference in service.output_decisions:
        found = model.find_required(reference)
        if found is not None:
            prefix, other, node = found
            results[node.name] = _node_value(other, node, _inputs_for(prefix, inputs), run)
    return next(iter(results.values())) if len(results) == 1 else results
