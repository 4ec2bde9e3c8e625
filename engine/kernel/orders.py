"""Carrying out one command on a machine: whom it concerns, whether it fits, what it sets moving."""

from collections.abc import Callable
from typing import Any

from engine import commands
from engine.errors import CommandRejectedError
from engine.events import EventKind
from engine.kernel.base import Token
from engine.kernel.begin import begin, undo_all
from engine.kernel.beside import ORDERS as BESIDE
from engine.kernel.errors import escalate_at, throw_error
from engine.kernel.machine import Machine
from engine.kernel.specs import ElementSpec
from engine.kernel.specs_activities import AskingSpec, CallingSpec, JobSpec, UserTaskSpec
from engine.kernel.specs_events import CatchingSpec
from engine.kernel.variables import from_outside
from engine.texts import N_

__all__ = ["begin", "carry_out"]

_AFTER_THE_END = (commands.Restart, commands.Reopen, commands.Undo)


def carry_out(machine: Machine, command: commands.Command) -> None:
    """Do what the command asks. Raises CommandRejectedError and ExecutionError."""
    if machine.has_ended and not isinstance(command, _AFTER_THE_END):
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


def _complete(token: Token, variables: dict[str, Any]) -> None:
    token.task_spec.take_in(token, from_outside(variables))
    token.complete()


def _throw_error(machine: Machine, command: commands.ThrowBpmnError) -> None:
    token = _resting(machine, command.token_id, UserTaskSpec, JobSpec, CallingSpec)
    variables = from_outside(command.variables)
    code, message = command.error_code, command.message
    machine.record(EventKind.ERROR_THROWN, token, code=code, message=message)
    throw_error(token.workflow, token, code, message, variables)


def _fire_timer(machine: Machine, command: commands.FireTimer) -> None:
    token = _resting(machine, command.timer_id.partition(".")[0], CatchingSpec)
    token.task_spec.timer_fired(token, command.timer_id)


def _recount_timers(machine: Machine, _: commands.RecountTimers) -> None:
    for token in machine.waits.values():
        if isinstance(token.task_spec, CatchingSpec):
            token.task_spec.recount_timers(token)


def _deliver_message(machine: Machine, command: commands.DeliverMessage) -> None:
    token = _resting(machine, command.token_id, CatchingSpec)
    token.task_spec.message_arrived(token, command.name, from_outside(command.variables))


def _deliver_signal(machine: Machine, command: commands.DeliverSignal) -> None:
    token = _resting(machine, command.token_id, CatchingSpec)
    token.task_spec.signal_arrived(token, command.name, from_outside(command.variables))


def _start_activity(machine: Machine, command: commands.StartActivity) -> None:
    token = _door(machine, command.token_id)
    token.task_spec.begin_activity(token, command.element_id)


def _finish_ad_hoc(machine: Machine, command: commands.FinishAdHoc) -> None:
    token = _door(machine, command.token_id)
    token.task_spec.finish(token)


def _door(machine: Machine, token_id: str) -> Token:
    """Return the token through which people start activities. Raises CommandRejectedError."""
    token = _resting(machine, token_id, ElementSpec)
    if not token.task_spec.is_door:
        raise _unfit(token.task_spec)
    return token


def _complete_call(machine: Machine, command: commands.CompleteCall) -> None:
    token = _resting(machine, command.token_id, CallingSpec)
    variables = from_outside(command.variables)
    token.task_spec.called_ended(token, variables, can_be_undone=command.can_be_undone)


def _escalate_call(machine: Machine, command: commands.EscalateCall) -> None:
    escalate_at(_resting(machine, command.token_id, CallingSpec), command.code)


def _ask_again(machine: Machine, command: commands.AskAgain) -> None:
    token = _resting(machine, command.token_id, AskingSpec)
    token.task_spec.ask(token)


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
        params={"element": spec.element.name or spec.element_id},
        element_id=spec.element_id,
    )


_ORDERS: dict[type, Callable[[Machine, Any], None]] = {
    commands.CompleteUserTask: _complete_user_task,
    commands.CompleteJob: _complete_job,
    commands.ThrowBpmnError: _throw_error,
    commands.FireTimer: _fire_timer,
    commands.RecountTimers: _recount_timers,
    commands.DeliverMessage: _deliver_message,
    commands.DeliverSignal: _deliver_signal,
    commands.StartActivity: _start_activity,
    commands.FinishAdHoc: _finish_ad_hoc,
    **BESIDE,
    commands.Undo: undo_all,
    commands.CompleteCall: _complete_call,
    commands.EscalateCall: _escalate_call,
    commands.AskAgain: _ask_again,
}
