"""How the engine's cost grows with the size of a model and with how often it goes round."""

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from statistics import median
from typing import Any

import engine
from benchmarks.measure import Result, milliseconds

AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
MANY = 10_000
_HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="urn:motcua:benchmark">'
)
_COUNT = (
    '<scriptTask id="t" scriptFormat="feel" camunda:resultVariable="n">{}'
    "<script>= n + 1</script></scriptTask>"
)


def parallel_instances() -> Result:
    """Measure a script done 10,000 times at once as a multi-instance activity."""
    return _several(*(instances(count, sequential=False) for count in (MANY // 10, MANY)))


def sequential_instances() -> Result:
    """Measure a script done 10,000 times, one after the other."""
    return _several(*(instances(count, sequential=True) for count in (MANY // 10, MANY)))


def chain() -> Result:
    """Measure a chain of 2,000 tasks."""
    return _several(*(_chain(count) for count in (200, 2_000)))


def nested_calls() -> Result:
    """Measure 100 processes that call each other."""
    return _several(*(_calls(count) for count in (10, 100)))


def parallel_sections() -> Result:
    """Measure 40 parallel sections in a row."""
    return _several(*(_sections(count) for count in (4, 40)))


def loops() -> Result:
    """Measure 10,000 rounds through a gateway."""
    return _several(*(_rounds(count) for count in (MANY // 10, MANY)))


def _several(small: tuple[int, bytes], large: tuple[int, bytes]) -> Result:
    """Return the milliseconds of the large model, and of one element in the small one and in it."""
    spent = {count: _run(content) for count, content in (small, large)}
    per_element = {count: 1000 * ms / count for count, ms in spent.items()}
    return Result(
        value=round(spent[large[0]], 1),
        unit="ms",
        median_of=3,
        beside={
            "elements": large[0],
            f"us_each_of_{small[0]}": round(per_element[small[0]], 1),
            f"us_each_of_{large[0]}": round(per_element[large[0]], 1),
        },
    )


def _run(content: bytes) -> float:
    """Return the milliseconds that the whole run takes, without reading and checking the model."""
    process = engine.compile_process({"scale.bpmn": content}, "p")
    return median(milliseconds(_completion(process)) for _ in range(3))


def _completion(process: engine.CompiledProcess) -> Callable[[], Any]:
    def run() -> None:
        outcome = engine.start(process, {"n": 0}, at=AT)
        if outcome.status is not engine.InstanceStatus.COMPLETED:
            raise AssertionError(f"the model rests: {outcome.status}")

    return run


def instances(count: int, *, sequential: bool) -> tuple[int, bytes]:
    many = (
        f'<multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}">'
        f"<loopCardinality>{count}</loopCardinality></multiInstanceLoopCharacteristics>"
    )
    return count, file_of(_process("p", _around(_COUNT.format(many)), _flows("s", "t", "e")))


def _chain(count: int) -> tuple[int, bytes]:
    tasks = [f"t{index}" for index in range(count)]
    elements = _around("".join(f'<task id="{task}"/>' for task in tasks))
    return count, file_of(_process("p", elements, _flows("s", *tasks, "e")))


def _calls(count: int) -> tuple[int, bytes]:
    processes = []
    for index in range(count):
        key, called = "p" if index == 0 else f"p{index}", f"p{index + 1}"
        call = f'<callActivity id="c{index}" calledElement="{called}"/>'
        flows = _flows(f"s{index}", f"c{index}", f"e{index}")
        processes.append(_process(key, _around(call, index), flows))
    last = _process(f"p{count}", _around("", count), _flows(f"s{count}", f"e{count}"))
    return count, file_of(*processes, last)


def _sections(count: int) -> tuple[int, bytes]:
    elements, flows, before = "", "", "s"
    for index in range(count):
        fork, left, right, join = (f"{name}{index}" for name in ("g", "a", "b", "j"))
        elements += f'<parallelGateway id="{fork}"/><task id="{left}"/><task id="{right}"/>'
        elements += f'<parallelGateway id="{join}"/>'
        flows += _flows(before, fork, left, join) + _flows(fork, right, join)
        before = join
    return count, file_of(_process("p", _around(elements), flows + _flows(before, "e")))


def _rounds(count: int) -> tuple[int, bytes]:
    gateways = '<exclusiveGateway id="m"/><exclusiveGateway id="c" default="c_e"/>'
    again = (
        '<sequenceFlow id="c_m" sourceRef="c" targetRef="m"><conditionExpression>'
        f"= n &lt; {count}</conditionExpression></sequenceFlow>"
    )
    elements = _around(gateways + _COUNT.format(""))
    return count, file_of(_process("p", elements, _flows("s", "m", "t", "c", "e") + again))


def _around(elements: str, index: int | str = "") -> str:
    return f'<startEvent id="s{index}"/>{elements}<endEvent id="e{index}"/>'


def _flows(*path: str) -> str:
    return "".join(
        f'<sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}"/>'
        for source, target in pairwise(path)
    )


def _process(key: str, elements: str, flows: str) -> str:
    return f'<process id="{key}" isExecutable="true">{elements}{flows}</process>'


def file_of(*processes: str) -> bytes:
    return f"{_HEAD}{''.join(processes)}</definitions>".encode()
