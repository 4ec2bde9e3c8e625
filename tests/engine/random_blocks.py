"""The blocks of random models that wait, fail, are overtaken or undone."""

from collections import Counter
from random import Random

from tests.engine.sketches import flows

MESSAGE = '<messageEventDefinition messageRef="M"/>'
TIMER = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
ERROR = '<errorEventDefinition errorRef="E"/>'
ESCALATION = '<escalationEventDefinition escalationRef="C"/>'
UNDO = "<compensateEventDefinition/>"


class EventBlocks:
    """What the maker of a model knows so far, and how blocks with events are drawn."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.scopes = [""]
        self.called: list[str] = []
        self.expected: Counter[str] = Counter()
        self.variables: dict[str, int] = {}
        self.events: set[str] = set()
        self.never: set[str] = set()
        self.after: dict[str, set[str]] = {}
        self.count = 0

    def add(self, xml: str, *paths: str) -> None:
        """Add elements and flows to the scope under way."""
        self.scopes[-1] += xml + flows(*paths)

    def name(self, prefix: str) -> str:
        """Return an id that the model has not used yet."""
        self.count += 1
        return f"{prefix}{self.count}"

    def block(self, depth: int, times: int) -> tuple[str, str]:
        raise NotImplementedError

    def task(self, _depth: int, times: int) -> tuple[str, str]:
        name = self.name("t")
        self.add(f'<userTask id="{name}"/>')
        self.expected[name] += times
        return name, name

    def inside(
        self, depth: int, times: int, *, end: str = "", characteristics: str = "", more: str = ""
    ) -> str:
        """Draw a sub-process around a block; return its id."""
        self.scopes.append("")
        first, last = self.block(depth, times)
        name = self.name("p")
        self.add(
            f'{more}<startEvent id="s{name}"/><endEvent id="e{name}">{end}</endEvent>',
            f"s{name} {first}",
            f"{last} e{name}",
        )
        content = self.scopes.pop()
        self.add(f'<subProcess id="{name}">{characteristics}{content}</subProcess>')
        return name

    def failing_sub_process(self, depth: int, times: int) -> tuple[str, str]:
        """A sub-process that ends with an error; its boundary leads on."""
        name = self.inside(depth, times, end=ERROR)
        never, join = self.name("z"), self.name("j")
        self.add(
            f'<boundaryEvent id="b{name}" attachedToRef="{name}">{ERROR}</boundaryEvent>'
            f'<userTask id="{never}"/><exclusiveGateway id="{join}"/>',
            f"b{name} {join}",
            f"{name} {never} {join}",
        )
        return name, join

    def waiting(self, _depth: int, _times: int) -> tuple[str, str]:
        """An event that waits for a message or a timer."""
        name = self.name("w")
        definition = self.random.choice((MESSAGE, TIMER))
        self.add(f'<intermediateCatchEvent id="{name}">{definition}</intermediateCatchEvent>')
        self.events.add(name)
        return name, name

    def event_based(self, depth: int, times: int) -> tuple[str, str]:
        """A gateway behind which a message or a timer comes, never both."""
        gateway, join = self.name("g"), self.name("j")
        comes = self.random.randrange(2)
        xml = f'<eventBasedGateway id="{gateway}"/><exclusiveGateway id="{join}"/>'
        paths = []
        for index, definition in enumerate((MESSAGE, TIMER)):
            event = self.name("w")
            first, last = self.block(depth, times if index == comes else 0)
            xml += f'<intermediateCatchEvent id="{event}">{definition}</intermediateCatchEvent>'
            paths.append(f"{gateway} {event} {first}")
            paths.append(f"{last} {join}")
            if index == comes:
                self.events.add(event)
        self.add(xml, *paths)
        return gateway, join

    def overtaken(self, depth: int, times: int) -> tuple[str, str]:
        """A task, or a sub-process with two, that a timer overtakes before anybody does it."""
        host, timer, join = self.name("p"), self.name("b"), self.name("j")
        first, last = self.block(depth, times)
        left, right = self.name("z"), self.name("z")
        self.never |= {host, left, right}
        inside = f'<userTask id="{left}"/><userTask id="{right}"/>'
        drawn = self.random.choice(
            (f'<userTask id="{host}"/>', f'<subProcess id="{host}">{inside}</subProcess>')
        )
        self.add(
            f'{drawn}<boundaryEvent id="{timer}" attachedToRef="{host}">{TIMER}</boundaryEvent>'
            f'<exclusiveGateway id="{join}"/>',
            f"{host} {join}",
            f"{timer} {first}",
            f"{last} {join}",
        )
        self.events.add(timer)
        return host, join

    def accompanied(self, _depth: int, times: int) -> tuple[str, str]:
        """A task that a timer starts another one beside; both are done before it goes on."""
        host, timer, end, beside = (self.name(one) for one in ("t", "b", "e", "t"))
        self.add(
            f'<userTask id="{host}"/><boundaryEvent id="{timer}" attachedToRef="{host}"'
            f' cancelActivity="false">{TIMER}</boundaryEvent><userTask id="{beside}"/>'
            f'<endEvent id="{end}"/>',
            f"{timer} {beside} {end}",
        )
        self.expected[host] += times
        self.expected[beside] += times
        self.events.add(timer)
        self.after[host] = {timer, beside}
        return host, host

    def undone(self, depth: int, times: int) -> tuple[str, str]:
        """A task that is undone after the block behind it."""
        name, throw = self._undoable(times), self.name("u")
        first, last = self.block(depth, times)
        self.add(_compensation(throw, name), f"{name} {first}", f"{last} {throw}")
        return name, throw

    def undone_inside(self, _depth: int, times: int) -> tuple[str, str]:
        """A sub-process of tasks that are undone after it has completed."""
        host, throw = self.name("p"), self.name("u")
        self.scopes.append("")
        tasks = [self._undoable(times) for _ in range(self.random.randint(1, 3))]
        self.add("", " ".join(tasks))
        content = self.scopes.pop()
        self.add(
            f'<subProcess id="{host}">{content}</subProcess>{_compensation(throw, host)}',
            f"{host} {throw}",
        )
        return host, throw

    def terminated(self, depth: int, times: int) -> tuple[str, str]:
        """A sub-process in which one branch ends everything, another one is never done."""
        host, fork, end, never = (self.name(one) for one in ("p", "g", "e", "z"))
        self.scopes.append("")
        first, last = self.block(depth, times)
        self.add(
            f'<startEvent id="s{host}"/><parallelGateway id="{fork}"/><userTask id="{never}"/>'
            f'<endEvent id="{end}"><terminateEventDefinition/></endEvent>',
            f"s{host} {fork} {first}",
            f"{last} {end}",
            f"{fork} {never}",
        )
        content = self.scopes.pop()
        self.never.add(never)
        self.add(f'<subProcess id="{host}">{content}</subProcess>')
        return host, host

    def escalating(self, depth: int, times: int) -> tuple[str, str]:
        """A sub-process that escalates at its end; an event sub-process works on it beside."""
        handler, task = self.name("h"), self.name("t")
        self.expected[task] += times
        more = (
            f'<subProcess id="{handler}" triggeredByEvent="true"><startEvent id="s{handler}"'
            f' isInterrupting="false">{ESCALATION}</startEvent><userTask id="{task}"/>'
            f"{flows(f's{handler} {task}')}</subProcess>"
        )
        name = self.inside(depth, times, end=ESCALATION, more=more)
        return name, name

    def _undoable(self, times: int) -> str:
        name, handler = self.name("t"), self.name("t")
        self.expected[name] += times
        self.expected[handler] += times
        self.add(
            f'<userTask id="{name}"/><userTask id="{handler}" isForCompensation="true"/>'
            f'<boundaryEvent id="b{name}" attachedToRef="{name}">{UNDO}</boundaryEvent>'
            f'<association id="a{name}" sourceRef="b{name}" targetRef="{handler}"/>'
        )
        return name


def _compensation(throw: str, activity: str) -> str:
    definition = f'<compensateEventDefinition activityRef="{activity}"/>'
    return f'<intermediateThrowEvent id="{throw}">{definition}</intermediateThrowEvent>'
