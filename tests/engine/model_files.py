"""Small BPMN files for the tests of the reader and of lint."""

from itertools import pairwise

HERE = "<!--here-->"

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"
  xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
  xmlns:flowable="http://flowable.org/bpmn"
  xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"
  xmlns:motcua="https://motcua.org/schema/1"
  xmlns:own="urn:own" targetNamespace="urn:own">
"""
_DRAWING = (
    '<bpmndi:BPMNDiagram><bpmndi:BPMNPlane><bpmndi:BPMNShape bpmnElement="s"/>'
    "</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>\n"
)
EXECUTABLE = 'id="p" name="Quy trình" isExecutable="true"'


def diagram(
    body: str, *, roots: str = "", process: str = EXECUTABLE, drawing: str = _DRAWING
) -> bytes:
    """Return a BPMN file with one process around ``body`` and ``roots`` before it."""
    text = f"{_HEAD}{roots}\n<process {process}>\n{body}\n</process>\n{drawing}</definitions>\n"
    return text.encode()


def collaboration(content: str) -> bytes:
    """Return a BPMN file with this content and a drawing."""
    return f"{_HEAD}{content}\n{_DRAWING}</definitions>\n".encode()


def chain(*nodes: str) -> str:
    """Return the nodes, one per line, joined by flows f1, f2, ... in their order.

    A node is written as ``kind id attributes|content``.
    """
    ids = [node.partition("|")[0].split()[1] for node in nodes]
    lines = [_element(node) for node in nodes]
    lines += [
        f'<sequenceFlow id="f{number}" sourceRef="{source}" targetRef="{target}"/>'
        for number, (source, target) in enumerate(pairwise(ids), 1)
    ]
    return "\n".join(lines) + "\n"


def marked_line(content: bytes) -> int | None:
    """Return the 1-based line of the mark ``HERE``, or None without one."""
    before, mark, _ = content.partition(HERE.encode())
    return before.count(b"\n") + 1 if mark else None


def _element(node: str) -> str:
    head, _, content = node.partition("|")
    kind, node_id, *attributes = head.split(maxsplit=2)
    return f'<{kind} id="{node_id}" {" ".join(attributes)}>{content}</{kind}>'
