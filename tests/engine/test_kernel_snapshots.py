"""The stored form: what survives a round trip, what is refused; that nothing is ever changed."""

from collections import ChainMap
from copy import deepcopy
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from http import HTTPStatus
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import (
    CommandRejectedError,
    CompleteUserTask,
    EventKind,
    ExecutionError,
    SnapshotFormatError,
    advance,
    start,
    variables_of,
)
from engine.snapshot import Unread
from tests.engine.instances import NINE
from tests.engine.sketches import compiled, compiled_unchecked

TWO_TASKS = compiled(
    '<startEvent id="s"/><userTask id="a"/><userTask id="b"/><endEvent id="e"/>', "s a b e"
)
EXAMPLES = Path(__file__).parent / "snapshots"


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        -7,
        2**62,
        "Nguyễn Văn Ẩn",
        Decimal("1234567890.10"),
        Decimal("1E+30"),
        date(2026, 11, 21),
        time(7, 30),
        time(7, 30, tzinfo=UTC),
        datetime(2026, 11, 21, 7, 30),  # noqa: DTZ001  (a local date and time is a FEEL value)
        datetime(2026, 11, 21, 7, 30, tzinfo=UTC),
        datetime(2026, 11, 21, 7, 30, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh")),
        timedelta(days=-3, seconds=5),
        [1, [Decimal("2.5"), None]],
        {"a": {"b": [date(2026, 1, 1)]}},
        {},
        [],
        {"\x00": ["decimal", "1"]},
        {"\x00": 1, "b": Decimal(2)},
        {"\x00x": {"\x00": [["y"]]}},
        {"decimal": "1", "$type": "x", "": ""},
    ],
)
def test_a_value_keeps_its_type_through_the_stored_form(value):
    outcome = start(TWO_TASKS, {"value": value}, at=NINE)
    outcome = advance(
        TWO_TASKS, outcome.snapshot, CompleteUserTask(outcome.user_tasks[0].token_id), at=NINE
    )

    found = variables_of(TWO_TASKS, outcome.snapshot)["value"]

    assert found == value
    assert _types(found) == _types(value)


_PLAIN = (
    st.none()
    | st.booleans()
    | st.integers(-(2**62), 2**62)
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.dates()
    | st.timedeltas()
    | st.datetimes(timezones=st.just(UTC))
)
_KEYS = st.text() | st.sampled_from(["\x00", "\x00decimal", "map"])
_VALUES = st.recursive(
    _PLAIN,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=12,
)


@settings(deadline=None)  # a busy machine is no defect
@given(st.dictionaries(_KEYS, _VALUES, max_size=5))
def test_whatever_is_stored_comes_back(variables):
    outcome = start(TWO_TASKS, variables, at=NINE)

    assert variables_of(TWO_TASKS, outcome.snapshot) == variables


@pytest.mark.parametrize(
    ("given_value", "stored"),
    [
        (0.1, Decimal("0.1")),
        ((1, 2), [1, 2]),
        (2**80, Decimal(2**80)),
        (HTTPStatus.OK, 200),
        (EventKind.TIMER_FIRED, "timer.fired"),
    ],
)
def test_related_types_become_the_nearest_variable_type(given_value, stored):
    outcome = start(TWO_TASKS, {"x": given_value}, at=NINE)

    assert variables_of(TWO_TASKS, outcome.snapshot)["x"] == stored


@pytest.mark.parametrize(
    "value",
    [
        object(),
        b"bytes",
        {1: 2},
        float("nan"),
        Decimal("NaN"),
        {1, 2},
        "half \ud800 a letter",
        [[object]],
    ],
)
def test_a_value_that_no_variable_can_have_is_refused(value):
    with pytest.raises(CommandRejectedError):
        start(TWO_TASKS, {"x": value}, at=NINE)


def test_a_value_that_contains_itself_is_refused():
    endless: list[Any] = []
    endless.append(endless)

    with pytest.raises(CommandRejectedError):
        start(TWO_TASKS, {"x": endless}, at=NINE)


@pytest.mark.parametrize(
    "snapshot",
    [
        b"",
        b"[]",
        b"{}",
        b'{"format": 99}',
        b'{"format": 1, "process": "other", "scopes": []}',
        b'{"format": 1, "process": "p"}',
        b'{"format":1,"process":"p","status":"active","last_id":1,"scopes":[["p",null,{},[[]]]]}',
        b'{"format":1,"process":"p","x":{"\\u0000":["spell","x"]}}',
        b'{"format":1,"process":"p","x":{"\\u0000":["decimal","x"]}}',
    ],
)
def test_bytes_that_are_no_snapshot_of_this_process_are_refused(snapshot):
    with pytest.raises(SnapshotFormatError):
        advance(TWO_TASKS, snapshot, CompleteUserTask("1"), at=NINE)


def test_a_snapshot_of_the_first_format_can_still_be_read():
    snapshot = (EXAMPLES / "format-1.json").read_bytes()

    outcome = advance(TWO_TASKS, snapshot, CompleteUserTask("2", {"done": True}), at=NINE)

    assert [task.element_id for task in outcome.user_tasks] == ["b"]
    assert variables_of(TWO_TASKS, outcome.snapshot) == {
        "fee": Decimal("8000.50"),
        "born_on": date(1990, 2, 3),
        "done": True,
    }


def test_a_command_changes_neither_bytes_nor_variables_nor_the_process():
    process = compiled(
        '<startEvent id="s"/><userTask id="a"/><scriptTask id="c" scriptFormat="feel"'
        ' camunda:resultVariable="given"><script>= given</script></scriptTask>'
        '<userTask id="b"/><endEvent id="e"/>',
        "s a c b e",
    )
    given_values = {"given": {"list": [1, 2]}}
    before = _fingerprint(process)
    first = start(process, given_values, at=NINE)
    bytes_before = bytes(first.snapshot)
    command = CompleteUserTask(first.user_tasks[0].token_id, {"more": {"list": [3]}})

    second = advance(process, first.snapshot, command, at=NINE)
    again = advance(process, first.snapshot, command, at=NINE)

    assert second == again
    assert first.snapshot == bytes_before
    assert given_values == {"given": {"list": [1, 2]}}
    assert command.variables == {"more": {"list": [3]}}
    assert _fingerprint(process) == before


def test_a_failed_command_costs_nothing():
    process = compiled_unchecked(
        '<startEvent id="s"/><userTask id="a"/><exclusiveGateway id="g"/><endEvent id="e"/>',
        "s a g",
        "g e ? = ok",
    )
    first = start(process, {}, at=NINE)
    token = first.user_tasks[0].token_id
    with pytest.raises(ExecutionError):
        advance(process, first.snapshot, CompleteUserTask(token, {"ok": False}), at=NINE)

    second = advance(process, first.snapshot, CompleteUserTask(token, {"ok": True}), at=NINE)

    assert second.status == "completed"


def test_what_was_handed_in_can_be_changed_afterwards_without_harm(running):
    answers = {"list": [1]}
    instance = running(TWO_TASKS, answers)

    answers["list"].append(2)
    instance.complete("a")

    assert instance.variables == {"list": [1]}


def test_the_stored_form_does_not_grow_with_what_has_happened():
    process = compiled(
        '<startEvent id="s"/><exclusiveGateway id="m"/><userTask id="a"/>'
        '<exclusiveGateway id="g" default="g_m"/><endEvent id="e"/>',
        "s m a g m",
        "g e ? = enough",
    )
    outcome = start(process, {"enough": False}, at=NINE)
    size = len(outcome.snapshot)

    for _ in range(300):
        token = outcome.user_tasks[0].token_id
        outcome = advance(process, outcome.snapshot, CompleteUserTask(token), at=NINE)

    assert len(outcome.snapshot) <= size + 8  # longer numbers, nothing else


def test_variables_of_more_than_a_megabyte_are_refused_and_nothing_is_kept():
    first = start(TWO_TASKS, {"small": 1}, at=NINE)
    token = first.user_tasks[0].token_id
    allowed = CompleteUserTask(token, {"text": "x" * 990_000})
    too_much = CompleteUserTask(token, {"text": "x" * 500_000, "more": "y" * 500_001})

    assert advance(TWO_TASKS, first.snapshot, allowed, at=NINE).user_tasks
    with pytest.raises(ExecutionError, match="1000000 are allowed") as refused:
        advance(TWO_TASKS, first.snapshot, too_much, at=NINE)

    assert refused.value.params["size"] > 1_000_000
    with pytest.raises(ExecutionError):
        start(TWO_TASKS, {"text": "x" * 1_000_001}, at=NINE)


@pytest.mark.parametrize("token_id", [None, "2"])
def test_of_the_variables_those_named_can_be_read_alone(token_id):
    outcome = start(TWO_TASKS, {"note": "x" * 500, "fee": Decimal("1.5"), "other": 1}, at=NINE)

    found = variables_of(
        TWO_TASKS, outcome.snapshot, token_id, names=frozenset({"note", "fee", "not there"})
    )

    assert found == {"note": "x" * 500, "fee": Decimal("1.5")}


def test_the_variables_of_a_token_that_is_gone_cannot_be_read():
    outcome = start(TWO_TASKS, {}, at=NINE)

    with pytest.raises(CommandRejectedError):
        variables_of(TWO_TASKS, outcome.snapshot, "99")
    with pytest.raises(CommandRejectedError):
        variables_of(TWO_TASKS, outcome.snapshot, "99", names=frozenset())


def test_the_stored_form_holds_no_model():
    outcome = start(TWO_TASKS, {"x": 1}, at=NINE)

    assert orjson.loads(outcome.snapshot)["scopes"] == [
        ["p", None, {"x": 1}, [["2", "a", None, None, {"groups": ["desk"]}, None]], None, None]
    ]


LONG = {
    "papers": [{"name": "Bản sao", "fee": Decimal("12.50"), "pages": n} for n in range(40)],
    "note": "đã đối chiếu bản chính " * 20,
    "area": Decimal("124.5"),
    "floors": 3,
    "\x00odd": {"\x00": ["decimal", "1"], "deep": [timedelta(days=1)] * 50},
}


def test_long_variables_come_back_as_they_were_step_after_step():
    stored = start(TWO_TASKS, LONG, at=NINE)
    assert variables_of(TWO_TASKS, stored.snapshot) == LONG

    moved = advance(TWO_TASKS, stored.snapshot, CompleteUserTask("2", {"floors": 4}), at=NINE)

    found = variables_of(TWO_TASKS, moved.snapshot)
    assert found == {**LONG, "floors": 4}
    assert list(found) == list(LONG)
    assert _types(found) == _types(LONG)


def test_a_long_variable_that_no_step_looks_at_is_not_read():
    stored = start(TWO_TASKS, {"note": "n" * 500}, at=NINE).snapshot
    damaged = stored.replace(b"n" * 500, b"n" * 499 + b"\xff")

    moved = advance(TWO_TASKS, damaged, CompleteUserTask("2"), at=NINE)

    assert b"n" * 499 + b"\xff" in moved.snapshot
    with pytest.raises(SnapshotFormatError, match="damaged"):
        variables_of(TWO_TASKS, moved.snapshot)


def test_a_variable_may_be_long_in_one_step_and_short_in_the_next():
    ring = compiled('<startEvent id="s"/><userTask id="a"/>', "s a a")
    kept = {"small": [1, 2], "large": ["k" * 300]}
    outcome = start(ring, {"note": "short", "fee": 1, **kept}, at=NINE)

    for note, fee in [("n" * 500, 2), ("short", Decimal("2.5")), (["n" * 500], 3), (None, 4)]:
        token = outcome.user_tasks[0].token_id
        given_values = {"note": note, "fee": fee}
        outcome = advance(ring, outcome.snapshot, CompleteUserTask(token, given_values), at=NINE)

        assert variables_of(ring, outcome.snapshot) == {"note": note, "fee": fee, **kept}
        assert len(outcome.snapshot.partition(b"\n")[0]) < 300  # what is long stands behind


@pytest.mark.parametrize(
    "condition",
    [
        "floors > 2",
        "floors > 2 and today() > date(2020, 1, 1)",
        'now() > date and time("2020-01-01T00:00:00Z")',
        "{begun: now(), late: begun > date(2020, 1, 1)}.late != false and floors > 2",
    ],
)
def test_a_condition_reads_only_the_variables_that_it_names(condition):
    process = compiled(
        '<startEvent id="s"/><userTask id="a"/><exclusiveGateway id="g" default="g_e"/>'
        '<userTask id="b"/><endEvent id="e"/><endEvent id="f"/>',
        "s a g e",
        f"g b ? = {condition}",
        "b f",
    )
    stored = start(process, {"note": "n" * 500, "floors": 3}, at=NINE)
    damaged = stored.snapshot.replace(b"n" * 500, b"n" * 499 + b"\xff")

    moved = advance(process, damaged, CompleteUserTask(stored.user_tasks[0].token_id), at=NINE)

    assert [one.element_id for one in moved.user_tasks] == ["b"]
    assert b"n" * 499 + b"\xff" in moved.snapshot


@pytest.mark.parametrize("change", [lambda it: it[:-1], lambda it: it + b"x"])
def test_a_snapshot_that_ends_too_early_or_too_late_is_refused(change):
    stored = start(TWO_TASKS, {"note": "n" * 500}, at=NINE).snapshot

    with pytest.raises(SnapshotFormatError):
        advance(TWO_TASKS, change(stored), CompleteUserTask("2"), at=NINE)


@pytest.mark.parametrize(
    "look",
    [
        dict,
        lambda it: {**it},
        lambda it: it.copy(),
        lambda it: it | {},
        lambda it: {} | it,
        lambda it: dict(it.items()),
        lambda it: dict(zip(it, it.values(), strict=True)),
        lambda it: {key: it.get(key) for key in it},
        lambda it: {key: it.pop(key) for key in list(it)},
        lambda it: {key: it.setdefault(key, 7) for key in list(it)},
        lambda it: dict(ChainMap(it)),
        lambda it: {**it} if it == {"a": [1], "b": 2} else None,
    ],
)
def test_variables_not_yet_read_look_like_any_dictionary(look):
    assert look(Unread({"a": None, "b": 2}, {"a": b"[1]"})) == {"a": [1], "b": 2}


def test_variables_beside_others_stay_unread_in_both():
    variables = Unread({"a": None, "b": None}, {"a": b"[1]", "b": b"[2]"})

    both = variables.beside({"b": 3, "now": 4})

    assert both == {"a": [1], "b": 3, "now": 4}
    assert variables.late == {"a": b"[1]", "b": b"[2]"}
    assert variables == {"a": [1], "b": [2]}


def test_what_is_written_over_an_unread_variable_stays():
    variables = Unread({"a": None, "b": None, "c": None}, {"a": b"[1]", "b": b"[2]", "c": b"[3]"})
    variables["a"] = 1
    variables.update({"b": 2})
    del variables["c"]

    assert variables == {"a": 1, "b": 2}
    assert variables.get("c") is None
    assert repr(variables) == "{'a': 1, 'b': 2}"


def _types(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _types(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_types(item) for item in value]
    return type(value)


def _fingerprint(value: Any, seen: dict[int, int] | None = None) -> Any:
    """Return everything that can be reached from a process, as one comparable value."""
    seen = {} if seen is None else seen
    if id(value) in seen:
        return ("seen", seen[id(value)])
    seen[id(value)] = len(seen)
    if isinstance(value, dict):
        return [(key, _fingerprint(item, seen)) for key, item in value.items()]
    if isinstance(value, list | tuple):
        return [_fingerprint(item, seen) for item in value]
    slots = [name for kind in type(value).__mro__ for name in getattr(kind, "__slots__", ())]
    names = [*getattr(value, "__dict__", ()), *slots]
    if not names:
        return deepcopy(value) if isinstance(value, set | bytearray) else repr(value)
    parts = [(name, _fingerprint(getattr(value, name, None), seen)) for name in names]
    return (type(value).__name__, parts)
