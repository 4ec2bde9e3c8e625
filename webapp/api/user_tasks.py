"""User tasks: look at one, claim it, give it back, complete it."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from engine.texts import N_
from webapp import clock
from webapp.api.guard import current_actor
from webapp.errors import NotFoundError
from webapp.operations import user_tasks
from webapp.product import database
from webapp.queries.user_tasks import TaskView, find_task

bp = Blueprint(
    "user_tasks", __name__, url_prefix="/v1/user-tasks", description="Work that waits for people."
)


class UserTaskSchema(Schema):
    """One user task. Instants are UTC."""

    id = fields.UUID(required=True)
    instance_id = fields.UUID(required=True)
    dossier_id = fields.UUID(required=True)
    process_key = fields.String(required=True, attribute="procedure.key")
    process_version = fields.Integer(required=True, attribute="procedure.version")
    element_id = fields.String(required=True)
    name = fields.String(required=True)
    form_ref = fields.String(required=True, allow_none=True)
    status = fields.String(
        required=True, validate=validate.OneOf(["open", "completed", "cancelled"])
    )
    assignee = fields.String(required=True, metadata={"description": "Full name; may be empty."})
    assignee_id = fields.UUID(required=True, allow_none=True)
    due_at = fields.AwareDateTime(required=True, allow_none=True)
    claimed_at = fields.AwareDateTime(required=True, allow_none=True)
    completed_at = fields.AwareDateTime(required=True, allow_none=True)
    may_claim = fields.Boolean(required=True)
    may_work = fields.Boolean(required=True)


class CompletionSchema(Schema):
    """What a user task is completed with."""

    variables = fields.Dict(
        keys=fields.String(),
        load_default=dict,
        metadata={"description": "Answers and other process variables by name, any JSON."},
    )


@bp.get("/<uuid:user_task_id>")
@bp.response(200, UserTaskSchema)
def user_task(user_task_id: UUID) -> TaskView:
    """Return one user task."""
    with database().reading() as session:
        found = find_task(session, user_task_id, current_actor())
    if found is None:
        raise NotFoundError(N_("There is no such task."))
    return found


@bp.post("/<uuid:user_task_id>/claim")
@bp.response(204)
def claim(user_task_id: UUID) -> None:
    """Take a task. Claiming one's own task again changes nothing."""
    with database().transaction() as session:
        user_tasks.claim(session, user_task_id, actor=current_actor(), at=clock.now())


@bp.post("/<uuid:user_task_id>/release")
@bp.response(204)
def release(user_task_id: UUID) -> None:
    """Give a claimed task back to its candidates."""
    with database().transaction() as session:
        user_tasks.release(session, user_task_id, actor=current_actor(), at=clock.now())


@bp.post("/<uuid:user_task_id>/complete")
@bp.arguments(CompletionSchema)
@bp.response(204)
def complete(asked: dict[str, Any], user_task_id: UUID) -> None:
    """Complete a claimed task and move its instance on."""
    with database().transaction() as session:
        user_tasks.complete(
            session, user_task_id, asked["variables"], actor=current_actor(), at=clock.now()
        )
