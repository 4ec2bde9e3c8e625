"""Asking a virus scanner about a file before it is kept: a command, or clamd over a socket."""

import shlex
import socket
import struct
import subprocess
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO

_CHUNK = 64 * 1024  # bytes
_LONGEST_ANSWER = 4096  # bytes


@dataclass(frozen=True, kw_only=True)
class Scanner:
    """The virus scanner that is asked before a file is kept; none: files are not scanned."""

    command: str = ""  # reads the file; ends with 0 (clean), 1 (bad) or has failed
    clamd: str = ""  # host:port or /path of a socket
    holds: bool = False  # whether a file is kept unopened while the scanner cannot be asked
    seconds: float = 30.0  # to wait for an answer


NO_SCANNER = Scanner()


class Verdict(StrEnum):
    """What the scanner says; UNKNOWN where it cannot be asked."""

    CLEAN = "clean"
    BAD = "bad"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Answer:
    verdict: Verdict
    words: str = ""  # the scanner's own: what it found, or why it failed


def scan(scanner: Scanner, stream: BinaryIO) -> Answer:
    """Return what the scanner says about the bytes of ``stream``; it is read from its beginning.

    Without a scanner every file is clean. The stream stands at its beginning again afterwards.
    """
    stream.seek(0)
    try:
        if scanner.command:
            return _by_command(scanner, stream)
        if scanner.clamd:
            return _by_clamd(scanner, stream)
        return Answer(Verdict.CLEAN)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        return Answer(Verdict.UNKNOWN, str(error)[:200])
    finally:
        stream.seek(0)


def _by_command(scanner: Scanner, stream: BinaryIO) -> Answer:
    """Give the file to the command's input: it ends with 0 (clean), 1 (bad), or has failed."""
    done = subprocess.run(  # noqa: S603  (a command that the administrator wrote)
        shlex.split(scanner.command),
        input=stream.read(),
        capture_output=True,
        timeout=scanner.seconds,
        check=False,
    )
    said = (done.stdout or done.stderr)[:_LONGEST_ANSWER].decode(errors="replace").strip()
    verdicts = {0: Verdict.CLEAN, 1: Verdict.BAD}
    return Answer(verdicts.get(done.returncode, Verdict.UNKNOWN), said[:200])


def _by_clamd(scanner: Scanner, stream: BinaryIO) -> Answer:
    """Send the file by clamd's INSTREAM: chunks with their lengths, then a length of zero."""
    with _connected(scanner) as channel:
        channel.sendall(b"zINSTREAM\0")
        while chunk := stream.read(_CHUNK):
            channel.sendall(struct.pack("!L", len(chunk)) + chunk)
        channel.sendall(struct.pack("!L", 0))
        said = _answer(channel).decode(errors="replace").strip("\0 \n")
    if said.endswith("OK"):
        return Answer(Verdict.CLEAN)
    if said.endswith("FOUND"):
        return Answer(Verdict.BAD, said.removeprefix("stream:").removesuffix("FOUND").strip())
    return Answer(Verdict.UNKNOWN, said[:200])


def _answer(channel: socket.socket) -> bytes:
    said = b""
    while len(said) < _LONGEST_ANSWER and (part := channel.recv(_LONGEST_ANSWER)):
        said += part
    return said


def _connected(scanner: Scanner) -> socket.socket:
    if scanner.clamd.startswith("/"):
        channel = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        channel.settimeout(scanner.seconds)
        try:
            channel.connect(scanner.clamd)
        except OSError:
            channel.close()
            raise
        return channel
    host, _, port = scanner.clamd.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=scanner.seconds)
