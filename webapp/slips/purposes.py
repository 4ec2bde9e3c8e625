"""What slips there are, by purpose: forms are renumbered by every circular, purposes stay.

Source: Circular 03/2025/TT-VPCP, annex I (seven forms), field lists as in use.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from engine.texts import N_

_FOLDER = Path(__file__).parent / "typst"


class Purpose(StrEnum):
    RECEIPT = "receipt"
    SUPPLEMENT = "supplement"
    REFUSAL = "refusal"
    APOLOGY = "apology"
    STOP = "stop"
    CONTROL = "control"
    FEE = "fee"
    REGISTER = "register"
    HANDOVER = "handover"


@dataclass(frozen=True, slots=True)
class Kind:
    """``symbol`` follows the number; "" where the paper has none. ``action`` it answers, if any."""

    name: str
    official: str
    symbol: str
    action: str = ""


KINDS: dict[Purpose, Kind] = {
    Purpose.RECEIPT: Kind(
        N_("Receipt and appointment"), "Giấy tiếp nhận hồ sơ và hẹn trả kết quả", "TNHS"
    ),
    Purpose.SUPPLEMENT: Kind(
        N_("Supplement notice"), "Phiếu yêu cầu bổ sung hồ sơ", "HDHS", "supplement"
    ),
    Purpose.REFUSAL: Kind(N_("Refusal"), "Phiếu từ chối", "TCHS", "refusal"),
    Purpose.APOLOGY: Kind(
        N_("Apology and new date"), "Phiếu xin lỗi và hẹn lại ngày trả kết quả", "PXL", "extension"
    ),
    Purpose.STOP: Kind(N_("Notice of stopping"), "Thông báo dừng giải quyết", "TBD", "stop"),
    Purpose.CONTROL: Kind(N_("Control slip"), "Phiếu kiểm soát", "PKS"),
    Purpose.FEE: Kind(N_("Payment slip"), "Phiếu thu phí, lệ phí", "PTLP"),
    Purpose.REGISTER: Kind(N_("Register"), "Sổ theo dõi hồ sơ", ""),
    Purpose.HANDOVER: Kind(N_("Hand-over list"), "Biên nhận bàn giao hồ sơ", "BNBG"),
}
OF_DOSSIERS = tuple(one for one in Purpose if one not in (Purpose.REGISTER, Purpose.HANDOVER))

# The agency that decides signs these; the one that received the dossier signs the others.
DECIDING = frozenset({Purpose.REFUSAL, Purpose.APOLOGY, Purpose.STOP})


@cache
def common() -> str:
    """Return what every template may use: head, tables, signatures."""
    return (_FOLDER / "common.typ").read_text(encoding="utf-8")


@cache
def shipped(purpose: Purpose) -> str:
    """Return the template that the product comes with."""
    return (_FOLDER / f"{purpose}.typ").read_text(encoding="utf-8")
