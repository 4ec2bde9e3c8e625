"""One BPMN file as the strict rules read it: its XML, indexed by id and by element name."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from engine.bpmn.catalog import children, local, name_of
from engine.bpmn.xml import MODEL

Element = etree._Element  # noqa: SLF001  (the name that lxml gives the type)
TASKS = (
    "task",
    "userTask",
    "manualTask",
    "scriptTask",
    "serviceTask",
    "sendTask",
    "receiveTask",
    "businessRuleTask",
)
SUB_PROCESSES = ("subProcess", "transaction", "adHocSubProcess")
ACTIVITIES = (*TASKS, *SUB_PROCESSES, "callActivity")
GATEWAYS = (
    "exclusiveGateway",
    "inclusiveGateway",
    "parallelGateway",
    "complexGateway",
    "eventBasedGateway",
)
CATCHING = ("startEvent", "intermediateCatchEvent", "boundaryEvent")
THROWING = ("intermediateThrowEvent", "endEvent", "implicitThrowEvent")
EVENTS = (*CATCHING, *THROWING, "event")
CHOREOGRAPHY_NODES = ("choreographyTask", "subChoreography", "callChoreography")
FLOW_NODES = (*ACTIVITIES, *GATEWAYS, *EVENTS, *CHOREOGRAPHY_NODES)
GLOBAL_TASKS = (
    "globalTask",
    "globalUserTask",
    "globalManualTask",
    "globalScriptTask",
    "globalBusinessRuleTask",
)


@dataclass(slots=True)
class Document:
    """A parsed file. ``peers`` are all documents of the upload by their target namespace."""

    file: str
    root: Element
    peers: dict[str, "Document"] = field(default_factory=dict)
    ids: dict[str, Element] = field(default_factory=dict)
    names: dict[str, list[Element]] = field(default_factory=dict)

    drawn: dict[tuple[str, str], list[str]] = field(default_factory=dict)  # flows by (node, side)

    def __post_init__(self) -> None:
        for element in self.root.iter(f"{{{MODEL}}}*"):
            self.names.setdefault(name_of(element), []).append(element)
            if element.get("id"):
                self.ids.setdefault(element.get("id", ""), element)

        for flow in self.each("sequenceFlow"):
            for side, end in (("outgoing", "sourceRef"), ("incoming", "targetRef")):
                key = (local(flow.get(end, "")), side)
                self.drawn.setdefault(key, []).append(flow.get("id", ""))

    @property
    def lists_flows(self) -> bool:
        """Return whether nodes list their flows, which the schema leaves to the tools."""
        return "incoming" in self.names or "outgoing" in self.names

    def flows(self, node: Element, side: str) -> list[str]:
        """Return the ids of the incoming or outgoing flows of a node, as the file shows them."""
        if self.lists_flows:
            return [local(text) for text in texts(node, side)]
        return self.drawn.get((node.get("id", ""), side), [])

    @property
    def namespace(self) -> str:
        return self.root.get("targetNamespace", "")

    def each(self, *names: str) -> Iterator[Element]:
        """Yield the elements with these names, in document order for each name."""
        for name in names:
            yield from self.names.get(name, ())

    def find(self, holder: Element, reference: str | None) -> Element | None:
        """Return what a reference written at ``holder`` means, also in another file."""
        written = (reference or "").strip()
        prefix, colon, _ = written.partition(":")
        namespace = holder.nsmap.get(prefix) if colon else None
        if namespace is not None and namespace != self.namespace:
            other = self.peers.get(namespace)
            return other.ids.get(local(written)) if other else None
        return self.ids.get(written) if written in self.ids else self.ids.get(local(written))

    def is_foreign(self, holder: Element, reference: str) -> bool:
        """Return whether a reference leads to a namespace that is not in the upload."""
        prefix, colon, _ = reference.strip().partition(":")
        namespace = holder.nsmap.get(prefix) if colon else None
        return namespace not in (None, self.namespace) and namespace not in self.peers

    def owner(self, element: Element) -> "Document":
        """Return the document of the upload that an element stands in."""
        root = element.getroottree().getroot()
        return next((one for one in self.peers.values() if one.root is root), self)

    def found(self, holder: Element, name: str) -> list[Element]:
        """Return what the child elements ``name`` of a holder refer to, as far as it exists."""
        targets = (self.find(holder, text) for text in texts(holder, name))
        return [target for target in targets if target is not None]

    def definitions(self, event: Element) -> list[Element]:
        """Return the event definitions of an event, own and referenced ones."""
        own = [child for child in children(event) if name_of(child).endswith("EventDefinition")]
        return own + [
            target
            for target in self.found(event, "eventDefinitionRef")
            if name_of(target).endswith("EventDefinition")
        ]

    def kinds(self, event: Element) -> list[str]:
        """Return the kinds of an event's definitions, such as "message"."""
        return [name_of(one).removesuffix("EventDefinition") for one in self.definitions(event)]


def child(element: Element, *names: str) -> Element | None:
    """Return the first BPMN child with one of these names."""
    return next((one for one in children(element) if name_of(one) in names), None)


def every(element: Element, *names: str) -> list[Element]:
    """Return the BPMN children with these names."""
    return [one for one in children(element) if name_of(one) in names]


def texts(element: Element, name: str) -> list[str]:
    """Return the texts of the BPMN children with this name."""
    return [(one.text or "").strip() for one in every(element, name)]


def above(element: Element, *names: str) -> Element | None:
    """Return the nearest BPMN ancestor with one of these names."""
    for one in element.iterancestors():
        if name_of(one) in names:
            return one
    return None


def is_executable(element: Element) -> bool:
    """Return whether an element lies in a process that is marked as executable."""
    process = element if name_of(element) == "process" else above(element, "process")
    return process is not None and process.get("isExecutable") in ("true", "1")


def is_event_sub_process(element: Element | None) -> bool:
    return element is not None and element.get("triggeredByEvent") in ("true", "1")
