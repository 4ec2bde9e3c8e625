"""The S3-compatible store keeps the promises of the folder."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from tests.webapp.conftest import NINE
from webapp.backups import archive, making, restoring
from webapp.config import Bucket, Config
from webapp.db import Database
from webapp.filestore import FileStore, FileTooLargeError
from webapp.models import Attachment
from webapp.stores import file_store

PAPER = b"%PDF-1.7 a paper"
HASH = hashlib.sha256(PAPER).hexdigest()
BUCKET = Bucket(name="papers", prefix="motcua/", access_key="test", secret_key="test")


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[FileStore]:
    if request.param == "folder":
        yield file_store(_config(tmp_path, Bucket()))
        return
    with mock_aws():
        boto3.client("s3", region_name=BUCKET.region).create_bucket(Bucket=BUCKET.name)
        yield file_store(_config(tmp_path, BUCKET))


def test_what_was_put_is_there_by_its_hash(store: FileStore) -> None:
    kept = store.put([PAPER[:5], PAPER[5:]], max_bytes=100)

    assert (kept.sha256, kept.size_bytes, kept.head) == (HASH, len(PAPER), PAPER)
    assert store.size(HASH) == len(PAPER)
    with store.open(HASH) as stream:
        assert stream.read() == PAPER


def test_the_same_bytes_are_kept_once(store: FileStore) -> None:
    store.put([PAPER], max_bytes=100)
    store.put([PAPER], max_bytes=100)

    store.delete(HASH)

    with pytest.raises(FileNotFoundError):
        store.open(HASH)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_backup_holds_the_files_and_brings_them_back(
    database: Database, store: FileStore, tmp_path: Path
) -> None:
    row = {"field": "don", "name": "a.pdf", "media_type": "application/pdf", "uploaded_at": NINE}
    kept = store.put([PAPER], max_bytes=100)
    with database.transaction() as session:
        session.add(Attachment(**row, size_bytes=len(PAPER), sha256=kept.sha256))
    making.make(
        database.sql_engine, store, tmp_path / "b.tar", at=NINE, progress=lambda _name: None
    )
    store.delete(HASH)
    other = Database(f"sqlite:///{tmp_path}/other.db")

    with archive.opened(tmp_path / "b.tar") as backup:
        restoring.restore(backup, other.sql_engine, store, progress=lambda _name: None)

    other.dispose()
    with store.open(HASH) as stream:
        assert stream.read() == PAPER


def test_a_file_that_is_too_large_is_not_kept(store: FileStore, tmp_path: Path) -> None:
    with pytest.raises(FileTooLargeError):
        store.put([PAPER], max_bytes=3)

    with pytest.raises(FileNotFoundError):
        store.size(HASH)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_deleting_what_is_not_there_is_no_error(store: FileStore) -> None:
    store.delete(HASH)


@mock_aws
def test_nothing_of_a_file_in_the_bucket_stays_on_this_machine(tmp_path: Path) -> None:
    boto3.client("s3", region_name=BUCKET.region).create_bucket(Bucket=BUCKET.name)

    file_store(_config(tmp_path, BUCKET)).put([PAPER], max_bytes=100)

    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def _config(folder: Path, bucket: Bucket) -> Config:
    return Config(secret_key="x" * 20, data_dir=folder, bucket=bucket)
