"""What a dossier holds: its papers as received, its answers desk by desk."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import gettext
from sqlalchemy.orm import Session

from engine.forms import inputs
from webapp.forms import answers
from webapp.forms.intake import PAPER_FORMS, PAPER_STATES
from webapp.forms.remark import REMARK_FORM
from webapp.operations import definitions
from webapp.pages import wording
from webapp.queries.dossiers import AttachmentView, DossierView
from webapp.queries.results import ResultVersion, TaskFile, task_files, versions
from webapp.queries.tracking import Supplied, supplied
from webapp.queries.user_tasks import CompletedTask


def papers_of(found: DossierView, files: dict[str, list[AttachmentView]]) -> list[dict[str, Any]]:
    """Return the papers of the facts sheet as received, each with its files."""
    listed = {one.get("id"): one for one in found.procedure.facts.get("papers", [])}
    return [
        {
            "name": wording.in_language(listed.get(one.get("id"), {}).get("name"))
            or one.get("name", one.get("id")),
            "form": gettext(PAPER_FORMS.get(one.get("form", ""), "–")),
            "copies": one.get("copies"),
            "state": gettext(PAPER_STATES.get(one.get("state", ""), "–")),
            "is_complete": one.get("state") == "complete",
            "files": files.get(f"paper-{one.get('id')}", []),
        }
        for one in found.papers
    ]


def answered_in(
    session: Session, found: DossierView, tasks: tuple[CompletedTask, ...]
) -> list[dict[str, Any]]:
    """Return the answers of the start form and of every completed task, in order."""
    language = wording.language()
    known = dict(found.answers)
    start = definitions.form(session, found.definition_id, found.start_form_ref)
    listed: list[dict[str, Any]] = []
    if start and found.answers:
        rows = answers.answers_of(start, found.answers, known={}, language=language)
        title = gettext("Application")
        listed.append(
            {"name": title, "by": found.received_by, "at": found.received_at, "rows": rows}
        )
    for one in tasks:
        known.update(one.answers)
        form = definitions.form(session, one.definition_id, one.form_ref) or REMARK_FORM
        rows = answers.answers_of(form, one.answers, known=known, language=language)
        name = found.procedure.element(one.element_id, one.name, language)
        listed.append({"name": name, "by": one.completed_by, "at": one.completed_at, "rows": rows})
    return listed


def sent(session: Session, instance_id: UUID) -> tuple[Supplied, ...]:
    """Return what the applicant sent over the tracking page, newest first."""
    return supplied(session, instance_id)


@dataclass(frozen=True, slots=True)
class ShownResult:
    """A version of the result with its files."""

    version: ResultVersion
    files: tuple[TaskFile, ...]


def result_versions(session: Session, found: DossierView) -> tuple[ShownResult, ...]:
    """Return the versions of the result, newest first, each with the files that are it.

    These are the files in fields whose property ``result`` says so.
    """
    listed = versions(session, found.id)
    files = [one for one in task_files(session, found.instance_id) if _is_result(session, one)]
    return tuple(
        ShownResult(
            one,
            tuple(
                each
                for each in files
                if (one.since is None or each.uploaded_at > one.since)
                and (one.until is None or each.uploaded_at <= one.until)
            ),
        )
        for one in listed
    )


def _is_result(session: Session, file: TaskFile) -> bool:
    form = definitions.form(session, file.definition_id, file.form_ref)
    fields = inputs(form) if form else ()
    return any(one.key == file.field and one.properties.get("result") for one in fields)
