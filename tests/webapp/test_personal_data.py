"""Every column that can hold words is known: free of personal data, or emptied when its rule says.

A new text, JSON or binary column makes the first test fail until it stands in one of the two lists.
"""

import base64
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from alembic import command
from sqlalchemy import JSON, Column, LargeBinary, String, Table, insert, select, update
from sqlalchemy.orm import Session

from tests.webapp.conftest import NINE
from tests.webapp.office import receive, work
from tests.webapp.visitor import product, signed_in
from webapp import migrate
from webapp.actors import Actor
from webapp.backups import making, rows
from webapp.db import Base, Database, UtcDateTime
from webapp.filestore import FileStore
from webapp.models import Delivery, Dossier, Incident, Slip
from webapp.operations import handing, retention
from webapp.worker.forgetting import forget_due

# What is said about an applicant, or in words of theirs: gone after the period.
GOES = {
    "attachment": "field name media_type sha256",
    "data_store_item": "key value",
    "delivery": "variables last_error",
    "dossier": "subject applicant_name applicant_identity applicant_phone applicant_email"
    " applicant_address search_text answers assisted_by",
    "dossier_action": "explanation points",
    "dossier_extension": "reason",
    "dossier_look": "subject",
    "dossier_note": "text",
    "dossier_pause": "note",
    "handover": "note",
    "incident": "message sentence details note",
    "instance_before_end": "snapshot suspension_reason",
    "instance_event": "data actor_name",
    "job": "variables last_error error_details",
    "migration_item": "message params",
    "process_instance": "snapshot business_key suspension_reason",
    "slip": "content sha256 void_reason",
    "user_task": "draft answers hand_note",
}
# Names of staff and programs, codes, numbers given, words of models, laws, lists and settings.
STAYS = {
    "absence": "reason created_by",
    "agency": "key",
    "agency_period": "code name name_en kind dossier_pattern address phone place note",
    "api_key": "name token_sha256 roles",
    "calendar_change": "calendar_code made_by_name decision summary",
    "calendar_day": "calendar_code kind name sessions decision",
    "calendar_week": "calendar_code sessions decision",
    "data_store": "id name",
    "data_store_item": "store_id written_by",
    "decision_definition": "key name file_name checksum version_tag note",
    "default_view": "listing",
    "delivery": "token_id name",
    "deployment": "name checksum expressions",
    "deployment_file": "name content sha256",
    "dossier": "code tracking_token channel papers verdict outcome money_state paid_how"
    " delivery_state calendar_code clock_limit",
    "dossier_action": "kind element_id reason_code reason basis actor_name",
    "dossier_extension": "amount signer legal_basis",
    "dossier_group": "group_key",
    "dossier_look": "user_name",
    "dossier_note": "mentions author_name done_by",
    "dossier_pause": "element_id key reason legal_basis",
    "element_timing": "element_id token_id",
    "group_member": "group_key",
    "handover": "number from_name to_group_key accepted_by",
    "idempotency_key": "scope key fingerprint outcome",  # all of them: deleted after seven days
    "incident": "kind element_id resolution",
    "instance_before_end": "suspended_by",
    "instance_event": "kind element_id token_id",
    "job": "token_id element_id name topic status retry_cycle worker_id",
    "legal_reason": "action code name name_en basis process_key",
    "mail": "address subject body last_error",  # to staff; names tasks, codes and staff
    "message_subscription": "token_id element_id name correlation_key",  # gone when it ends
    "migration": "process_key mapping reason status created_by_name steps",  # of a version
    "migration_item": "status",
    "notice": "kind data",  # as mail
    "notice_setting": "email language choices",
    "number_register": "series",
    "office_calendar": "code name parent_code",
    "outage": "calendar_code reason legal_basis announced_by_name",
    "outside_wait": "token_id element_id kind key",  # gone when the instance ends
    "place": "code parent_code name merged_into",
    "place_import": "file_name sha256",
    "process_definition": "key name file_name checksum start_form_ref facts note default_group"
    " version_tag",
    "process_instance": "status suspended_by calendar_code parent_token_id",
    "report": "grouping issued_by_name body",  # sums
    "report_definition": "key body added_by_name",
    "retention_rule": "process_key basis",
    "saved_view": "listing name group_key filters",  # what staff look for; they delete it
    "slip": "purpose agency_code symbol made_by voided_by",
    "slip_template": "purpose source note saved_by",
    "start_trigger": "process_key element_id kind name period",
    "timer": "timer_id token_id element_id",  # gone when the instance ends
    "timing_day": "element_id desk channel",
    "user_account": "username name title password_hash",
    "user_group": "key name",
    "user_role": "role",
    "user_session": "token_sha256",
    "user_task": "token_id element_id name status form_ref hand",
    "user_task_candidate": "group_key username status element_id",
}
MARK = "riêng tư"
LATER = datetime(2030, 1, 1, tzinfo=UTC)


def test_of_every_column_of_words_it_is_known_whether_it_is_emptied() -> None:
    told = [
        f"{table}.{column}"
        for listed in (GOES, STAYS)
        for table, columns in listed.items()
        for column in columns.split()
    ]
    found = [
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, JSON | String | LargeBinary)
    ]

    assert sorted(told) == sorted(found)


def test_whatever_is_not_declared_free_of_it_is_emptied(
    database: Database, ended: UUID, people: dict[str, Actor], files: FileStore
) -> None:
    with database.transaction() as session:
        _fill(session, ended)
    assert set(_marked(database)) == _named(GOES)
    _rule(database, people["lan"], data_stores=True)

    assert forget_due(database, files, LATER) == 1

    assert _marked(database) == []


def test_what_was_written_into_data_stores_stays_unless_the_rule_says_otherwise(
    database: Database, ended: UUID, people: dict[str, Actor], files: FileStore
) -> None:
    with database.transaction() as session:
        _fill(session, ended)
    _rule(database, people["lan"], data_stores=False)

    forget_due(database, files, LATER)

    assert _marked(database) == ["data_store_item.key", "data_store_item.value"]


def test_a_message_on_its_way_is_emptied_and_a_person_decides(
    database: Database, ended: UUID, review: str, people: dict[str, Actor], files: FileStore
) -> None:
    other = receive(database, review, people["thu"], NINE)
    with database.transaction() as session:
        receiver_id = session.get_one(Dossier, other).instance_id
        sender_id = session.get_one(Dossier, ended).instance_id
        row = {"token_id": "1", "is_signal": False, "name": "Hello", "retries_left": 1}
        moments = {"created_at": NINE, "due_at": NINE}
        for sender, receiver in ((sender_id, receiver_id), (receiver_id, sender_id)):
            to = {"sender_id": sender, "instance_id": receiver}
            session.add(Delivery(id=uuid4(), variables={"ten": MARK}, **to, **row, **moments))
    _rule(database, people["lan"], data_stores=False)

    forget_due(database, files, LATER)

    with database.reading() as session:
        [left] = session.scalars(select(Delivery))
        [incident] = session.scalars(select(Incident))
    assert (left.instance_id, left.variables, left.retries_left) == (receiver_id, {}, 0)
    assert (incident.instance_id, incident.subject_id) == (receiver_id, left.id)
    assert "“Hello” has lost its data" in incident.message


@pytest.mark.parametrize(("listing", "who"), [("handovers", "thu"), ("register", "lan")])
def test_a_printed_list_that_names_the_dossier_is_deleted(
    database: Database,
    ended: UUID,
    people: dict[str, Actor],
    files: FileStore,
    listing: str,
    who: str,
) -> None:
    visitor = signed_in(product(database, data_dir=files.folder.parent), database, who)
    if listing == "register":
        made = visitor.post("/register", {"month": f"{NINE:%m/%Y}"})
    else:
        with database.transaction() as session:
            to = {"agency_code": "H99", "actor": people["thu"], "at": NINE}
            list_id = handing.hand_over(session, [ended], "xay-dung", MARK, **to)
        made = visitor.post(f"/handovers/{list_id}/print")
    address = made.headers["Location"]
    with visitor.get(address) as paper:
        assert paper.status_code == 200
    _as_of_an_earlier_version(database)
    _rule(database, people["lan"], data_stores=False)

    forget_due(database, files, LATER)

    gone = visitor.get(address)
    assert gone.status_code == 404
    assert "deleted with the personal data" in gone.text
    with database.reading() as session:
        [kept] = session.scalars(select(Slip))
    assert (kept.content, kept.sha256) == ({}, "")


@pytest.fixture
def files(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "files")


@pytest.fixture
def ended(database: Database, review: str, people: dict[str, Actor]) -> UUID:
    """The id of a refused dossier."""
    dossier_id = receive(database, review, people["thu"], NINE)
    answers = {"ket_qua": "tu_choi", "ghi_chu": MARK}
    work(database, dossier_id, "Task_Appraise", people["hanh"], NINE, **answers)
    return dossier_id


def _as_of_an_earlier_version(database: Database) -> None:
    """Forget which dossiers a list names, and let the migration find that out again."""
    config = migrate.alembic_config(database.url)
    command.downgrade(config, "0038")
    command.upgrade(config, "head")


def _named(listed: dict[str, str]) -> set[str]:
    return {f"{table}.{one}" for table, columns in listed.items() for one in columns.split()}


def _rule(database: Database, actor: Actor, *, data_stores: bool) -> None:
    with database.transaction() as session:
        retention.add_rule(session, "", 12, "Law", data_stores=data_stores, actor=actor, at=NINE)


def _fill(session: Session, dossier_id: UUID) -> None:
    """Write the mark into every column that is to be emptied, of rows that belong to a dossier."""
    dossier = session.get_one(Dossier, dossier_id)
    known = {
        "dossier_id": dossier_id,
        **dict.fromkeys(("instance_id", "sender_id", "root_id"), dossier.instance_id),
    }
    tables = Base.metadata.tables
    for name in (*GOES, "handover_item"):
        if session.execute(select(tables[name]).limit(1)).first() is None:
            _make(session, tables[name], known)
    for name, columns in GOES.items():
        marks = {
            one: _mark(tables[name].c[one])
            for one in columns.split()
            if (name, one) != ("process_instance", "snapshot")
        }
        if name == "instance_event":
            marks["actor_id"] = None  # nobody of the staff
        session.execute(update(tables[name]).values(marks))


def _make(session: Session, table: Table, known: dict[str, Any]) -> dict[str, Any]:
    """Return the values of a new row, and of rows that it must name."""
    row: dict[str, Any] = {}
    for column in table.columns:
        if column.name in known:
            row[column.name] = known[column.name]
        elif not column.nullable and column.server_default is None:
            row[column.name] = _value(session, column, known)
    session.execute(insert(table).values(row))
    return row


def _value(session: Session, column: Column[Any], known: dict[str, Any]) -> Any:
    for key in column.foreign_keys:
        other = key.column
        found = session.execute(select(other).limit(1)).scalar()
        return _make(session, other.table, known)[other.name] if found is None else found
    if isinstance(column.type, JSON):
        return {}
    if isinstance(column.type, UtcDateTime):
        return NINE
    plain: dict[type, Any] = {UUID: uuid4(), date: NINE.date()}
    return plain.get(column.type.python_type) or column.type.python_type()


def _mark(column: Column[Any]) -> Any:
    if isinstance(column.type, JSON):
        return {"text": MARK}
    return MARK.encode() if isinstance(column.type, LargeBinary) else MARK


def _marked(database: Database) -> list[str]:
    """Return every column in which the mark stands."""
    with making.one_moment(database.sql_engine) as connection:
        return sorted(
            {
                f"{table.name}.{name}"
                for table in Base.metadata.sorted_tables
                for line in rows.lines(connection, table)
                for name, value in zip(rows.columns(table), json.loads(line), strict=True)
                if MARK in _readable(table.c[name], value)
            }
        )


def _readable(column: Column[Any], value: Any) -> str:
    if isinstance(column.type, LargeBinary) and value is not None:
        return base64.b64decode(value).decode(errors="replace")
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
