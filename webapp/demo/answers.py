"""Filling a form as an honest clerk would: every field that is seen, with a plausible answer."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from engine.forms import Component, Form, visible
from webapp.demo.applicants import invent_address, invent_name
from webapp.demo.phrases import (
    CHANCES,
    LINES_OF_BUSINESS,
    PHRASES,
    PHRASES_OF,
    POSITIVE,
    SHOP_NAMES,
    UNTICKED,
)

_CHOICES = ("radio", "select", "checkbox", "checklist")
_NOT_ASKED = frozenset({"filepicker", "expression"})
_ANYTHING = "Theo hồ sơ kèm theo, đã kiểm tra."
_TWELVE_DIGITS = "^[0-9]{12}$"
_MAX_ROUNDS = 6  # of conditions that uncover further conditions


@dataclass(frozen=True, slots=True)
class Clerk:
    """Who answers, on which day, knowing what the dossier already says."""

    random: Random
    today: date
    known: Mapping[str, Any] = field(default_factory=dict)
    is_second_time: bool = False
    procedure: str = ""  # first part of the form's id; some phrases fit one procedure only


def fill(form: Form, clerk: Clerk) -> dict[str, Any]:
    """Return typed answers for every field of a form that is seen with them."""
    clerk = replace(clerk, procedure=form.id.partition("-")[0])
    values: dict[str, Any] = {}
    for _round in range(_MAX_ROUNDS):
        choices = [c for c in _seen(form, values) if c.type in _CHOICES and c.key not in values]
        if not choices:
            break
        values.update({c.key: _answer(c, clerk, values) for c in choices})
    for component in _seen(form, values):
        if component.key not in values:
            values[component.key] = _answer(component, clerk, values)
    kept = {component.key for component in _seen(form, values)}
    return {key: value for key, value in values.items() if key in kept and value is not None}


def _seen(form: Form, values: Mapping[str, Any]) -> list[Component]:
    return list(_inputs(visible(form, values)))


def _inputs(components: tuple[Component, ...]) -> Iterator[Component]:
    for component in components:
        if component.components:
            yield from _inputs(component.components)
        elif component.key and component.type not in _NOT_ASKED and not component.readonly:
            yield component


def _answer(component: Component, clerk: Clerk, values: Mapping[str, Any]) -> Any:
    made = _MADE.get(component.key)
    if made is not None:
        return made(clerk, values)
    return _BY_TYPE.get(component.type, _text)(component, clerk)


def _option(component: Component, clerk: Clerk) -> str | None:
    options = [option.value for option in component.values]
    good = [value for value in POSITIVE.get(component.key, ()) if value in options]
    if clerk.is_second_time and good:
        return good[0]
    chances = CHANCES.get(component.key)
    if chances is None:
        return clerk.random.choice(options) if options else None
    weights = [chances.get(option, 0) for option in options]
    return clerk.random.choices(options, weights)[0] if sum(weights) else options[0]


def _options(component: Component, clerk: Clerk) -> list[str]:
    options = [option.value for option in component.values]
    least, most = (len(options) - 2, len(options)) if component.required else (0, 2)
    wanted = clerk.random.randint(max(int(component.required), least), most)
    return sorted(clerk.random.sample(options, wanted), key=options.index)


def _tick(component: Component, clerk: Clerk) -> bool:
    if component.required:
        return True
    return component.key not in UNTICKED and clerk.random.random() < 0.8


def _date(component: Component, clerk: Clerk) -> date:  # noqa: ARG001  (one shape for all types)
    return clerk.today


def _number(component: Component, clerk: Clerk) -> Decimal:
    if isinstance(component.default, Decimal):
        return component.default
    least = int(component.minimum or 1)
    most = int(component.maximum or least + 10)
    return Decimal(clerk.random.randint(least, min(most, least + 4)))


def _text(component: Component, clerk: Clerk) -> str | None:
    if component.pattern == _TWELVE_DIGITS:
        return "".join(clerk.random.choices("123456789", k=12))
    own = PHRASES_OF.get(clerk.procedure, {})
    phrases = own.get(component.key) or PHRASES.get(component.key)
    if phrases and (component.required or clerk.random.random() < 0.5):
        return clerk.random.choice(phrases)
    length = component.max_length if isinstance(component.max_length, int) else len(_ANYTHING)
    return _ANYTHING[:length].strip() if component.required else None


_BY_TYPE: dict[str, Callable[[Component, Clerk], Any]] = {
    "radio": _option,
    "select": _option,
    "checklist": _options,
    "checkbox": _tick,
    "datetime": _date,
    "number": _number,
}


def _days(first: int, last: int) -> Callable[[Clerk, Mapping[str, Any]], date]:
    return lambda clerk, _values: clerk.today + timedelta(days=clerk.random.randint(first, last))


def _between(least: int, most: int) -> Callable[[Clerk, Mapping[str, Any]], Decimal]:
    return lambda clerk, _values: Decimal(clerk.random.randint(least, most))


def _digits(count: int) -> Callable[[Clerk, Mapping[str, Any]], str]:
    return lambda clerk, _values: "".join(clerk.random.choices("123456789", k=count))


def _floor_area(_clerk: Clerk, values: Mapping[str, Any]) -> Decimal:
    return Decimal(values.get("dien_tich_xay_dung", 70)) * Decimal(values.get("so_tang", 2))


def _height(_clerk: Clerk, values: Mapping[str, Any]) -> Decimal:
    return Decimal("3.6") * Decimal(values.get("so_tang", 2)) + Decimal("0.5")


def _registered(clerk: Clerk, _values: Mapping[str, Any]) -> str:
    return f"{clerk.random.randint(3, 420)}/{clerk.random.randint(1978, 2022)}"


def _as_known(key: str, otherwise: Any) -> Callable[[Clerk, Mapping[str, Any]], Any]:
    def known(clerk: Clerk, _values: Mapping[str, Any]) -> Any:
        told = clerk.known.get(key, otherwise)
        return Decimal(str(told)) if isinstance(told, int | float) else told

    return known


_MADE: dict[str, Callable[[Clerk, Mapping[str, Any]], Any]] = {
    "ho_ten_nguoi_dang_ky": lambda clerk, _v: invent_name(clerk.random),
    "ho_ten_nguoi_nhan": lambda clerk, _v: invent_name(clerk.random),
    "so_dinh_danh_nguoi_dang_ky": _digits(12),
    "so_dinh_danh_nguoi_nhan": _digits(12),
    "ma_so_thue_ca_nhan": _digits(12),
    "ma_hs": _digits(8),
    "ngay_sinh_tre": _days(-40, -3),
    "ngay_sinh_nguoi_huong": _days(-30000, -27500),
    "thang_du_dieu_kien": _days(-60, -1),
    "han_dang_ky": _days(6, 10),
    "han_dang_ky_moi": _days(6, 10),
    "nam_han_ngach": lambda clerk, _v: Decimal(clerk.today.year),
    "tong_han_ngach": _between(100, 200),
    "luong_dang_ky": _between(20, 60),
    "tri_gia": lambda clerk, _v: Decimal(clerk.random.randint(20, 9000) * 1_000_000),
    "thue_suat": _between(0, 20),
    "gia_chuyen_nhuong": lambda clerk, _v: Decimal(clerk.random.randint(8, 60) * 100_000_000),
    "so_noi_cu_tru": _between(1, 3),
    "ngay_sinh_nguoi_dang_ky": _days(-24000, -400),
    "ngay_dang_ky": _days(-14000, -400),
    "ngay_khoi_cong": _days(20, 90),
    "ngay_bat_dau": _days(3, 20),
    "ngay_hen_lai": _days(2, 5),
    "so_dang_ky": _registered,
    "so_ban": _between(1, 4),
    "dia_diem_xay_dung": lambda clerk, _v: invent_address(clerk.random),
    "dia_chi_tru_so": lambda clerk, _v: invent_address(clerk.random),
    "thua_dat_so": _digits(3),
    "to_ban_do_so": _digits(2),
    "dien_tich_dat": _between(80, 220),
    "dien_tich_xay_dung": _between(48, 78),
    "so_tang": _between(1, 4),
    "tong_dien_tich_san": _floor_area,
    "chieu_cao": _height,
    "dien_tich_cap_phep": _as_known("tong_dien_tich_san", 150),
    "chieu_cao_cap_phep": _as_known("chieu_cao", 8),
    "hieu_luc_khoi_cong": lambda _clerk, _v: Decimal(12),
    "mat_do_xay_dung": _between(55, 85),
    "khoang_lui": _between(1, 3),
    "lo_gioi": _between(6, 18),
    "ten_ho_kinh_doanh": lambda clerk, _v: clerk.random.choice(SHOP_NAMES),
    "nganh_nghe_chinh": lambda clerk, _v: clerk.random.choice(LINES_OF_BUSINESS)[0],
    "ma_nganh": lambda clerk, _v: clerk.random.choice(LINES_OF_BUSINESS)[1],
    "ma_nganh_xac_nhan": _as_known("ma_nganh", "4711"),
    "von_kinh_doanh": lambda clerk, _v: Decimal(clerk.random.randint(3, 40) * 10_000_000),
    "so_lao_dong": _between(1, 6),
    "so_thanh_vien": _between(2, 4),
    "so_tien_le_phi": lambda _clerk, _v: Decimal(100_000),
    "phi_da_thu": lambda clerk, _v: Decimal(8000) * Decimal(clerk.known.get("so_ban", 1)),
    "so_ban_phat_hanh": _as_known("so_ban", 2),
}
