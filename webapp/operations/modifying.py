"""What administrators do to a running dossier by hand, each time with a reason that is kept."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

import engine
from engine import feel
from engine.texts import N_
from webapp.actors import Actor, Role
from webapp.errors import ConflictError, NotAllowedError, NotFoundError, RejectedError
from webapp.models import Dossier, InstanceEvent, ProcessInstance, Timer
from webapp.operations import awaited, clocks, events, suspension
from webapp.operations.definitions import compiled
from webapp.operations.moving import locked_instance, move
from webapp.operations.waits import TIMER_RETRIES

_CALLS: tuple[tuple[type, str], ...] = (
    (datetime, "date and time"),
    (date, "date"),
    (time, "time"),
    (timedelta, "duration"),
)
MAX_REASON_LENGTH = 1000  # characters
IN_WORK, STOPPED = 4, 8  # published states


def modify(
    session: Session,
    instance_id: UUID,
    changes: Sequence[engine.Change],
    *,
    reason: str,
    actor: Actor,
    at: datetime,
    revision: int | None = None,
) -> None:
    """Cancel, move and start tokens, set variables and timers: all changes or none.

    ``revision`` is the one the actor looked at. Raises NotAllowedError, RejectedError without a
    reason, ConflictError when the dossier has moved meanwhile, and engine.EngineError when a
    change does not fit.
    """
    instance = _open(session, instance_id, reason, actor, revision)
    _refuse_owned(changes)
    command = engine.Modify(tuple(changes), reason.strip())
    move(session, instance, command, actor=actor, at=at)
    for change in changes:
        if isinstance(change, engine.SetTimer):
            _set_due(session, instance_id, change)


def _set_due(session: Session, instance_id: UUID, change: engine.SetTimer) -> None:
    """Let the row of a timer say what its instance says; tries that it has spent come back."""
    session.execute(
        update(Timer)
        .where(Timer.instance_id == instance_id, Timer.timer_id == change.timer_id)
        .values(due_at=change.due_at, leased_until=None, retries_left=TIMER_RETRIES)
    )


def restart(
    session: Session,
    instance_id: UUID,
    targets: Sequence[engine.Target],
    *,
    reason: str,
    actor: Actor,
    at: datetime,
    revision: int | None = None,
) -> None:
    """Let an ended dossier go on at these elements with its variables; its promised date stays.

    A called instance can go on as long as its caller waits for it, else there is ConflictError.
    """
    instance = _open(session, instance_id, reason, actor, revision)
    if instance.status == engine.InstanceStatus.ACTIVE:
        raise ConflictError(N_("This dossier has not ended."))
    suspension.refuse_suspended_caller(session, instance)
    awaited.expect_again(session, instance, at)
    instance.ended_at = None
    dossier = _dossier(session, instance)
    if dossier is not None and dossier.anonymised_at is not None:
        raise ConflictError(N_("The data of this dossier was deleted; it cannot go on."))
    if dossier is not None:
        dossier.ended_at = dossier.decided_at = None
        dossier.outcome = ""
        _change_state(session, dossier, IN_WORK, actor, at)
    command = engine.Restart(tuple(targets), reason.strip())
    move(session, instance, command, actor=actor, at=at)
    if dossier is not None and dossier.decided_at is None:
        clocks.refresh(session, dossier, at=at)


def cancel(
    session: Session,
    instance_id: UUID,
    *,
    reason: str,
    actor: Actor,
    at: datetime,
    revision: int | None = None,
) -> None:
    """End a dossier where it stands; every task, timer and job of it is taken away."""
    instance = _open(session, instance_id, reason, actor, revision)
    if instance.status != engine.InstanceStatus.ACTIVE:
        raise ConflictError(N_("This dossier has ended already."))
    dossier = _dossier(session, instance)
    if dossier is not None:
        _change_state(session, dossier, STOPPED, actor, at)
    suspension.clear(instance)
    move(session, instance, engine.Cancel(reason.strip()), actor=actor, at=at)


def suspend(
    session: Session, instance_id: UUID, *, reason: str, actor: Actor, at: datetime
) -> None:
    """Let nothing happen to a dossier until it is resumed. Its legal clock is not touched.

    What it called is suspended with it, unless it is already; every log says so.
    """
    instance = _open(session, instance_id, reason, actor, None)
    if instance.status != engine.InstanceStatus.ACTIVE:
        raise ConflictError(N_("This dossier has ended already."))
    if instance.suspended_at is not None:
        raise ConflictError(
            N_("%(name)s suspended this dossier already, at %(at)s."),
            name=instance.suspended_by,
            at=instance.suspended_at,
        )
    instance.suspended_at, instance.suspended_by = at, actor.name
    instance.suspension_reason = reason.strip()
    _note(session, instance, events.INSTANCE_SUSPENDED, reason, actor, at)
    for called in suspension.called_by(session, instance):
        if called.suspended_at is None:
            suspension.suspend_like(called, instance)
            _note(session, called, events.INSTANCE_SUSPENDED, reason, actor, at, instance)


def resume(session: Session, instance_id: UUID, *, reason: str, actor: Actor, at: datetime) -> None:
    """Let a suspended dossier go on; what became due meanwhile is done as soon as can be.

    What was suspended with it goes on, too; what was suspended for its own reasons does not.
    Raises ConflictError where its caller is suspended.
    """
    instance = _open(session, instance_id, reason, actor, None)
    if instance.suspended_at is None:
        raise ConflictError(N_("This dossier is not suspended."))
    suspension.refuse_suspended_caller(session, instance)
    for called in suspension.called_by(session, instance):
        if suspension.is_suspended_like(called, instance):
            suspension.clear(called)
            _note(session, called, events.INSTANCE_RESUMED, reason, actor, at, instance)
    suspension.clear(instance)
    _note(session, instance, events.INSTANCE_RESUMED, reason, actor, at)


def live_tokens(
    session: Session, instance_id: UUID, *, at: datetime
) -> tuple[engine.LiveToken, ...]:
    """Return the tokens that can be moved or cancelled. Raises NotFoundError."""
    instance = _get(session, instance_id)
    process = compiled(session, instance.definition_id)
    return engine.live_tokens(process, instance.snapshot, at=at)


def variables(session: Session, instance_id: UUID) -> engine.Variables:
    """Return the variables of a dossier's instance. Raises NotFoundError."""
    instance = _get(session, instance_id)
    process = compiled(session, instance.definition_id)
    return engine.variables_of(process, instance.snapshot)


def written_value(written: str) -> object:
    """Return the value of a FEEL expression without variables: ``"text"``, ``12.5``, ``[1]``.

    Raises RejectedError.
    """
    try:
        expression = feel.parse(written)
        if not expression.names:
            value: object = expression.evaluate({})
            return value
    except feel.FeelError as error:
        raise RejectedError(
            N_("“%(value)s” is no value: %(reason)s"), value=written, reason=str(error)
        ) from error
    raise RejectedError(
        N_('“%(value)s” is no value. Write texts in quotes, for example "yes".'), value=written
    )


def value_words(value: object) -> str:
    """Return a value as ``written_value`` reads it: texts in quotes, days by their call."""
    if isinstance(value, Mapping):
        inner = (f"{_key_words(str(key))}: {value_words(one)}" for key, one in value.items())
        return f"{{{', '.join(inner)}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(value_words, value))}]"
    for kind, name in _CALLS:
        if isinstance(value, kind):
            return f'{name}("{feel.to_text(value)}")'
    return feel.to_text([value])[1:-1]


def _key_words(key: str) -> str:
    return key if key.isidentifier() else feel.to_text([key])[1:-1]


def require_admin(actor: Actor, reason: str) -> None:
    """Raise NotAllowedError or RejectedError where no named administrator gives a reason."""
    if actor.user_id is None or not actor.has(Role.ADMIN):
        raise NotAllowedError(N_("Only an administrator may do this, under their own name."))
    if not reason.strip():
        raise RejectedError(N_("Give a reason."))
    if len(reason.strip()) > MAX_REASON_LENGTH:
        raise RejectedError(
            N_("A reason has %(limit)s characters at most."), limit=MAX_REASON_LENGTH
        )


def _open(
    session: Session, instance_id: UUID, reason: str, actor: Actor, revision: int | None
) -> ProcessInstance:
    require_admin(actor, reason)
    instance = locked_instance(session, instance_id)
    if revision is not None and instance.revision != revision:
        raise _moved_since(session, instance)
    return instance


def _moved_since(session: Session, instance: ProcessInstance) -> ConflictError:
    """Return who moved the dossier last, and when, as far as the log names a person."""
    last = session.scalars(
        select(InstanceEvent)
        .where(InstanceEvent.instance_id == instance.id)
        .order_by(InstanceEvent.id.desc())
        .limit(1)
    ).first()
    if last is None or last.actor_id is None:
        return ConflictError(N_("The dossier has moved since you looked. Look again."))
    return ConflictError(
        N_("%(name)s has changed the dossier at %(at)s, since you looked. Look again."),
        name=last.actor_name,
        at=last.occurred_at,
    )


def _get(session: Session, instance_id: UUID) -> ProcessInstance:
    instance = session.get(ProcessInstance, instance_id)
    if instance is None:
        raise NotFoundError(N_("There is no such dossier."))
    return instance


def _dossier(session: Session, instance: ProcessInstance) -> Dossier | None:
    return session.scalar(select(Dossier).where(Dossier.instance_id == instance.id))


def _refuse_owned(changes: Sequence[engine.Change]) -> None:
    for change in changes:
        if isinstance(change, engine.SetVariables):
            for name in (*change.values, *change.remove):
                if name in engine.OWNED_VARIABLES:
                    raise RejectedError(
                        N_("The variable “%(name)s” is kept by the program."), name=name
                    )


def _change_state(
    session: Session, dossier: Dossier, state: int, actor: Actor, at: datetime
) -> None:
    if dossier.state == state:
        return
    events.append(
        session,
        dossier.instance_id,
        events.DOSSIER_STATE_CHANGED,
        actor=actor,
        at=at,
        data={"before": dossier.state, "after": state},
    )
    dossier.state = state


def _note(
    session: Session,
    instance: ProcessInstance,
    kind: str,
    reason: str,
    actor: Actor,
    at: datetime,
    caller: ProcessInstance | None = None,
) -> None:
    """Log what was done to an instance; ``caller`` is the one whose suspension it shares."""
    data = {"reason": reason.strip(), **({} if caller is None else {"with": str(caller.id)})}
    events.append(session, instance.id, kind, actor=actor, at=at, data=data)
    session.flush()
