"""Broken models for the strict rules: one per rule."""

from tests.engine.standard_case import FORMAL, Strict, chain, flow, inside, node, roots

TIMER = "<timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition>"
CONDITION = f"|<conditionExpression {FORMAL}>= x</conditionExpression>"
ITEMS = '<itemDefinition id="I" structureRef="A"/><itemDefinition id="J" structureRef="B"/>'
MESSAGE = f'{ITEMS}<message id="M" itemRef="I"/><message id="N" itemRef="J"/>'
OPERATION = (
    f'{MESSAGE}<interface id="F" name="f"><operation id="O" name="o">'
    "<inMessageRef>M</inMessageRef></operation></interface>"
)


def io(content: str) -> str:
    return f"|<ioSpecification>{content}</ioSpecification>"


def given(key: str, item: str = "I") -> str:
    """Return a data input with its set."""
    return (
        f'<dataInput id="{key}" itemSubjectRef="{item}"/>'
        f"<inputSet><dataInputRefs>{key}</dataInputRefs></inputSet><outputSet/>"
    )


def boundary(event: str, rest: str = "", host: str = "task") -> str:
    return (
        chain(host, "t")
        + node("boundaryEvent", "b", "", "f3", f'attachedToRef="t" {rest}|{event}')
        + flow("f3", "b", "e")
    )


def awaiting(target: str, gateway: str = "", first: str = "") -> str:
    """Return an event-based gateway with the flows x and y to a timer event and a target."""
    return (
        node("startEvent", "s", "", "f1")
        + node("eventBasedGateway", "g", "f1", "x y", gateway)
        + node("intermediateCatchEvent", "c", "x", "f2", f"|{TIMER}")
        + target
        + flow("f1", "s", "g")
        + flow("x", "g", "c", first)
        + flow("y", "g", "t")
        + flow("f2", "c", "e")
        + node("endEvent", "e", "f2 f3")
    )


def pools(source: str, target: str, body: str, more: str = "") -> str:
    """Return two pools, a message flow m, the process p with this body and the process q."""
    return (
        f'{more}<collaboration id="c"><participant id="a" processRef="p"/>'
        '<participant id="b" processRef="q"/>'
        f'<messageFlow id="m" sourceRef="{source}" targetRef="{target}"/></collaboration>'
        f'<process id="p">{body}</process><process id="q">'
        '<task id="there"/></process>'
    )


def link(kind: str, key: str, definition: str, content: str = "", flows: str = "") -> str:
    incoming, _, outgoing = flows.partition("/")
    inner = f'|<linkEventDefinition id="{definition}" name="{definition}">{content}'
    return node(kind, key, incoming, outgoing, f"{inner}</linkEventDefinition>")


CATCH, THROW = "intermediateCatchEvent", "intermediateThrowEvent"
SPLIT = node("task", "t", "f1", "a b") + flow("a", "t", "e") + flow("b", "t", "e")
FLOWS = (
    inside("flow-source-kind", "d", '<dataObject id="d"/><task id="t"/>' + flow("f", "d", "t")),
    inside("flow-target-kind", "d", '<dataObject id="d"/><task id="t"/>' + flow("f", "t", "d")),
    inside(
        "event-sub-process-with-flow",
        "u",
        node("subProcess", "u", "", "f", 'triggeredByEvent="true"')
        + node("task", "t", "f")
        + flow("f", "u", "t"),
    ),
    inside(
        "flow-not-at-its-end",
        "f",
        node("task", "t", "", "f") + '<task id="u"/>' + flow("f", "t", "u"),
    ),
    inside(
        "incoming-outgoing-wrong",
        "u",
        node("task", "t", "", "f") + node("task", "u", "", "f") + flow("f", "t", "u"),
    ),
    inside("flow-not-immediate", "f", flow("f", "t", "t", 'isImmediate="false"')),
    inside(
        "condition-without-alternative",
        "f",
        node("task", "t", "", "f") + '<task id="u"/>' + flow("f", "t", "u", CONDITION),
    ),
    inside(
        "condition-at-wrong-source",
        "f",
        node("parallelGateway", "t", "", "f") + '<task id="u"/>' + flow("f", "t", "u", CONDITION),
    ),
    inside("default-not-own", "t", chain("task", "t", 'default="f1"')),
    roots(
        "flow-crosses-pool",
        "f",
        '<process id="p"><task id="t"/>' + flow("f", "t", "u") + "</process>"
        '<process id="q"><task id="u"/></process>',
    ),
    inside(
        "flow-crosses-sub-process",
        "f",
        '<task id="t"/><subProcess id="u"><task id="v"/></subProcess>' + flow("f", "t", "v"),
    ),
)
GATEWAYS = (
    inside(
        "gateway-converging",
        "g",
        node("exclusiveGateway", "g", "a", "b c", 'gatewayDirection="Converging"'),
    ),
    inside(
        "gateway-diverging",
        "g",
        node("exclusiveGateway", "g", "a b", "c", 'gatewayDirection="Diverging"'),
    ),
    inside(
        "gateway-mixed", "g", node("parallelGateway", "g", "a", "b", 'gatewayDirection="Mixed"')
    ),
    inside("gateway-without-choice", "g", node("parallelGateway", "g", "a", "b")),
    inside("event-gateway-flows", "g", node("eventBasedGateway", "g", "a", "b")),
    inside(
        "event-gateway-condition", "x", awaiting(node("receiveTask", "t", "y", "f3"), "", CONDITION)
    ),
    inside("event-gateway-target-kind", "g", awaiting(node("task", "t", "y", "f3"))),
    inside(
        "event-gateway-mixture",
        "g",
        awaiting(node("receiveTask", "t", "y", "f3")).replace(TIMER, "<messageEventDefinition/>"),
    ),
    inside(
        "event-gateway-boundary",
        "t",
        awaiting(
            node("receiveTask", "t", "y", "f3")
            + node("boundaryEvent", "b", "", "f4", f'attachedToRef="t"|{TIMER}')
        ),
    ),
    inside("event-gateway-target-flows", "t", awaiting(node("receiveTask", "t", "y z", "f3"))),
    inside(
        "event-gateway-parallel",
        "g",
        awaiting(node("receiveTask", "t", "y", "f3"), 'eventGatewayType="Parallel"'),
    ),
)
EVENTS = (
    inside("start-event-kind", "s", node("startEvent", "s", rest="|<errorEventDefinition/>")),
    inside(
        "event-sub-process-start-kind",
        "s",
        '<subProcess id="u" triggeredByEvent="true"><startEvent id="s"/></subProcess>',
    ),
    inside(
        "sub-process-start-kind",
        "s",
        f'<subProcess id="u"><startEvent id="s">{TIMER}</startEvent></subProcess>',
    ),
    inside("end-event-kind", "e", f'<endEvent id="e">{TIMER}</endEvent>'),
    inside("catch-event-kind", "c", chain(CATCH, "c")),
    inside("throw-event-kind", "c", chain(THROW, "c", f"|{TIMER}")),
    inside("boundary-event-kind", "b", boundary("<terminateEventDefinition/>")),
    inside("cancel-boundary-place", "b", boundary("<cancelEventDefinition/>")),
    inside("cancel-end-place", "e", '<endEvent id="e"><cancelEventDefinition/></endEvent>'),
    inside(
        "event-definition-not-shared",
        "c",
        '<startEvent id="s"><messageEventDefinition id="d"/></startEvent>'
        + chain(CATCH, "c", "|<eventDefinitionRef>d</eventDefinitionRef>"),
    ),
    inside("link-with-both-flows", "c", link(CATCH, "c", "l", "", "f1/f2")),
    inside("link-definition-without-source", "l", link(CATCH, "c", "l", "", "/f2")),
    inside("link-definition-without-target", "l", link(THROW, "c", "l", "", "f1/")),
    inside(
        "link-pair-broken",
        "l",
        link(THROW, "c", "l", "<target>k</target>", "f1/") + link(CATCH, "d", "k", "", "/f2"),
    ),
    inside(
        "link-leaves-level",
        "l",
        link(THROW, "c", "l", "<target>k</target>", "f1/")
        + f'<subProcess id="u">{link(CATCH, "d", "k", "<source>l</source>", "/f2")}</subProcess>',
    ),
)
CONNECTIONS = (
    inside("end-without-start", "e", node("endEvent", "e", "f")),
    inside("start-without-end", "s", node("startEvent", "s", "", "f")),
    inside("start-event-incoming", "s", node("startEvent", "s", "f", "f")),
    inside("start-event-outgoing", "s", '<startEvent id="s"/>'),
    inside("end-event-incoming", "e", '<endEvent id="e"/>'),
    inside("end-event-outgoing", "e", node("endEvent", "e", "f", "f")),
    inside("boundary-event-incoming", "b", boundary(TIMER + "<incoming>f3</incoming>")),
    inside("boundary-event-outgoing", "b", node("boundaryEvent", "b", rest=f"|{TIMER}")),
    inside("compensation-boundary-outgoing", "b", boundary("<compensateEventDefinition/>")),
    inside("intermediate-event-incoming", "c", node(THROW, "c", "", "f")),
    inside("intermediate-event-outgoing", "c", node(THROW, "c", "f")),
    inside("node-without-outgoing", "u", chain("task", "t") + node("task", "u", "f1")),
    inside("node-without-incoming", "u", chain("task", "t") + node("task", "u", "", "f2")),
    inside("compensation-activity-with-flow", "t", chain("task", "t", 'isForCompensation="true"')),
)
ACTIVITIES = (
    inside("start-quantity", "t", chain("task", "t", 'startQuantity="0"')),
    inside("completion-quantity", "t", chain("task", "t", 'completionQuantity="-1"')),
    inside(
        "resource-named-twice",
        "r",
        chain(
            "task",
            "t",
            '|<performer id="r"><resourceRef>R</resourceRef><resourceAssignmentExpression>'
            "<formalExpression>x</formalExpression></resourceAssignmentExpression></performer>",
        ),
        '<resource id="R"/>',
    ),
    inside(
        "resource-parameter",
        "b",
        chain(
            "task",
            "t",
            '|<performer id="r"><resourceRef>R</resourceRef><resourceParameterBinding id="b" '
            'parameterRef="Q"/></performer>',
        ),
        '<resource id="R"><resourceParameter id="P"/></resource><resource id="S">'
        '<resourceParameter id="Q"/></resource>',
    ),
    inside("script-format", "t", chain("scriptTask", "t", "|<script>1</script>")),
    inside("choreography-in-process", "t", '<choreographyTask id="t"/>'),
    inside(
        "event-sub-process-starts", "u", '<subProcess id="u" triggeredByEvent="true"></subProcess>'
    ),
    inside("ad-hoc-empty", "u", chain("adHocSubProcess", "u")),
    inside("ad-hoc-with-start-or-end", "u", chain("adHocSubProcess", "u", '|<endEvent id="i"/>')),
    inside(
        "multi-instance-without-number",
        "t",
        chain("task", "t", "|<multiInstanceLoopCharacteristics/>"),
    ),
    inside(
        "multi-instance-data-reference",
        "t",
        chain(
            "task",
            "t",
            "|<multiInstanceLoopCharacteristics><loopDataInputRef>d</loopDataInputRef>"
            "</multiInstanceLoopCharacteristics>",
        )
        + '<dataObject id="d"/>',
    ),
    inside(
        "multi-instance-event",
        "t",
        chain("task", "t", '|<multiInstanceLoopCharacteristics behavior="One"/>'),
    ),
    inside("loop-maximum", "t", chain("task", "t", "|<standardLoopCharacteristics/>")),
    inside("compensation-not-associated", "b", boundary("<compensateEventDefinition/>")),
    inside(
        "compensation-activity-not-marked",
        "b",
        boundary("<compensateEventDefinition/>")
        + '<task id="u"/><association id="x" sourceRef="b" targetRef="u"/>',
    ),
    inside(
        "instantiating-receive-with-incoming",
        "t",
        chain("receiveTask", "t", 'instantiate="true"'),
    ),
    inside(
        "called-process-start",
        "q",
        chain("callActivity", "t", 'calledElement="q"'),
        f'<process id="q"><startEvent id="i">{TIMER}</startEvent></process>',
    ),
)
DATA = (
    inside(
        "data-collection-mismatch",
        "d",
        '<dataObject id="d" isCollection="true" itemSubjectRef="I"/>',
        ITEMS,
    ),
    roots("property-at-wrong-place", "x", '<property id="x"/><process id="p"/>'),
    inside(
        "data-association-end",
        "x",
        io(given("i", "I"))[1:]
        + chain(
            "task",
            "t",
            '|<dataOutputAssociation id="x"><sourceRef>i</sourceRef><targetRef>i</targetRef>'
            "</dataOutputAssociation>",
        ),
        ITEMS,
    ),
    inside(
        "data-not-in-set",
        "i",
        chain("task", "t", io('<dataInput id="i"/><inputSet/><outputSet/>')),
    ),
    inside(
        "data-optional-not-in-set",
        "n",
        chain(
            "task",
            "t",
            io(
                '<dataInput id="i"/><inputSet id="n"><optionalInputRefs>i</optionalInputRefs>'
                "</inputSet><outputSet/>"
            ),
        ),
    ),
    inside(
        "data-sets-not-paired",
        "n",
        chain(
            "task",
            "t",
            io('<inputSet id="n"><outputSetRefs>o</outputSetRefs></inputSet><outputSet id="o"/>'),
        ),
    ),
    inside(
        "data-association-sources",
        "x",
        chain(
            "task",
            "t",
            io(given("i"))
            + '<dataInputAssociation id="x"><sourceRef>d</sourceRef><sourceRef>d</sourceRef>'
            "<targetRef>i</targetRef></dataInputAssociation>",
        )
        + '<dataObject id="d"/>',
        ITEMS,
    ),
    inside(
        "data-association-types",
        "x",
        chain(
            "task",
            "t",
            io(given("i"))
            + '<dataInputAssociation id="x"><sourceRef>d</sourceRef><targetRef>i</targetRef>'
            "</dataInputAssociation>",
        )
        + '<dataObject id="d" itemSubjectRef="J"/>',
        ITEMS,
    ),
    inside(
        "multi-instance-types",
        "t",
        chain(
            "task",
            "t",
            io(given("i"))
            + "<multiInstanceLoopCharacteristics><loopDataInputRef>i</loopDataInputRef>"
            '<inputDataItem itemSubjectRef="J"/></multiInstanceLoopCharacteristics>',
        ),
        ITEMS,
    ),
    inside(
        "data-object-state-name",
        "r",
        '<dataObject id="d" name="Đơn"/><dataObjectReference id="r" dataObjectRef="d" name="Đơn">'
        '<dataState name="mới"/></dataObjectReference>',
    ),
)
MESSAGES = (
    inside("service-data-number", "t", chain("serviceTask", "t", 'operationRef="O"'), OPERATION),
    inside(
        "service-data-item",
        "t",
        chain("serviceTask", "t", 'operationRef="O"' + io(given("i", "J"))),
        OPERATION,
    ),
    inside(
        "message-data-number",
        "t",
        chain(
            "sendTask",
            "t",
            'messageRef="M"' + io(given("i") + '<dataInput id="j" itemSubjectRef="I"/>'),
        ),
        MESSAGE,
    ),
    inside(
        "message-data-item",
        "t",
        chain("sendTask", "t", 'messageRef="M"' + io(given("i", "J"))),
        MESSAGE,
    ),
    inside(
        "call-data-mismatch",
        "t",
        chain("callActivity", "t", 'calledElement="q"' + io(given("i"))),
        ITEMS + '<process id="q"/>',
    ),
    roots(
        "interface-without-binding",
        "q",
        OPERATION + '<process id="q"><supportedInterfaceRef>F</supportedInterfaceRef></process>',
    ),
    roots(
        "interface-binding-mismatch",
        "q",
        OPERATION
        + f'<process id="q"><ioSpecification>{given("i", "J")}</ioSpecification>'
        + '<ioBinding inputDataRef="i" operationRef="O" outputDataRef="i"/></process>',
    ),
    inside(
        "event-data-mismatch",
        "c",
        chain(
            CATCH,
            "c",
            '|<dataOutput id="o" itemSubjectRef="J"/><messageEventDefinition messageRef="M"/>',
        ),
        MESSAGE,
    ),
    inside(
        "message-definition-without-message", "c", chain(CATCH, "c", "|<messageEventDefinition/>")
    ),
    inside(
        "message-definition-without-operation",
        "c",
        chain(CATCH, "c", '|<messageEventDefinition messageRef="M"/>'),
        MESSAGE,
    ),
    inside(
        "message-and-operation-differ",
        "c",
        chain(
            CATCH,
            "c",
            '|<messageEventDefinition messageRef="N"><operationRef>O</operationRef>'
            "</messageEventDefinition>",
        ),
        OPERATION,
    ),
    inside("signal-definition-without-signal", "c", chain(CATCH, "c", "|<signalEventDefinition/>")),
    inside("error-end-without-code", "e", '<endEvent id="e"><errorEventDefinition/></endEvent>'),
    inside(
        "escalation-end-without-code",
        "e",
        '<endEvent id="e"><escalationEventDefinition/></endEvent>',
    ),
)
COLLABORATIONS = (
    roots(
        "choreography-reference",
        "c",
        '<choreography id="c"><choreographyRef>d</choreographyRef></choreography>'
        '<choreography id="d"/>',
    ),
    roots(
        "participant-multiplicity",
        "a",
        '<collaboration id="c"><participant id="a"><participantMultiplicity minimum="3" '
        'maximum="2"/></participant></collaboration>',
    ),
    roots("message-flow-in-pool", "m", pools("t", "u", '<task id="t"/><task id="u"/>')),
    roots("message-flow-end-kind", "m", pools("t", "there", '<dataObject id="t"/>')),
    roots("artifact-with-message-flow", "t", pools("t", "there", '<textAnnotation id="t"/>')),
    roots(
        "global-conversation-content",
        "c",
        '<globalConversation id="c"><conversation id="d"/></globalConversation>',
    ),
    roots(
        "public-process-executable",
        "p",
        '<process id="p" processType="Public" isExecutable="true"/>',
    ),
    roots("start-event-sends", "m", pools("t", "there", '<startEvent id="t"/>')),
    roots("start-event-without-message", "t", pools("there", "t", '<startEvent id="t"/>')),
    roots("end-event-receives", "m", pools("there", "t", '<endEvent id="t"/>')),
    roots("end-event-without-message", "t", pools("t", "there", '<endEvent id="t"/>')),
    roots(
        "intermediate-event-message-direction",
        "t",
        pools("t", "there", f'<{CATCH} id="t"><messageEventDefinition/></{CATCH}>'),
    ),
    roots("intermediate-event-without-message", "t", pools("t", "there", f'<{THROW} id="t"/>')),
    roots(
        "called-conversation",
        "k",
        '<collaboration id="c"><callConversation id="k" calledCollaborationRef="d"/>'
        '</collaboration><choreography id="d"/>',
    ),
)
TEXTS = (
    inside(
        "expression-not-formal",
        "t",
        chain(
            "task",
            "t",
            "|<standardLoopCharacteristics><loopCondition>x</loopCondition>"
            "</standardLoopCharacteristics>",
        ),
    ),
    inside(
        "expression-empty",
        "t",
        chain(
            "task",
            "t",
            f"|<standardLoopCharacteristics><loopCondition {FORMAL}/>"
            "</standardLoopCharacteristics>",
        ),
    ),
    inside(
        "conditional-event-not-formal",
        "c",
        chain(
            CATCH,
            "c",
            "|<conditionalEventDefinition><condition>x</condition></conditionalEventDefinition>",
        ),
    ),
    inside("timer-times", "c", chain(CATCH, "c", "|<timerEventDefinition/>")),
    inside("timer-text", "c", chain(CATCH, "c", f"|{TIMER}").replace("P1D", "tomorrow")),
    inside("reference-wrong", "c", chain(CATCH, "c", '|<signalEventDefinition signalRef="p"/>')),
    roots(
        "import-missing",
        None,
        '<import importType="http://www.omg.org/spec/BPMN/20100524/MODEL" location="x.bpmn" '
        'namespace="urn:x"/>',
    ),
    inside("text-format", "d", '<documentation id="d" textFormat="plain">x</documentation>'),
    inside(
        "language-not-a-uri",
        "f",
        SPLIT + flow("f", "t", "e", CONDITION.replace(FORMAL, f'{FORMAL} language="%$!"')),
    ),
)
SCHEMA = (inside("schema", "t", '<task id="t"><nothing/></task>'),)
CASES: tuple[Strict, ...] = (
    *FLOWS,
    *GATEWAYS,
    *EVENTS,
    *CONNECTIONS,
    *ACTIVITIES,
    *DATA,
    *MESSAGES,
    *COLLABORATIONS,
    *TEXTS,
    *SCHEMA,
)
