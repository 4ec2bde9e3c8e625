"""What the front door hands out for a process that can run."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.bpmn.elements import FlowNode
from engine.kernel.build import Program


@dataclass(frozen=True, slots=True, eq=False)
class CompiledProcess:
    """A process ready to run, shared by all its instances and never changed by them.

    ``elements`` are all elements of the process by id, nested and called ones included;
    ``checksum`` is the SHA-256 of the deployment's files.
    """

    process_id: str
    name: str
    checksum: str
    file: str
    start_form_ref: str | None
    elements: Mapping[str, FlowNode]
    program: Program = field(repr=False, compare=False)
    version_tag: str | None = None
