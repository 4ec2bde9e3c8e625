"""Ways that dossiers of the shipped procedures may take, and a walker that takes them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import engine
from webapp.calendars import agency_calendar

MONDAY = datetime(2026, 11, 30, 1, 0, tzinfo=UTC)  # 08:00 in Viet Nam, an office day

# What a person decides at each user task, by the key of the field in its form.
DECISIONS = {
    "Task_TraCuu": "ket_luan_tra_cuu",
    "Task_ThamDinh": "ket_luan_tham_dinh",
    "Task_ThuLePhi": "tiep_nhan",
    "Task_KyDuyet": "quyet_dinh_ky",
    "Task_KyGiayPhep": "quyet_dinh_ky",
    "Task_KyGiay": "quyet_dinh_ky",
    "Task_Ky": "quyet_dinh_ky",
}

_EXTRACT = "KyDuyet=ky CapSo PhatHanh TraKetQua"
_PERMIT = "KyGiayPhep=ky CapSo PhatHanh TraKetQua"
_BUSINESS = "ThuLePhi=nhan KiemTraTen"
_CERTIFICATE = "KyGiay=ky CapSo PhatHanh TraKetQua"

# Procedure, the end event to reach, and the moves: a task (with what is decided) or a timer.
WALKS = [
    ("trich-luc-ho-tich", "End_DaTra", f"TraCuu=du {_EXTRACT}"),
    ("trich-luc-ho-tich", "End_DaTra", f"TraCuu=bo_sung BoSung TraCuu=du {_EXTRACT}"),
    ("trich-luc-ho-tich", "End_DaTra", f"TraCuu=du KyDuyet=tra_lai TraCuu=du {_EXTRACT}"),
    ("trich-luc-ho-tich", "End_DaTra", f"Timer_Tre TraCuu=du {_EXTRACT}"),
    ("trich-luc-ho-tich", "End_TuChoi", "TraCuu=khong_tim_thay TuChoi"),
    ("trich-luc-ho-tich", "End_TuChoi", "TraCuu=tu_choi TuChoi"),
    ("trich-luc-ho-tich", "End_TuChoi", "TraCuu=bo_sung Timer_BoSung TuChoi"),
    ("trich-luc-ho-tich", "End_DonDoc", f"Timer_Tre DonDoc TraCuu=du {_EXTRACT}"),
    ("giay-phep-xay-dung", "End_DaTra", f"ThamDinh=dat ThucDia GopY SoanGiayPhep {_PERMIT}"),
    (
        "giay-phep-xay-dung",
        "End_DaTra",
        f"ThamDinh=dat Timer_GopY ThucDia SoanGiayPhep {_PERMIT}",
    ),
    (
        "giay-phep-xay-dung",
        "End_DaTra",
        (
            "ThamDinh=bo_sung BoSung ThamDinh=dat GopY ThucDia SoanGiayPhep"
            f" KyGiayPhep=tra_lai SoanGiayPhep {_PERMIT}"
        ),
    ),
    ("giay-phep-xay-dung", "End_TuChoi", "ThamDinh=bo_sung BoSung ThamDinh=bo_sung TuChoi"),
    ("giay-phep-xay-dung", "End_TuChoi", "ThamDinh=khong_dat TuChoi"),
    (
        "giay-phep-xay-dung",
        "End_TuChoi",
        "ThamDinh=dat ThucDia GopY SoanGiayPhep KyGiayPhep=khong_cap TuChoi",
    ),
    ("giay-phep-xay-dung", "End_Dung", "ThamDinh=bo_sung Timer_BoSung ThongBaoDung"),
    ("giay-phep-xay-dung", "End_DonDoc", "Timer_Tre DonDoc ThamDinh=khong_dat TuChoi"),
    ("ho-kinh-doanh", "End_DaTra", f"{_BUSINESS} ThamDinh=dat {_CERTIFICATE}"),
    (
        "ho-kinh-doanh",
        "End_DaTra",
        (
            f"{_BUSINESS} ThamDinh=bo_sung BoSung ThamDinh=dat KyGiay=tra_lai ThamDinh=dat"
            f" {_CERTIFICATE}"
        ),
    ),
    ("ho-kinh-doanh", "End_KhongNhan", "ThuLePhi=khong"),
    ("ho-kinh-doanh", "End_TuChoi", f"{_BUSINESS} ThamDinh=tu_choi TuChoi"),
    ("ho-kinh-doanh", "End_TuChoi", f"{_BUSINESS} ThamDinh=bo_sung Timer_BoSung TuChoi"),
    ("ho-kinh-doanh", "End_DonDoc", f"{_BUSINESS} Timer_Tre DonDoc ThamDinh=tu_choi TuChoi"),
    ("xac-nhan-cu-tru", "End_DaTra", "KiemTra Ky=tra_lai KiemTra Ky=ky TraKetQua"),
]


@dataclass
class Walk:
    """A dossier on its way: where it rests, what it entered, which messages it sent."""

    process: engine.CompiledProcess
    outcome: engine.Outcome
    at: datetime = MONDAY
    entered: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)

    def take(self, moves: str) -> None:
        """Make every move; the snapshot is stored and read again between them."""
        for move in moves.split():
            element_id, _, decision = move.partition("=")
            if not element_id.startswith("Timer_"):
                element_id = f"Task_{element_id}"
            self.make(element_id, decision)

    def make(self, element_id: str, decision: str) -> None:
        """Complete the task or job, or fire the timer, that rests on ``element_id``."""
        command = self._command(element_id, decision)
        stored = bytes(bytearray(self.outcome.snapshot))
        self.outcome = engine.advance(
            self.process, stored, command, at=self.at, calendar=agency_calendar()
        )
        self.note()

    def note(self) -> None:
        """Remember what the last outcome says has happened."""
        for event in self.outcome.events:
            if event.kind == engine.EventKind.ELEMENT_ENTERED and event.element_id:
                self.entered.append(event.element_id)
            elif event.kind == engine.EventKind.MESSAGE_SENT:
                self.sent.append(str(event.data["name"]))

    def _command(self, element_id: str, decision: str) -> engine.Command:
        for task in self.outcome.user_tasks:
            if task.element_id == element_id:
                return engine.CompleteUserTask(task.token_id, _answers(element_id, decision))
        for job in self.outcome.jobs:
            if job.element_id == element_id:
                return engine.CompleteJob(job.token_id, {"so_van_ban": "12/GP"})
        for timer in self.outcome.timers:
            if timer.element_id == element_id:
                self.at = timer.due_at
                return engine.FireTimer(timer.timer_id)
        raise AssertionError(f"nothing waits at {element_id}")


def _answers(element_id: str, decision: str) -> dict[str, Any]:
    if element_id == "Task_BoSung":
        return {"bo_sung_du": True}
    return {DECISIONS[element_id]: decision} if decision else {}


def begin(process: engine.CompiledProcess) -> Walk:
    """Return a dossier that was just received on a Monday morning."""
    variables = {"ho_so": {"ma": "H99.26-261130-0001"}}
    walk = Walk(process, engine.start(process, variables, at=MONDAY, calendar=agency_calendar()))
    walk.note()
    return walk
