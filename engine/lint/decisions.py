"""Rules about decision models, their examples, and the tasks that ask them."""

from collections.abc import Iterator

from engine import dmn
from engine.bpmn.elements import DecisionCall, FlowNode
from engine.dmn.examples import EXAMPLES_ENDING, Tried, model_of, read_examples, try_examples
from engine.lint.calls import VERSIONED, unclear_binding
from engine.lint.report import Place, at, error, hint, warning
from engine.lint.timers import is_expression
from engine.lint.upload import Upload
from engine.model import Binding, Files, Finding
from engine.texts import N_

MAPPINGS = ("singleEntry", "singleResult", "collectEntries", "resultList")
_REPORTS = {
    dmn.Gravity.ERROR: error,
    dmn.Gravity.WARNING: warning,
    dmn.Gravity.HINT: hint,
}


def read_decisions(files: Files) -> tuple[dict[str, dmn.DecisionModel], list[Finding]]:
    """Return the decision models of an upload by file, and what is to be said of them."""
    try:
        models = dmn.read_models(files)
    except dmn.DecisionError as reason:
        return {}, [_unreadable(reason)]
    return models, list(_remarks(files, models))


def _remarks(files: Files, models: dict[str, dmn.DecisionModel]) -> Iterator[Finding]:
    for name, model in models.items():
        for remark in dmn.check(model):
            place = Place(name, remark.line or None, remark.element_id or None)
            report = _REPORTS[remark.gravity]
            yield report(place, remark.rule, remark.problem, remark.remedy, **remark.params)
    for name in sorted(files):
        if name.lower().endswith(EXAMPLES_ENDING):
            yield from _examples(name, files[name], models)


def check_decision(file: str, node: FlowNode, upload: Upload) -> Iterator[Finding]:
    """Yield what is wrong with the decision that a task asks."""
    if node.decision is not None:
        yield from _call(file, node, node.decision, upload)
    elif node.kind == "businessRuleTask" and not node.topic:
        yield error(
            at(file, node),
            "decision-not-named",
            N_("The business rule task “%(name)s” does not say which decision it asks."),
            N_("Enter the id of a decision of a .dmn file that you upload with the model."),
        )


def _call(file: str, node: FlowNode, call: DecisionCall, upload: Upload) -> Iterator[Finding]:
    place = at(file, node, call.line)
    wrong = list(unclear_binding(place, call.binding, call.version))
    yield from wrong or _target(place, call, upload)
    if call.mapping is not None and call.mapping not in MAPPINGS:
        yield error(
            place,
            "decision-mapping",
            N_("“%(name)s” maps the decision's result by “%(mapping)s”, which is unknown."),
            N_("Choose one of: %(known)s."),
            mapping=call.mapping,
            known=", ".join(MAPPINGS),
        )


def _target(place: Place, call: DecisionCall, upload: Upload) -> Iterator[Finding]:
    binding = Binding(call.binding or Binding.LATEST)
    here = call.reference in upload.decisions
    if is_expression(call.reference) or (here and binding not in VERSIONED):
        return
    if binding is Binding.DEPLOYMENT:
        yield error(
            place,
            "decision-missing",
            N_("“%(name)s” asks the decision “%(decision)s”, which is not in the files."),
            N_("Upload the .dmn file that holds this decision together with the model."),
            decision=call.reference,
        )
    elif upload.published is None or binding is Binding.LATEST:
        if upload.published is None or not upload.published.has_decision(
            call.reference, binding, None
        ):
            yield warning(
                place,
                "decision-elsewhere",
                N_(
                    "“%(name)s” asks the decision “%(decision)s”, which is not among the uploaded "
                    "files and not known to be published."
                ),
                N_("Publish that decision before the first dossier comes to this task."),
                decision=call.reference,
            )
    elif not is_expression(call.version or "") and not upload.published.has_decision(
        call.reference, binding, call.version
    ):
        yield error(
            place,
            "decision-version-missing",
            N_("“%(name)s” asks version “%(version)s” of “%(decision)s”, which is not published."),
            N_("Publish that version first, or choose the binding “latest”."),
            decision=call.reference,
            version=call.version,
        )


def _unreadable(reason: dmn.DecisionError) -> Finding:
    return error(
        Place(reason.file, reason.line or 1, reason.element_id or None),
        "decision-unreadable",
        reason.message,
        N_("Save the model again as DMN in a modelling tool and upload that file."),
        **reason.params,
    )


def _examples(name: str, content: bytes, models: dict[str, dmn.DecisionModel]) -> Iterator[Finding]:
    model = models.get(model_of(name))
    if model is None:
        yield error(
            Place(name, 1),
            "decision-examples-alone",
            N_("The examples “%(file)s” lie beside no decision model “%(model)s”."),
            N_("Name the file like its model, ending in .tests.json."),
            file=name,
            model=model_of(name),
        )
        return
    try:
        examples = read_examples(content, name)
    except dmn.DecisionError as reason:
        yield error(
            Place(name, 1),
            "decision-examples-unreadable",
            reason.message,
            N_("Write the file as docs/reference/decisions.md shows it."),
            **reason.params,
        )
        return
    for tried in try_examples(model, examples):
        if not tried.passed:
            yield _failed(name, tried)


def _failed(name: str, tried: Tried) -> Finding:
    return error(
        Place(name, 1, tried.example.decision, tried.example.name),
        "decision-example-failed",
        N_("Example “%(name)s”: “%(decision)s” gives %(got)s instead of %(expected)s. %(reason)s"),
        N_("Correct the decision, or the example if it is the one that is wrong."),
        decision=tried.example.decision,
        got=tried.got_text,
        expected=tried.expected_text,
        reason=tried.problem,
    )
