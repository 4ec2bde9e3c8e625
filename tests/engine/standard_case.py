"""Short notation for the broken models of the strict rules."""

from dataclasses import dataclass

_HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:own="urn:own"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="urn:own">'
)
FORMAL = 'xsi:type="tFormalExpression"'


@dataclass(frozen=True)
class Strict:
    """A rule, the element that its finding must name, and a model that breaks it there."""

    rule: str
    element: str | None
    content: bytes


def roots(rule: str, element: str | None, content: str) -> Strict:
    """Return a case of these root elements."""
    return Strict(rule, element, f"{_HEAD}{content}</definitions>".encode())


def inside(rule: str, element: str | None, body: str, more: str = "") -> Strict:
    """Return a case of a process ``p`` that is executable, with roots before it."""
    return roots(rule, element, f'{more}<process id="p" isExecutable="true">{body}</process>')


def node(kind: str, key: str, incoming: str = "", outgoing: str = "", rest: str = "") -> str:
    """Return a flow node with these flows; ``rest`` is ``attributes|content``."""
    attributes, _, content = rest.partition("|")
    listed = "".join(f"<incoming>{one}</incoming>" for one in incoming.split())
    listed += "".join(f"<outgoing>{one}</outgoing>" for one in outgoing.split())
    return f'<{kind} id="{key}" {attributes}>{listed}{content}</{kind}>'


def flow(key: str, source: str, target: str, rest: str = "") -> str:
    attributes, _, content = rest.partition("|")
    ends = f'sourceRef="{source}" targetRef="{target}"'
    return f'<sequenceFlow id="{key}" {ends} {attributes}>{content}</sequenceFlow>'


def chain(kind: str, key: str, rest: str = "") -> str:
    """Return a start event, this node and an end event, properly connected."""
    return (
        node("startEvent", "s", "", "f1")
        + node(kind, key, "f1", "f2", rest)
        + node("endEvent", "e", "f2")
        + flow("f1", "s", key)
        + flow("f2", key, "e")
    )
