"""User tasks: look at one, claim it, give it back, complete it."""

from functools import partial
from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from engine.texts import N_
from webapp import clock
from webapp.api.answering import checked
from webapp.api.guard import current_actor
from webapp.api.keys import KEY_PARAMETER, carried_out, idempotency_key
from webapp.errors import NotFoundError
from webapp.operations import user_tasks
from webapp.operations.once import once
from webapp.product import database
from webapp.queries.inbox import InboxFilter, InboxRow, listed_tasks
from webapp.queries.scopes import Scope
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

    def load(self, data: Any, **options: Any) -> Any:
        """Return what a body says. An object of an object is right without a closer look."""
        if type(data) is dict and len(data) == 1 and type(data.get("variables")) is dict:
            return data
        return super().load(data, **options)


class WantedSchema(Schema):
    """Which open tasks to list."""

    scope = fields.String(
        load_default="mine", validate=validate.OneOf([one.value for one in Scope])
    )
    text = fields.String(load_default="", metadata={"description": "Code, applicant, subject."})
    procedure = fields.String(load_default="", metadata={"description": "A process key."})
    task = fields.String(load_default="", metadata={"description": "A task's name."})
    page = fields.Integer(load_default=1, validate=validate.Range(1, 1000))


class InboxRowSchema(Schema):
    """An open task in a list. Instants are UTC."""

    id = fields.UUID(required=True, attribute="user_task_id")
    dossier_id = fields.UUID(required=True)
    code = fields.String(required=True)
    name = fields.String(required=True)
    element_id = fields.String(required=True)
    process_key = fields.String(required=True, attribute="procedure.key")
    subject = fields.String(required=True)
    due_at = fields.AwareDateTime(required=True, allow_none=True)
    assignee_id = fields.UUID(required=True, allow_none=True)
    assignee = fields.String(required=True)


@bp.get("")
@bp.arguments(WantedSchema, location="query")
@bp.response(200, InboxRowSchema(many=True))
def inbox(wanted: dict[str, Any]) -> list[InboxRow]:
    """Return a page of 25 open tasks, the first due first."""
    asked = InboxFilter(**{**wanted, "scope": Scope(wanted["scope"])})
    with database().reading() as session:
        return list(listed_tasks(session, current_actor(), asked))


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
@bp.doc(parameters=[KEY_PARAMETER])
def claim(user_task_id: UUID) -> None:
    """Take a task. Claiming one's own task again changes nothing."""
    with database().transaction() as session:
        carried_out(
            session,
            lambda actor, at: user_tasks.claim(session, user_task_id, actor=actor, at=at),
            None,
        )


@bp.post("/<uuid:user_task_id>/release")
@bp.response(204)
@bp.doc(parameters=[KEY_PARAMETER])
def release(user_task_id: UUID) -> None:
    """Give a claimed task back to its candidates."""
    with database().transaction() as session:
        carried_out(
            session,
            lambda actor, at: user_tasks.release(session, user_task_id, actor=actor, at=at),
            None,
        )


@bp.post("/<uuid:user_task_id>/complete")
@bp.arguments(CompletionSchema())  # made once, not at every request
@bp.response(204)
@bp.doc(parameters=[KEY_PARAMETER])
def complete(asked: dict[str, Any], user_task_id: UUID) -> Response:
    """Complete a claimed task and move its instance on.

    Answers that its form asks for are checked as on its page; 422 with a sentence for each field.
    """
    actor, at = current_actor(), clock.now()
    with database().transaction() as session:
        once(
            session,
            idempotency_key(),
            actor,
            at,
            lambda: user_tasks.complete(
                session,
                user_task_id,
                asked["variables"],
                actor=actor,
                at=at,
                check=partial(checked, session, at),
            ),
            request=[str(user_task_id), asked],
        )
    return Response(status=204, mimetype="application/json")  # as of the others, made in one go
