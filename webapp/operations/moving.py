"""Moving an instance by one command, and whomever its messages and signals reach or start."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

import engine
from engine import Command, DeliverMessage, DeliverSignal, Event, EventKind
from engine.starting import StartKind
from engine.texts import N_
from webapp.actors import Actor
from webapp.models import (
    InstanceEvent,
    MessageSubscription,
    ProcessDefinition,
    ProcessInstance,
    StartTrigger,
)
from webapp.operations import calls, failures
from webapp.operations.arming import listeners
from webapp.operations.beginning import begin_by_event
from webapp.operations.completing import Completion
from webapp.operations.recording import SENT, record
from webapp.operations.stepping import advanced, locked_instance
from webapp.operations.undelivered import hold, keep, keep_start

MAX_HOPS = 50  # messages that one transaction brings; the worker brings the others
HOPS = 1000  # outcomes that calls may lead to in one transaction
LATER = timedelta(minutes=1)  # so that two processes cannot play tennis all day

_hops = [HOPS]

__all__ = ["deliver", "locked_instance", "move", "settle", "use_hops"]


@dataclass(frozen=True, slots=True)
class _Start:
    """An instance that a message or signal is about to start."""

    instance_id: UUID
    definition_id: UUID
    element_id: str
    variables: dict[str, Any]
    trigger_id: UUID
    name: str
    is_signal: bool


_Step = tuple[UUID, DeliverMessage | DeliverSignal] | _Start


def move(
    session: Session,
    instance: ProcessInstance,
    command: Command,
    *,
    actor: Actor,
    at: datetime,
    completed: Completion | None = None,
) -> None:
    """Give one command to an instance, record it and deliver the messages it sends.

    ``completed`` is the user task that the command completes, if it does.
    Raises engine.CommandRejectedError or engine.ExecutionError; then nothing may be kept.
    """
    outcome = advanced(session, instance, command, at)
    settle(session, instance, outcome, actor=actor, at=at, completed=completed)


def settle(
    session: Session,
    instance: ProcessInstance,
    outcome: engine.Outcome,
    *,
    actor: Actor,
    at: datetime,
    completed: Completion | None = None,
) -> None:
    """Record an outcome and bring what it sent to the tokens that wait for it, anywhere."""
    first = _recorded(session, (instance, outcome), actor, at, completed)
    _go_on(session, instance.id, first, actor, at)


def use_hops(number: int) -> None:
    """Set how many outcomes one command may lead to by calls, its own included."""
    _hops[0] = number


def deliver(session: Session, event: Event, *, actor: Actor, at: datetime) -> tuple[UUID, ...]:
    """Bring a message or signal from outside to whoever waits for it; return the instances.

    A message reaches one instance, one that it starts, or none: not where several could be meant.
    Raises engine.EngineError where the receiver of a message cannot go on.
    """
    row = InstanceEvent(data={})  # of no instance, so not kept
    is_message = event.kind == EventKind.MESSAGE_SENT
    steps = (_message_steps if is_message else _signal_steps)(session, event, row)
    steps.sort(key=lambda step: not isinstance(step, _Start))  # only what waits can wait longer
    _go_on(session, None, steps, actor, at, is_told=is_message)
    return tuple(one.instance_id if isinstance(one, _Start) else one[0] for one in steps)


def _recorded(
    session: Session,
    taken: calls.Taken | None,
    actor: Actor,
    at: datetime,
    completed: Completion | None = None,
) -> list[_Step]:
    """Record an outcome and those of all callers and called instances; return what they sent.

    Raises engine.ExecutionError when there are more of them than ``use_hops`` allows.
    """
    sent: list[_Step] = []
    steps: deque[calls.Step] = deque()
    endings = failures.Endings()
    for _hop in range(_hops[0]):
        if taken is not None:
            instance, outcome = taken
            endings.take(instance, outcome, at)
            rows = record(session, instance, outcome, actor=actor, at=at, completed=completed)
            completed = None
            sent += _deliveries(session, outcome, rows)
            steps.extend(calls.following(session, instance, outcome, at))
        if not steps:
            endings.keep(session, at=at)
            return sent
        taken = steps.popleft().take(session, actor, at)
    raise engine.ExecutionError(
        N_(
            "One step would move more than %(limit)s process instances; the processes seem to call "
            "each other for ever."
        ),
        params={"limit": _hops[0]},
    )


def _go_on(
    session: Session,
    sender_id: UUID | None,
    first: list[_Step],
    actor: Actor,
    at: datetime,
    *,
    is_told: bool = False,
) -> None:
    """Take the steps and those that follow from them; keep what is too much or cannot be now.

    ``is_told``: the sender hears of a receiver's trouble, instead of the worker trying again.
    """
    steps: deque[_Step] = deque(first)
    own = len(steps)  # what the instance itself sent; the others answer to that
    for _hop in range(MAX_HOPS):
        if not steps:
            return
        step = steps.popleft()
        try:
            with session.begin_nested():  # what cannot be brought leaves no row
                taken = _taken(session, sender_id, step, at)
                following = [] if taken is None else _recorded(session, taken, actor, at)
        except engine.EngineError as error:  # the receiver's trouble is not the sender's
            if is_told or (sender_id is None and isinstance(step, _Start)):
                raise
            _keep(session, sender_id, step, at, at + LATER, str(error))
            continue
        steps.extend(following)
    for number, step in enumerate(steps):
        is_answer = number >= own - MAX_HOPS
        _keep(session, sender_id, step, at, at + LATER if is_answer else at, None)


def _taken(
    session: Session, sender_id: UUID | None, step: _Step, at: datetime
) -> tuple[ProcessInstance, engine.Outcome] | None:
    """Take one step; None where the receiver is suspended, so that the step is kept for later."""
    if isinstance(step, _Start):
        return begin_by_event(
            session,
            step.definition_id,
            step.element_id,
            step.variables,
            instance_id=step.instance_id,
            at=at,
            cause=engine.Occurrence("signal" if step.is_signal else "message", step.name),
        )
    instance_id, command = step
    other = locked_instance(session, instance_id)
    if hold(session, other, command, sender_id=sender_id or other.id, at=at):
        return None
    return other, advanced(session, other, command, at)


def _keep(
    session: Session,
    sender_id: UUID | None,
    step: _Step,
    at: datetime,
    due_at: datetime,
    error: str | None,
) -> None:
    """Let the worker take a step later, in a transaction of its own."""
    if isinstance(step, _Start):
        keep_start(
            session,
            step.trigger_id,
            name=step.name,
            variables=step.variables,
            is_signal=step.is_signal,
            sender_id=sender_id or step.instance_id,
            instance_id=step.instance_id,
            at=at,
            due_at=due_at,
            error=error,
        )
        return
    instance_id, command = step
    keep(
        session,
        command,
        sender_id=sender_id or instance_id,  # from outside: as if it had sent it to itself
        instance_id=instance_id,
        at=at,
        due_at=due_at,
        error=error,
    )


def _deliveries(
    session: Session, outcome: engine.Outcome, rows: list[InstanceEvent]
) -> list[_Step]:
    steps: list[_Step] = []
    sent = (event for event in outcome.events if event.kind in SENT)
    for event, row in zip(sent, rows, strict=True):
        if event.kind == EventKind.MESSAGE_SENT:
            steps += _message_steps(session, event, row)
        elif event.kind == EventKind.SIGNAL_SENT:
            steps += _signal_steps(session, event, row)
    return steps


def _message_steps(session: Session, event: Event, row: InstanceEvent) -> list[_Step]:
    """Return the delivery to the one who waits, else the start of a process that listens."""
    name, variables = str(event.data.get("name") or ""), dict(event.data.get("variables") or {})
    waiting = _waiting(session, name, event.data.get("correlation_key"))
    waiting = waiting or _waiting(session, name, engine.ANY_KEY)  # their conversation begins here
    steps: list[_Step] = []
    if len(waiting) == 1:  # nobody gets it when several could be meant
        wait = waiting[0]
        steps.append((wait.instance_id, DeliverMessage(wait.token_id, wait.name, variables)))
    elif not waiting:
        steps += _starts(listeners(session, StartKind.MESSAGE, name)[:1], variables)
    receivers = [one.instance_id if isinstance(one, _Start) else one[0] for one in steps]
    row.data = {**row.data, "delivered_to": str(receivers[0]) if receivers else None}
    return steps


def _signal_steps(session: Session, event: Event, row: InstanceEvent) -> list[_Step]:
    """Return the deliveries to every other instance, and the starts of all that listen.

    The engine has served the instance that throws it already.
    """
    name, variables = str(event.data.get("name") or ""), dict(event.data.get("variables") or {})
    waits = session.scalars(
        select(MessageSubscription).where(
            MessageSubscription.name == name,
            MessageSubscription.is_signal,
            MessageSubscription.instance_id != row.instance_id,
        )
    )
    delivered: list[_Step] = [
        (wait.instance_id, DeliverSignal(wait.token_id, wait.name, variables)) for wait in waits
    ]
    listening = listeners(session, StartKind.SIGNAL, name)
    free = tuple(one for one in listening if not _is_awaited(session, one))
    return delivered + _starts(free, variables)


def _is_awaited(session: Session, trigger: StartTrigger) -> bool:
    """Return whether an instance has begun with another event of this start and waits for it."""
    begun = (
        select(MessageSubscription.id)
        .join(ProcessInstance, ProcessInstance.id == MessageSubscription.instance_id)
        .join(ProcessDefinition, ProcessDefinition.id == ProcessInstance.definition_id)
        .where(
            MessageSubscription.name == trigger.name,
            MessageSubscription.is_signal,
            MessageSubscription.element_id == trigger.element_id,
            ProcessDefinition.key == trigger.process_key,
        )
    )
    return session.scalar(begun.limit(1)) is not None


def _starts(triggers: tuple[StartTrigger, ...], variables: dict[str, Any]) -> list[_Step]:
    return [
        _Start(
            uuid4(),
            trigger.definition_id,
            trigger.element_id,
            variables,
            trigger.id,
            trigger.name,
            trigger.kind == StartKind.SIGNAL,
        )
        for trigger in triggers
    ]


def _waiting(
    session: Session, name: str, correlation_key: str | None
) -> Sequence[MessageSubscription]:
    """Return who waits for a message of that name and key; two at most."""
    return session.scalars(
        select(MessageSubscription)
        .where(
            MessageSubscription.name == name,
            MessageSubscription.correlation_key.is_not_distinct_from(correlation_key),
            MessageSubscription.is_signal.is_(False),
        )
        .limit(2)
    ).all()
