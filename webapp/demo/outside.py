"""What other agencies and citizens send to the demo's dossiers, and how soon."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from math import log
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

import engine
from webapp.actors import SYSTEM
from webapp.models import MessageSubscription
from webapp.operations import moving


@dataclass(frozen=True, slots=True)
class Answer:
    """How often a message comes, after how many office hours (median), and what it says."""

    chance: float
    hours: float
    says: Callable[[Random], dict[str, Any]] = lambda _random: {}


def _registration(random: Random) -> dict[str, Any]:
    return {
        "ten_thuong_nhan": random.choice(["Công ty Muối Miền Trung", "Công ty Thực phẩm Sông Thu"]),
        "ma_so_thue": f"04{random.randrange(10**8):08d}",
        "luong_dang_ky": random.randint(10, 60),
        "gia_dau": random.randint(1, 9) * 100_000,
    }


ANSWERS: dict[str, Answer] = {
    "xac-nhan-noi-dung-hon-nhan": Answer(0.7, 3),
    "chu-dau-tu-nop": Answer(0.8, 10),
    "thong-bao-nop-tien": Answer(0.93, 16),
    "da-nop-tien": Answer(0.5, 20),
    "da-nop-le-phi": Answer(0.5, 3),
    "ket-qua-khuyet-tat": Answer(0.9, 60),
    "khieu-nai-niem-yet": Answer(0.06, 6),
    "phan-anh-niem-yet": Answer(0.1, 30),
    "da-nhan-khai-sinh": Answer(0.95, 0.3),
    "chu-ho-dong-y": Answer(0.9, 6),
    "da-nop-thue-hai-quan": Answer(0.95, 3),
    "ket-qua-chuyen-nganh": Answer(0.97, 10),
    "thay-doi-thong-tin-to-khai": Answer(0.05, 1),
    "dang-ky-han-ngach": Answer(0.8, 6, _registration),
    "rut-dang-ky-han-ngach": Answer(0.04, 8),
    "tru-lui-han-ngach": Answer(0.8, 40, lambda random: {"luong_tru_lui": random.randint(5, 25)}),
}


def draw(random: Random, name: str) -> float | None:
    """Return the office hours until a message comes; None when it does not come."""
    answer = ANSWERS.get(name)
    if answer is None or random.random() >= answer.chance:
        return None
    return random.lognormvariate(log(answer.hours), 0.5)


def deliver(session: Session, subscription_id: UUID, random: Random, at: datetime) -> UUID | None:
    """Bring its message to a token that still waits; return the instance, None when it is gone."""
    wait = session.get(MessageSubscription, subscription_id)
    if wait is None:
        return None
    instance = moving.locked_instance(session, wait.instance_id)
    command = engine.DeliverMessage(wait.token_id, wait.name, ANSWERS[wait.name].says(random))
    moving.move(session, instance, command, actor=SYSTEM, at=at)
    return instance.id
