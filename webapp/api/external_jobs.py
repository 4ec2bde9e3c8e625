"""External jobs for other programs: addresses and JSON as Camunda 7's /external-task."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import BoundedSemaphore, Event
from time import monotonic
from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import EXCLUDE, Schema, fields, validate
from sqlalchemy.orm import Session

from engine.texts import N_
from webapp.actors import Actor
from webapp.api.guard import current_actor
from webapp.api.keys import KEY_PARAMETER, carried_out, idempotency_key
from webapp.errors import RejectedError
from webapp.operations import external_jobs
from webapp.operations.external_jobs import ExternalJob, Topic
from webapp.operations.once import drop
from webapp.product import database

bp = Blueprint(
    "external_jobs",
    __name__,
    url_prefix="/v1/external-task",
    description="Service tasks that other programs do. The shapes are Camunda 7's.",
)
LONGEST_WAIT = 30.0  # seconds that a fetch may wait for work
LOOK_EVERY = 0.5  # seconds
_waiting = BoundedSemaphore(2)  # in each process; further fetches are answered at once


class _Schema(Schema):
    class Meta:
        unknown = EXCLUDE  # the clients are another project's and send more


class TypedVariableSchema(_Schema):
    """One variable with Camunda's type name."""

    value = fields.Raw(allow_none=True, load_default=None)
    type = fields.String(allow_none=True, load_default=None)
    valueInfo = fields.Dict(load_default=dict)  # noqa: N815


class FetchTopicSchema(_Schema):
    topicName = fields.String(required=True, validate=validate.Length(1, 200))  # noqa: N815
    lockDuration = fields.Integer(  # noqa: N815
        required=True, metadata={"description": "Milliseconds."}
    )
    variables = fields.List(fields.String(), allow_none=True, load_default=None)
    processVariables = fields.Dict(  # noqa: N815
        keys=fields.String(), load_default=dict, metadata={"description": "Must be equal."}
    )
    processDefinitionKey = fields.String(allow_none=True, load_default=None)  # noqa: N815
    businessKey = fields.String(allow_none=True, load_default=None)  # noqa: N815


class FetchAndLockSchema(_Schema):
    workerId = fields.String(required=True)  # noqa: N815
    maxTasks = fields.Integer(required=True, validate=validate.Range(1))  # noqa: N815
    usePriority = fields.Boolean(load_default=True)  # noqa: N815
    asyncResponseTimeout = fields.Integer(  # noqa: N815
        load_default=0,
        allow_none=True,
        metadata={"description": "Milliseconds to wait for work; 30,000 at most."},
    )
    topics = fields.List(
        fields.Nested(FetchTopicSchema), required=True, validate=validate.Length(1, 50)
    )


class JobWorkerSchema(_Schema):
    workerId = fields.String(required=True)  # noqa: N815


class JobCompletionSchema(JobWorkerSchema):
    variables = fields.Dict(fields.String(), fields.Nested(TypedVariableSchema), load_default=dict)


class JobBpmnErrorSchema(JobCompletionSchema):
    errorCode = fields.String(required=True, validate=validate.Length(1))  # noqa: N815
    errorMessage = fields.String(allow_none=True, load_default=None)  # noqa: N815


class JobFailureSchema(JobWorkerSchema):
    errorMessage = fields.String(allow_none=True, load_default=None)  # noqa: N815
    errorDetails = fields.String(allow_none=True, load_default=None)  # noqa: N815
    retries = fields.Integer(allow_none=True, load_default=None)
    retryTimeout = fields.Integer(  # noqa: N815
        allow_none=True,
        load_default=None,
        validate=validate.Range(0, 365 * 24 * 3_600_000),
        metadata={"description": "Milliseconds."},
    )


class LockExtensionSchema(JobWorkerSchema):
    newDuration = fields.Integer(  # noqa: N815
        required=True, metadata={"description": "Milliseconds from now."}
    )


class ExternalTaskSchema(_Schema):
    id = fields.String()
    topicName = fields.String()  # noqa: N815
    workerId = fields.String(allow_none=True)  # noqa: N815
    lockExpirationTime = fields.String(allow_none=True)  # noqa: N815
    processInstanceId = fields.String()  # noqa: N815
    processDefinitionId = fields.String()  # noqa: N815
    processDefinitionKey = fields.String()  # noqa: N815
    executionId = fields.String()  # noqa: N815
    activityId = fields.String()  # noqa: N815
    activityInstanceId = fields.String()  # noqa: N815
    businessKey = fields.String(allow_none=True)  # noqa: N815
    createTime = fields.String()  # noqa: N815
    priority = fields.Integer()
    retries = fields.Integer()
    errorMessage = fields.String(allow_none=True)  # noqa: N815
    errorDetails = fields.String(allow_none=True)  # noqa: N815
    tenantId = fields.String(allow_none=True)  # noqa: N815
    suspended = fields.Boolean()
    variables = fields.Dict(fields.String(), fields.Nested(TypedVariableSchema))


@bp.post("/fetchAndLock")
@bp.arguments(FetchAndLockSchema)
@bp.response(200, ExternalTaskSchema(many=True))
@bp.doc(parameters=[KEY_PARAMETER])
def fetch_and_lock(asked: dict[str, Any]) -> list[dict[str, Any]]:
    """Lock due jobs of the topics for a worker, and return them."""
    wait = min((asked["asyncResponseTimeout"] or 0) / 1000, LONGEST_WAIT)
    found = _fetch(asked)
    if not found and wait > 0 and _waiting.acquire(blocking=False):
        try:
            found = _wait(asked, monotonic() + wait)
        finally:
            _waiting.release()
    return [_answer(job) for job in found]


@bp.get("/<uuid:job_id>")
@bp.response(200, ExternalTaskSchema)
def external_task(job_id: UUID) -> dict[str, Any]:
    """Return one job."""
    with database().reading() as session:
        return _answer(external_jobs.external_job(session, job_id, actor=current_actor()))


@bp.post("/<uuid:job_id>/complete")
@bp.arguments(JobCompletionSchema)
@bp.response(204)
@bp.doc(parameters=[KEY_PARAMETER])
def complete(asked: dict[str, Any], job_id: UUID) -> None:
    """Complete a job that the worker has locked. Saying so twice changes nothing."""
    variables = _values(asked["variables"])

    def command(session: Session, actor: Actor, at: datetime) -> None:
        external_jobs.complete(session, job_id, asked["workerId"], variables, actor=actor, at=at)

    _once(command, asked)


@bp.post("/<uuid:job_id>/bpmnError")
@bp.arguments(JobBpmnErrorSchema)
@bp.response(204)
@bp.doc(parameters=[KEY_PARAMETER])
def bpmn_error(asked: dict[str, Any], job_id: UUID) -> None:
    """End a job with a BPMN error, for a boundary event to catch."""
    variables = _values(asked["variables"])

    def command(session: Session, actor: Actor, at: datetime) -> None:
        external_jobs.throw_error(
            session,
            job_id,
            asked["workerId"],
            asked["errorCode"],
            asked["errorMessage"] or "",
            variables,
            actor=actor,
            at=at,
        )

    _once(command, asked)


@bp.post("/<uuid:job_id>/failure")
@bp.arguments(JobFailureSchema)
@bp.response(204)
@bp.doc(parameters=[KEY_PARAMETER])
def failure(asked: dict[str, Any], job_id: UUID) -> None:
    """Report a failed try; with no retries left there is an incident."""
    pause = asked["retryTimeout"]

    def command(session: Session, actor: Actor, at: datetime) -> None:
        external_jobs.fail(
            session,
            job_id,
            asked["workerId"],
            asked["errorMessage"] or "",
            details=asked["errorDetails"],
            retries_left=asked["retries"],
            retry_after=None if pause is None else timedelta(milliseconds=pause),
            actor=actor,
            at=at,
        )

    _once(command, asked)


@bp.post("/<uuid:job_id>/extendLock")
@bp.arguments(LockExtensionSchema)
@bp.response(204)
@bp.doc(parameters=[KEY_PARAMETER])
def extend_lock(asked: dict[str, Any], job_id: UUID) -> None:
    """Keep a job locked for so long from now on."""
    length = _milliseconds(asked["newDuration"])

    def command(session: Session, actor: Actor, at: datetime) -> None:
        external_jobs.extend(session, job_id, asked["workerId"], length, actor=actor, at=at)

    _once(command, asked)


@bp.post("/<uuid:job_id>/unlock")
@bp.response(204)
@bp.doc(parameters=[KEY_PARAMETER])
def unlock(job_id: UUID) -> None:
    """Give a job back; others may fetch it at once."""

    def command(session: Session, actor: Actor, at: datetime) -> None:  # noqa: ARG001
        external_jobs.unlock(session, job_id, actor=actor)

    _once(command, None)


def _once(command: Callable[[Session, Actor, datetime], None], asked: object) -> None:
    with database().transaction() as session:
        carried_out(session, partial(command, session), asked)


def _fetch(asked: dict[str, Any]) -> list[ExternalJob]:
    """Lock jobs and return them; a request with a key that was seen before gets the same ones."""
    topics = [_topic(one) for one in asked["topics"]]
    handed_out = {one.name: one.variables for one in topics}
    with database().transaction() as session:

        def command(actor: Actor, at: datetime) -> list[str]:
            found = external_jobs.fetch_and_lock(
                session,
                asked["workerId"],
                topics,
                max_jobs=asked["maxTasks"],
                by_priority=asked["usePriority"],
                actor=actor,
                at=at,
            )
            return [str(one.id) for one in found]

        actor, key = current_actor(), idempotency_key()
        ids = carried_out(session, command, asked)
        if key and not ids:  # nothing was locked, so that the next try may look again
            drop(session, key, actor)
        jobs = [external_jobs.external_job(session, UUID(one), actor=actor) for one in ids]
    return [external_jobs.narrowed(one, handed_out.get(one.topic)) for one in jobs]


def _wait(asked: dict[str, Any], until: float) -> list[ExternalJob]:
    never = Event()
    found: list[ExternalJob] = []
    while not found and monotonic() < until:
        never.wait(LOOK_EVERY)
        found = _fetch(asked)
    return found


def _topic(asked: dict[str, Any]) -> Topic:
    names = asked["variables"]
    return Topic(
        asked["topicName"],
        _milliseconds(asked["lockDuration"]),
        None if names is None else tuple(names),
        asked["processVariables"],
        asked["processDefinitionKey"],
        asked["businessKey"],
    )


def _milliseconds(number: int) -> timedelta:
    return timedelta(milliseconds=min(max(number, 0), 10**12))


def _answer(job: ExternalJob) -> dict[str, Any]:
    return {
        "id": str(job.id),
        "topicName": job.topic,
        "workerId": job.worker_id,
        "lockExpirationTime": _instant(job.locked_until),
        "processInstanceId": str(job.instance_id),
        "processDefinitionId": str(job.definition_id),
        "processDefinitionKey": job.process_key,
        "executionId": job.token_id,
        "activityId": job.element_id,
        "activityInstanceId": f"{job.element_id}:{job.token_id}",
        "businessKey": job.business_key,
        "createTime": _instant(job.created_at),
        "priority": job.priority,
        "retries": job.retries_left,
        "errorMessage": job.error_message,
        "errorDetails": job.error_details,
        "tenantId": None,
        "suspended": job.is_suspended,
        "variables": {name: _typed(value) for name, value in job.variables.items()},
    }


def _instant(at: datetime | None) -> str | None:
    """Return an instant as Camunda writes it: 2026-11-21T09:30:00.000+0000."""
    if at is None:
        return None
    utc = at.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}+0000"


def _typed(value: Any) -> dict[str, Any]:
    if isinstance(value, dict | list):
        return {"value": json.dumps(value, ensure_ascii=False), "type": "Json", "valueInfo": {}}
    kinds = {bool: "Boolean", int: "Long", float: "Double", str: "String"}
    return {"value": value, "type": kinds.get(type(value), "Null"), "valueInfo": {}}


def _values(variables: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    return {name: _value(name, one["value"], one["type"]) for name, one in variables.items()}


def _value(name: str, value: Any, kind: str | None) -> Any:
    """Return a plain value; Json and Object come as text."""
    kind = (kind or "").lower()
    try:
        if kind in ("json", "object") and isinstance(value, str):
            return json.loads(value)
        if kind == "date" and isinstance(value, str):
            return datetime.fromisoformat(value)
    except ValueError as error:
        raise RejectedError(
            N_("The variable %(name)s cannot be read as %(kind)s."), name=name, kind=kind
        ) from error
    return value
