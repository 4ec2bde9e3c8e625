"""Handlers whose effects leave the building: e-mail, HTTP, files; and starting a procedure."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import socket
from threading import Thread
from typing import Any
from uuid import uuid4

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import select

from tests.webapp.certificates import Certificate, certificate
from tests.webapp.conftest import NINE
from tests.webapp.test_worker import Clock
from tests.webapp.waiting import deploy, start
from webapp.actors import Actor
from webapp.config import Config, Outside
from webapp.db import Database
from webapp.filestore import FileStore
from webapp.models import Attachment, Dossier, Incident, ProcessInstance, UserTask
from webapp.operations.jobs import ClaimedJob
from webapp.worker.calling import MAX_ANSWER_BYTES, Caller, PrivateAddressError
from webapp.worker.doing import HopelessError, LaterError, ModelledError
from webapp.worker.loop import Worker
from webapp.worker.mailing import Mailer
from webapp.worker.outside import TOPICS, outside_handlers
from webapp.worker.writing import Writer

People = dict[str, Actor]


def job(**variables: Any) -> ClaimedJob:
    return ClaimedJob(uuid4(), uuid4(), "Job_1", "Việc", "topic", variables, 1, 3)


def free_port() -> int:
    with socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


# --- e-mail


class Box:
    """A mail server that keeps what it gets, or refuses."""

    def __init__(self) -> None:
        self.got: list[tuple[list[str], EmailMessage]] = []
        self.refusal = ""

    async def handle_RCPT(  # noqa: N802
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        if self.refusal and "nobody" in address:
            return self.refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.got.append((envelope.rcpt_tos, message))
        return "250 OK"


@pytest.fixture
def box() -> Box:
    return Box()


@pytest.fixture
def mail(box: Box) -> Iterator[Outside]:
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield Outside(
        smtp_host="127.0.0.1",
        smtp_port=controller.port,
        smtp_starttls=False,
        mail_from="Một cửa <motcua@anhoa.example>",
    )
    controller.stop()


@pytest.fixture
def letter() -> ClaimedJob:
    return job(
        to="Trần Thị Hạnh <hanh@example.org>, thu@example.org",
        bcc=["lan@example.org"],
        subject="Hồ sơ\r\nBcc: evil@example.org",
        body="Kính gửi ông bà,\nhồ sơ đã xong.",
    )


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "files")


class NoDatabase(Database):
    def __init__(self) -> None:
        """Without a database: nothing here may ask one."""


def test_an_email_has_the_jobs_id_and_hides_blind_copies(
    mail: Outside, box: Box, letter: ClaimedJob, store: FileStore
) -> None:
    mailer = Mailer(mail, NoDatabase(), store)

    told = [mailer.send(letter), mailer.send(letter)]

    recipients, message = box.got[0]
    assert recipients == ["hanh@example.org", "thu@example.org", "lan@example.org"]
    assert message["Subject"] == "Hồ sơ Bcc: evil@example.org"
    assert message["Bcc"] is None
    assert message["From"] == "Một cửa <motcua@anhoa.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert "hồ sơ đã xong" in message.get_content()
    assert told[0]["message_id"] == told[1]["message_id"] == f"<{letter.id}@anhoa.example>"
    assert box.got[1][1]["Message-ID"] == message["Message-ID"]


def test_an_email_may_have_html_and_files_of_its_own_dossier_only(
    database: Database, people: People, mail: Outside, box: Box, store: FileStore
) -> None:
    kept = store.put([b"%PDF-1.7"], max_bytes=100)
    deploy(database, people["binh"], '<userTask id="Job_1" camunda:candidateGroups="xay-dung"/>')
    mine, other = start(database), start(database)
    with database.transaction() as session:
        for instance_id, field in ((mine, "giay_phep"), (other, "la")):
            session.add(
                Attachment(
                    instance_id=instance_id,
                    field=field,
                    name="Giấy phép.pdf",
                    media_type="application/pdf",
                    size_bytes=8,
                    sha256=kept.sha256,
                    uploaded_at=NINE,
                )
            )
    asked = job(to="a@b.example", subject="x", html="<p>Xin chào</p>", attachments=["giay_phep"])
    mailer = Mailer(mail, database, store)

    mailer.send(replace(asked, instance_id=mine))
    with pytest.raises(HopelessError, match="no file"):
        mailer.send(replace(asked, instance_id=other))

    message = box.got[0][1]
    (attached,) = message.iter_attachments()
    assert (attached.get_filename(), attached.get_content()) == ("Giấy phép.pdf", b"%PDF-1.7")
    html = message.get_body(("html",))
    assert html is not None
    assert "Xin chào" in html.get_content()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"to": ""}, "1 to 50 addresses"),
        ({"to": [f"a{n}@b.example" for n in range(51)]}, "1 to 50 addresses"),
        ({"to": "nobody at home"}, "not an e-mail address"),
        ({"bcc": "x"}, "not an e-mail address"),
        ({"to": {"a": 1}}, "list of texts"),
        ({"subject": " "}, "subject is missing"),
        ({"body": ["x"]}, "body must be a text"),
    ],
)
def test_an_email_that_cannot_be_sent_says_why(
    mail: Outside, letter: ClaimedJob, store: FileStore, change: dict[str, Any], says: str
) -> None:
    broken = replace(letter, variables={**letter.variables, **change})

    with pytest.raises(HopelessError, match=says):
        Mailer(mail, NoDatabase(), store).send(broken)


@pytest.mark.parametrize(
    ("refusal", "expected"), [("550 unknown", HopelessError), ("451 try later", OSError)]
)
def test_what_the_mail_server_refuses_for_good_is_hopeless_else_it_is_tried_again(
    mail: Outside, box: Box, store: FileStore, refusal: str, expected: type[Exception]
) -> None:
    box.refusal = refusal
    asked = job(to="nobody@example.org", subject="x", body="y")

    with pytest.raises(expected, match=refusal[4:]):
        Mailer(mail, NoDatabase(), store).send(asked)


@pytest.mark.parametrize("trusted", [True, False])
def test_starttls_is_used_and_strangers_are_not_trusted(
    tmp_path: Path, box: Box, letter: ClaimedJob, store: FileStore, *, trusted: bool
) -> None:
    made: Certificate = certificate(tmp_path, "127.0.0.1")
    controller = Controller(
        box, hostname="127.0.0.1", port=free_port(), tls_context=made.context, require_starttls=True
    )
    controller.start()
    settings = Outside(
        smtp_host="127.0.0.1",
        smtp_port=controller.port,
        smtp_ca_file=str(made.file) if trusted else "",
    )
    try:
        Mailer(settings, NoDatabase(), store).send(letter)
    except OSError:
        assert not trusted
    finally:
        controller.stop()

    assert len(box.got) == trusted


# --- HTTP


class Peer(BaseHTTPRequestHandler):
    """Another program: answers what the test told it to."""

    asked: list[tuple[str, str, dict[str, str], bytes]]
    answer: tuple[int, dict[str, str], bytes]

    def _any(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.asked.append((self.command, self.path, headers, self.rfile.read(length)))
        status, told, body = self.answer
        self.send_response(status)
        for name, value in {**told, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = _any  # noqa: N815

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@pytest.fixture
def peer() -> Iterator[type[Peer]]:
    handler = type("ThisPeer", (Peer,), {"asked": [], "answer": (200, {}, b"")})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    handler.port = server.server_port  # type: ignore[attr-defined]
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield handler
    server.shutdown()
    server.server_close()


@pytest.fixture
def caller() -> Caller:
    return Caller(Outside(http_hosts=("127.0.0.1", "localhost"), http_private=True))


@pytest.fixture
def url(peer: Any) -> str:
    return f"http://127.0.0.1:{peer.port}/so"


JSON = {"Content-Type": "application/json"}


def test_a_call_carries_the_jobs_id_and_its_answer_becomes_variables(
    caller: Caller, peer: Any, url: str
) -> None:
    peer.answer = (201, JSON, '{"số": 12}'.encode())
    asked = job(
        url=url,
        query={"năm": 2026},
        body={"tên": "Hường"},
        headers={"Authorization": "Bearer x", "Idempotency-Key": "mine", "Host": "evil"},
    )

    told = caller.call(asked)

    method, path, headers, body = peer.asked[0]
    assert told == {"http_status": 201, "http_body": {"số": 12}}
    assert (method, path) == ("POST", "/so?n%C4%83m=2026")
    assert headers["idempotency-key"] == str(asked.id)
    assert headers["authorization"] == "Bearer x"
    assert headers["host"].startswith("127.0.0.1")
    assert json.loads(body) == {"tên": "Hường"}


def test_an_answer_may_go_into_one_variable(caller: Caller, peer: Any, url: str) -> None:
    peer.answer = (200, {"Content-Type": "text/plain", "X-So": "7"}, b"ok")

    told = caller.call(job(url=url, result_variable="tra_loi"))

    assert peer.asked[0][0] == "GET"
    assert told["tra_loi"]["body"] == "ok"
    assert told["tra_loi"]["headers"]["x-so"] == "7"


@pytest.mark.parametrize(
    ("status", "headers", "inputs", "expected"),
    [
        (500, {}, {}, ConnectionError),
        (429, {}, {}, ConnectionError),
        (404, {}, {}, HopelessError),
        (302, {"Location": "http://127.0.0.1/"}, {}, HopelessError),
        (404, {}, {"throw": "404, 409"}, ModelledError),
        (503, {}, {"throw": [503]}, ModelledError),
        (503, {"Retry-After": "120"}, {}, LaterError),
        (200, JSON, {}, ConnectionError),
    ],
)
def test_every_bad_answer_has_its_consequence(
    caller: Caller,
    peer: Any,
    url: str,
    status: int,
    headers: dict[str, str],
    inputs: dict[str, Any],
    expected: type[Exception],
) -> None:
    peer.answer = (status, headers, b"{no json")

    with pytest.raises(expected) as raised:
        caller.call(job(url=url, **inputs))

    if isinstance(raised.value, ModelledError):
        assert raised.value.error_code == f"http-{status}"
        assert raised.value.variables["http_status"] == status
    if isinstance(raised.value, LaterError):
        assert raised.value.after == timedelta(minutes=2)


def test_an_answer_that_is_too_large_is_not_read_to_its_end(
    caller: Caller, peer: Any, url: str
) -> None:
    peer.answer = (200, {}, b"x" * (MAX_ANSWER_BYTES + 1))

    with pytest.raises(HopelessError, match="larger"):
        caller.call(job(url=url))


def test_addresses_of_the_own_network_are_refused_before_anything_is_sent(
    peer: Any, url: str
) -> None:
    careful = Caller(Outside(http_hosts=("127.0.0.1", "localhost")))

    for address in (url, url.replace("127.0.0.1", "localhost")):
        with pytest.raises(PrivateAddressError):
            careful.call(job(url=address))

    assert peer.asked == []


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("http://example.org/", "MOTCUA_HTTP_HOSTS"),
        ("file:///etc/passwd", "not an address"),
        ("http://127.0.0.1@example.org/", "not an address"),
        ("http:///x", "not an address"),
        ("", "missing"),
    ],
)
def test_only_listed_hosts_are_called(caller: Caller, address: str, says: str) -> None:
    with pytest.raises(HopelessError, match=says):
        caller.call(job(url=address))


def test_only_known_methods_are_sent(caller: Caller, url: str) -> None:
    with pytest.raises(HopelessError, match="TRACE"):
        caller.call(job(url=url, method="trace"))


# --- files


@pytest.fixture
def writer(tmp_path: Path) -> Writer:
    (tmp_path / "out").mkdir()
    return Writer(Outside(output_dir=tmp_path / "out"))


def test_a_file_is_written_whole_and_again(writer: Writer, tmp_path: Path) -> None:
    told = writer.write(job(path="2026/phép.json", content={"số": 1}))
    again = writer.write(job(path="2026/phép.json", content="chữ"))

    target = tmp_path / "out/2026/phép.json"
    assert told["written_file"] == "2026/phép.json"
    assert again["size_bytes"] == len("chữ".encode())
    assert target.read_text(encoding="utf-8") == "chữ"
    assert [path.name for path in target.parent.iterdir()] == ["phép.json"]


@pytest.mark.parametrize(
    "path", ["../x", "a/../../x", "/etc/x", "..", ".", "a\\..\\x", "out/x\0", "link/x", ""]
)
def test_no_path_leads_out_of_the_folder(writer: Writer, tmp_path: Path, path: str) -> None:
    (tmp_path / "out/link").symlink_to(tmp_path)

    with pytest.raises(HopelessError):
        writer.write(job(path=path, content="x"))

    assert not (tmp_path / "x").exists()


def test_a_file_that_is_too_large_is_refused(writer: Writer) -> None:
    with pytest.raises(HopelessError, match="larger"):
        writer.write(job(path="x", content="x" * (10 * 1024 * 1024 + 1)))


# --- all together


def test_what_is_not_set_up_becomes_an_incident_that_names_the_setting(
    database: Database, people: People, tmp_path: Path
) -> None:
    handlers = outside_handlers(Config(secret_key="x" * 16, data_dir=tmp_path), database)
    for topic in TOPICS:
        deploy(database, people["binh"], _service(topic, url="http://a.example", path="x"))
        start(database)

    Worker(database, {}, now=Clock(NINE), outside=handlers).run_once()

    with database.reading() as session:
        told = sorted(session.scalars(select(Incident.message)))
    assert len(told) == 3
    for text, name in zip(told, ("SMTP_HOST", "OUTPUT_DIR", "HTTP_HOSTS"), strict=True):
        assert f"MOTCUA_{name}" in text


def test_a_job_starts_another_procedure_with_its_dossier_once(
    database: Database, people: People, review: str
) -> None:
    inputs = {"process": review, "variables": "={noi_dung: noi_dung}"}
    deploy(database, people["binh"], _service("start-process", **inputs))
    parent = start(database, {"noi_dung": "Sửa nhà"})
    worker = Worker(database, now=Clock(NINE))

    assert [worker.run_once(), worker.run_once()] == [1, 0]

    with database.reading() as session:
        assert session.get_one(ProcessInstance, parent).status == "completed"
        dossier = session.scalars(select(Dossier)).one()
        assert session.scalars(select(UserTask.instance_id)).all() == [dossier.instance_id]


@pytest.mark.parametrize(
    ("inputs", "says"),
    [({"process": "nowhere"}, "no procedure “nowhere”"), ({"x": "y"}, "process is missing")],
)
def test_a_procedure_that_cannot_be_started_is_an_incident(
    database: Database, people: People, inputs: dict[str, str], says: str
) -> None:
    deploy(database, people["binh"], _service("start-process", **inputs))
    start(database)

    Worker(database, now=Clock(NINE)).run_once()

    with database.reading() as session:
        assert says in session.scalars(select(Incident.message)).one()


def _service(topic: str, **inputs: str) -> str:
    mapped = "".join(
        f'<camunda:inputParameter name="{name}">{text}</camunda:inputParameter>'
        for name, text in inputs.items()
    )
    return (
        f'<serviceTask id="Job_1" camunda:type="external" camunda:topic="{topic}">'
        f"<extensionElements><camunda:inputOutput>{mapped}</camunda:inputOutput>"
        "</extensionElements></serviceTask>"
    )
