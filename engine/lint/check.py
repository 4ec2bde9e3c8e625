"""The check of a whole upload: read every file, ask every family of rules, sort what they say."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from engine.bpmn.elements import Definitions
from engine.bpmn.reader import read
from engine.errors import InvalidModelError
from engine.lint.columns import with_columns
from engine.lint.decisions import read_decisions
from engine.lint.families import check
from engine.lint.forms import read_forms, readable_forms
from engine.lint.report import Place, error
from engine.lint.standard import check as check_standard
from engine.lint.together import check_together
from engine.lint.upload import Upload
from engine.model import Files, Finding, Published, Severity
from engine.texts import N_

DECISIONS_ENDING = ".dmn"
MODEL_ENDINGS = (".bpmn", ".bpmn2", ".xml")
_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.HINT: 2}


def lint(
    files: Files, *, strict: bool = False, published: Published | None = None
) -> tuple[Finding, ...]:
    """Return every remark about an upload: errors first, then by file, line and column.

    ``strict`` also asks the formal rules of the standard, for processes that are not executable
    too, and makes every warning an error. ``published`` says what other deployments offer. Never
    raises for bad content: a file that cannot be read is itself a finding.
    """
    findings: list[Finding] = []
    models: list[Definitions] = []
    for name in sorted(files):
        if name.lower().endswith(MODEL_ENDINGS):
            try:
                models.append(read(files[name], name))
            except InvalidModelError as reason:
                findings.append(_unreadable(reason, name))
    findings += _without_model(files)
    decisions, decision_findings = read_decisions(files)
    findings += decision_findings
    form_ids, form_findings = read_forms(files, models)
    findings += form_findings
    forms = readable_forms(files, models)
    upload = Upload(tuple(models), form_ids, decisions, forms, published)
    for model in models:
        findings += check(model, upload)
    if models:
        findings += check_together(upload)
    if strict:
        findings += check_standard(files, [model.file for model in models])
        findings = [_strictly(one) for one in findings]
    return _sorted(with_columns(findings, files))


def _strictly(finding: Finding) -> Finding:
    is_warning = finding.severity is Severity.WARNING
    return replace(finding, severity=Severity.ERROR) if is_warning else finding


def _sorted(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings in their order, each only once."""
    seen: dict[tuple[object, ...], Finding] = {}
    for one in findings:
        key = (one.rule, one.file, one.element_id, one.line, one.text())
        seen.setdefault(key, one)
    return tuple(sorted(seen.values(), key=_place))


def _place(one: Finding) -> tuple[int, str, int, int]:
    return _ORDER[one.severity], one.file, one.line or 0, one.column or 0


def _unreadable(reason: InvalidModelError, name: str) -> Finding:
    return error(
        Place(name, reason.line or 1),
        "unreadable-file",
        reason.message,
        N_("Save the model again as BPMN 2.0 XML in a modelling tool and upload that file."),
        **reason.params,
    )


def _without_model(files: Files) -> Iterator[Finding]:
    if not any(name.lower().endswith((*MODEL_ENDINGS, DECISIONS_ENDING)) for name in files):
        yield error(
            Place(min(files, default="")),
            "no-model",
            N_("There is no BPMN or DMN model among the files."),
            N_("Choose at least one file that ends in .bpmn or .dmn."),
        )
