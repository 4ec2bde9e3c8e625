"""Data stores in the database: shared by instances, locked while written, shown on a page."""

from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from tests.engine.test_kernel_data_states import BODY as STATES
from tests.webapp.conftest import NINE
from tests.webapp.office import receive, work
from tests.webapp.test_operations_calls import model
from tests.webapp.visitor import product, signed_in
from webapp import clock
from webapp.actors import Actor
from webapp.db import Database
from webapp.models import DataStore, DataStoreItem, InstanceEvent
from webapp.operations import deployments
from webapp.queries import data_stores as queries

People = dict[str, Actor]
COUNT = (
    '<dataStoreReference id="r" name="so" dataStoreRef="Numbers"/>'
    '<task id="t"><dataInputAssociation><sourceRef>r</sourceRef><targetRef>r</targetRef>'
    "</dataInputAssociation><dataOutputAssociation><targetRef>r</targetRef><transformation>"
    "= if so = null then 1 else so + 1</transformation></dataOutputAssociation></task>"
)
NAMED = (
    '<dataStoreReference id="r" name="so" dataStoreRef="Owners" motcua:key="= ho_so.ma"/>'
    '<task id="t"><dataOutputAssociation><targetRef>r</targetRef><transformation>= {0}'
    "</transformation></dataOutputAssociation></task>"
)
STORES = (
    '<dataStore id="Numbers" name="Sổ số"/>'
    '<dataStore id="Owners" name="Chủ hộ" capacity="1" isUnlimited="false"/>'
)


def publish(database: Database, people: People, key: str, body: str) -> None:
    content = model(
        key,
        f'<startEvent id="s"/>{body}<userTask id="u" name="Look" '
        'camunda:candidateGroups="xay-dung"/>',
        "s t",
        "t u",
    )
    head = b'xmlns:motcua="https://motcua.org/schema/1" targetNamespace'
    content = content.replace(b"targetNamespace", head, 1)
    content = content.replace(b"<process", STORES.encode() + b"<process", 1)
    with database.transaction() as session:
        draft = deployments.save_draft(
            session, {"m.bpmn": content}, "m", actor=people["binh"], at=NINE
        )
        deployments.publish(session, draft, note="n", actor=people["binh"], at=NINE)


def test_instances_of_different_procedures_write_the_same_store(
    database: Database, people: People
) -> None:
    publish(database, people, "one", COUNT)
    publish(database, people, "two", COUNT)

    receive(database, "one", people["thu"], NINE)
    receive(database, "two", people["thu"], NINE)

    with database.reading() as session:
        [store] = queries.stores(session)
        [item] = queries.items(session, "Numbers")
        logged = session.scalars(
            select(InstanceEvent.data).where(InstanceEvent.kind == "data_store.written")
        ).all()
    assert (store.id, store.name, store.items, store.revision) == ("Numbers", "Sổ số", 1, 2)
    assert (item.key, item.value, item.written_by) == ("", 2, people["thu"].name)
    assert len(logged) == 2


def test_of_two_who_count_up_at_once_neither_is_lost(database: Database, people: People) -> None:
    publish(database, people, "one", COUNT)
    start = Barrier(4)

    def count() -> None:
        start.wait()
        for _again in range(3):
            receive(database, "one", people["thu"], NINE)

    threads = [Thread(target=count) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    with database.reading() as session:
        assert queries.items(session, "Numbers")[0].value == 12


def test_a_step_that_fails_leaves_nothing_in_a_store(database: Database, people: People) -> None:
    publish(database, people, "one", NAMED.format('"Hường"'))
    receive(database, "one", people["thu"], NINE)

    with pytest.raises(Exception, match="Chủ hộ"):
        receive(database, "one", people["thu"], NINE)

    with database.reading() as session:
        assert session.scalars(select(DataStore.revision)).one() == 1
        assert [one.value for one in session.scalars(select(DataStoreItem))] == ['"Hường"']


def test_administrators_see_what_stands_in_a_store_and_who_wrote_it(
    database: Database, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: NINE)
    visitor = signed_in(product(database), database, "lan")
    assert "No process has written a data store" in visitor.get("/data-stores").text
    publish(database, people, "one", NAMED.format('{ten: "&lt;b&gt;Hường"}'))
    receive(database, "one", people["thu"], NINE)

    assert "Chủ hộ" in visitor.get("/data-stores").text
    page = visitor.get("/data-stores/Owners").text

    assert "&lt;b&gt;Hường" in page
    assert people["thu"].name in page
    assert "/data-stores" in visitor.get("/administration").text
    assert visitor.get("/data-stores/Nothing").status_code == 404


def test_the_timeline_tells_states_and_what_was_kept(
    database: Database, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: NINE)
    body = STATES.replace("<userTask ", '<userTask camunda:candidateGroups="xay-dung" ')
    body = body.replace('<startEvent id="s"/>', f'<startEvent id="s"/>{COUNT}')
    content = model("states", body, "s t", "t draft", "draft sign", "sign issue", "issue e")
    content = content.replace(b"<process", STORES.encode() + b"<process", 1)
    with database.transaction() as session:
        draft = deployments.save_draft(
            session, {"m.bpmn": content}, "m", actor=people["binh"], at=NINE
        )
        deployments.publish(session, draft, note="n", actor=people["binh"], at=NINE)
    dossier_id = receive(database, "states", people["thu"], NINE)
    work(database, dossier_id, "draft", people["hanh"], NINE)

    page = signed_in(product(database), database, "hanh").get(f"/dossiers/{dossier_id}").text

    assert "“licence” is now “drafted”" in page
    assert "Kept in “Sổ số”" in page
