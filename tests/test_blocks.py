"""Every ready block is checked and walked, so that an analyst may drop it in as it is."""

from datetime import datetime
from pathlib import Path

import pytest

import engine
from engine.commands import Command, CompleteUserTask, DeliverMessage, FireTimer
from tests.walks import MONDAY
from webapp.calendars import agency_calendar

BLOCKS = sorted((Path(__file__).parents[1] / "procedures_bpmn" / "blocks").iterdir())

# Block, the end event to reach, and the moves: a task (with a variable), a timer or a message.
WALKS = [
    ("yeu-cau-bo-sung", "End_DaTra", "Task_ThamDinh Task_TraKetQua"),
    (
        "yeu-cau-bo-sung",
        "End_DaTra",
        "Event_YeuCauBoSung Task_BoSung Task_ThamDinh Task_TraKetQua",
    ),
    ("yeu-cau-bo-sung", "End_Dung", "Event_YeuCauBoSung Timer_BoSung Task_ThongBaoDung"),
    ("tu-choi", "End_TuChoi", "Event_TuChoi Task_KyTuChoi=ky"),
    (
        "tu-choi",
        "End_DaTra",
        "Event_TuChoi Task_KyTuChoi=tra_lai Task_ThamDinh Task_TraKetQua",
    ),
    ("dung-giai-quyet", "End_DaTra", "Task_ThamDinh Task_TraKetQua"),
    ("dung-giai-quyet", "End_Dung", "Event_Dung Task_ThongBaoDung"),
    ("rut-ho-so", "End_Rut", "Task_ThamDinh Event_Rut Task_TraHoSo"),
    ("rut-ho-so", "End_DaTra", "Task_ThamDinh Task_TraKetQua"),
    ("gia-han", "End_GiaHan", "Event_GiaHan Task_GuiXinLoi Task_ThamDinh Task_TraKetQua"),
    ("gia-han", "End_DaTra", "Event_GiaHan Task_ThamDinh Task_TraKetQua"),
    (
        "dinh-chinh-ket-qua",
        "End_DinhChinh",
        "Task_ThamDinh Event_DinhChinh Task_SuaKetQua Task_TraBanMoi",
    ),
    ("dinh-chinh-ket-qua", "End_DaTra", "Task_ThamDinh Task_TraKetQua"),
    ("cho-nop-tien", "End_DaTra", "Task_ThamDinh Task_NopTien Task_TraKetQua"),
    ("cho-nop-tien", "End_DaTra", "Task_ThamDinh Event_DaNop Task_TraKetQua"),
    ("cho-nop-tien", "End_Dung", "Task_ThamDinh Timer_NopTien Task_ThongBaoDung"),
]


@pytest.mark.parametrize("folder", BLOCKS, ids=lambda folder: folder.name)
def test_the_checks_find_nothing_to_say_about_a_block(folder: Path) -> None:
    findings = engine.lint(_files(folder))

    assert [item.text() for item in findings if item.severity != engine.Severity.HINT] == []


@pytest.mark.parametrize(("name", "end", "moves"), WALKS)
def test_a_dossier_walks_through_a_block(name: str, end: str, moves: str) -> None:
    entered, outcome = _walk(name, moves)

    assert end in entered
    assert outcome.status == engine.InstanceStatus.COMPLETED


@pytest.mark.parametrize("folder", BLOCKS, ids=lambda folder: folder.name)
def test_every_element_of_a_block_is_walked_to(folder: Path) -> None:
    walked: set[str] = set()
    for name, _, moves in WALKS:
        if name == folder.name:
            walked |= _walk(name, moves)[0] | set(moves.split())

    assert {node.id for node in _compiled(folder.name).elements.values()} <= walked


def _walk(name: str, moves: str) -> tuple[set[str], engine.Outcome]:
    process = _compiled(name)
    outcome = engine.start(process, {}, at=MONDAY, calendar=agency_calendar())
    entered = _entered(outcome)
    for move in moves.split():
        command, at = _command(outcome, *move.partition("=")[::2])
        outcome = engine.advance(
            process, outcome.snapshot, command, at=at, calendar=agency_calendar()
        )
        entered |= _entered(outcome)
    return entered, outcome


def _command(outcome: engine.Outcome, element_id: str, decision: str) -> tuple[Command, datetime]:
    for task in outcome.user_tasks:
        if task.element_id == element_id:
            answers = {"quyet_dinh_tu_choi": decision} if decision else {}
            return CompleteUserTask(task.token_id, answers), MONDAY
    for timer in outcome.timers:
        if timer.element_id == element_id:
            return FireTimer(timer.timer_id), timer.due_at
    for message in outcome.messages:
        if message.element_id == element_id:
            return DeliverMessage(message.token_id, message.name), MONDAY
    raise AssertionError(f"nothing waits at {element_id}")


def _entered(outcome: engine.Outcome) -> set[str]:
    return {
        event.element_id or ""
        for event in outcome.events
        if event.kind == engine.EventKind.ELEMENT_ENTERED
    }


def _compiled(name: str) -> engine.CompiledProcess:
    folder = next(one for one in BLOCKS if one.name == name)
    return engine.compile_process(_files(folder), f"khoi_{name.replace('-', '_')}")


def _files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
