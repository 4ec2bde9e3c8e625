import os
import signal
import subprocess
import sys
from pathlib import Path
from threading import Thread

from webapp.db import Database
from webapp.turns import Turns

HOLDER = """
import sys
from pathlib import Path
from webapp.turns import Turns
with Turns(Path(sys.argv[1])).turn() as came:
    print(came, flush=True)
    sys.stdin.read()
"""


def test_writers_of_one_process_go_in_the_order_in_which_they_came(tmp_path: Path) -> None:
    turns, order, threads = Turns(tmp_path / "db"), [], []

    def write(number: int) -> None:
        with turns.turn():
            order.append(number)

    with turns.turn():
        for number in range(8):
            threads.append(Thread(target=write, args=(number,)))
            threads[-1].start()
            while len(turns._waiting) <= number:
                pass
    for thread in threads:
        thread.join(timeout=10)

    assert order == list(range(8))


def test_a_writer_of_another_process_is_waited_for(tmp_path: Path) -> None:
    with _holder(tmp_path) as holder:
        with Turns(tmp_path / "db", patience_seconds=0.05).turn() as came:
            assert not came
        assert holder.stdin is not None
        holder.stdin.close()

        with Turns(tmp_path / "db").turn() as came:
            assert came


def test_a_turn_ends_with_its_process(tmp_path: Path) -> None:
    with _holder(tmp_path) as holder:
        os.kill(holder.pid, signal.SIGKILL)

        with Turns(tmp_path / "db").turn() as came:
            assert came


def test_who_waited_too_long_in_its_own_process_goes_on_without_a_turn(tmp_path: Path) -> None:
    turns, seen = Turns(tmp_path / "db", patience_seconds=0.05), []

    def write() -> None:
        with turns.turn() as came:
            seen.append(came)

    with turns.turn():
        thread = Thread(target=write)
        thread.start()
        thread.join(timeout=10)
    with turns.turn() as came:
        seen.append(came)

    assert seen == [False, True]


def test_a_folder_that_cannot_be_written_to_has_no_queue(tmp_path: Path) -> None:
    with Turns(tmp_path / "missing" / "db").turn() as came:
        assert came


def test_a_commit_on_sqlite_waits_for_the_disk(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/motcua.db")

    with database.reading() as session:
        level = session.connection().exec_driver_sql("PRAGMA synchronous").scalar()
    database.dispose()

    assert level == 2  # FULL


def _holder(folder: Path) -> "subprocess.Popen[str]":
    """Return a process that has the turn until its input ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder / "db")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "True\n"
    return process
