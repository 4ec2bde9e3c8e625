"""Programs that stand in, in the demo, for the systems of other agencies, by job topic.

A real site connects its own programs to these topics over the API; see the page on jobs.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy.orm import Session

from engine.texts import N_
from webapp.demo import rhythm
from webapp.demo.phrases import SHOP_NAMES
from webapp.errors import ProductError
from webapp.operations.jobs import ClaimedJob
from webapp.worker.doing import Handler
from webapp.worker.handlers import HANDLERS

_SAME_NAME, _OWN_SHOP, _NO_CODE = 0.04, 0.03, 0.2  # of the answers of the tax system
_NOT_FOUND = 0.08  # of the searches in the civil-status database


class SilentError(ProductError):
    """The system of another agency does not answer; the job is tried again."""

    code = "silent"


def tax_registry(_session: Session, job: ClaimedJob, at: datetime) -> Mapping[str, Any]:
    """Return what the tax system knows of a household business that is to be registered."""
    random = _random(job)
    same = random.random() < _SAME_NAME
    code = "chua_co" if random.random() < _NO_CODE else "khop"
    return {
        "ten_hop_le": "trung" if same else "hop_le",
        "ten_trung": random.choice(SHOP_NAMES) if same else None,
        "mst_chu_ho": code,
        "da_co_ho_kinh_doanh": random.random() < _OWN_SHOP,
        "thue_tra_loi": f"{_moment(at)}: đã đối chiếu tên, mã số thuế của chủ hộ.",
    }


def civil_registry(_session: Session, job: ClaimedJob, at: datetime) -> Mapping[str, Any]:
    """Return the number and day of a registration, or that there is no record of it."""
    random = _random(job)
    if random.random() < _NOT_FOUND:
        return {"ho_tich_tra_loi": f"{_moment(at)}: không có bản ghi; tra sổ gốc."}
    day = rhythm.day_of(at) - timedelta(days=random.randint(400, 14000))
    return {
        "so_dang_ky": f"{random.randint(3, 420)}/{day.year}",
        "ngay_dang_ky": day,
        "ho_tich_tra_loi": f"{_moment(at)}: tìm thấy một bản ghi.",
    }


def failing_between(handler: Handler, down: Callable[[datetime], bool]) -> Handler:
    """Return the handler of a system that does not answer while it is down."""

    def handle(session: Session, job: ClaimedJob, at: datetime) -> Mapping[str, Any]:
        if down(at):
            raise SilentError(N_("The other system does not answer."))
        return handler(session, job, at)

    return handle


def with_breakdown(topic: str, since: datetime, until: datetime) -> Mapping[str, Handler]:
    """Return who does the jobs of the play; one system does not answer for some time."""
    broken = failing_between(STAND_INS[topic], lambda at: since <= at < until)
    return {**HANDLERS, **STAND_INS, topic: broken}


STAND_INS: Mapping[str, Handler] = {"tax-registry": tax_registry, "civil-registry": civil_registry}


def _random(job: ClaimedJob) -> Random:
    asked = repr(sorted(job.variables.items(), key=str))
    return Random(asked)  # noqa: S311  (a play; the same question gets the same answer)


def _moment(at: datetime) -> str:
    return f"{rhythm.local(at):%H:%M %d/%m/%Y}"
