"""Rules about the forms of an upload; what a single form must be like, ``engine.forms`` knows."""

from collections.abc import Iterable

from engine.bpmn.elements import Definitions
from engine.errors import EngineError
from engine.forms import condition_names, embedded_forms, inputs, lint_form, read_form
from engine.forms.document import UnreadableDocumentError, load
from engine.lint.report import Place, error
from engine.model import Files, Finding
from engine.texts import N_

ENDING = ".form"


def read_forms(files: Files, models: Iterable[Definitions]) -> tuple[frozenset[str], list[Finding]]:
    """Return the ids of the forms in an upload, faulty ones too, and what is wrong with them.

    Forms inside the models are among them.
    """
    found: dict[str, str] = {}
    findings: list[Finding] = []
    for name in sorted(files):
        if not name.lower().endswith(ENDING):
            continue
        findings += lint_form(files[name], name)
        form_id = _id(files[name])
        if form_id in found:
            findings.append(
                error(
                    Place(name, 1, form_id),
                    "form-id-twice",
                    N_("The form id “%(id)s” is already used in %(other)s."),
                    N_("Give one of the two forms another id."),
                    id=form_id,
                    other=found[form_id],
                )
            )
        elif form_id:
            found[form_id] = name
    inside = embedded_forms(models)
    findings += [finding for one in inside for finding in one.findings()]
    return frozenset(found).union(one.id for one in inside), findings


def fields_of_forms(
    files: Files, models: Iterable[Definitions]
) -> tuple[dict[str, frozenset[str]], dict[str, frozenset[str]]]:
    """Return by form id the keys that each readable form fills, and what its conditions read."""
    fields: dict[str, frozenset[str]] = {}
    reads: dict[str, frozenset[str]] = {}
    contents = [files[name] for name in sorted(files) if name.lower().endswith(ENDING)]
    contents += [one.content for one in embedded_forms(models)]
    for content in contents:
        try:
            form = read_form(content, "")
        except EngineError:
            continue  # told with the form
        fields.setdefault(form.id, frozenset(one.key for one in inputs(form)))
        reads.setdefault(form.id, condition_names(form))
    return fields, reads


def _id(content: bytes) -> str:
    try:
        written = load(content).get("id")
    except UnreadableDocumentError:
        return ""
    return written if isinstance(written, str) else ""
