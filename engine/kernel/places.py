"""Where an element is built, and its texts as formulas."""

from collections.abc import Container
from dataclasses import dataclass

from engine.bpmn import elements as bpmn
from engine.errors import InvalidModelError
from engine.kernel import formulas
from engine.kernel.specs import ScopeSpec
from engine.kernel.variables import Formula
from engine.texts import N_


@dataclass(frozen=True, slots=True)
class Place:
    """Where an element is built: the scope it joins, what was drawn, in which file."""

    spec: ScopeSpec
    node: bpmn.FlowNode
    file: str
    processes: Container[str] = ()  # ids of the processes of the deployment

    def text(self, written: str | None) -> Formula | None:
        node = self.node
        return formulas.text(written, element_id=node.id, line=node.line, file=self.file)

    def texts(self, written: tuple[str, ...]) -> tuple[Formula, ...]:
        return tuple(formula for one in written if (formula := self.text(one)) is not None)

    def expression(self, written: str | None) -> Formula | None:
        if not written:
            return None
        node = self.node
        return formulas.expression(written, element_id=node.id, line=node.line, file=self.file)

    def expressions(self, written: tuple[str, ...]) -> tuple[Formula, ...]:
        return tuple(formula for one in written if (formula := self.expression(one)) is not None)

    def inputs(self) -> tuple[tuple[str, Formula], ...]:
        return self.mappings(self.node.inputs)

    def mappings(
        self, written: tuple[bpmn.VariableMapping, ...]
    ) -> tuple[tuple[str, Formula], ...]:
        return formulas.mappings(written, element_id=self.node.id, file=self.file)

    def refused(self) -> InvalidModelError:
        """Return the error for an element that the kernel does not run."""
        return InvalidModelError(
            N_("“%(element)s” (%(kind)s) cannot be run yet."),
            params={"element": self.node.name or self.node.id, "kind": self.node.kind},
            element_id=self.node.id,
            line=self.node.line,
            file=self.file,
        )
