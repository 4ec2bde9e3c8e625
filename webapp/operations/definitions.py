"""Published definitions ready to run, kept in memory: a published version never changes."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import date
from threading import Lock
from uuid import UUID

from sqlalchemy.orm import Session

import engine
from engine.forms import Form, embedded_forms, read_form, variables_read
from engine.model import Variables
from engine.texts import N_
from webapp.errors import NotFoundError
from webapp.models import ProcessDefinition, ProcessInstance, UserTask, UserTaskStatus
from webapp.operations import places
from webapp.operations.deployments import files_of

CACHE_SIZE = 64  # definitions
_lock = Lock()
_cache: "OrderedDict[UUID, _Ready]" = OrderedDict()


@dataclass(frozen=True, slots=True)
class _Ready:
    process: engine.CompiledProcess
    forms: dict[str, Form]
    read: dict[str, frozenset[str] | None]  # by form: the variables that its check reads


def compiled(session: Session, definition_id: UUID) -> engine.CompiledProcess:
    """Return a published process, compiled. Raises NotFoundError."""
    return _ready(session, definition_id).process


def form(session: Session, definition_id: UUID, form_ref: str | None) -> Form | None:
    """Return a form of a published process by its id, or None where there is none."""
    return _ready(session, definition_id).forms.get(form_ref) if form_ref else None


def known_for(session: Session, form: Form, day: date) -> Variables:
    """Return the lists of the product that expressions of a form read, as of a day."""
    return places.known_for(session, form, day)


def variables_at(session: Session, user_task_id: UUID) -> Variables:
    """Return the variables that an open user task sees; none where it is not open any more."""
    task = session.get(UserTask, user_task_id)
    if task is None or task.status != UserTaskStatus.OPEN:
        return {}
    instance = session.get(ProcessInstance, task.instance_id)
    if instance is None:
        return {}
    return variables_of(session, instance, task.token_id)


def variables_of(session: Session, instance: ProcessInstance, token_id: str) -> Variables:
    """Return the variables that a token of an instance sees."""
    process = compiled(session, instance.definition_id)
    return engine.variables_of(process, instance.snapshot, token_id)


def variables_for(session: Session, instance: ProcessInstance, task: UserTask) -> Variables:
    """Return those variables of a task's token that checking answers of its form may read."""
    read = _ready(session, task.definition_id).read
    names = read.get(task.form_ref) if task.form_ref else None
    process = compiled(session, instance.definition_id)
    return engine.variables_of(process, instance.snapshot, task.token_id, names=names)


def _ready(session: Session, definition_id: UUID) -> _Ready:
    with _lock:
        found = _cache.get(definition_id)
        if found is not None:
            _cache.move_to_end(definition_id)
            return found
    made = _prepare(session, definition_id)
    with _lock:
        _cache[definition_id] = made
        while len(_cache) > CACHE_SIZE:
            _cache.popitem(last=False)
    return made


def _prepare(session: Session, definition_id: UUID) -> _Ready:
    definition = session.get(ProcessDefinition, definition_id)
    if definition is None:
        raise NotFoundError(N_("There is no such procedure."))
    files = files_of(session, definition.deployment_id)
    forms = [read_form(content, name) for name, content in files.items() if name.endswith(".form")]
    inside = embedded_forms(engine.read_definitions(files))
    forms += [read_form(one.content, one.file) for one in inside]
    process = engine.compile_process(files, definition.key)
    read = {form.id: variables_read(form) for form in forms}
    return _Ready(process, {form.id: form for form in forms}, read)
