"""Files are scanned before they are kept; what the scanner says decides."""

import socket
import struct
import sys
import threading
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest

from webapp.config import Config, ConfigError
from webapp.filekinds import begins_as, holds
from webapp.operations import attachments
from webapp.scanning import Scanner, Verdict, scan

PDF = b"%PDF-1.7\n" + b"drawing" * 100


def _command(code: str) -> Scanner:
    return Scanner(command=f"{sys.executable} -c '{code}'", seconds=20)


@pytest.mark.parametrize(
    ("code", "verdict", "words"),
    [
        ("import sys; sys.stdin.buffer.read()", Verdict.CLEAN, ""),
        ('print("Eicar"); raise SystemExit(1)', Verdict.BAD, "Eicar"),
        ("raise SystemExit(2)", Verdict.UNKNOWN, ""),
    ],
)
def test_a_command_answers_by_its_exit(code: str, verdict: Verdict, words: str) -> None:
    stream = BytesIO(PDF)

    answer = scan(_command(code), stream)

    assert (answer.verdict, answer.words) == (verdict, words)
    assert stream.read() == PDF


def test_without_a_scanner_files_are_clean_and_with_a_missing_one_unknown(tmp_path: Path) -> None:
    assert scan(Scanner(), BytesIO(PDF)).verdict is Verdict.CLEAN
    gone = Scanner(command=str(tmp_path / "no-such-program"))
    assert scan(gone, BytesIO(PDF)).verdict is Verdict.UNKNOWN
    assert scan(Scanner(clamd=str(tmp_path / "no.ctl")), BytesIO(PDF)).verdict is Verdict.UNKNOWN


@pytest.fixture
def clamd() -> Iterator[tuple[str, list[bytes]]]:
    """A clamd that finds a virus where the word is; its address and what it was sent."""
    server = socket.create_server(("127.0.0.1", 0))
    received: list[bytes] = []

    def serve() -> None:
        while True:
            try:
                channel, _ = server.accept()
            except OSError:
                return
            with channel, channel.makefile("rb") as stream:
                assert stream.read(10) == b"zINSTREAM\0"
                content = b""
                while length := struct.unpack("!L", stream.read(4))[0]:
                    content += stream.read(length)
                received.append(content)
                found = b"virus" in content
                channel.sendall(b"stream: Test-Sig FOUND\0" if found else b"stream: OK\0")

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"127.0.0.1:{server.getsockname()[1]}", received
    server.close()


def test_clamd_is_asked_over_its_socket(clamd: tuple[str, list[bytes]]) -> None:
    address, received = clamd

    good = scan(Scanner(clamd=address), BytesIO(PDF))
    bad = scan(Scanner(clamd=address), BytesIO(b"a virus"))

    assert good.verdict is Verdict.CLEAN
    assert (bad.verdict, bad.words) == (Verdict.BAD, "Test-Sig")
    assert received == [PDF, b"a virus"]


def test_settings_of_the_scanner_are_read() -> None:
    env = {"MOTCUA_SECRET_KEY": "x" * 20, "MOTCUA_SCAN_DOWN": "hold"}

    read = Config.from_env(env | {"MOTCUA_SCAN_CLAMD": "127.0.0.1:3310"}).scanner

    assert (read.clamd, read.holds) == ("127.0.0.1:3310", True)
    with pytest.raises(ConfigError, match="SCAN_CLAMD"):
        Config.from_env(env | {"MOTCUA_SCAN_CLAMD": "nowhere"})


@pytest.mark.parametrize(
    ("ending", "content", "accepted"),
    [
        (".txt", b"Kinh gui", True),
        (".txt", b"\x7fELF\x02\x01\x01" + b"x" * 50, False),
        (".txt", b"%PDF-1.7", False),
        (".docx", b"PK\x03\x04", True),
    ],
)
def test_first_bytes_are_those_of_the_kind(ending: str, content: bytes, accepted: bool) -> None:
    assert begins_as(ending, content) is accepted


def test_an_archive_is_no_word_document_because_of_its_name() -> None:
    stream = BytesIO(b"PK\x03\x04 not really")

    assert holds(".docx", stream) is False
    assert holds(".zip", stream) is True
    assert attachments.check_name("a.pdf", ".pdf,.jpg") == ("a.pdf", ".pdf")
