"""Short notation for the processes of kernel tests: elements as XML, sequence flows as paths."""

from itertools import pairwise

from engine import CompiledProcess, Files, compile_process
from engine.bpmn.reader import read
from engine.kernel.build import build

_HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
    ' xmlns:motcua="https://motcua.org/schema/1" targetNamespace="urn:test">'
)
_SHARED = (
    '<message id="M" name="papers"/><message id="N" name="answer"/><signal id="S" name="storm"/>'
    '<error id="E" errorCode="refused"/><error id="F" errorCode="lost"/>'
    '<escalation id="C" escalationCode="late"/><escalation id="D" escalationCode="costly"/>'
    '<signalEventDefinition id="told" signalRef="S"/>'
)


def flows(*paths: str) -> str:
    """Return the sequence flows of paths like ``a b c``; ``a b ? = x`` sets the last condition.

    The flow from ``a`` to ``b`` has the id ``a_b``.
    """
    return "".join(_path(path) for path in paths)


def process(elements: str, *paths: str, key: str = "p") -> str:
    """Return one process; user tasks without an owner get the group ``desk``."""
    parts = elements.split("<userTask ")
    owned = parts[0] + "".join(f"<userTask {_owner(part)}{part}" for part in parts[1:])
    return f'<process id="{key}" isExecutable="true">{owned}{flows(*paths)}</process>'


def file(*processes: str) -> bytes:
    """Return a BPMN file with these processes and the shared messages, signals and errors."""
    return f"{_HEAD}{_SHARED}{''.join(processes)}</definitions>".encode()


def compiled(elements: str, *paths: str, more: str = "") -> CompiledProcess:
    """Return the process ``p``, compiled; ``more`` are further processes that it may call."""
    files: Files = {"test.bpmn": file(process(elements, *paths), more)}
    return compile_process(files, "p")


def compiled_unchecked(elements: str, *paths: str, more: str = "") -> CompiledProcess:
    """Return the process ``p`` without asking lint, for what lint would not let through."""
    scopes = read(file(process(elements, *paths), more), "test.bpmn").processes
    program = build(scopes, "p")
    return CompiledProcess("p", "p", "", "test.bpmn", None, program.nodes, program)


def _owner(rest_of_element: str) -> str:
    start_tag = rest_of_element.partition(">")[0]
    return "" if "candidateGroups" in start_tag else 'camunda:candidateGroups="desk" '


def _path(path: str) -> str:
    nodes, _, condition = path.partition("?")
    names = nodes.split()
    pairs = list(pairwise(names))
    last = len(pairs) - 1
    return "".join(
        _flow(*pair, condition.strip() if index == last else "") for index, pair in enumerate(pairs)
    )


def _flow(source: str, target: str, condition: str) -> str:
    text = condition.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    inner = f"<conditionExpression>{text}</conditionExpression>" if text else ""
    return (
        f'<sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}">'
        f"{inner}</sequenceFlow>"
    )
