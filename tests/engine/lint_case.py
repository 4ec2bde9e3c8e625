"""What the broken models of lint's tests are made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.model import Severity
from tests.engine.model_files import chain, diagram

USER = 'camunda:candidateGroups="mot-cua"'
ERROR, WARNING, HINT = Severity.ERROR, Severity.WARNING, Severity.HINT


@dataclass(frozen=True)
class Case:
    """A rule, the element it must name, and a file with ``HERE`` on the line it must name."""

    rule: str
    element: str | None
    content: bytes
    severity: Severity = ERROR
    files: Mapping[str, bytes] = field(default_factory=dict)


def middle(node: str, *, roots: str = "") -> bytes:
    """Return a model of a start event, this node and an end event."""
    return diagram(chain("startEvent s", node, "endEvent e"), roots=roots)


def flow(flow_id: str, source: str, target: str, condition: str = "") -> str:
    inner = f"<conditionExpression>{condition}</conditionExpression>" if condition else ""
    ends = f'sourceRef="{source}" targetRef="{target}"'
    return f'<sequenceFlow id="{flow_id}" {ends}>{inner}</sequenceFlow>\n'


def choice(gateway: str, to_a: str, to_b: str) -> bytes:
    """Return a model with a gateway g and two branches that meet in an exclusive gateway."""
    return diagram(
        f'<startEvent id="s"/>\n{flow("f0", "s", "g")}{gateway}\n{to_a}{to_b}'
        f'<task id="a"/>\n<task id="b"/>\n<exclusiveGateway id="m"/>\n<endEvent id="e"/>\n'
        + flow("f3", "a", "m")
        + flow("f4", "b", "m")
        + flow("f5", "m", "e")
    )


SPLIT = '<exclusiveGateway id="g" default="f2"/>'
BOUNDED = chain("startEvent s", f"userTask t {USER}", "endEvent e")
TIMER = "<timerEventDefinition><timeDuration>P2D</timeDuration></timerEventDefinition>"
ERROR_ROOT = '<error id="er" errorCode="E1"/>'


def boundary(event: str) -> bytes:
    return diagram(f"{BOUNDED}\n{event}\n{flow('f9', 'b', 'e')}", roots=ERROR_ROOT)
