"""The typed, immutable tree of a BPMN model, with the source line of every element.

Written by ``engine.bpmn.reader``; read by lint, compile and the kernel. Names follow BPMN 2.0.2.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Correlation:
    """How a process tells messages of one kind apart (BPMN 2.0.2, 8.3.2).

    ``retrieve`` reads the properties of the key from a message; ``expect`` reads them from the
    process (correlationSubscription), or is empty where the conversation's first message fixes
    them.
    """

    key: str  # id of the correlation key
    retrieve: tuple[str, ...]
    expect: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Subscription:
    """A correlation subscription of a process; ``unbound`` are properties without a binding."""

    id: str
    line: int
    key: str = ""  # empty where the key that it names is not there
    unbound: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EventDefinition:
    """What an event waits for or throws.

    ``kind`` is the element name without "EventDefinition" ("message", "timer", "compensate", ...).
    ``ref`` is the resolved message or signal name, error or escalation code, or link name.
    ``timer_kind`` is date, duration or cycle; ``expression`` its text (or the condition's).
    ``working_time`` means that a duration counts office hours (motcua:calendar="working").
    """

    kind: str
    line: int
    id: str | None = None
    ref: str | None = None
    timer_kind: str | None = None
    expression: str | None = None
    working_time: bool = False
    correlation_key: str | None = None  # expression (zeebe:subscription, camunda correlation)
    activity_ref: str | None = None  # compensation: the activity to undo, by default all
    waits: bool = True  # compensation: whether the throwing event waits until it is done
    correlation: Correlation | None = None  # messages, where the standard's own elements say how


@dataclass(frozen=True, slots=True)
class Repetition:
    """How often an activity is done: a standard loop, or one instance per item or number.

    ``condition`` is what a standard loop asks to go on and what ends a multi-instance early.
    ``behavior`` says when an instance that completes throws ``event``: None, One, All (never) or
    Complex, which has (condition, event) pairs of its own.
    """

    kind: str  # standard, parallel or sequential
    line: int
    condition: str | None = None
    test_before: bool = False
    maximum: int | None = None
    cardinality: str | None = None
    collection: str | None = None
    item: str | None = None  # the variable that holds an instance's item
    results: str | None = None  # the variable that collects a value of each instance
    result: str | None = None  # expression of that value
    behavior: str = "All"
    event: EventDefinition | None = None
    complex: tuple[tuple[str, EventDefinition | None], ...] = ()


@dataclass(frozen=True, slots=True)
class Script:
    text: str
    line: int
    format: str | None = None
    result_variable: str | None = None


@dataclass(frozen=True, slots=True)
class DecisionCall:
    """The decision a business rule task asks, and what becomes of its result.

    ``mapping`` is Camunda's mapDecisionResult; without one the decision's value is kept as it is.
    ``binding`` says which version is meant: latest, deployment, version, versionTag; ``None`` where
    nothing is written: the one of the same deployment, else the latest.
    """

    reference: str  # id or name of a decision; a text with "=" or "${" is an expression
    line: int
    result_variable: str | None = None
    mapping: str | None = None
    binding: str | None = None
    version: str | None = None  # number, or the text of the tag; may be an expression


@dataclass(frozen=True, slots=True)
class ProcessCall:
    """Which version of a process a call activity means, and the key its instance gets.

    ``binding`` as with decisions; ``version`` is the number or the tag that is bound to.
    """

    line: int
    binding: str | None = None
    version: str | None = None
    business_key: str | None = None  # may be an expression
    inherits_key: bool = False


@dataclass(frozen=True, slots=True)
class VariableMapping:
    """One input or output mapping: an expression and the variable it is written to."""

    source: str
    target: str
    line: int
    local: bool = False  # calls: only variables of the activity itself, in or out


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who does a task and until when; every text may be an expression."""

    assignee: str | None = None
    candidate_users: tuple[str, ...] = ()
    candidate_groups: tuple[str, ...] = ()
    due: str | None = None  # instant or ISO 8601 duration from the task's creation
    follow_up: str | None = None
    work_limit: str | None = None  # motcua:limit: ISO 8601 duration in working time, e.g. P3D
    priority: str | None = None
    not_same_as: tuple[str, ...] = ()  # motcua:notSameAs: elements that others must have done


@dataclass(frozen=True, slots=True)
class SequenceFlow:
    id: str
    source: str
    target: str
    line: int
    name: str = ""
    condition: str | None = None
    condition_language: str | None = None
    id_was_missing: bool = False


@dataclass(frozen=True, slots=True)
class DataStore:
    """A data store as one reference to it means it; what it holds outlives every instance."""

    id: str
    name: str
    line: int
    key: str | None = None  # motcua:key of the reference: an expression; None: the one value
    capacity: int | None = None  # items at most
    is_written: bool = False  # whether anything in the file writes it
    is_drawn: bool = True  # whether the reference names a dataStore of the file


@dataclass(frozen=True, slots=True)
class StoreUse:
    """What an association carries between a data store and a variable.

    ``expression``: what is written instead of the variable's value.
    """

    store: DataStore
    variable: str
    line: int
    expression: str | None = None


@dataclass(frozen=True, slots=True)
class StateUse:
    """The state that an association asks of a data object, or gives it.

    ``initial`` is the state in which the data object is made, if one is drawn.
    """

    variable: str
    state: str
    initial: str | None = None


@dataclass(frozen=True, slots=True)
class DataUse:
    """What associations do besides copying variables.

    ``needs``: the states of each input set, of which one must be there for the element to begin.
    """

    reads: tuple[StoreUse, ...] = ()
    writes: tuple[StoreUse, ...] = ()
    needs: tuple[tuple[StateUse, ...], ...] = ()
    sets: tuple[StateUse, ...] = ()


@dataclass(frozen=True, slots=True)
class FlowNode:
    """An activity, event or gateway. ``kind`` is the BPMN element name, e.g. ``userTask``."""

    id: str
    kind: str
    line: int
    name: str = ""
    incoming: tuple[str, ...] = ()  # flow ids, document order
    outgoing: tuple[str, ...] = ()
    default_flow: str | None = None
    events: tuple[EventDefinition, ...] = ()
    attached_to: str | None = None  # boundary events
    interrupting: bool = True  # cancelActivity / isInterrupting
    parallel_multiple: bool = False
    script: Script | None = None
    loop: str | None = None  # "standard", "parallel" or "sequential" multi-instance
    repetition: Repetition | None = None
    scope: "Scope | None" = None  # sub-process, transaction, ad-hoc
    called_element: str | None = None
    call: ProcessCall | None = None  # call activities
    decision: DecisionCall | None = None
    inputs: tuple[VariableMapping, ...] = ()
    outputs: tuple[VariableMapping, ...] = ()
    own_inputs: tuple[VariableMapping, ...] = ()  # calls: variables of the activity itself,
    own_outputs: tuple[VariableMapping, ...] = ()  # and what is taken from them at the end
    assignment: Assignment = field(default_factory=Assignment)
    form_ref: str | None = None
    form_data: bytes | None = None  # form-js JSON of fields that stand in the model itself
    topic: str | None = None
    retries: int = 3
    retry_cycle: str | None = None  # R3/PT10M: pauses between tries
    job_priority: int = 0  # of jobs; higher goes first
    implementation: str | None = None  # a vendor's way to do a service task that we do not run
    message_ref: str | None = None  # send and receive tasks: the message's name
    lane: str | None = None
    triggered_by_event: bool = False
    instantiate: bool = False
    is_for_compensation: bool = False
    handler: str | None = None  # compensation boundary event: the activity that undoes its host
    activation: str | None = None  # complex gateway: the condition to go on
    all_events: bool = False  # event-based gateway: instantiate and wait for every event
    data_inputs: tuple[VariableMapping, ...] = ()  # what data associations carry in and out
    data_outputs: tuple[VariableMapping, ...] = ()
    data: DataUse = field(default_factory=DataUse)  # data stores, states of data objects
    start_quantity: int = 1
    completion_quantity: int = 1
    public_state: int | None = None  # motcua:state: one of the ten published dossier states
    action: str | None = None  # motcua:action: what people may do on the dossier page
    documentation: str = ""
    unsupported: tuple[tuple[str, int], ...] = ()  # (what, line) read but not understood

    @property
    def gathers(self) -> bool:
        """Whether all of several events must happen."""
        return self.parallel_multiple and len(self.events) > 1


@dataclass(frozen=True, slots=True)
class Lane:
    id: str
    name: str
    line: int
    nodes: tuple[str, ...] = ()
    group: str | None = None  # motcua:candidateGroups or camunda:candidateGroups on the lane


@dataclass(frozen=True, slots=True)
class Scope:
    """A process or sub-process: its nodes and flows in document order."""

    id: str
    kind: str  # process, subProcess, transaction, adHocSubProcess
    line: int
    name: str = ""
    nodes: Mapping[str, FlowNode] = field(default_factory=dict)
    flows: Mapping[str, SequenceFlow] = field(default_factory=dict)
    lanes: tuple[Lane, ...] = ()
    executable: bool | None = None  # None: the attribute is missing
    file: str = ""
    documentation: str = ""
    other: tuple[tuple[str, str | None, int], ...] = ()  # (element, id, line) kept but not run
    data: tuple[str, ...] = ()  # names of its data objects and properties
    version_tag: str | None = None  # of a process (camunda:versionTag, zeebe:versionTag)
    in_turn: bool = False  # ad-hoc sub-process: one activity after the other
    completion: str | None = None  # ad-hoc sub-process: the condition that ends it
    subscriptions: tuple[Subscription, ...] = ()
    by_hand: bool = False  # ad-hoc sub-process: people start its activities (motcua:start="user")
    cancels_rest: bool = True  # ad-hoc sub-process: whether that takes running activities away
    unsupported: tuple[tuple[str, int], ...] = ()  # (what, line) of the process and its flows

    def walk(self) -> Iterator[tuple["Scope", FlowNode]]:
        """Yield every node with its scope, outer scopes first, document order."""
        for node in self.nodes.values():
            yield self, node
            if node.scope is not None:
                yield from node.scope.walk()


@dataclass(frozen=True, slots=True)
class Definitions:
    """Everything one file defines."""

    file: str
    processes: Mapping[str, Scope]
    participants: Mapping[str, str | None] = field(default_factory=dict)  # id -> process id
    element_lines: Mapping[str, int] = field(default_factory=dict)
    duplicate_ids: tuple[tuple[str, int], ...] = ()
    has_diagram: bool = True
    root_elements: Mapping[str, str] = field(default_factory=dict)  # id -> element name
    unresolved: tuple[tuple[str, str, str, int], ...] = ()  # (element id, attribute, value, line)
    exporter: str = ""
    several: tuple[tuple[str, str, str, int], ...] = ()  # pools of many: id, name, process, line
