"""Carrying out one command on a machine: whom it concerns, whether it fits, what it sets moving."""

from collections.abc import Callable
from typing import Any

from engine import commands
from engine.errors import CommandRejectedError
from engine.events import EventKind
from engine.kernel.base import Token
from engine.kernel.errors import throw_error
from engine.kernel.scope import Machine
from engine.kernel.specs import ElementSpec
from engine.kernel.specs_activities import JobSpec, UserTaskSpec
from engine.kernel.specs_events import CatchingSpec
from engine.kernel.variables import from_outside
from engine.model import InstanceStatus, Variables
from engine.texts import N_


def begin(machine: Machine, start_element: str | None) -> None:
    """Start the instance, at its none start event unless another one is named."""
    starts = machine.spec.starts
    if start_element is not None:
        _check_start(machine, start_element)
        starts = (start_element,)
    machine.record(EventKind.INSTANCE_STARTED)
    machine.begin(starts)
    machine.run()


def carry_out(machine: Machine, command: commands.Command) -> None:
    """Do what the command asks. Raises CommandRejectedError and ExecutionError."""
    if machine.status is not InstanceStatus.ACTIVE:
        raise CommandRejectedError(
            N_("The process instance has ended (%(status)s)."),
            params={"status": machine.status.value},
        )
    _ORDERS[type(command)](machine, command)
    machine.run()


def _complete_user_task(machine: Machine, command: commands.CompleteUserTask) -> None:
    _complete(_resting(machine, command.token_id, UserTaskSpec), command.variables)


def _complete_job(machine: Machine, command: commands.CompleteJob) -> None:
    _complete(_resting(machine, command.token_id, JobSpec), command.variables)


def _complete(token: Token, variables: Variables) -> None:
    token.task_spec.take_in(token.workflow, from_outside(variables))
    token.complete()


def _throw_error(machine: Machine, command: commands.ThrowBpmnError) -> None:
    token = _resting(machine, command.token_id, UserTaskSpec, JobSpec)
    variables = from_outside(command.variables)
    code, message = command.error_code, command.message
    machine.record(EventKind.ERROR_THROWN, token, code=code, message=message)
    throw_error(token.workflow, token, code, message, variables)


def _fire_timer(machine: Machine, command: commands.FireTimer) -> None:
    token = _resting(machine, command.timer_id.partition(".")[0], CatchingSpec)
    token.task_spec.timer_fired(token, command.timer_id)


def _deliver_message(machine: Machine, command: commands.DeliverMessage) -> None:
    token = _resting(machine, command.token_id, CatchingSpec)
    token.task_spec.message_arrived(token, command.name, from_outside(command.variables))


def _deliver_signal(machine: Machine, command: commands.DeliverSignal) -> None:
    token = _resting(machine, command.token_id, CatchingSpec)
    if not token.task_spec.awaits("signal", command.name):
        raise _unfit(token.task_spec)
    token.task_spec.signal_arrived(token, from_outside(command.variables))


def _cancel(machine: Machine, command: commands.Cancel) -> None:
    machine.end(InstanceStatus.CANCELLED, EventKind.INSTANCE_CANCELLED, reason=command.reason)


def _resting(machine: Machine, token_id: str, *kinds: type[ElementSpec]) -> Token:
    """Return the token that waits for a command of this kind. Raises CommandRejectedError."""
    token = machine.waits.get(token_id)
    if token is None:
        raise CommandRejectedError(N_("Nothing waits here (any more)."))
    if not isinstance(token.task_spec, kinds):
        raise _unfit(token.task_spec)
    return token


def _unfit(spec: ElementSpec) -> CommandRejectedError:
    return CommandRejectedError(
        N_("“%(element)s” waits for something else."),
        params={"element": spec.element.name or spec.name},
        element_id=spec.name,
    )


def _check_start(machine: Machine, element_id: str) -> None:
    spec = machine.spec.task_specs.get(element_id)
    if not isinstance(spec, ElementSpec) or spec.element.kind != "startEvent":
        raise CommandRejectedError(
            N_("The process has no start event “%(element)s”."),
            params={"element": element_id},
            element_id=element_id,
        )


_ORDERS: dict[type, Callable[[Machine, Any], None]] = {
    commands.CompleteUserTask: _complete_user_task,
    commands.CompleteJob: _complete_job,
    commands.ThrowBpmnError: _throw_error,
    commands.FireTimer: _fire_timer,
    commands.DeliverMessage: _deliver_message,
    commands.DeliverSignal: _deliver_signal,
    commands.Cancel: _cancel,
}
