"""Data stores: read when an activity begins, written when it ends, kept outside the instance."""

from collections.abc import Mapping
from decimal import Decimal

import pytest

from engine import EventKind, ExecutionError
from engine.lint import lint
from engine.snapshot import read_value, write_value
from engine.surroundings import Nowhere
from tests.engine.instances import Reloading, run
from tests.engine.sketches import compiled, file, process

STORE = '<dataStore id="Register" name="Sổ đăng ký"/>'
KEYED = '<dataStoreReference id="r" name="row" dataStoreRef="Register" motcua:key="= code"/>'
WHOLE = '<dataStoreReference id="w" name="book" dataStoreRef="Register"/>'
INTO = (
    '<dataInputAssociation id="{0}_in"><sourceRef>{1}</sourceRef>'
    "<targetRef>{0}_i</targetRef></dataInputAssociation>"
)
INPUT = (
    '<ioSpecification id="{0}_s"><dataInput id="{0}_i" name="{1}"/><inputSet/><outputSet/>'
    "</ioSpecification>"
)


class Shelf(Nowhere):
    """Stores in memory."""

    def __init__(self, **values: object) -> None:
        self.items = {("Register", key): write_value(one) for key, one in values.items()}
        self.locked: list[bool] = []

    def read_store(self, store: str, key: str | None, *, for_writing: bool) -> Mapping[str, bytes]:
        self.locked.append(for_writing)
        return {
            name: one
            for (kept, name), one in self.items.items()
            if kept == store and key in (None, name)
        }

    def count_stored(self, store: str) -> int:
        return sum(kept == store for kept, _ in self.items)

    def take(self, instance: Reloading) -> None:
        """Do what the product does with what an instance wrote."""
        for one in instance.outcome.stored:
            self.items.pop((one.store, one.key), None)
            if one.written is not None:
                self.items[one.store, one.key] = one.written

    @property
    def values(self) -> dict[str, object]:
        return {key: read_value(one) for (_, key), one in self.items.items()}


def out(target: str, expression: str = "") -> str:
    computed = f"<transformation>{expression}</transformation>" if expression else ""
    return (
        f"<dataOutputAssociation><targetRef>{target}</targetRef>{computed}</dataOutputAssociation>"
    )


def storing(body: str, path: str, references: str = KEYED, store: str = STORE):
    return compiled(f'{references}<startEvent id="s"/>{body}', path, more=store)


def test_a_task_reads_what_stands_under_its_key_and_null_where_nothing_does(running):
    body = f'<userTask id="a">{INPUT.format("a", "found")}{INTO.format("a", "r")}</userTask>'
    drawn = storing(body, "s a")
    shelf = Shelf(A1={"fee": Decimal("7.50")})

    known = running(drawn, {"code": "A1"}, surroundings=shelf)
    unknown = running(drawn, {"code": "B2"}, surroundings=shelf)

    assert known.seen_by(known.token_at("a"))["found"] == {"fee": Decimal("7.50")}
    assert unknown.seen_by(unknown.token_at("a"))["found"] is None
    assert shelf.locked == [False, False] * (len(shelf.locked) // 2)  # nothing here writes it
    known.complete("a")
    assert "found" not in known.variables


def test_a_task_writes_the_variable_of_the_references_name_when_it_ends(running):
    shelf = Shelf()
    instance = running(
        storing(f'<userTask id="a">{out("r")}</userTask><userTask id="z"/>', "s a z"),
        {"code": "A1"},
        surroundings=shelf,
    )
    assert instance.outcome.stored == ()

    instance.complete("a", row={"owner": "Hường"})
    shelf.take(instance)

    assert shelf.values == {"A1": {"owner": "Hường"}}
    [told] = [one for one in instance.events if one.kind is EventKind.DATA_STORE_WRITTEN]
    assert told.element_id == "a"
    assert told.data == {"store": "Register", "name": "Sổ đăng ký", "key": "A1", "removed": False}
    instance.complete("z")
    assert instance.outcome.stored == ()


def test_what_one_step_wrote_is_what_it_reads_from_then_on(running):
    adding = (
        '<task id="{0}"><dataInputAssociation><sourceRef>w</sourceRef><targetRef>w</targetRef>'
        "</dataInputAssociation>" + out("w", "= if book = null then 1 else book + 1") + "</task>"
    )
    body = adding.format("a") + adding.format("b") + adding.format("c")
    shelf = Shelf()
    drawn = storing(body, "s a b c", WHOLE)

    shelf.take(running(drawn, {}, surroundings=shelf))
    shelf.take(running(drawn, {}, surroundings=shelf))

    assert shelf.values == {"": 6}
    assert all(shelf.locked)


def test_a_store_with_keys_is_read_as_a_whole_without_one(running):
    body = f'<userTask id="a">{INPUT.format("a", "all")}{INTO.format("a", "w")}</userTask>'

    instance = running(storing(body, "s a", WHOLE), {}, surroundings=Shelf(B=2, A=1))

    assert instance.seen_by(instance.token_at("a"))["all"] == {"A": 1, "B": 2}


def test_null_takes_an_item_away(running):
    shelf = Shelf(A1=1, B2=2)

    shelf.take(
        running(
            storing(f'<task id="a">{out("r", "= null")}</task>', "s a"),
            {"code": "A1"},
            surroundings=shelf,
        )
    )

    assert shelf.values == {"B2": 2}


def test_a_full_store_takes_no_other_item_but_new_values(running):
    drawn = storing(
        f'<task id="a">{out("r", "= 9")}</task>',
        "s a",
        store='<dataStore id="Register" name="Sổ" capacity="2" isUnlimited="false"/>',
    )
    shelf = Shelf(A1=1, B2=2)

    shelf.take(running(drawn, {"code": "B2"}, surroundings=shelf))
    with pytest.raises(ExecutionError, match="“Sổ” is full: it holds 2 items") as refused:
        running(drawn, {"code": "C3"}, surroundings=shelf)

    assert shelf.values == {"A1": 1, "B2": 9}
    assert refused.value.element_id == "a"


@pytest.mark.parametrize(
    ("code", "value", "words"),
    [
        ("", "1", "key of the data store “Sổ đăng ký” is empty"),
        ("x" * 201, "1", "longer than 200"),
        ("A1", "long", "takes 1200013 bytes"),
    ],
)
def test_what_cannot_be_stored_is_refused_at_the_element(running, code, value, words):
    drawn = storing(
        f'<task id="a">{out("r", f"= {value}")}</task>'.replace(
            "= long", "= [text, text, text, text]"
        ),
        "s a",
    )

    with pytest.raises(ExecutionError, match=words) as refused:
        running(drawn, {"code": code, "text": "x" * 300_000}, surroundings=Shelf())

    assert refused.value.element_id == "a"


def test_events_read_and_write_stores_too(running):
    message = '<messageEventDefinition messageRef="M"/>'
    body = f'<intermediateCatchEvent id="m">{message}{out("r")}</intermediateCatchEvent>'
    shelf = Shelf()
    instance = running(storing(body, "s m"), {"code": "A1"}, surroundings=shelf)

    instance.deliver("m", "papers", row="arrived")
    shelf.take(instance)

    assert shelf.values == {"A1": "arrived"}


def test_all_results_of_a_repeated_task_are_stored_at_once(running):
    body = (
        '<task id="a"><ioSpecification><dataOutput id="o" name="results"/><inputSet/><outputSet/>'
        "</ioSpecification><dataOutputAssociation><sourceRef>o</sourceRef><targetRef>w</targetRef>"
        '</dataOutputAssociation><multiInstanceLoopCharacteristics camunda:collection="items"'
        ' camunda:elementVariable="n"><loopDataOutputRef>o</loopDataOutputRef>'
        '<outputDataItem id="n" name="n"/></multiInstanceLoopCharacteristics></task>'
    )
    shelf = Shelf()

    shelf.take(running(storing(body, "s a", WHOLE), {"items": [1, 2]}, surroundings=shelf))

    assert shelf.values == {"": [1, 2]}


def test_a_reference_without_a_store_means_the_one_of_its_name():
    reference = '<dataStoreReference id="r" name="Register"/>'
    files = {
        "m.bpmn": file(
            process(
                f'{reference}<startEvent id="s"/><task id="a">{out("r", "= 5")}</task>'
                '<endEvent id="e"/>',
                "s a e",
            )
        )
    }
    shelf = Shelf()

    shelf.take(
        run(
            Reloading,
            storing(f'<task id="a">{out("r", "= 5")}</task>', "s a", reference, ""),
            surroundings=shelf,
        )
    )

    assert shelf.values == {"": 5}
    assert [one.rule for one in lint(files) if "store" in one.rule] == [
        "data-store-without-definition"
    ]
