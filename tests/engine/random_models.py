"""Random block-structured processes together with what must happen when they run."""

from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random

from tests.engine.sketches import flows


@dataclass
class Model:
    """Elements as XML, and how often each user task must be done in one run."""

    xml: str = ""
    expected: Counter[str] = field(default_factory=Counter)
    variables: dict[str, int] = field(default_factory=dict)


PLAIN = ("sequence", "exclusive", "parallel", "sub_process")
ALL = (*PLAIN, "inclusive", "loop", "failing_sub_process")


def random_model(seed: int, depth: int = 4, kinds: tuple[str, ...] = ALL) -> Model:
    """Return a process made of nested blocks; the same seed gives the same process."""
    maker = _Maker(Random(seed), kinds)  # noqa: S311  (reproducible, nothing secret)
    first, last = maker.block(depth, 1)
    maker.add('<startEvent id="s"/><endEvent id="e"/>', f"s {first}", f"{last} e")
    return Model(maker.scopes[0], maker.expected, maker.variables)


class _Maker:
    """Draws blocks; ``times`` is how often the block under way runs."""

    def __init__(self, random: Random, kinds: tuple[str, ...]) -> None:
        self.random = random
        self.kinds = kinds
        self.scopes = [""]
        self.expected: Counter[str] = Counter()
        self.variables: dict[str, int] = {}
        self.count = 0

    def add(self, xml: str, *paths: str) -> None:
        self.scopes[-1] += xml + flows(*paths)

    def name(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}{self.count}"

    def block(self, depth: int, times: int) -> tuple[str, str]:
        """Draw a block; return its first and its last element."""
        kinds = ("task", *(self.kinds if depth else ()))
        draw = getattr(self, self.random.choice(kinds))
        return draw(depth - 1, times)

    def task(self, _depth: int, times: int) -> tuple[str, str]:
        name = self.name("t")
        self.add(f'<userTask id="{name}"/>')
        self.expected[name] += times
        return name, name

    def sequence(self, depth: int, times: int) -> tuple[str, str]:
        blocks = [self.block(depth, times) for _ in range(self.random.randint(2, 3))]
        for (_, last), (first, _) in pairwise(blocks):
            self.add("", f"{last} {first}")
        return blocks[0][0], blocks[-1][1]

    def exclusive(self, depth: int, times: int) -> tuple[str, str]:
        taken = self.random.randrange(2)
        return self._branches(
            "exclusiveGateway", depth, times, [taken == 0, taken == 1], with_default=True
        )

    def inclusive(self, depth: int, times: int) -> tuple[str, str]:
        taken = [self.random.random() < 0.5 for _ in range(3)]
        taken[self.random.randrange(3)] = True
        return self._branches("inclusiveGateway", depth, times, taken)

    def parallel(self, depth: int, times: int) -> tuple[str, str]:
        return self._branches("parallelGateway", depth, times, [True] * self.random.randint(2, 3))

    def _branches(
        self, kind: str, depth: int, times: int, taken: list[bool], *, with_default: bool = False
    ) -> tuple[str, str]:
        split, join = self.name("g"), self.name("j")
        paths, default = [], ""
        for index, chosen in enumerate(taken):
            first, last = self.block(depth, times if chosen else 0)
            if with_default and index == len(taken) - 1:
                default = f' default="{split}_{first}"'
            asked = kind != "parallelGateway" and not (with_default and index == len(taken) - 1)
            condition = f" ? = {str(chosen).lower()}" if asked else ""
            paths += [f"{split} {first}{condition}", f"{last} {join}"]
        self.add(f'<{kind} id="{split}"{default}/><{kind} id="{join}"/>', *paths)
        return split, join

    def loop(self, depth: int, times: int) -> tuple[str, str]:
        """A block that runs two or three times, counted by a script."""
        rounds = self.random.randint(2, 3)
        merge, check, counter = self.name("m"), self.name("c"), self.name("n")
        script = self.name("x")
        self.variables[counter] = 0
        first, last = self.block(depth, times * rounds)
        self.add(
            f'<exclusiveGateway id="{merge}"/>'
            f'<exclusiveGateway id="{check}" default="{check}_{script}out"/>'
            f'<scriptTask id="{script}" scriptFormat="feel" camunda:resultVariable="{counter}">'
            f"<script>= {counter} + 1</script></scriptTask>"
            f'<scriptTask id="{script}out" scriptFormat="feel" camunda:resultVariable="{counter}">'
            "<script>= 0</script></scriptTask>",
            f"{merge} {first}",
            f"{last} {script} {check}",
            f"{check} {merge} ? = {counter} < {rounds}",
            f"{check} {script}out",
        )
        return merge, f"{script}out"

    def sub_process(self, depth: int, times: int) -> tuple[str, str]:
        name = self._inside(depth, times, "")
        return name, name

    def failing_sub_process(self, depth: int, times: int) -> tuple[str, str]:
        """A sub-process that ends with an error; its boundary leads on."""
        name = self._inside(depth, times, '<errorEventDefinition errorRef="E"/>')
        never, join = self.name("z"), self.name("j")
        self.add(
            f'<boundaryEvent id="b{name}" attachedToRef="{name}">'
            '<errorEventDefinition errorRef="E"/></boundaryEvent>'
            f'<userTask id="{never}"/><exclusiveGateway id="{join}"/>',
            f"b{name} {join}",
            f"{name} {never} {join}",
        )
        return name, join

    def _inside(self, depth: int, times: int, end: str) -> str:
        self.scopes.append("")
        first, last = self.block(depth, times)
        name = self.name("p")
        self.add(
            f'<startEvent id="s{name}"/><endEvent id="e{name}">{end}</endEvent>',
            f"s{name} {first}",
            f"{last} e{name}",
        )
        inside = self.scopes.pop()
        self.add(f'<subProcess id="{name}">{inside}</subProcess>')
        return name
