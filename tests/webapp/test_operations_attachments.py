from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from tests.webapp.conftest import NINE
from tests.webapp.office import REQUEST, open_task, receive, work
from webapp.actors import Actor
from webapp.db import Database
from webapp.errors import NotAllowedError, NotFoundError, RejectedError
from webapp.filestore import FileStore
from webapp.models import Attachment, Dossier, UserTask
from webapp.operations import attachments, dossiers
from webapp.operations.attachments import MAX_BYTES

People = dict[str, Actor]
PDF = b"%PDF-1.7\n" + b"drawing" * 100


@pytest.fixture
def files(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "files")


def test_the_same_bytes_are_kept_once_under_their_hash(
    database: Database, people: People, files: FileStore
) -> None:
    first = _store(database, files, people["thu"], "a.pdf", PDF)
    second = _store(database, files, people["thu"], "b.pdf", PDF)

    with database.reading() as session:
        one, other = session.get_one(Attachment, first), session.get_one(Attachment, second)
        assert one.sha256 == other.sha256
        assert (one.name, other.name) == ("a.pdf", "b.pdf")
        assert (one.media_type, one.size_bytes) == ("application/pdf", len(PDF))
        assert files.path(one.sha256).read_bytes() == PDF
    assert len([path for path in files.folder.rglob("*") if path.is_file()]) == 1


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("run.exe", b"MZ", "is of a kind that is not accepted"),
        ("page.html", b"<html>", "is of a kind that is not accepted"),
        ("fake.pdf", b"<html>", "does not hold what its name says"),
        ("fake.png", PDF, "does not hold what its name says"),
        ("binary.txt", b"a\x00b", "does not hold what its name says"),
        ("empty.pdf", b"", "is empty"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused(
    database: Database, people: People, files: FileStore, name: str, content: bytes, said: str
) -> None:
    with pytest.raises(RejectedError, match=said):
        _store(database, files, people["thu"], name, content)


def test_a_file_that_never_ends_is_refused_and_not_kept(
    database: Database, people: People, files: FileStore
) -> None:
    def endless() -> Iterator[bytes]:
        while True:
            yield b"%PDF-" + b"x" * 65536

    with database.transaction() as session, pytest.raises(RejectedError, match="10 MB"):
        attachments.store(
            session, files, "a.pdf", endless(), field="f", actor=people["thu"], at=NINE
        )

    assert MAX_BYTES == 10 * 1024 * 1024
    assert list(files.folder.iterdir()) == []


def test_a_name_with_folders_is_cut_to_its_last_part(
    database: Database, people: People, files: FileStore
) -> None:
    attachment_id = _store(database, files, people["thu"], "C:\\scans\\..\\plan.pdf", PDF)

    with database.reading() as session:
        assert session.get_one(Attachment, attachment_id).name == "plan.pdf"


def test_files_that_came_before_the_dossier_belong_to_it_afterwards(
    database: Database, people: People, review: str, files: FileStore
) -> None:
    attachment_id = _store(database, files, people["thu"], "a.pdf", PDF)
    request = dossiers.DossierRequest(
        applicant_name=REQUEST.applicant_name, attachment_ids=(attachment_id,)
    )

    with database.transaction() as session:
        dossier_id = dossiers.start(session, review, request, actor=people["thu"], at=NINE)

    with database.reading() as session:
        instance_id = session.get_one(Dossier, dossier_id).instance_id
        assert session.get_one(Attachment, attachment_id).instance_id == instance_id
    with database.transaction() as session, pytest.raises(NotAllowedError):
        attachments.remove(session, attachment_id, actor=people["thu"])


def test_nobody_binds_or_removes_somebody_elses_file(
    database: Database, people: People, review: str, files: FileStore
) -> None:
    attachment_id = _store(database, files, people["hanh"], "a.pdf", PDF)
    request = dossiers.DossierRequest(applicant_name="A", attachment_ids=(attachment_id,))

    with pytest.raises(NotAllowedError), database.transaction() as session:
        dossiers.start(session, review, request, actor=people["thu"], at=NINE)
    with database.transaction() as session, pytest.raises(NotFoundError):
        attachments.remove(session, attachment_id, actor=people["thu"])


def test_a_file_of_a_completed_task_stays(
    database: Database, people: People, review: str, files: FileStore
) -> None:
    dossier_id = receive(database, review, people["thu"], NINE)
    task_id = open_task(database, dossier_id, "Task_Appraise")
    with database.transaction() as session:
        instance_id = session.scalars(select(UserTask.instance_id)).one()
        attachment_id = attachments.store(
            session,
            files,
            "a.pdf",
            [PDF],
            field="f",
            actor=people["hanh"],
            at=NINE,
            instance_id=instance_id,
            user_task_id=task_id,
        )
    work(database, dossier_id, "Task_Appraise", people["hanh"], NINE, ket_qua="dat")

    with database.transaction() as session, pytest.raises(NotAllowedError):
        attachments.remove(session, attachment_id, actor=people["hanh"])


def _store(database: Database, files: FileStore, actor: Actor, name: str, content: bytes) -> UUID:
    with database.transaction() as session:
        return attachments.store(
            session, files, name, [content], field="paper", actor=actor, at=NINE
        )
