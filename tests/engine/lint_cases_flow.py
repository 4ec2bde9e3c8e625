"""Broken models about structure, ways and gateways: one per rule."""

from tests.engine.lint_case import (
    BOUNDED,
    HINT,
    SPLIT,
    TIMER,
    USER,
    WARNING,
    Case,
    choice,
    flow,
    middle,
)
from tests.engine.model_files import HERE, chain, collaboration, diagram

STRUCTURE = (
    Case(
        "no-process", None, collaboration('<message id="m"/>').replace(b"?>", b"?>" + HERE.encode())
    ),
    Case(
        "process-not-executable",
        "p",
        diagram(HERE + BOUNDED, process='id="p" isExecutable="false"').replace(b">\n<!", b"><!"),
    ),
    Case(
        "executable-missing",
        "p",
        diagram(HERE + BOUNDED, process='id="p"').replace(b">\n<!", b"><!"),
        WARNING,
    ),
    Case("duplicate-id", "t", diagram(f'{BOUNDED}\n<dataObject id="t"/>{HERE}')),
    Case(
        "unknown-reference",
        "t",
        middle(f'receiveTask t messageRef="own:Nothing"|{HERE}'),
    ),
    Case(
        "no-start-event",
        "p",
        diagram(HERE + chain("task t", "endEvent e")).replace(b">\n<!", b"><!"),
        WARNING,
    ),
    Case("no-start-event", "p", diagram(HERE).replace(b">\n<!", b"><!")),
    Case(
        "several-start-events",
        "s2",
        diagram(f'{BOUNDED}\n<startEvent id="s2"/>{HERE}\n{flow("f9", "s2", "t")}'),
    ),
    Case("flow-to-unknown", "f9", diagram(f"{BOUNDED}\n{HERE}{flow('f9', 't', 'x')}")),
    Case(
        "flow-leaves-scope",
        "f9",
        diagram(
            chain(
                "startEvent s",
                "subProcess u|<startEvent id='i'/><endEvent id='j'/>"
                "<sequenceFlow id='k' sourceRef='i' targetRef='j'/>",
                "endEvent e",
            )
            + f"\n{HERE}{flow('f9', 'u', 'i')}"
        ),
    ),
    Case(
        "start-with-incoming",
        "s",
        diagram(BOUNDED.replace('"s" >', f'"s" >{HERE}') + flow("f9", "t", "s")),
    ),
    Case(
        "end-with-outgoing",
        "e",
        diagram(BOUNDED.replace('"e" >', f'"e" >{HERE}') + flow("f9", "e", "t")),
    ),
    Case(
        "boundary-with-incoming",
        "b",
        diagram(
            f'{BOUNDED}\n<boundaryEvent id="b" attachedToRef="t">{TIMER}{HERE}</boundaryEvent>\n'
            + flow("f8", "t", "b")
            + flow("f9", "b", "e")
        ),
    ),
    Case(
        "unreachable",
        "u",
        diagram(f'{BOUNDED}\n<task id="u"/>{HERE}\n{flow("f9", "u", "e")}'),
        WARNING,
    ),
    Case(
        "never-ends",
        "p",
        diagram(HERE + chain("startEvent s", "task t", "task u") + flow("f9", "u", "t")).replace(
            b">\n<!", b"><!"
        ),
    ),
    Case(
        "no-way-to-end",
        "u",
        diagram(f'{BOUNDED}\n<task id="u"/>{HERE}\n' + flow("f8", "t", "u") + flow("f9", "u", "u")),
        WARNING,
    ),
    Case(
        "no-end-event",
        "p",
        diagram(HERE + chain("startEvent s", "task t")).replace(b">\n<!", b"><!"),
        WARNING,
    ),
    Case(
        "dead-end",
        "u",
        diagram(f'{BOUNDED}\n<task id="u"/>{HERE}\n{flow("f9", "t", "u")}'),
        WARNING,
    ),
    Case(
        "no-drawing",
        None,
        diagram(BOUNDED, drawing="").replace(b"?>", b"?>" + HERE.encode(), 1),
        WARNING,
    ),
)

GATEWAYS = (
    Case(
        "flow-without-condition",
        "f1",
        choice(SPLIT, HERE + flow("f1", "g", "a"), flow("f2", "g", "b")),
    ),
    Case(
        "default-not-outgoing",
        "g",
        choice(
            SPLIT.replace('"f2"', '"f3"') + HERE,
            flow("f1", "g", "a", "= x"),
            flow("f2", "g", "b", "= y"),
        ),
    ),
    Case(
        "default-with-condition",
        "f2",
        choice(SPLIT, flow("f1", "g", "a", "= x"), HERE + flow("f2", "g", "b", "= y")),
        WARNING,
    ),
    Case(
        "no-default",
        "g",
        choice(
            '<exclusiveGateway id="g"/>' + HERE,
            flow("f1", "g", "a", "= x"),
            flow("f2", "g", "b", "= y"),
        ),
        HINT,
    ),
    Case(
        "condition-not-allowed",
        "f1",
        choice(
            '<parallelGateway id="g"/>',
            HERE + flow("f1", "g", "a", "= x"),
            flow("f2", "g", "b"),
        ),
        WARNING,
    ),
    Case(
        "event-gateway-target",
        "a",
        diagram(
            chain("startEvent s", "eventBasedGateway g", f"task a|{HERE}", "endEvent e")
            + f'<intermediateCatchEvent id="c">{TIMER}</intermediateCatchEvent>'
            + flow("f8", "g", "c")
            + flow("f9", "c", "e")
        ),
    ),
    Case(
        "event-gateway-target-shared",
        "c",
        diagram(
            chain(
                "startEvent s", "eventBasedGateway g", "receiveTask r messageRef='m'", "endEvent e"
            )
            + f'\n<intermediateCatchEvent id="c">{TIMER}{HERE}</intermediateCatchEvent>\n'
            + flow("f7", "g", "c")
            + flow("f8", "r", "c")
            + flow("f9", "c", "e"),
            roots='<message id="m" name="Trả lời"/>',
        ),
    ),
    Case(
        "event-gateway-without-choice",
        "g",
        diagram(
            chain(
                "startEvent s",
                f"eventBasedGateway g|{HERE}",
                f"intermediateCatchEvent c|{TIMER}",
                "endEvent e",
            )
        ),
        WARNING,
    ),
    Case(
        "join-never-completes",
        "m",
        choice(SPLIT, flow("f1", "g", "a", "= x"), flow("f2", "g", "b")).replace(
            b'<exclusiveGateway id="m"/>', f'<parallelGateway id="m"/>{HERE}'.encode()
        ),
    ),
    Case(
        "join-never-completes",
        "j",
        diagram(
            f'<startEvent id="s"/><userTask id="t" {USER}/><endEvent id="e"/>'
            f'<boundaryEvent id="b" attachedToRef="t">{TIMER}</boundaryEvent>\n'
            f'<parallelGateway id="j"/>{HERE}\n'
            + flow("f1", "s", "t")
            + flow("f2", "t", "j")
            + flow("f3", "b", "j")
            + flow("f4", "j", "e")
        ),
    ),
    Case(
        "livelock",
        "g",
        diagram(
            '<startEvent id="s"/><task id="a"/><endEvent id="e"/>\n'
            f'<exclusiveGateway id="g" default="f3"/>{HERE}\n'
            + flow("f1", "s", "g")
            + flow("f2", "g", "a", "= x")
            + flow("f3", "g", "e")
            + flow("f4", "a", "g")
        ),
        WARNING,
    ),
    Case(
        "join-may-wait",
        "m",
        diagram(
            '<startEvent id="s"/><task id="g"/><task id="a"/><task id="b"/><endEvent id="e"/>\n'
            f'<parallelGateway id="m"/>{HERE}\n'
            + flow("f0", "s", "g")
            + flow("f1", "g", "a", "= x")
            + flow("f2", "g", "b", "= y")
            + flow("f4", "a", "m")
            + flow("f5", "b", "m")
            + flow("f6", "m", "e")
        ),
        WARNING,
    ),
    Case(
        "tokens-multiply",
        "t",
        diagram(
            f'<startEvent id="s"/><parallelGateway id="g"/>\n<task id="t"/>{HERE}\n'
            '<endEvent id="e"/>'
            + flow("f1", "s", "t")
            + flow("f2", "t", "g")
            + flow("f3", "g", "t")
            + flow("f4", "g", "t")
            + flow("f5", "g", "e")
        ),
        WARNING,
    ),
    Case(
        "ways-too-many",
        "p",
        diagram(
            f'{HERE}<startEvent id="s"/><task id="t"/><endEvent id="e"/>'
            + flow("f0", "s", "t")
            + "".join(flow(f"g{number}", "t", "e", "= x") for number in range(9))
        ).replace(b">\n<!", b"><!"),
        HINT,
    ),
    Case(
        "variable-owned",
        "t",
        middle(
            "scriptTask t scriptFormat='feel' camunda:resultVariable='ho_so'|"
            f"<script>1</script>{HERE}"
        ),
    ),
)

_THROW = "intermediateThrowEvent l|<linkEventDefinition name='A'/>"


def _catch(key: str) -> str:
    return (
        f"<intermediateCatchEvent id='{key}'><linkEventDefinition name='A'/>"
        "</intermediateCatchEvent>\n"
    )


LINKS = (
    Case(
        "link-with-two-targets",
        "l2",
        diagram(
            f"{chain('startEvent s', _THROW)}<endEvent id='e'/>{_catch('l1')}{HERE}{_catch('l2')}"
            + flow("f8", "l1", "e")
            + flow("f9", "l2", "e")
        ),
    ),
    Case(
        "link-with-flow",
        "l",
        diagram(
            chain("startEvent s", f"{_THROW}{HERE}", "endEvent e")
            + _catch("l1")
            + flow("f9", "l1", "e")
        ),
    ),
    Case(
        "link-without-name",
        "l",
        diagram(
            chain("startEvent s", "parallelGateway g", "endEvent e")
            + f"<intermediateThrowEvent id='l'><linkEventDefinition/>{HERE}"
            + "</intermediateThrowEvent>\n"
            + flow("f9", "g", "l")
        ),
    ),
)


CASES = STRUCTURE + GATEWAYS + LINKS
