"""Broken models about events, tasks, expressions and what is not run: one per rule."""

from tests.engine.lint_case import (
    BOUNDED,
    HINT,
    SPLIT,
    TIMER,
    USER,
    WARNING,
    Case,
    boundary,
    choice,
    flow,
    middle,
)
from tests.engine.model_files import HERE, chain, diagram

_KEY = (
    "<correlationProperty id='no'/>"
    "<correlationKey id='K'><correlationPropertyRef>no</correlationPropertyRef></correlationKey>"
)
_POOL = "<participant id='pp' processRef='p'><participantMultiplicity maximum='3'/></participant>"


def talking(subscription: str = "", pool: str = "") -> bytes:
    """Return a process that waits for a message, with a subscription or as a pool of many."""
    head, _, rest = subscription.partition("|")
    asked = f"<correlationSubscription {head}/>{rest}\n" if subscription else ""
    pools = f"{_POOL}{pool}\n" if pool else ""
    return diagram(
        asked + chain("startEvent s", "receiveTask r messageRef='m'", "endEvent e"),
        roots=f"<message id='m' name='M'/>\n<collaboration id='cc'>{pools}{_KEY}</collaboration>",
    )


def _call(binding: str, more: str = "") -> bytes:
    attributes = f"calledElement='q' camunda:calledElementBinding='{binding}'"
    version = f" camunda:{more}" if more else ""
    return middle(f"callActivity c {attributes}{version}|{HERE}")


EVENTS = (
    Case(
        "boundary-without-activity",
        "b",
        boundary(f'<boundaryEvent id="b" attachedToRef="e">{TIMER}{HERE}</boundaryEvent>'),
    ),
    Case(
        "boundary-must-interrupt",
        "b",
        boundary(
            '<boundaryEvent id="b" attachedToRef="t" cancelActivity="false">'
            f'<errorEventDefinition errorRef="er"/>{HERE}</boundaryEvent>'
        ),
    ),
    Case(
        "boundary-leads-nowhere",
        "b",
        diagram(
            f'{BOUNDED}\n<boundaryEvent id="b" attachedToRef="t">{TIMER}{HERE}</boundaryEvent>'
        ),
        WARNING,
    ),
    Case(
        "timer-without-time",
        "c",
        middle(f"intermediateCatchEvent c|<timerEventDefinition/>{HERE}"),
    ),
    Case(
        "timer-not-iso",
        "c",
        middle(f"intermediateCatchEvent c|{TIMER}{HERE}").replace(b"P2D", b"2 days"),
    ),
    Case(
        "timer-working-time",
        "c",
        middle(
            "intermediateCatchEvent c|<timerEventDefinition motcua:calendar='working'>"
            f"<timeDate>2026-12-31</timeDate></timerEventDefinition>{HERE}"
        ),
    ),
    Case("correlation-not-bound", "cs", talking(f"id='cs' correlationKeyRef='K'|{HERE}")),
    Case("participants-not-told-apart", "pp", talking(pool=HERE), WARNING),
    Case(
        "start-timer-reads-variable",
        "s",
        diagram(
            chain(
                "startEvent s|<timerEventDefinition><timeDate>= ngay_hen</timeDate>"
                f"</timerEventDefinition>{HERE}",
                "endEvent e",
            )
        ),
    ),
    Case(
        "message-without-name",
        "c",
        middle(f"intermediateCatchEvent c|<messageEventDefinition/>{HERE}"),
    ),
    Case(
        "signal-without-name",
        "c",
        middle(f"intermediateCatchEvent c|<signalEventDefinition/>{HERE}"),
    ),
    Case(
        "error-without-code",
        "e",
        diagram(chain("startEvent s", f"endEvent e|<errorEventDefinition/>{HERE}")),
    ),
    Case(
        "link-without-target",
        "l",
        diagram(
            chain("startEvent s", "parallelGateway g", "endEvent e")
            + "\n<intermediateThrowEvent id='l'><linkEventDefinition name='A'/>"
            + f"{HERE}</intermediateThrowEvent>\n"
            + flow("f9", "g", "l")
        ),
    ),
    Case(
        "link-without-source",
        "l",
        diagram(
            BOUNDED
            + f"\n{HERE}<intermediateCatchEvent id='l'><linkEventDefinition name='A'/>"
            + "</intermediateCatchEvent>\n"
            + flow("f9", "l", "e")
        ),
        WARNING,
    ),
    Case(
        "event-without-trigger",
        "c",
        middle(f"intermediateCatchEvent c|{HERE}"),
    ),
    Case(
        "event-not-allowed",
        "e",
        diagram(chain("startEvent s", f"endEvent e|{TIMER}{HERE}")),
    ),
    Case(
        "start-not-triggered",
        "s",
        diagram(
            chain(
                "startEvent s parallelMultiple='true'|<timerEventDefinition>"
                f"<timeCycle>R/PT1H</timeCycle></timerEventDefinition>{TIMER}{HERE}",
                "endEvent e",
            )
        ),
    ),
    Case(
        "sub-process-start-with-event",
        "i",
        diagram(
            chain(
                "startEvent s",
                f"subProcess u|\n<startEvent id='i'>{TIMER}{HERE}</startEvent><endEvent id='j'/>"
                "<sequenceFlow id='k' sourceRef='i' targetRef='j'/>",
                "endEvent e",
            )
        ),
    ),
)

TASKS = (
    Case("state-unknown", "t", middle(f"task t motcua:state='xong'|{HERE}")),
    Case("action-unknown", "t", middle(f"task t motcua:action='thank'|{HERE}")),
    Case("action-not-caught", "t", middle(f"task t motcua:action='stop'|{HERE}")),
    Case("task-nobody-can-take", "t", middle(f"userTask t|{HERE}"), WARNING),
    Case(
        "group-from-lane-name",
        "l",
        diagram(
            f'<laneSet id="ls">\n<lane id="l" name="Một cửa">{HERE}<flowNodeRef>t</flowNodeRef>'
            "</lane></laneSet>\n" + chain("startEvent s", "userTask t", "endEvent e")
        ),
        HINT,
    ),
    Case("due-date-unreadable", "t", middle(f"userTask t {USER} motcua:limit='3 ngày'|{HERE}")),
    Case("priority-not-a-number", "t", middle(f"userTask t {USER} camunda:priority='cao'|{HERE}")),
    Case("four-eyes-unknown-task", "t", middle(f"userTask t {USER} motcua:notSameAs='x'|{HERE}")),
    Case("form-missing", "t", middle(f"userTask t {USER} camunda:formRef='don'|{HERE}")),
    Case(
        "task-with-program-code",
        "t",
        middle(f"serviceTask t camunda:class='vn.Gov'|{HERE}"),
    ),
    Case("service-task-without-topic", "t", middle(f"serviceTask t|{HERE}")),
    Case("message-without-name", "r", middle(f"receiveTask r|{HERE}")),
    Case("script-empty", "t", middle(f"scriptTask t|{HERE}")),
    Case(
        "script-language",
        "t",
        middle(f"scriptTask t scriptFormat='groovy'|\n<script>{HERE}x = 1</script>"),
    ),
    Case(
        "script-without-result",
        "t",
        middle(f"scriptTask t|\n<script>{HERE}1 + 1</script>"),
        WARNING,
    ),
    Case(
        "script-is-program-code",
        "t",
        middle(f"scriptTask t|\n<script>{HERE}__import__('os')</script>"),
    ),
    Case("call-without-process", "c", middle(f"callActivity c|{HERE}")),
    Case("called-process-missing", "c", _call("deployment")),
    Case("called-process-elsewhere", "c", _call("latest"), WARNING),
    Case("binding-unknown", "c", _call("newest")),
    Case("binding-without-version", "c", _call("version")),
    Case("binding-version-unreadable", "c", _call("version", "calledElementVersion='two'")),
)

EXPRESSIONS = (
    Case(
        "expression-unreadable",
        "f1",
        choice(SPLIT, HERE + flow("f1", "g", "a", "= x = = 1"), flow("f2", "g", "b")),
    ),
    Case(
        "expression-unreadable",
        "t",
        middle(f"scriptTask t camunda:resultVariable='r'|<script>\n1 +\n{HERE}* 2</script>"),
    ),
    Case(
        "expression-unreadable",
        "u",
        middle(f"userTask u camunda:assignee='${{a +}}'|{HERE}"),
    ),
    Case(
        "condition-language",
        "f1",
        choice(SPLIT, HERE + flow("f1", "g", "a", "x"), flow("f2", "g", "b")).replace(
            b"<conditionExpression>", b"<conditionExpression language='groovy'>"
        ),
    ),
)

NOT_YET = "element-not-supported-yet"
_LISTENER = "<camunda:executionListener class='x' event='start'/>"

REFUSED = (
    Case("decision-not-named", "t", middle(f"businessRuleTask t|{HERE}")),
    Case(NOT_YET, "ch", diagram(f"{BOUNDED}\n<choreographyTask id='ch'/>{HERE}")),
    Case(
        "correlation-without-key",
        "cs",
        diagram(f"{BOUNDED}\n<correlationSubscription id='cs'/>{HERE}"),
    ),
    Case(
        NOT_YET,
        "el",
        middle(f"task el|<extensionElements>\n{HERE}{_LISTENER}</extensionElements>"),
    ),
    Case(
        "extension-ignored",
        "s",
        diagram(chain(f"startEvent s camunda:initiator='ai'|{HERE}", "endEvent e")),
        WARNING,
    ),
)


CASES = EVENTS + TASKS + EXPRESSIONS + REFUSED
