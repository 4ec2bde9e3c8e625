"""Ways that dossiers of the shipped procedures take, and a walker that takes them.

``ways/<folder>.json`` lists the ways of one procedure: ``end`` (the end event to reach),
``start`` (answers of the start form; ``by``: the start event where it is not the plain one) and
``moves``, one word each:

- ``ThamDinh=dat``: complete ``Task_ThamDinh`` (a user task or a job) with that decision;
- ``ThamDinh?so_nguoi=3&du=true``: complete it with these answers;
- ``Timer_Tre``: time passes until that timer is due;
- ``Catch_ThueTraLoi``, with answers as above: the message that the event waits for arrives;
- ``Task_Cho!``: so does the message of a task or of an event with another name.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import engine
from engine.bpmn.elements import SequenceFlow
from webapp.calendars import agency_calendar

MONDAY = datetime(2026, 11, 30, 1, 0, tzinfo=UTC)  # 08:00 in Viet Nam, an office day
_LEAVING = (engine.EventKind.ELEMENT_COMPLETED, engine.EventKind.TIMER_FIRED)
_FOLDER = Path(__file__).parent / "ways"

# What a person decides at each user task, by the key of the field in its form.
DECISIONS = {
    "Task_TraCuu": "ket_luan_tra_cuu",
    "Task_ThamDinh": "ket_luan_tham_dinh",
    "Task_ThuLePhi": "tiep_nhan",
    "Task_KyDuyet": "quyet_dinh_ky",
    "Task_KyGiayPhep": "quyet_dinh_ky",
    "Task_KyGiay": "quyet_dinh_ky",
    "Task_Ky": "quyet_dinh_ky",
    "Task_XacMinh": "tra_loi_xac_minh",
    "Task_CuTru": "ket_qua_cu_tru",
    "Task_NopThue": "ket_qua_nop",
    "Task_BieuQuyet": "phieu",
    "Task_KhieuNai": "ket_luan_khieu_nai",
    "Task_XuLyYKien": "ket_luan_y_kien",
    "Task_KiemHoa": "ket_luan_kiem_hoa",
    "Task_XuLyViPham": "xu_ly_vi_pham",
    "Task_ChuanBi": "dong_y",
    "Task_KyDinhChinh": "quyet_dinh_dinh_chinh",
}


@dataclass(frozen=True, slots=True)
class Way:
    """One way through a procedure."""

    end: str
    moves: str
    start: Mapping[str, Any] = field(default_factory=dict)
    by: str | None = None  # the start event, where a message begins it


def ways(procedure: str) -> list[Way]:
    """Return the ways that are walked through the procedure of a folder."""
    told = json.loads((_FOLDER / f"{procedure}.json").read_text(encoding="utf-8"))
    return [Way(**one) for one in told]


@dataclass
class Walk:
    """A dossier on its way: where it rests, what it entered and passed, which messages it sent."""

    process: engine.CompiledProcess
    outcome: engine.Outcome
    at: datetime = MONDAY
    entered: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    steps: list[tuple[engine.Event, ...]] = field(default_factory=list)  # of every command

    def take(self, moves: str) -> None:
        """Make every move; the snapshot is stored and read again between them."""
        for move in moves.split():
            self.make(move)

    def make(self, move: str) -> None:
        """Complete the task or job, fire the timer or bring the message that a move names."""
        stored = bytes(bytearray(self.outcome.snapshot))
        self.outcome = engine.advance(
            self.process, stored, self._command(move), at=self.at, calendar=agency_calendar()
        )
        self.note()

    def note(self) -> None:
        """Remember what the last outcome says has happened."""
        self.steps.append(self.outcome.events)
        for event in self.outcome.events:
            if event.kind == engine.EventKind.ELEMENT_ENTERED and event.element_id:
                self.entered.append(event.element_id)
            elif event.kind == engine.EventKind.MESSAGE_SENT:
                self.sent.append(str(event.data["name"]))

    def _command(self, move: str) -> engine.Command:
        name, answers = _read(move)
        element_id = name.rstrip("!")
        found = (
            self._message(element_id, answers)
            if name.endswith("!") or name.startswith("Catch_")
            else self._timer(element_id) or self._work(element_id, answers)
        )
        assert found, f"nothing waits at {element_id}"
        return found

    def _timer(self, element_id: str) -> engine.Command | None:
        for timer in self.outcome.timers:
            if timer.element_id == element_id:
                self.at = max(timer.due_at, self.at)
                return engine.FireTimer(timer.timer_id)
        return None

    def _message(self, element_id: str, answers: dict[str, Any]) -> engine.Command | None:
        for wait in self.outcome.messages:
            if wait.element_id == element_id:
                return engine.DeliverMessage(wait.token_id, wait.name, answers)
        return None

    def _work(self, element_id: str, answers: dict[str, Any]) -> engine.Command | None:
        for task in self.outcome.user_tasks:
            if task.element_id == element_id:
                return engine.CompleteUserTask(task.token_id, answers)
        for job in self.outcome.jobs:
            if job.element_id == element_id:
                return engine.CompleteJob(job.token_id, {"so_van_ban": "12/GP", **answers})
        return None


def _read(move: str) -> tuple[str, dict[str, Any]]:
    """Return the element and the answers that a move names."""
    name, _, written = move.partition("?")
    name, _, decision = name.partition("=")
    if not name.startswith(("Timer_", "Catch_", "Task_", "Start_")):
        name = f"Task_{name}"
    answers = {key: _value(text) for key, _, text in (p.partition("=") for p in written.split("&"))}
    answers.pop("", None)
    if decision:
        answers[DECISIONS[name]] = decision
    if name == "Task_BoSung":
        answers["bo_sung_du"] = True
    return name, answers


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def begin(process: engine.CompiledProcess, way: Way | None = None) -> Walk:
    """Return a dossier that was just received on a Monday morning."""
    variables = {"ho_so": {"ma": "H99.26-261130-0001"}, **(way.start if way else {})}
    outcome = engine.start(
        process,
        variables,
        at=MONDAY,
        calendar=agency_calendar(),
        start_element=way.by if way else None,
    )
    walk = Walk(process, outcome)
    walk.note()
    return walk


def passed(steps: list[tuple[engine.Event, ...]], flows: Mapping[str, SequenceFlow]) -> set[str]:
    """Return the sequence flows that these steps went along.

    An element that was entered was reached from the one of its sources that was left last.
    """
    into: dict[str, list[SequenceFlow]] = {}
    for flow in flows.values():
        into.setdefault(flow.target, []).append(flow)
    found = set()
    for events in steps:
        left: dict[str, int] = {}
        for number, event in enumerate(events):
            if event.kind in _LEAVING:
                left[str(event.element_id)] = number
            elif event.kind == engine.EventKind.ELEMENT_ENTERED:
                came = [flow for flow in into.get(str(event.element_id), ()) if flow.source in left]
                found |= {flow.id for flow in sorted(came, key=lambda one: left[one.source])[-1:]}
    return found
