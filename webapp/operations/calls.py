"""Instances that call activities start: begun, told of their caller's end, reporting their own.

Every step is one outcome of one instance; ``moving.settle`` records them one after the other in the
transaction of the command that set them off.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

import engine
from engine.commands import Cancel, Command, CompleteCall, EscalateCall, ThrowBpmnError, Undo
from engine.events import EventKind
from engine.model import Call, InstanceStatus
from webapp.actors import Actor
from webapp.models import Dossier, OutsideKind, ProcessInstance
from webapp.operations import beginning, outside, publications, stepping, suspension
from webapp.operations.definitions import compiled

_CALLER_GONE = "the call that started it was taken away"
Taken = tuple[ProcessInstance, engine.Outcome]


@dataclass(frozen=True, slots=True)
class Begin:
    """Start the instance that a call asks for."""

    caller_id: UUID
    call: Call

    def take(self, session: Session, actor: Actor, at: datetime) -> Taken | None:
        """Return the new instance; None where the process is not published, which is told."""
        caller, call = session.get_one(ProcessInstance, self.caller_id), self.call
        seen = _seen_at(session, caller, call.token_id)
        if seen is None:
            return None  # it was taken away by what happened meanwhile
        definition = publications.find_process(session, call.process, call.binding, call.version)
        if definition is None:
            missing = outside.Missing(
                OutsideKind.CALL, call.token_id, call.element_id, call.process, call.version
            )
            outside.note(session, caller, [missing], at=at)
            return None
        outside.forget(session, caller.id, call.token_id)
        link = beginning.Link(
            parent_id=caller.id,
            parent_token_id=call.token_id,
            root_id=caller.root_id or caller.id,
            business_key=_business_key(session, caller, call),
        )
        variables = {**(call.variables or {}), **_owned(seen)}
        instance, outcome = beginning.begin(
            session,
            definition.id,
            variables,
            actor=actor,
            at=at,
            called_by=link,
            calendar_code=caller.calendar_code,
        )
        suspension.suspend_like(instance, caller)
        return instance, outcome


@dataclass(frozen=True, slots=True)
class Tell:
    """Give a command to a caller or to a called instance that is still there."""

    instance_id: UUID
    command: Command

    def take(self, session: Session, actor: Actor, at: datetime) -> Taken | None:  # noqa: ARG002
        """Return the instance moved on; None where it ended on the way."""
        instance = stepping.locked_instance(session, self.instance_id)
        if instance.status != InstanceStatus.ACTIVE:
            return None
        try:
            return instance, stepping.advanced(session, instance, self.command, at)
        except engine.CommandRejectedError:
            return None  # the call was taken away by what happened meanwhile


@dataclass(frozen=True, slots=True)
class Reopen:
    """Let the instance that a call had undo what it did; the call waits for that."""

    caller_id: UUID
    call: Call

    def take(self, session: Session, actor: Actor, at: datetime) -> Taken | None:
        """Return the called instance undoing; the caller where there is nothing to undo (any more).

        One that a person has let go on after its end is waited for as it is.
        """
        called_id = session.scalar(
            select(ProcessInstance.id).where(
                ProcessInstance.parent_id == self.caller_id,
                ProcessInstance.parent_token_id == self.call.undoes,
            )
        )
        if called_id is None:
            return Tell(self.caller_id, CompleteCall(self.call.token_id)).take(session, actor, at)
        called = stepping.locked_instance(session, called_id)
        called.parent_token_id = self.call.token_id
        if called.status == InstanceStatus.ACTIVE:
            return None
        called.ended_at = None
        return called, stepping.advanced(session, called, Undo(), at)


Step = Begin | Tell | Reopen


def following(
    session: Session, instance: ProcessInstance, outcome: engine.Outcome, at: datetime
) -> Iterator[Step]:
    """Yield what an outcome asks of callers and called instances."""
    yield from _ends_of_called(session, instance, outcome)
    for call in outcome.calls:
        if call.variables is not None:
            yield (Begin if call.undoes is None else Reopen)(instance.id, call)
    if instance.parent_id is not None and instance.parent_token_id is not None:
        yield from _told(session, instance, outcome)
        if outcome.status == InstanceStatus.CANCELLED:
            _tell_of_cancelled(session, instance, at)


def _ends_of_called(
    session: Session, instance: ProcessInstance, outcome: engine.Outcome
) -> Iterator[Step]:
    """Yield the end of every called instance whose call was taken away."""
    if not _lost_a_call(session, instance, outcome):
        return
    waiting = {call.token_id for call in outcome.calls}
    called = session.execute(
        select(ProcessInstance.id, ProcessInstance.parent_token_id).where(
            ProcessInstance.parent_id == instance.id,
            ProcessInstance.status == InstanceStatus.ACTIVE,
        )
    ).all()
    for row in called:
        if row.parent_token_id not in waiting:
            yield Tell(row.id, Cancel(_CALLER_GONE))


def _lost_a_call(session: Session, instance: ProcessInstance, outcome: engine.Outcome) -> bool:
    elements = compiled(session, instance.definition_id).elements
    return any(
        event.kind == EventKind.ELEMENT_CANCELLED
        and (node := elements.get(event.element_id or "")) is not None
        and node.kind == "callActivity"
        for event in outcome.events
    )


def _told(session: Session, instance: ProcessInstance, outcome: engine.Outcome) -> Iterator[Step]:
    """Yield what the caller learns: escalations on the way, and how the called instance ended."""
    caller_id, token_id = instance.parent_id, instance.parent_token_id
    if caller_id is None or token_id is None:
        return
    for code in outcome.escalations:
        yield Tell(caller_id, EscalateCall(token_id, code))
    if outcome.status == InstanceStatus.COMPLETED:
        process = compiled(session, instance.definition_id)
        left = engine.variables_of(process, outcome.snapshot)
        yield Tell(caller_id, CompleteCall(token_id, left, outcome.can_be_undone))
    elif outcome.status == InstanceStatus.FAILED:
        failed = next(one for one in outcome.events if one.kind == EventKind.INSTANCE_FAILED)
        code, message = str(failed.data.get("code") or ""), str(failed.data.get("message") or "")
        yield Tell(caller_id, ThrowBpmnError(token_id, code, message))


def _tell_of_cancelled(session: Session, instance: ProcessInstance, at: datetime) -> None:
    """Open an incident at a call whose instance a person has cancelled; a retry starts another."""
    caller = session.get_one(ProcessInstance, instance.parent_id)
    outcome = engine.resting(compiled(session, caller.definition_id), caller.snapshot, at=at)
    for call in outcome.calls:
        if call.token_id == instance.parent_token_id:
            cancelled = outside.Missing(
                OutsideKind.CANCELLED, call.token_id, call.element_id, call.process, call.version
            )
            outside.note(session, caller, [cancelled], at=at)


def _business_key(session: Session, caller: ProcessInstance, call: Call) -> str | None:
    if not call.inherits_key:
        return call.business_key
    if caller.business_key is not None:
        return caller.business_key
    return session.scalar(select(Dossier.code).where(Dossier.instance_id == caller.id))


def _seen_at(session: Session, caller: ProcessInstance, token_id: str) -> dict[str, Any] | None:
    """Return the variables that a token of the caller sees; None where it is gone."""
    process = compiled(session, caller.definition_id)
    try:
        return engine.variables_of(process, caller.snapshot, token_id)
    except engine.CommandRejectedError:
        return None


def _owned(seen: dict[str, Any]) -> dict[str, Any]:
    """Return the variables of the dossier, which a called process reads like its caller."""
    return {name: seen[name] for name in engine.OWNED_VARIABLES if name in seen}
