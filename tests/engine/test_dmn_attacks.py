"""Decision models that are meant to harm: each ends soon, with a named error or a plain value."""

from collections.abc import Callable
from time import process_time
from typing import Any

import pytest

from engine.dmn import DecisionError, check, read_models
from engine.feel import FeelLimitError
from tests.engine.decision_files import decided, decision, given, literal, model, table

SECONDS = 3.0  # of this process; an attack that works takes minutes


def doubled(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value, value]
    return value


def chain(length: int) -> bytes:
    return model(*_links(length))


def _links(length: int) -> list[str]:
    first = decision("D0", literal("1"))
    rest = (decision(f"D{n}", literal(f"D{n - 1} + 1"), [f"D{n - 1}"]) for n in range(1, length))
    return [first, *rest]


def fan(levels: int) -> bytes:
    first = decision("D0", literal("[1, 1]"))
    more = (
        decision(f"D{n}", literal(f"[D{n - 1}, D{n - 1}]"), [f"D{n - 1}"]) for n in range(1, levels)
    )
    return model(first, *more)


def table_in_a_loop() -> bytes:
    rows = [["? > 1 and ? < 1e9", str(number)] for number in range(50)]
    function = (
        '<businessKnowledgeModel id="f" name="f"><encapsulatedLogic><formalParameter name="n"/>'
        f"{table(['n'], ['o'], rows, 'COLLECT')}</encapsulatedLogic></businessKnowledgeModel>"
    )
    return model(function, decision("D", literal("for i in 1..15000 return f(i)"), knowledge=["f"]))


def types_of_types(levels: int) -> str:
    return '<itemDefinition name="t0"><typeRef>number</typeRef></itemDefinition>' + "".join(
        f'<itemDefinition name="t{n}"><itemComponent name="a"><typeRef>t{n - 1}</typeRef>'
        f'</itemComponent><itemComponent name="b"><typeRef>t{n - 1}</typeRef></itemComponent>'
        "</itemDefinition>"
        for n in range(1, levels)
    )


@pytest.mark.parametrize(
    ("file", "name"),
    [
        (chain(1_900), "D1899"),
        (fan(40), "D39"),
        (table_in_a_loop(), "D"),
        (model(decision("D", table(["1"], ["o"], [["1," * 9_000 + "1", "1"]]))), "D"),
    ],
    ids=["chain", "fan", "table in a loop", "huge cell"],
)
def test_what_needs_too_much_ends_with_the_name_of_a_limit(file: bytes, name: str) -> None:
    started = process_time()

    with pytest.raises(FeelLimitError):
        decided(file, name)

    assert process_time() - started < SECONDS


def test_shared_lists_are_counted_as_often_as_they_are_seen() -> None:
    file = model(given("x"), decision("D", literal("x"), ["x"]))

    with pytest.raises(FeelLimitError):
        decided(file, "D", {"x": doubled(40)})


@pytest.mark.parametrize(
    "read",
    [
        lambda: decided(
            model(types_of_types(60), given("x", "t59"), decision("D", literal("x"), ["x"])), "D"
        ),
        lambda: decided(
            model(decision("A", literal("B"), ["B"]), decision("B", literal("A"), ["A"])), "A"
        ),
        lambda: checked(
            model(types_of_types(60), given("x", "t59"), decision("D", literal("x.a"), ["x"]))
        ),
        lambda: checked(model(*reversed(_links(1_900)))),
        lambda: checked(_many_ways(300)),
        lambda: checked(_many_columns(30)),
    ],
    ids=["types of types", "circle", "types inferred", "chain", "many ways", "many columns"],
)
def test_what_branches_without_end_is_still_walked_soon(read: Callable[[], Any]) -> None:
    started = process_time()

    read()

    assert process_time() - started < SECONDS


@pytest.mark.parametrize(
    "content",
    [
        b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
        b"<a>" * 200 + b"</a>" * 200,
        model(decision("D", "<list>" * 130 + "</list>" * 130)),
        model(*["<inputData id='a' name='a'/>"] * 2),
        model(*[f"<inputData id='a{n}' name='a'/>" for n in range(2_500)]),
    ],
    ids=["entity", "depth", "boxed depth", "twice", "many"],
)
def test_files_that_only_an_attack_has_are_refused(content: bytes) -> None:
    with pytest.raises(DecisionError) as refused:
        read_models({"a.dmn": content})

    assert refused.value.file == "a.dmn"


@pytest.mark.parametrize("text", ["x.__class__", "x.__init__.__globals__", '"".__class__'])
def test_dunder_names_reach_nothing(text: str) -> None:
    file = model(given("x"), decision("D", literal(text), ["x"]))

    assert decided(file, "D", {"x": {"a": 1}}).outputs is None


def checked(file: bytes) -> list[Any]:
    return list(check(read_models({"a.dmn": file})["a.dmn"]))


def _many_ways(count: int) -> bytes:
    return model(
        *(
            decision(f"D{n}", literal("1"), [f"D{m}" for m in range(n + 1, min(count, n + 12))])
            for n in range(count)
        )
    )


def _many_columns(columns: int) -> bytes:
    rows = [[*(str(row * at % 11) for at in range(columns)), "1"] for row in range(300)]
    return model(decision("D", table([f"x{at}" for at in range(columns)], ["o"], rows)))
