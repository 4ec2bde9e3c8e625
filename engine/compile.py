"""From the files of a deployment to a process that can run."""

from collections.abc import Mapping
from hashlib import sha256
from types import MappingProxyType

from engine.bpmn.elements import Definitions, Scope
from engine.bpmn.reader import read
from engine.dmn import DecisionError, DecisionModel, read_models
from engine.errors import InvalidModelError
from engine.kernel.build import build
from engine.kernel.process import CompiledProcess
from engine.kernel.specs_decisions import give_decisions
from engine.lint import lint
from engine.lint.check import MODEL_ENDINGS
from engine.model import Files, Severity
from engine.texts import N_

_RUNS_ALL_THE_SAME = ("join-never-completes", "never-ends")  # BPMN allows waiting for ever


def compile_process(files: Files, process_id: str | None = None) -> CompiledProcess:
    """Return one process of a deployment; without an id the one that nothing else calls.

    Raises InvalidModelError with the first error that ``lint`` finds, or when it is not clear which
    process is meant. What only never comes to an end is compiled: BPMN says how it runs, and it is
    the publishing that refuses it.
    """
    _refuse_errors(files)
    processes = _processes(read_definitions(files))
    chosen = _chosen(processes, process_id)
    program = build(processes, chosen.id)
    give_decisions(program.scopes.values(), _decisions(files))
    start = program.top.starts[0] if program.top.starts else ""
    node = chosen.nodes.get(start)
    return CompiledProcess(
        process_id=chosen.id,
        name=chosen.name or chosen.id,
        checksum=checksum(files),
        file=chosen.file,
        start_form_ref=node.form_ref if node else None,
        elements=MappingProxyType(program.nodes),
        program=program,
        version_tag=chosen.version_tag,
    )


def read_definitions(files: Files) -> tuple[Definitions, ...]:
    """Return the typed tree of every BPMN file, in the order of their names."""
    return tuple(
        read(files[name], name) for name in sorted(files) if name.lower().endswith(MODEL_ENDINGS)
    )


def checksum(files: Files) -> str:
    """Return the SHA-256 over names and contents, in the order of the names."""
    digest = sha256()
    for name in sorted(files):
        for part in (name.encode(), files[name]):
            digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def _decisions(files: Files) -> dict[str, DecisionModel]:
    try:
        return read_models(files)
    except DecisionError as error:
        raise InvalidModelError(
            error.message,
            params=error.params,
            element_id=error.element_id or None,
            line=error.line,
            file=error.file,
        ) from error


def _refuse_errors(files: Files) -> None:
    for finding in lint(files):
        if finding.severity is Severity.ERROR and finding.rule not in _RUNS_ALL_THE_SAME:
            raise InvalidModelError(
                f"{finding.problem} {finding.remedy}",
                params=finding.params,
                element_id=finding.element_id,
                line=finding.line,
                file=finding.file or None,
            )


def _processes(definitions: tuple[Definitions, ...]) -> dict[str, Scope]:
    found: dict[str, Scope] = {}
    for one in definitions:
        for key, scope in one.processes.items():
            found.setdefault(key, scope)
    return found


def _chosen(processes: Mapping[str, Scope], process_id: str | None) -> Scope:
    if process_id is not None:
        if process_id not in processes:
            raise InvalidModelError(
                N_("The files hold no process “%(process)s”."), params={"process": process_id}
            )
        return processes[process_id]
    called = {node.called_element for one in processes.values() for _, node in one.walk()}
    runnable = [one for one in processes.values() if one.executable is not False]
    outer = [one for one in runnable if one.id not in called] or runnable
    if len(outer) != 1:
        raise InvalidModelError(
            N_("The files hold %(count)s processes that could be run; name one of them."),
            params={"count": len(outer)},
        )
    return outer[0]
