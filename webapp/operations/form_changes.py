"""Changing one form of a published version, and nothing else."""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

import engine
from engine.forms import lint_form
from engine.texts import N_
from webapp.actors import Actor
from webapp.errors import ConflictError, RejectedError
from webapp.operations import basing, deployments

ENDING = ".form"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]{0,79}")


@dataclass(frozen=True, slots=True)
class FormText:
    """One form as a person edits it; ``form_id`` is the id under which the model asks for it."""

    form_id: str
    file: str
    text: str
    is_new: bool = False


def text_of(files: engine.Files, form_id: str) -> FormText | None:
    """Return the form of that id as it stands in a file, or None where no file has it."""
    for name in sorted(files):
        if name.lower().endswith(ENDING) and _id_of(files[name]) == form_id:
            return FormText(form_id, name, files[name].decode("utf-8-sig"))
    return None


def ids_of(files: engine.Files) -> tuple[str, ...]:
    """Return the ids of the forms that stand in files, in order."""
    names = (name for name in files if name.lower().endswith(ENDING))
    return tuple(sorted(filter(None, (_id_of(files[name]) for name in names))))


def new_form(files: engine.Files, form_id: str, copied: FormText | None = None) -> FormText:
    """Return an empty form of that id, or a copy of another one under that id.

    Raises RejectedError where the id cannot be used, or is used already.
    """
    if not _NAME.fullmatch(form_id):
        raise RejectedError(
            N_("Give the form a name of letters without accents, digits, “-”, “_” or “.”.")
        )
    taken = any(name.lower() == f"{form_id}{ENDING}".lower() for name in files)
    if taken or text_of(files, form_id):
        raise RejectedError(N_("There is already a form “%(name)s”."), name=form_id)
    empty: dict[str, Any] = {"type": "default", "schemaVersion": 19, "components": []}
    content = json.loads(copied.text) if copied else empty
    written = json.dumps({**content, "id": form_id}, ensure_ascii=False, indent=2)
    return FormText(form_id, f"{form_id}{ENDING}", written, is_new=True)


def with_form(files: engine.Files, form: FormText) -> dict[str, bytes]:
    """Return the files of a version with this one form in place of the one it had."""
    return {**files, form.file: form.text.encode()}


def remarks(session: Session, before: engine.Files, form: FormText) -> tuple[engine.Finding, ...]:
    """Return what is to say about a changed form: in itself, and what it breaks elsewhere.

    What was there before the change is left out, except where it stands in this form.
    """
    own = [one for one in _own(form) if one.severity is engine.Severity.ERROR]
    if own:
        return tuple(own)
    old = {
        _said(one) for one in deployments.check_against(session, before) if one.file != form.file
    }
    found = deployments.check_against(session, with_form(before, form))
    return tuple(one for one in found if _said(one) not in old)


def save(
    session: Session,
    base: UUID,
    form: FormText,
    *,
    actor: Actor,
    at: datetime,
) -> UUID:
    """Keep the changed form as a draft of a new version, everything else as it was; its id.

    ``base`` is the published deployment that was edited.
    Raises ConflictError where another version was published meanwhile, LintFailedError while
    there are errors, RejectedError where nothing changed or the id was changed.
    """
    if not basing.is_newest(session, base):
        raise ConflictError(
            N_("Another version was published meanwhile. Look at it, then edit its form.")
        )
    files = deployments.files_of(session, base)
    if not form.is_new and _id_of(form.text.encode()) not in ("", form.form_id):
        raise RejectedError(
            N_("The id of the form must stay “%(name)s”; the model asks for it by that name."),
            name=form.form_id,
        )
    changed = with_form(files, form)
    findings = deployments.check_against(session, changed)
    if any(one.severity is engine.Severity.ERROR for one in findings):
        raise deployments.LintFailedError(findings)
    if changed == files:
        raise RejectedError(N_("Nothing was changed in the form."))
    return deployments.save_draft(session, changed, form.file, actor=actor, at=at, based_on=base)


def _own(form: FormText) -> tuple[engine.Finding, ...]:
    return lint_form(form.text.encode(), form.file)


def _said(finding: engine.Finding) -> tuple[object, ...]:
    params = sorted((key, str(value)) for key, value in finding.params.items())
    return finding.rule, finding.file, finding.element_id, finding.problem, tuple(params)


def _id_of(content: bytes) -> str:
    try:
        raw = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return ""
    found = raw.get("id") if isinstance(raw, dict) else ""
    return found if isinstance(found, str) else ""
