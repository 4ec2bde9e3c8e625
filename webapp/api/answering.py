"""Answers that programs send, checked by the form of their task as a page would."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from engine.forms import Form, inputs
from engine.model import Variables
from engine.texts import N_
from webapp.api.language import language
from webapp.calendars import TIMEZONE
from webapp.errors import RejectedError
from webapp.forms.messages import Message
from webapp.forms.schema import check_answers
from webapp.models import ProcessDefinition, ProcessInstance, UserTask
from webapp.operations import definitions
from webapp.queries.dossiers import attachments

_NO_FILE = N_("The dossier has no such file.")


class AnswersRejectedError(RejectedError):
    """Answers do not fit their form; ``complaints`` says what is wrong by field."""

    code = "answers_rejected"

    def __init__(
        self,
        complaints: Mapping[str, Message],
        message: str = N_("The answers do not fit the form of the task."),
    ) -> None:
        super().__init__(message)
        self.complaints = complaints


def checked_start(
    session: Session, procedure: ProcessDefinition | None, given: Mapping[str, Any], at: datetime
) -> dict[str, Any]:
    """Return the answers a dossier begins with: the start form's as checked, others as given.

    Files are handed in at the counter or later, so that none is asked for here. Raises
    AnswersRejectedError. Of a procedure without a start form nothing is checked.
    """
    if procedure is None:
        return dict(given)  # refused by who starts it
    form = definitions.form(session, procedure.id, procedure.start_form_ref)
    if form is None:
        return dict(given)
    present = _present(at)
    known = {**present, **definitions.known_for(session, form, present["today"])}
    read = check_answers(form, given, known=known, language=language())
    files = _file_fields(form)
    wrong = {key: one for key, one in read.errors.items() if key not in files or given.get(key)}
    strange = {key: Message(_NO_FILE) for key in files if given.get(key)}
    if wrong or strange:
        message = N_("The answers do not fit the form with which the procedure begins.")
        raise AnswersRejectedError({**wrong, **strange}, message)
    return _merged(form, given, read.values)


def checked(
    session: Session,
    at: datetime,
    task: UserTask,
    instance: ProcessInstance,
    given: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the variables of a completion: the form's answers as checked, all others as given.

    Raises AnswersRejectedError. Of a task without a form nothing is checked.
    """
    form = definitions.form(session, task.definition_id, task.form_ref)
    if form is None:
        return dict(given)
    present = _present(at)
    known = {
        **definitions.variables_for(session, instance, task),
        **present,
        **definitions.known_for(session, form, present["today"]),
    }
    read = check_answers(form, given, known=known, language=language())
    wrong = {**read.errors, **_strange_files(session, task, form, read.values)}
    if wrong:
        raise AnswersRejectedError(wrong)
    return _merged(form, given, read.values)


def _merged(form: Form, given: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    asked = {one.key for one in inputs(form)}
    return {name: one for name, one in given.items() if name not in asked} | dict(values)


def _present(at: datetime) -> Variables:
    local = at.astimezone(ZoneInfo(TIMEZONE))
    return {"now": local, "today": local.date()}


def _strange_files(
    session: Session, task: UserTask, form: Form, values: Mapping[str, Any]
) -> dict[str, Message]:
    """Fields that name files which the dossier does not have."""
    pickers = [key for key in _file_fields(form) if values.get(key)]
    if not pickers:
        return {}
    own = {str(one.id) for one in attachments(session, task.instance_id)}
    return {
        key: Message(_NO_FILE)
        for key in pickers
        if any(str(one.get("id")) not in own for one in values[key])
    }


def _file_fields(form: Form) -> list[str]:
    return [one.key for one in inputs(form) if one.type == "filepicker"]
