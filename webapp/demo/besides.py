"""What the demo's people do beside tasks: take fees, write notes, apologise, correct, look."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from random import Random
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.actors import Actor
from webapp.demo import doings, outside, rhythm
from webapp.models import Dossier, DossierNote, MessageSubscription, ProcessDefinition, UserTask
from webapp.operations import actions, noting
from webapp.operations.reasons import ActionKind

Deed = Callable[[Session, datetime], UUID | None]  # returns the instance that it moved
_AT_RECEIPT = frozenset({"trich_luc_ho_tich"})  # the fee is taken when the dossier is received
_FEE_TASKS = frozenset({"Task_ThuLePhi"})
_RETURN = "Task_TraKetQua"
_WAIVED, _PAID_LATER = 0.05, 0.12  # of the fees at the counter; the others are paid at once
_NOTED, _WRONG, _LOOKED = 0.05, 0.03, 0.06  # of the tasks, of the results, of the tasks
_EARLY_APOLOGY, _APOLOGY, _INSTRUCTION = 0.3, 0.55, 0.4  # of the dossiers that come so far
_NOTES = (
    "Đã gọi điện cho người nộp, hẹn chiều mai gửi thêm bản scan rõ hơn.",
    "@{colleague} xem giúp số định danh ở tờ khai, có vẻ ghi nhầm một chữ số.",
    "@{colleague} hồ sơ này cần xong trước giờ trưa mai.",
    "Người nộp ủy quyền cho con đến nhận, nhớ đối chiếu giấy ủy quyền.",
)
_INSTRUCTIONS = (
    "Ưu tiên giải quyết trong hôm nay, báo lại kết quả trước 16 giờ.",
    "Gọi điện xin lỗi người nộp và làm rõ vì sao chậm.",
)


@dataclass(frozen=True, slots=True)
class Besides:
    """Draws what happens beside the tasks, and does it."""

    random: Random
    people: Callable[[datetime], tuple[Actor, ...]]  # who is there
    plan: Callable[[datetime, Deed], None]

    def received(self, session: Session, instance_id: UUID, clerk: Actor, at: datetime) -> None:
        """Take the fee where it is due now; plan what lateness will lead to."""
        dossier = _dossier(session, instance_id)
        key = session.get_one(ProcessDefinition, dossier.definition_id).key
        if key in _AT_RECEIPT and dossier.money_state == "owed":
            self._take_fee(session, dossier, clerk, at)
        if dossier.promised_at is not None:
            self._watch(dossier.id, dossier.promised_at, at)

    def worked(self, session: Session, task: UserTask, person: Actor, at: datetime) -> None:
        """Do what goes with a completed task, for the dossiers in which people do more."""
        dossier = _dossier(session, task.instance_id)
        if task.element_id in _FEE_TASKS | {_RETURN} and dossier.money_state == "owed":
            noting.set_money(
                session, dossier.id, "paid", _receipt(self.random), actor=person, at=at
            )
        if self.random.random() < _NOTED:
            self._write(session, dossier, person, at)
        if self.random.random() < _LOOKED:
            self._look(session, dossier, at)
        if task.element_id == _RETURN and self.random.random() < _WRONG:
            hours = self.random.lognormvariate(3, 0.5)
            self.plan(rhythm.later(at, hours), _for(dossier.id, self._correct))

    def awaited(self, wait_id: UUID, name: str, at: datetime) -> None:
        """Let a message come, from another agency or by an action of the dossier page."""
        for draw, deed in ((outside.draw, self._hear), (doings.draw, self._act)):
            hours = draw(self.random, name)
            if hours is not None:
                self.plan(rhythm.later(at, hours), partial(deed, wait_id))

    def _hear(self, wait_id: UUID, session: Session, at: datetime) -> UUID | None:
        return outside.deliver(session, wait_id, self.random, at)

    def _act(self, wait_id: UUID, session: Session, at: datetime) -> UUID | None:
        return doings.act(session, wait_id, self.people(at), at)

    def _take_fee(self, session: Session, dossier: Dossier, clerk: Actor, at: datetime) -> None:
        drawn = self.random.random()
        if drawn < _WAIVED:
            why = "Miễn: hộ nghèo, theo cơ sở dữ liệu an sinh."
            noting.set_money(session, dossier.id, "waived", why, actor=clerk, at=at)
        elif drawn > _WAIVED + _PAID_LATER:
            online = dossier.channel == "online"
            words = _receipt(self.random, online=online)
            noting.set_money(session, dossier.id, "paid", words, actor=clerk, at=at)

    def _watch(self, dossier_id: UUID, promised: datetime, at: datetime) -> None:
        if self.random.random() < _EARLY_APOLOGY and promised - at > timedelta(days=3):
            self.plan(
                rhythm.later(promised - timedelta(hours=3), 0), _for(dossier_id, self._apologise)
            )
        self.plan(rhythm.later(promised, 0.2), _for(dossier_id, self._is_late))

    def _is_late(self, session: Session, dossier: Dossier, at: datetime) -> UUID | None:
        """The dossier is late: a leader instructs, and apologises for most."""
        if dossier.decided_at is not None:
            return None
        if self.random.random() < _INSTRUCTION:
            self._instruct(session, dossier, at)
        return self._apologise(session, dossier, at) if self.random.random() < _APOLOGY else None

    def _apologise(self, session: Session, dossier: Dossier, at: datetime) -> UUID | None:
        if dossier.decided_at is not None:
            return None
        wait = session.scalars(
            select(MessageSubscription.id)
            .where(
                MessageSubscription.instance_id == dossier.instance_id,
                MessageSubscription.name == doings.EXTENSION,
            )
            .limit(1)
        ).first()
        return doings.act(session, wait, self.people(at), at) if wait else None

    def _correct(self, session: Session, dossier: Dossier, at: datetime) -> UUID | None:
        """A mistake was found in what was handed over: a clerk opens the dossier again."""
        for person in self.people(at):
            offers = [
                one
                for one in actions.offered(session, dossier, person)
                if one.kind is ActionKind.CORRECTION
            ]
            if offers:
                return doings.act_on(session, dossier, offers[0], person, at)
        return None

    def _write(self, session: Session, dossier: Dossier, person: Actor, at: datetime) -> None:
        colleagues = [one for one in self.people(at) if one.groups & person.groups]
        colleague = self.random.choice(colleagues or [person])
        text = self.random.choice(_NOTES).format(colleague=colleague.username)
        noting.note(session, dossier.id, text, actor=person, at=at)

    def _instruct(self, session: Session, dossier: Dossier, at: datetime) -> None:
        leaders = [one for one in self.people(at) if noting.may_instruct(one)]
        if leaders:
            text, leader = self.random.choice(_INSTRUCTIONS), self.random.choice(leaders)
            note_id = noting.note(
                session, dossier.id, text, actor=leader, at=at, is_instruction=True
            )
            if self.random.random() < 0.8:
                done = rhythm.later(at, self.random.lognormvariate(1, 0.5))
                self.plan(done, _carried_out(note_id, leader))

    def _look(self, session: Session, dossier: Dossier, at: datetime) -> None:
        readers = [one for one in self.people(at) if one.sees_all]
        if readers:
            noting.look(session, dossier.id, "dossier", actor=self.random.choice(readers), at=at)


def _for(dossier_id: UUID, deed: Callable[[Session, Dossier, datetime], UUID | None]) -> Deed:
    def do(session: Session, at: datetime) -> UUID | None:
        return deed(session, session.get_one(Dossier, dossier_id), at)

    return do


def _carried_out(note_id: UUID, leader: Actor) -> Deed:
    def do(session: Session, at: datetime) -> UUID | None:
        note = session.get_one(DossierNote, note_id)
        noting.carry_out(session, note.id, actor=leader, at=at)
        return None

    return do


def _dossier(session: Session, instance_id: UUID) -> Dossier:
    return session.scalars(select(Dossier).where(Dossier.instance_id == instance_id)).one()


def _receipt(random: Random, *, online: bool = False) -> str:
    number = random.randrange(1, 10**6)
    return (
        f"Thanh toán trực tuyến, mã giao dịch {number:06d}."
        if online
        else f"Thu tại quầy, biên lai BL-{number:06d}."
    )
