"""Actions on dossiers: only what the model allows, with a reason that is in force."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from tests.webapp.blocks import publish_block, staff
from tests.webapp.conftest import NINE
from tests.webapp.office import receive, work
from webapp.actors import Actor
from webapp.db import Database
from webapp.errors import ConflictError, NotAllowedError, RejectedError
from webapp.legal_clock import clock_of
from webapp.models import Dossier, DossierAction, InstanceEvent, ProcessInstance, Timer
from webapp.operations import actions, reasons, timers
from webapp.operations.actions import ActionRequest, Point
from webapp.operations.reasons import ReasonFacts

People = dict[str, Actor]
TODAY = date(2026, 11, 18)
TEN = NINE + timedelta(hours=1)


@pytest.fixture
def office(database: Database, people: People) -> People:
    return staff(database, people)


def test_a_supplement_stops_the_clock_and_is_offered_only_while_the_model_waits_for_it(
    database: Database, office: People
) -> None:
    dossier_id = _received(database, office, "yeu-cau-bo-sung")
    wanted = _request(database, "supplement", "Event_YeuCauBoSung")
    assert _offered(database, dossier_id, office["hanh"]) == ["supplement"]

    _act(database, dossier_id, wanted, office["hanh"])

    with database.reading() as session:
        dossier = session.get_one(Dossier, dossier_id)
        done = session.scalars(select(DossierAction)).one()
    assert dossier.state == 5
    assert (done.reason_code, done.points[0]["ten"]) == ("BS01", "Đơn")
    assert "309/2026" in done.basis
    assert _offered(database, dossier_id, office["hanh"]) == []
    with pytest.raises(ConflictError, match="moved on"):
        _act(database, dossier_id, wanted, office["hanh"])


def test_a_second_supplement_says_so_to_the_model(database: Database, office: People) -> None:
    dossier_id = _received(database, office, "yeu-cau-bo-sung")
    wanted = _request(database, "supplement", "Event_YeuCauBoSung")
    _act(database, dossier_id, wanted, office["hanh"])
    work(database, dossier_id, "Task_BoSung", office["thu"], TEN, bo_sung_du=True)

    _act(database, dossier_id, wanted, office["hanh"])

    with database.reading() as session:
        assert actions.supplements(session, dossier_id) == 2
        acts = session.scalars(
            select(InstanceEvent).where(InstanceEvent.kind == "dossier.acted")
        ).all()
    assert len(acts) == 2


def test_only_the_groups_that_the_model_names_may_do_an_action(
    database: Database, office: People
) -> None:
    dossier_id = _received(database, office, "dung-giai-quyet")
    wanted = _request(database, "stop", "Event_Dung")
    assert _offered(database, dossier_id, office["hanh"]) == []

    with pytest.raises(NotAllowedError):
        _act(database, dossier_id, wanted, office["hanh"])

    _act(database, dossier_id, wanted, office["long"])
    work(database, dossier_id, "Task_ThongBaoDung", office["thu"], TEN)
    with database.reading() as session:
        assert session.get_one(Dossier, dossier_id).state == 8


def test_a_withdrawal_ends_the_dossier_as_withdrawn(database: Database, office: People) -> None:
    dossier_id = _received(database, office, "rut-ho-so")

    _act(database, dossier_id, _request(database, "withdrawal", "Event_Rut"), office["thu"])
    work(database, dossier_id, "Task_TraHoSo", office["thu"], TEN)

    with database.reading() as session:
        dossier = session.get_one(Dossier, dossier_id)
        assert (dossier.state, dossier.ended_at) == (7, TEN)


def test_an_extension_keeps_the_first_date_and_promises_the_new_one(
    database: Database, office: People
) -> None:
    dossier_id = _received(database, office, "gia-han")
    wanted = _request(database, "extension", "Event_GiaHan")
    later = replace(wanted, new_due_at=NINE + timedelta(days=9))

    with pytest.raises(RejectedError, match="Enter the new date"):
        _act(database, dossier_id, wanted, office["long"])
    with pytest.raises(RejectedError, match="passed"):
        _act(database, dossier_id, replace(wanted, new_due_at=NINE), office["long"])
    _act(database, dossier_id, later, office["long"])

    with database.reading() as session:
        dossier = session.get_one(Dossier, dossier_id)
        assert dossier.promised_at == NINE + timedelta(days=9)
        assert dossier.state == 4
        moved = session.scalars(
            select(InstanceEvent).where(InstanceEvent.kind == "dossier.extended")
        ).one()
    assert moved.data["old_due_at"] is None
    with pytest.raises(RejectedError, match="after the promised one"):
        _act(
            database,
            dossier_id,
            replace(wanted, new_due_at=NINE + timedelta(days=8)),
            office["long"],
        )


def test_a_wrong_result_is_corrected_after_it_was_handed_over_and_the_decision_stays(
    database: Database, office: People
) -> None:
    dossier_id = _received(database, office, "dinh-chinh-ket-qua")
    wanted = _request(database, "correction", "Event_DinhChinh")
    work(database, dossier_id, "Task_ThamDinh", office["hanh"], TEN)
    work(database, dossier_id, "Task_TraKetQua", office["thu"], TEN)
    before = _dossier(database, dossier_id)
    assert (before.state, before.ended_at) == (10, TEN)
    assert _offered(database, dossier_id, office["hanh"]) == ["correction"]

    _act(database, dossier_id, wanted, office["hanh"])

    reopened = _dossier(database, dossier_id)
    assert (reopened.state, reopened.ended_at, reopened.outcome) == (4, None, "")
    later = TEN + timedelta(days=3)
    work(database, dossier_id, "Task_SuaKetQua", office["hanh"], later)
    work(database, dossier_id, "Task_TraBanMoi", office["thu"], later)
    after = _dossier(database, dossier_id)
    assert (after.state, after.ended_at, after.delivery_state) == (10, later, "handed_over")
    assert (after.decided_at, after.verdict) == (before.decided_at, before.verdict)
    with database.reading() as session:
        clock = clock_of(session, session.get_one(Dossier, dossier_id), at=later)
        done = session.scalars(select(DossierAction.kind)).all()
    assert clock is None or clock.state.finished_at == before.decided_at
    assert done == ["correction"]
    assert _offered(database, dossier_id, office["hanh"]) == ["correction"]


def test_a_correction_needs_a_result_and_the_other_actions_end_with_it(
    database: Database, office: People
) -> None:
    corrected = _received(database, office, "dinh-chinh-ket-qua")
    withdrawn = _received(database, office, "rut-ho-so")
    assert _offered(database, corrected, office["hanh"]) == []
    assert _offered(database, withdrawn, office["thu"]) == ["withdrawal"]

    for dossier_id in (corrected, withdrawn):
        work(database, dossier_id, "Task_ThamDinh", office["hanh"], TEN)

    assert _offered(database, corrected, office["hanh"]) == ["correction"]
    assert _offered(database, withdrawn, office["thu"]) == []
    with pytest.raises(ConflictError, match="moved on"):
        _act(database, withdrawn, _request(database, "withdrawal", "Event_Rut"), office["thu"])


@pytest.mark.parametrize("pays", [True, False])
def test_the_fee_is_owed_while_the_model_waits_for_it_and_paid_when_the_work_goes_on(
    database: Database, office: People, *, pays: bool
) -> None:
    dossier_id = _received(database, office, "cho-nop-tien")
    work(database, dossier_id, "Task_ThamDinh", office["hanh"], NINE)
    waiting = _dossier(database, dossier_id)
    assert (waiting.state, waiting.money_state) == (6, "owed")

    if pays:
        work(database, dossier_id, "Task_NopTien", office["thu"], TEN)
    else:
        with database.transaction() as session:
            [timer_id] = session.scalars(
                select(Timer.id).where(Timer.instance_id == waiting.instance_id)
            )
            timers.fire(session, timer_id, at=NINE + timedelta(days=31))

    dossier = _dossier(database, dossier_id)
    assert dossier.money_state == ("paid" if pays else "owed")
    with database.reading() as session:
        told = session.scalars(
            select(InstanceEvent.data)
            .where(InstanceEvent.kind == "dossier.money_changed")
            .order_by(InstanceEvent.id)
        ).all()
    assert [one["after"] for one in told] == (["owed", "paid"] if pays else ["owed"])


def test_a_refused_action_leaves_no_trace(database: Database, office: People) -> None:
    dossier_id = _received(database, office, "yeu-cau-bo-sung")
    wanted = _request(database, "supplement", "Event_YeuCauBoSung")
    with database.reading() as session:
        before = session.scalars(select(ProcessInstance.revision)).one()

    for broken, said in (
        (replace(wanted, points=()), "once, completely"),
        (replace(wanted, points=(Point("Đơn", " "),)), "Đơn"),
        (replace(wanted, explanation=" "), "plain words"),
        (replace(wanted, reason_id=uuid4()), "legal reason"),
        (replace(wanted, reason_id=_reason(database, "stop")), "legal reason"),
    ):
        with pytest.raises(RejectedError, match=said):
            _act(database, dossier_id, broken, office["hanh"])

    with database.reading() as session:
        assert session.scalars(select(DossierAction)).all() == []
        assert session.scalars(select(ProcessInstance.revision)).one() == before


def test_a_reason_is_given_from_its_first_day_to_its_last(
    database: Database, office: People
) -> None:
    admin = office["lan"]
    facts = ReasonFacts(action="supplement", code="BS09", name="Mẫu mới", basis="Điều 1")
    with database.transaction() as session:
        new = reasons.add(session, facts, TODAY, actor=admin)
        with pytest.raises(ConflictError, match="BS09"):
            reasons.add(session, facts, TODAY, actor=admin)
        reasons.end(session, new, TODAY + timedelta(days=1), actor=admin)
        reasons.add(session, facts, TODAY + timedelta(days=2), actor=admin)

        def given(day: date) -> list[UUID]:
            found = reasons.in_force(session, "supplement", "any", day)
            return [one.id for one in found if one.code == "BS09"]

        assert given(TODAY - timedelta(days=1)) == []
        assert given(TODAY + timedelta(days=1)) == [new]
        assert given(TODAY + timedelta(days=2)) != [new]
        assert len(given(TODAY + timedelta(days=2))) == 1


def _dossier(database: Database, dossier_id: UUID) -> Dossier:
    with database.reading() as session:
        return session.get_one(Dossier, dossier_id)


def _received(database: Database, office: People, block: str) -> UUID:
    key = publish_block(database, block, office["binh"], NINE)
    return receive(database, key, office["thu"], NINE)


def _reason(database: Database, action: str) -> UUID:
    with database.reading() as session:
        return reasons.in_force(session, action, "any", TODAY)[0].id


def _request(database: Database, action: str, element_id: str) -> ActionRequest:
    return ActionRequest(
        element_id=element_id,
        reason_id=_reason(database, action),
        explanation="Cần đối chiếu.",
        points=(Point("Đơn", "Ký lại"),) if action == "supplement" else (),
    )


def _act(database: Database, dossier_id: UUID, wanted: ActionRequest, actor: Actor) -> None:
    with database.transaction() as session:
        actions.act(session, dossier_id, wanted, actor=actor, at=TEN)


def _offered(database: Database, dossier_id: UUID, actor: Actor) -> list[str]:
    with database.reading() as session:
        dossier = session.get_one(Dossier, dossier_id)
        return [one.kind for one in actions.offered(session, dossier, actor)]
