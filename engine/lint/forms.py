"""Rules about the forms of an upload; what a single form must be like, ``engine.forms`` knows."""

from collections.abc import Iterable
from dataclasses import dataclass

from engine.bpmn.elements import Definitions, FlowNode
from engine.errors import EngineError
from engine.forms import Form, embedded_forms, lint_form, read_form
from engine.forms.document import UnreadableDocumentError, line_of, load
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


@dataclass(frozen=True, slots=True)
class AskedForm:
    """A readable form with what it was read from, and the element that holds it inside a model."""

    form: Form
    content: bytes
    file: str
    node: FlowNode | None = None

    def place(self, component_id: str, label: str) -> Place:
        """Return where a component stands: its line in the file, or that of its element."""
        if self.node is not None:
            return Place(self.file, self.node.line, self.node.id, label)
        return Place(self.file, line_of(self.content, component_id), component_id, label)


def readable_forms(files: Files, models: Iterable[Definitions]) -> dict[str, AskedForm]:
    """Return by id the forms of an upload that can be read."""
    found: dict[str, AskedForm] = {}
    names = [name for name in sorted(files) if name.lower().endswith(ENDING)]
    sources: list[tuple[bytes, str, FlowNode | None]] = [
        (files[name], name, None) for name in names
    ]
    sources += [(one.content, one.file, one.node) for one in embedded_forms(models)]
    for content, file, node in sources:
        try:
            form = read_form(content, file)
        except EngineError:
            continue  # told with the form
        found.setdefault(form.id, AskedForm(form, content, file, node))
    return found


def _id(content: bytes) -> str:
    try:
        written = load(content).get("id")
    except UnreadableDocumentError:
        return ""
    return written if isinstance(written, str) else ""
