"""Backup and restore, from either database into either."""

import os
import signal
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import delete, select

from scripts.postgresql import Server
from tests.webapp.conftest import NINE
from tests.webapp.office import open_task, receive, work
from webapp import migrate
from webapp.actors import Actor
from webapp.backups import archive, making, restoring
from webapp.backups.archive import BackupError, Manifest
from webapp.cli import main
from webapp.cli.checks import problems
from webapp.db import Database
from webapp.filestore import FileStore
from webapp.models import Attachment, InstanceEvent, Slip
from webapp.operations import attachments

SCAN = b"%PDF-1.7 a scanned paper"


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "files")


@pytest.fixture
def house(database: Database, review: str, people: dict[str, Actor], store: FileStore) -> Database:
    """A house with a dossier that was worked on, a file and one that just came."""
    worked = receive(database, review, people["thu"], NINE)
    with database.transaction() as session:
        attachments.store(
            session, store, "don.pdf", [SCAN], field="don", actor=people["thu"], at=NINE
        )
    work(database, worked, "Task_Appraise", people["hanh"], NINE, ket_qua="bo_sung")
    receive(database, review, people["thu"], NINE)
    return database


@pytest.fixture(params=["sqlite", "postgresql"])
def other(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database of either kind, without any table."""
    url = f"sqlite:///{tmp_path}/other.db"
    if request.param == "postgresql":
        server: Server = request.getfixturevalue("postgresql")
        url = server.new_database()
    database = Database(url)
    yield database
    database.dispose()


def test_a_restored_house_is_the_same_row_by_row_and_goes_on(
    house: Database,
    other: Database,
    store: FileStore,
    tmp_path: Path,
    people: dict[str, Actor],
) -> None:
    made = _backup(house, store, tmp_path)
    elsewhere = FileStore(tmp_path / "elsewhere")

    with archive.opened(tmp_path / "b.tar") as backup:
        restoring.restore(backup, other.sql_engine, elsewhere, progress=_ignore)

        assert restoring.differences(backup, other.sql_engine) == []
    assert problems(other) == []
    with elsewhere.open(made.files[0]) as stream:
        assert stream.read() == SCAN
    with other.reading() as session:
        last = session.scalars(select(InstanceEvent.id).order_by(InstanceEvent.id.desc())).first()
    dossier_id = receive(other, "Process_Review", people["thu"], NINE)
    assert open_task(other, dossier_id, "Task_Appraise")
    with other.reading() as session:
        newest = session.scalars(select(InstanceEvent.id).order_by(InstanceEvent.id.desc())).first()
    assert last is not None
    assert newest is not None
    assert newest > last


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("last", ["a file", "instance_event"])
def test_a_restore_that_was_killed_is_made_again(
    house: Database, other: Database, store: FileStore, tmp_path: Path, last: str
) -> None:
    made = _backup(house, store, tmp_path)
    elsewhere = FileStore(tmp_path / "elsewhere")
    last = made.files[0] if last == "a file" else last

    def die(name: str) -> None:
        if name == last:
            os.kill(os.getpid(), signal.SIGKILL)

    url = _url(other)
    house.dispose()
    other.dispose()
    child = os.fork()
    if not child:
        try:
            with archive.opened(tmp_path / "b.tar") as backup:
                restoring.restore(backup, Database(url).sql_engine, elsewhere, progress=die)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)

    with archive.opened(tmp_path / "b.tar") as backup:
        restoring.restore(backup, other.sql_engine, elsewhere, progress=_ignore)
        assert restoring.differences(backup, other.sql_engine) == []
    assert problems(other) == []


def test_a_backup_is_the_house_at_one_moment(
    house: Database, store: FileStore, tmp_path: Path, people: dict[str, Actor]
) -> None:
    during: list[str] = []

    def work_goes_on(name: str) -> None:
        if not during:  # after the first table was read
            receive(house, "Process_Review", people["thu"], NINE)
        during.append(name)

    before = _rows(house, "dossier")
    made = making.make(house.sql_engine, store, tmp_path / "b.tar", at=NINE, progress=work_goes_on)

    assert {entry.name: entry.rows for entry in made.tables}["dossier"] == before
    assert _rows(house, "dossier") == before + 1


def test_a_house_with_people_is_never_overwritten(
    house: Database, store: FileStore, tmp_path: Path
) -> None:
    _backup(house, store, tmp_path)

    with (
        archive.opened(tmp_path / "b.tar") as backup,
        pytest.raises(BackupError, match="holds people already"),
    ):
        restoring.restore(backup, house.sql_engine, store, progress=_ignore)


def test_a_changed_row_is_found(
    house: Database, store: FileStore, tmp_path: Path, people: dict[str, Actor]
) -> None:
    _backup(house, store, tmp_path)
    receive(house, "Process_Review", people["thu"], NINE)

    with archive.opened(tmp_path / "b.tar") as backup:
        found = restoring.differences(backup, house.sql_engine)

    assert any(sentence.startswith("Table dossier:") for sentence in found)


@pytest.mark.parametrize("share", [0.3, 0.6, 1.0])
def test_a_backup_cut_short_restores_nothing(
    house: Database, other: Database, store: FileStore, tmp_path: Path, share: float
) -> None:
    _backup(house, store, tmp_path)
    whole = (tmp_path / "b.tar").read_bytes()
    (tmp_path / "b.tar").write_bytes(whole[: int(whole.rfind(b"manifest.json") * share)])

    with pytest.raises(BackupError), archive.opened(tmp_path / "b.tar") as backup:
        restoring.restore(backup, other.sql_engine, store, progress=_ignore)

    migrate.upgrade(_url(other))
    assert _rows(other, "user_account") == 0


def test_a_file_whose_bytes_were_changed_is_refused(
    house: Database, other: Database, store: FileStore, tmp_path: Path
) -> None:
    _backup(house, store, tmp_path)
    path = tmp_path / "b.tar"
    path.write_bytes(path.read_bytes().replace(SCAN, SCAN.upper()))

    with pytest.raises(BackupError, match="is broken"), archive.opened(path) as backup:
        restoring.restore(backup, other.sql_engine, FileStore(tmp_path / "x"), progress=_ignore)


def test_a_file_that_is_missing_in_the_store_stops_the_backup(
    house: Database, store: FileStore, tmp_path: Path
) -> None:
    made = _backup(house, store, tmp_path)
    store.delete(made.files[0])

    with pytest.raises(BackupError, match="not in the file store"):
        making.make(house.sql_engine, store, tmp_path / "c.tar", at=NINE, progress=_ignore)

    assert not (tmp_path / "c.tar").exists()
    assert not list(tmp_path.glob(".c.tar-*"))


def test_a_paper_that_retention_deleted_is_no_missing_file(
    house: Database, store: FileStore, tmp_path: Path
) -> None:
    paper = {"purpose": "receipt", "year": 2026, "number": 1, "content": {}, "sha256": ""}
    empty = dict.fromkeys(("agency_code", "symbol", "made_by", "voided_by", "void_reason"), "")
    with house.transaction() as session:
        session.add(Slip(**paper, **empty, template_version=0, size_bytes=0, made_at=NINE))

    assert "" not in _backup(house, store, tmp_path).files


def test_a_file_that_retention_deletes_meanwhile_is_left_out_with_its_row(
    house: Database, store: FileStore, tmp_path: Path
) -> None:
    told: list[str] = []

    def forget(name: str) -> None:
        told.append(name)
        if name == told[0] and told.count(name) == 1:
            with house.transaction() as session:
                [sha256] = session.scalars(select(Attachment.sha256))
                session.execute(delete(Attachment))
            store.delete(sha256)

    steps = making.steps(house.sql_engine)
    made = making.make(house.sql_engine, store, tmp_path / "b.tar", at=NINE, progress=forget)

    assert made.files == []
    assert {entry.name: entry.rows for entry in made.tables}["attachment"] == 0
    assert steps == len(made.tables) + 1


def test_what_cannot_be_written_is_told_and_what_was_killed_is_cleared_away(
    house: Database, store: FileStore, tmp_path: Path
) -> None:
    broken_off, growing = tmp_path / ".b.tar-killed", tmp_path / ".b.tar-grows"
    for one in (broken_off, growing):
        one.write_bytes(b"half")
    os.utime(broken_off, (0, 0))
    (tmp_path / "a file").touch()

    _backup(house, store, tmp_path)
    with pytest.raises(BackupError, match="cannot be written"):
        _backup(house, store, tmp_path / "a file")

    assert [broken_off.exists(), growing.exists()] == [False, True]


def test_nothing_is_emptied_for_a_backup_that_is_broken(
    house: Database, store: FileStore, tmp_path: Path
) -> None:
    _backup(house, store, tmp_path)
    path = tmp_path / "b.tar"
    path.write_bytes(path.read_bytes().replace(SCAN, SCAN.upper()))
    runner = CliRunner(
        env={"MOTCUA_DATABASE_URL": _url(house), "MOTCUA_DATA_DIR": str(tmp_path / "data")}
    )

    told = runner.invoke(main, ["restore", "--replace", "--yes", str(path)])

    assert (told.exit_code, "is broken" in told.stderr) == (1, True)
    assert _rows(house, "dossier") == 2


def test_the_backup_holds_what_its_manifest_says(
    house: Database, store: FileStore, tmp_path: Path
) -> None:
    made = _backup(house, store, tmp_path)

    with tarfile.open(tmp_path / "b.tar") as tar:
        names = set(tar.getnames())

    assert names == {
        "manifest.json",
        *(f"tables/{entry.name}.jsonl.gz" for entry in made.tables),
        *(f"files/{sha256}" for sha256 in made.files),
    }


def _backup(house: Database, store: FileStore, folder: Path) -> Manifest:
    return making.make(house.sql_engine, store, folder / "b.tar", at=NINE, progress=_ignore)


def _rows(database: Database, table: str) -> int:
    with making.one_moment(database.sql_engine) as connection:
        return {entry.name: entry.rows for entry in making.entries(connection)}[table]


def _url(database: Database) -> str:
    return database.sql_engine.url.render_as_string(hide_password=False)


def _ignore(_name: str) -> None:
    pass
