"""What is done to an instance beside its flow: by hand, or when it has ended.

A completed instance goes on in an event sub-process, for example to correct its result.
"""

from collections.abc import Callable
from typing import Any

from engine import commands
from engine.errors import CommandRejectedError
from engine.events import EventKind
from engine.kernel.base import Token
from engine.kernel.machine import Machine
from engine.kernel.modification import cancel, modify, restart
from engine.kernel.specs_events import CatchingSpec
from engine.kernel.variables import from_outside
from engine.model import InstanceStatus
from engine.texts import N_


def reopen(machine: Machine, command: commands.Reopen) -> None:
    """Bring the message to the start event as if it still listened. Raises CommandRejectedError."""
    if machine.status is not InstanceStatus.COMPLETED:
        raise CommandRejectedError(
            N_("Only a process instance that was completed is opened again.")
        )
    if not command.reason.strip():
        raise CommandRejectedError(N_("Give a reason."))
    machine.status = InstanceStatus.ACTIVE
    machine.completed = False
    reason = command.reason.strip()
    machine.record(EventKind.INSTANCE_REOPENED, reason=reason, element_id=command.element_id)
    machine.listen()
    token, name = _listening(machine, command.element_id)
    token.task_spec.message_arrived(token, name, from_outside(command.variables))


def _listening(machine: Machine, element_id: str) -> tuple[Token, str]:
    """Return the token that listens at an element, and the name of the message it waits for."""
    for token in machine.waits.values():
        spec = token.task_spec
        if spec.element_id == element_id and isinstance(spec, CatchingSpec):
            names = [one.name for one in spec.triggers if one.kind == "message"]
            if names:
                return token, names[0]
    raise CommandRejectedError(
        N_("“%(element)s” does not start an event sub-process of the whole process by a message."),
        params={"element": element_id},
        element_id=element_id,
    )


ORDERS: dict[type, Callable[[Machine, Any], None]] = {
    commands.Cancel: cancel,
    commands.Modify: modify,
    commands.Restart: restart,
    commands.Reopen: reopen,
}
