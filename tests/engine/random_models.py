"""Random block-structured processes together with what must happen when they run.

Whatever the order in which people, timers and messages come, each user task is done as often as
``expected`` says. ``python -m tests.engine.random_models --count 2000`` runs more of them than the
tests do.
"""

import sys
from argparse import ArgumentParser
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random

from tests.engine.instances import Reloading, run
from tests.engine.random_blocks import EventBlocks
from tests.engine.sketches import compiled_unchecked, process

PLAIN = ("sequence", "exclusive", "parallel", "sub_process")
MORE = (
    *PLAIN,
    "inclusive",
    "loop",
    "failing_sub_process",
    "event_based",
    "waiting",
    "multi_instance",
    "repeated",
    "call",
    "overtaken",
    "accompanied",
    "undone",
    "undone_inside",
    "terminated",
    "escalating",
)
BUSY = 24  # how often a block may run before only tasks are drawn in it


@dataclass
class Model:
    """Elements as XML, and how often each user task must be done in one run.

    ``events`` are the elements whose timer must fire or message must come, ``never`` the tasks that
    nobody does, ``after`` the timers and tasks that must be over before a task is done.
    """

    xml: str = ""
    called: str = ""
    expected: Counter[str] = field(default_factory=Counter)
    variables: dict[str, int] = field(default_factory=dict)
    events: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()
    after: dict[str, set[str]] = field(default_factory=dict)

    def compiled(self):
        return compiled_unchecked(self.xml, more=self.called)


def random_model(seed: int, depth: int = 4, kinds: tuple[str, ...] = MORE) -> Model:
    """Return a process made of nested blocks; the same seed gives the same process."""
    maker = _Maker(Random(seed), kinds)  # noqa: S311  (reproducible, nothing secret)
    first, last = maker.block(depth, 1)
    maker.add('<startEvent id="s"/><endEvent id="e"/>', f"s {first}", f"{last} e")
    return Model(
        maker.scopes[0],
        "".join(maker.called),
        maker.expected,
        maker.variables,
        frozenset(maker.events),
        frozenset(maker.never),
        maker.after,
    )


def run_through(model: Model, instance, order: Random) -> Counter[str]:
    """Do what can be done in a random order until the instance rests; return the tasks done."""
    done: Counter[str] = Counter()
    while actions := _actions(model, instance):
        what, element = order.choice(actions)
        if what == "fire":
            instance.fire(element)
        elif what == "deliver":
            instance.deliver(element, "papers")
        else:
            done[element] += 1
            instance.complete(element)
    return done


def _actions(model: Model, instance) -> list[tuple[str, str]]:
    outcome = instance.outcome
    running = {timer.element_id for timer in outcome.timers}
    open_ = running | set(instance.tasks)
    actions = [
        ("complete", element)
        for element in instance.tasks
        if element not in model.never and open_.isdisjoint(model.after.get(element, ()))
    ]
    actions += [("fire", element) for element in sorted(running & model.events)]
    return actions + [
        ("deliver", wait.element_id) for wait in outcome.messages if wait.element_id in model.events
    ]


class _Maker(EventBlocks):
    """Draws blocks; ``times`` is how often the block under way runs."""

    def __init__(self, random: Random, kinds: tuple[str, ...]) -> None:
        super().__init__(random)
        self.kinds = kinds

    def block(self, depth: int, times: int) -> tuple[str, str]:
        """Draw a block; return its first and its last element."""
        kinds = ("task", *(self.kinds if depth and times <= BUSY else ()))
        draw = getattr(self, self.random.choice(kinds))
        return draw(depth - 1, times)

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
        name = self.inside(depth, times)
        return name, name

    def multi_instance(self, depth: int, times: int) -> tuple[str, str]:
        """A sub-process or task done two or three times, at once or one after the other."""
        count = self.random.randint(2, 3)
        sequential = str(self.random.random() < 0.5).lower()
        many = (
            f'<multiInstanceLoopCharacteristics isSequential="{sequential}">'
            f"<loopCardinality>{count}</loopCardinality></multiInstanceLoopCharacteristics>"
        )
        return self._several(depth, times, count, many)

    def repeated(self, depth: int, times: int) -> tuple[str, str]:
        """A standard loop around a sub-process or task."""
        count = self.random.randint(1, 3)
        many = f'<standardLoopCharacteristics loopMaximum="{count}"/>'
        return self._several(depth, times, count, many)

    def _several(self, depth: int, times: int, count: int, many: str) -> tuple[str, str]:
        if self.random.random() < 0.5:
            name = self.inside(depth, times * count, characteristics=many)
        else:
            name = self.name("t")
            self.add(f'<userTask id="{name}">{many}</userTask>')
            self.expected[name] += times * count
        return name, name

    def call(self, depth: int, times: int) -> tuple[str, str]:
        """A call of a process of its own; variables go in and none comes out."""
        name, key = self.name("a"), self.name("called")
        self.scopes.append("")
        first, last = self.block(depth, times)
        self.add(
            f'<startEvent id="s{key}"/><endEvent id="e{key}"/>',
            f"s{key} {first}",
            f"{last} e{key}",
        )
        self.called.append(process(self.scopes.pop(), key=key))
        self.add(
            f'<callActivity id="{name}" calledElement="{key}"><extensionElements>'
            '<camunda:in variables="all"/><camunda:out sourceExpression="= null" target="none"/>'
            "</extensionElements></callActivity>"
        )
        return name, name


def main(arguments: list[str]) -> int:
    """Run random models to their end, print the seed of each that fails; return how many did."""
    parser = ArgumentParser(prog="python -m tests.engine.random_models")
    parser.add_argument("--count", type=int, default=2_000, help="how many models")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    given = parser.parse_args(arguments)
    failed = 0
    for seed in range(given.first, given.first + given.count):
        problem = _problem(seed)
        if problem:
            failed += 1
            print(f"seed {seed}: {problem}")  # noqa: T201  (a command line)
    print(f"{given.count - failed} passed, {failed} failed")  # noqa: T201
    return min(failed, 1)


def _problem(seed: int) -> str:
    """Return what is wrong with the run of a seed's model; nothing when it is right."""
    model = random_model(seed)
    try:
        instance = run(Reloading, model.compiled(), model.variables)
        done = run_through(model, instance, Random(seed))  # noqa: S311  (reproducible)
    except Exception as error:  # noqa: BLE001  (the seed matters more than the traceback)
        return f"{type(error).__name__}: {error}"
    if instance.status != "completed":
        return f"rests {instance.status} at {instance.tasks}"
    return "" if done == +model.expected else f"did {dict(done)}, expected {dict(+model.expected)}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
