"""Running the processes of one betsy model side by side against a simulated clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import engine
from engine import EventKind, InstanceStatus, Outcome
from engine.bpmn.elements import FlowNode
from tests.conformance.betsy_models import NOTHING
from tests.engine.fingerprints import fingerprint

TEN_SECONDS = timedelta(seconds=10)
ROUNDS_AT_MOST = 20_000


class RefusedError(Exception):
    """The model was refused, or a run failed; ``trace`` is betsy's word for it."""

    def __init__(self, trace: str, reason: str) -> None:
        super().__init__(reason)
        self.trace = trace
        self.reason = reason


@dataclass(slots=True)
class Instance:
    """One process instance; between two commands there is nothing but its snapshot."""

    process: engine.CompiledProcess
    outcome: Outcome
    busy: dict[str, datetime]  # jobs that take time, by token, until when


class Deployment:
    """The compiled processes of a model and their instances."""

    def __init__(self, files: engine.Files, log: Any, at: datetime) -> None:
        self.log = log
        self.at = at
        self.instances: list[Instance] = []
        self.processes: dict[str, engine.CompiledProcess] = {}
        try:
            for scope in engine.read_definitions(files)[0].processes.values():
                if scope.executable is not False:
                    self.processes[scope.id] = engine.compile_process(files, scope.id)
        except engine.EngineError as error:
            raise RefusedError("ERROR_deployment", str(error)) from error

        self.digests = {key: fingerprint(one) for key, one in self.processes.items()}

    def check_unchanged(self) -> None:
        """Raise RefusedError when a run has changed what all instances share."""
        if self.digests != {key: fingerprint(one) for key, one in self.processes.items()}:
            raise RefusedError("ERROR_changed", "a run changed the compiled process")

    def start(
        self,
        process_id: str,
        variables: dict[str, Any],
        element: str | None = None,
        cause: engine.Occurrence | None = None,
    ) -> None:
        """Start a process, at its none start event or at the element that a message reached."""
        if process_id not in self.processes:
            raise RefusedError("ERROR_deployment", f"{process_id} is not executable")
        process = self.processes[process_id]
        try:
            outcome = engine.start(
                process, variables, at=self.at, start_element=element, cause=cause
            )
        except engine.EngineError as error:
            raise RefusedError("ERROR_runtime", str(error)) from error
        instance = Instance(process, outcome, {})
        self.instances.append(instance)
        self._took(instance, outcome)

    def run(self, *, until: datetime) -> None:
        """Do every job and fire every timer that is due, as time passes."""
        for _ in range(ROUNDS_AT_MOST):
            if self._do_one():
                continue
            upcoming = self._upcoming()
            if upcoming is None or upcoming > until:
                return
            self.at = max(self.at, upcoming)
        raise RefusedError("ERROR_runtime", "it never rests")

    def _do_one(self) -> bool:
        for instance in self.instances:
            for job in instance.outcome.jobs:
                if self._job(instance, job):
                    return True
            for task in instance.outcome.user_tasks:
                self._send(instance, engine.CompleteUserTask(task.token_id, {}))
                return True
            for timer in instance.outcome.timers:
                if timer.due_at <= self.at:
                    self._send(instance, engine.FireTimer(timer.timer_id))
                    return True
        return False

    def _upcoming(self) -> datetime | None:
        moments = [
            moment
            for instance in self.instances
            for moment in (
                *instance.busy.values(),
                *(timer.due_at for timer in instance.outcome.timers),
            )
        ]
        return min(moments, default=None)

    def _job(self, instance: Instance, job: engine.Job) -> bool:
        """Do a job as far as time allows; return whether anything happened."""
        if job.topic == "THROW_ERROR":
            self._send(instance, engine.ThrowBpmnError(job.token_id, "ERR_CODE"))
            return True
        if job.topic == "WAIT_TEN_SECONDS" or job.topic.startswith("CREATE_TIMESTAMP_LOG"):
            if job.token_id not in instance.busy:
                instance.busy[job.token_id] = self.at + self._duration(job.topic)
            if instance.busy[job.token_id] > self.at:
                return False
            del instance.busy[job.token_id]
        self._send(instance, engine.CompleteJob(job.token_id, self._done(job)))
        return True

    def _duration(self, topic: str) -> timedelta:
        if topic == "WAIT_TEN_SECONDS":
            return TEN_SECONDS
        self.log.stamps.append(self.at)
        if len(self.log.stamps) == 2 and self.log.stamps[0] == self.log.stamps[1]:
            self.log.marks.add("EXECUTION_parallel")
        return timedelta(seconds=1)

    def _done(self, job: engine.Job) -> dict[str, Any]:
        """Return the variables that a script sets; write down what it logs."""
        topic = job.topic
        if topic.startswith("INCREMENT_INTEGER_VARIABLE"):
            if topic.endswith("LOG"):
                self.log.lines.append("INCREMENT_correct")
            return {"integerVariable": job.variables["integerVariable"] + 1}
        if topic == "SET_STRING_DATA":
            return {"data": "String"}
        if topic == "LOG_DATA":
            self.log.marks |= {"DATA_correct"} if job.variables.get("data") == "String" else set()
        elif topic == "CREATE_MARKER_FILE":
            self.log.marks.add("MARKER_exists")
        elif topic.startswith("SCRIPT_"):
            self.log.lines.append(topic)
        elif topic not in ("CREATE_LOG_FILE", NOTHING) and not topic.startswith("CREATE_TIMESTAMP"):
            self.log.lines += [] if topic == "WAIT_TEN_SECONDS" else [topic]
        return {}

    def _send(self, instance: Instance, command: engine.Command) -> None:
        snapshot = instance.outcome.snapshot
        try:
            outcome = engine.advance(instance.process, snapshot, command, at=self.at)
        except engine.EngineError as error:
            raise RefusedError("ERROR_runtime", str(error)) from error
        self._took(instance, outcome)

    def _took(self, instance: Instance, outcome: Outcome) -> None:
        instance.outcome = outcome
        still = {job.token_id for job in outcome.jobs}  # the others were interrupted
        instance.busy = {token: end for token, end in instance.busy.items() if token in still}
        if outcome.status is InstanceStatus.FAILED:
            self.log.lines.append("ERROR_thrownErrorEvent")
        for event in outcome.events:
            if event.kind is EventKind.MESSAGE_SENT:
                self._message(event.data["name"])
            elif event.kind is EventKind.SIGNAL_SENT:
                self._signal(event.data["name"], instance)

    def _message(self, name: str) -> None:
        for instance in self.instances:
            for wait in instance.outcome.messages:
                if wait.name == name:
                    self._send(instance, engine.DeliverMessage(wait.token_id, name, {}))
                    return
        self._start_where("message", name)

    def _signal(self, name: str, sender: Instance) -> None:
        for instance in list(self.instances):
            if instance is sender:
                continue
            tokens = [one.token_id for one in instance.outcome.signals if one.name == name]
            for token in tokens:
                if token in {one.token_id for one in instance.outcome.signals}:
                    self._send(instance, engine.DeliverSignal(token, name, {}))
        self._start_where("signal", name)

    def _start_where(self, kind: str, name: str) -> None:
        for process in list(self.processes.values()):
            for node in process.program.nodes.values():
                if _starts_with(node, process, kind, name):
                    cause = engine.Occurrence(kind, name)
                    self.start(process.process_id, {"testCaseNumber": 1}, node.id, cause)


def _starts_with(node: FlowNode, process: engine.CompiledProcess, kind: str, name: str) -> bool:
    """Return whether a message or signal of this name starts the process at the node."""
    if not any(one.kind == kind and one.ref == name for one in node.events):
        return False
    top = process.program.top.task_specs
    if node.id not in top:
        return False
    before = [one.element for one in top.values() if _leads_to(one, node.id)]
    behind = any(one.kind == "eventBasedGateway" and one.instantiate for one in before)
    return node.kind == "startEvent" or node.instantiate or behind


def _leads_to(spec: Any, element_id: str) -> bool:
    return any(flow.target == element_id for flow in getattr(spec, "flows", ()))
