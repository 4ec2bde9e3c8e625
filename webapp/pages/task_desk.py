"""What lies on the desk of somebody who opened a user task, read in one go."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from engine.forms import Form, inputs
from engine.model import Variables
from engine.texts import N_
from webapp.actors import Actor
from webapp.errors import NotFoundError
from webapp.forms import answers, reading, views
from webapp.forms.reading import Posted, Reading, Typed
from webapp.forms.remark import REMARK_FORM
from webapp.operations import definitions
from webapp.pages import contents, uploads, wording
from webapp.pages.product import database
from webapp.queries.dossiers import AttachmentView, DossierView, attachments, dossier_of_task
from webapp.queries.states import words_of
from webapp.queries.user_tasks import CompletedTask, TaskView, completed_tasks, find_task

MADE_ANEW = {"radio", "select", "checklist", "checkbox"}  # never filled from an earlier round


@dataclass(frozen=True, slots=True)
class Desk:
    """A task with its dossier, form and files; ``known`` is what conditions may mention."""

    task: TaskView
    dossier: DossierView
    form: Form
    files: tuple[AttachmentView, ...]
    earlier: tuple[CompletedTask, ...]
    known: Variables

    @property
    def name(self) -> str:
        task = self.task
        return task.procedure.element(task.element_id, task.name, wording.language())

    @property
    def own_files(self) -> dict[str, list[AttachmentView]]:
        return uploads.by_field(one for one in self.files if one.user_task_id == self.task.id)

    @property
    def draft(self) -> Typed:
        return dict(self.task.draft or {})

    def first_values(self) -> Typed:
        """Return the draft, or what the dossier already knows; decisions are made anew."""
        if self.task.draft is not None:
            return {**self.task.draft, **uploads.as_values(self.own_files)}
        anew = {one.key for one in inputs(self.form) if one.type in MADE_ANEW}
        known = {key: value for key, value in self.known.items() if key not in anew}
        return views.typed_from(self.form, known, wording.language())

    def typed(self, posted: Posted) -> Typed:
        """Return what was typed into the form, with the files kept for it."""
        return reading.read_posted(self.form, posted, uploads.as_values(self.own_files))

    def check(self, typed: Typed) -> Reading:
        """Return the checked values, or the complaints beside the fields."""
        return reading.check(self.form, typed, known=self.known, language=wording.language())

    def words_of(self, values: Mapping[str, Any]) -> tuple[answers.Answer, ...]:
        """Return values of the form as labels and words."""
        return answers.answers_of(self.form, values, known=self.known, language=wording.language())


def read_desk(user_task_id: UUID, actor: Actor) -> Desk:
    """Return the desk of one task. Raises NotFoundError for what the actor may not know of."""
    with database().reading() as session:
        found = find_task(session, user_task_id, actor)
        if found is None:
            raise NotFoundError(N_("There is no such task."))
        dossier = dossier_of_task(session, found.dossier_id)
        earlier = completed_tasks(session, found.instance_id)
        form = _form(session, found)
        return Desk(
            task=found,
            dossier=dossier,
            form=form,
            files=attachments(session, found.instance_id),
            earlier=earlier,
            known={
                **_known(dossier, earlier),
                **definitions.variables_at(session, user_task_id),
                **wording.present(),
                **definitions.known_for(session, form, wording.today()),
            },
        )


def desk_context(desk: Desk) -> dict[str, Any]:
    """Return what every page of a task shows: the task and its dossier beside it."""
    with database().reading() as session:
        earlier = contents.answered_in(session, desk.dossier, desk.earlier)
        sent = contents.sent(session, desk.task.instance_id)
    return {
        "task": desk.task,
        "dossier": desk.dossier,
        "task_name": desk.name,
        "procedure": desk.dossier.procedure.title(wording.language()),
        "state_words": words_of(desk.dossier.state),
        "papers": contents.papers_of(desk.dossier, uploads.by_field(desk.files)),
        "attachments": desk.files,
        "sent": sent,
        "earlier": earlier[::-1],  # newest first
    }


def _form(session: Session, found: TaskView) -> Form:
    return definitions.form(session, found.definition_id, found.form_ref) or REMARK_FORM


def _known(dossier: DossierView, earlier: tuple[CompletedTask, ...]) -> Variables:
    known: Variables = dict(dossier.answers)
    for one in earlier:
        known.update(one.answers)
    return known
