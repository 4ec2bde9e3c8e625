"""A mail server and another program, in a process of their own: they write down what they get."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import socket
from threading import Thread
from uuid import UUID

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from webapp.config import Outside


@contextmanager
def peers(folder: Path) -> Iterator[tuple[Outside, str, Path]]:
    """Yield the settings that reach them, the address to call, and the file they write into.

    Each line of the file is the job id that came with a message or a call.
    """
    mail_port, call_port, book = _free_port(), _free_port(), folder / "effects"
    book.touch()
    ready, tell = os.pipe()
    child = os.fork()
    if not child:
        _serve(mail_port, call_port, book, tell)
    os.read(ready, 1)
    settings = Outside(
        smtp_host="127.0.0.1",
        smtp_port=mail_port,
        smtp_starttls=False,
        mail_from="motcua@anhoa.example",
        http_hosts=("127.0.0.1",),
        http_private=True,
        output_dir=folder / "out",
    )
    try:
        yield settings, f"http://127.0.0.1:{call_port}/", book
    finally:
        os.kill(child, 15)
        os.waitpid(child, 0)
        os.close(ready)
        os.close(tell)


def effects(book: Path) -> list[UUID]:
    """Return the job ids that came, in their order."""
    return [UUID(line) for line in book.read_text(encoding="ascii").splitlines()]


def _serve(mail_port: int, call_port: int, book: Path, tell: int) -> None:
    def note(job_id: str) -> None:
        with book.open("a", encoding="ascii") as stream:
            stream.write(f"{UUID(job_id)}\n")

    class Box:
        async def handle_DATA(  # noqa: N802
            self, _server: SMTP, _session: Session, envelope: Envelope
        ) -> str:
            message = message_from_bytes(envelope.content or b"")  # type: ignore[arg-type]
            note(str(message["Message-ID"]).strip("<>").partition("@")[0])
            return "250 OK"

    class Peer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            note(self.headers["Idempotency-Key"])
            self.send_response(204)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    Controller(Box(), hostname="127.0.0.1", port=mail_port).start()
    server = ThreadingHTTPServer(("127.0.0.1", call_port), Peer)
    Thread(target=os.write, args=(tell, b"."), daemon=True).start()
    server.serve_forever()


def _free_port() -> int:
    with socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
