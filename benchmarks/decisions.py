"""Decision tables: a small one, and how little a large one costs beside a smaller one."""

from collections.abc import Callable
from statistics import median

from benchmarks.measure import Result, in_turns, milliseconds
from engine.dmn import decide, read_models

TIMES = 500  # decisions in one measurement
ROUNDS = 15
HEAD = (
    '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" namespace="x" name="x">'
    '<decision id="d" name="d"><decisionTable hitPolicy="UNIQUE">'
)
TAIL = "</decisionTable></decision></definitions>"


def small_table() -> Result:
    """Measure a table of four rules over three inputs, in microseconds a decision."""
    rows = [("< 18", '"new"', "true"), ("< 18", '"old"', "true"),
            ("[18..60]", "-", "true"), ("> 60", "-", "-")]  # fmt: skip
    run = _decided(rows, {"a": 70, "b": "new", "c": True}, expected=3)
    times = [milliseconds(run) for _ in range(ROUNDS)]
    return _result(times, {"decisions_per_second": round(1e3 * TIMES / median(times))})


def large_table() -> Result:
    """Measure a table of two hundred rules, and how much more a thousand cost than a hundred."""
    hundred, thousand = _of(100), _of(1_000)
    hundred_ms, thousand_ms = in_turns(hundred, thousand, rounds=ROUNDS)
    run = _of(200)
    beside = {
        "rules_100_us": round(median(hundred_ms) / TIMES * 1e3, 1),
        "rules_1000_us": round(median(thousand_ms) / TIMES * 1e3, 1),
        "thousand_to_hundred": round(median(thousand_ms) / median(hundred_ms), 2),
    }
    return _result([milliseconds(run) for _ in range(ROUNDS)], beside)


def _of(rules: int) -> Callable[[], None]:
    rows = [(f"[{n * 10}..{n * 10 + 10})", f'"k{n % 7}"', "-") for n in range(rules)]
    chosen = rules // 2
    inputs = {"a": chosen * 10 + 3, "b": f"k{chosen % 7}", "c": True}
    return _decided(rows, inputs, expected=chosen)


def _decided(
    rows: list[tuple[str, str, str]], inputs: dict[str, object], *, expected: int
) -> Callable[[], None]:
    model = read_models({"a.dmn": _table(rows)})["a.dmn"]
    assert decide(model, "d", inputs).outputs == expected

    def run() -> None:
        for _ in range(TIMES):
            decide(model, "d", inputs)

    return run


def _table(rows: list[tuple[str, str, str]]) -> bytes:
    columns = "".join(
        f"<input><inputExpression><text>{name}</text></inputExpression></input>" for name in "abc"
    )
    rules = "".join(
        "<rule>"
        + "".join(f"<inputEntry><text><![CDATA[{cell}]]></text></inputEntry>" for cell in row)
        + f"<outputEntry><text>{number}</text></outputEntry></rule>"
        for number, row in enumerate(rows)
    )
    return f'{HEAD}{columns}<output name="o"/>{rules}{TAIL}'.encode()


def _result(times: list[float], beside: dict[str, object]) -> Result:
    return Result(
        value=round(median(times) / TIMES * 1e3, 1), unit="us", median_of=ROUNDS, beside=beside
    )
