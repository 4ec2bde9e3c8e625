"""Texts of a kind: phone numbers, personal identification numbers, tax codes."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import phonenumbers

from engine.forms.composites import PERSON
from engine.texts import N_
from webapp.errors import RejectedError
from webapp.forms.messages import Message

HOME = "VN"
_FOREIGN_BIRTH = 101  # codes from here on are countries of birth
# fmt: off
_PROVINCES = frozenset((
    1, 2, 4, 6, 8, 10, 11, 12, 14, 15, 17, 19, 20, 22, 24, 25, 26, 27, 30, 31, 33, 34, 35, 36,
    37, 38, 40, 42, 44, 45, 46, 48, 49, 51, 52, 54, 56, 58, 60, 62, 64, 66, 67, 68, 70, 72, 74,
    75, 77, 79, 80, 82, 83, 84, 86, 87, 89, 91, 92, 93, 94, 95, 96,
))
# fmt: on
"""Codes of the province of birth: Circular 59/2021/TT-BCA, annex I. They outlive the provinces."""

_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)
_SEPARATORS = re.compile(r"[\s.\u00a0-]")


class KindError(RejectedError):
    """A text is not of its kind. Its message says what is wrong and how it should look."""


def phone(text: str, _: date | None = None) -> str:
    """Return a phone number as +84905123478; without a country it is one of Viet Nam."""
    try:
        number = phonenumbers.parse(text, HOME)
    except phonenumbers.NumberParseException as error:
        raise KindError(N_("Enter a phone number such as 0905 123 478")) from error
    if not phonenumbers.is_valid_number(number):
        raise KindError(N_("No phone has this number. Check the digits, for example 0905 123 478"))
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def national_id(text: str, today: date | None = None) -> str:
    """Return a personal identification number as 12 digits (Decree 137/2015/ND-CP, article 13).

    Checked are the province or country of birth, century and sex in one digit, and that the year
    of birth is not after ``today``. The last six are random: nothing tells whether they exist.
    """
    digits = _SEPARATORS.sub("", text)
    if not re.fullmatch(r"[0-9]{12}", digits):
        raise KindError(N_("Enter the personal identification number as 12 digits"))
    place = int(digits[:3])
    if place not in _PROVINCES and place < _FOREIGN_BIRTH:
        raise KindError(
            N_("The first three digits of the identification number are no place of birth")
        )
    if today and birth_year(digits) > today.year:
        raise KindError(N_("The identification number holds a year of birth that is yet to come"))
    return digits


def birth_year(digits: str) -> int:
    """Return the year of birth in a personal identification number."""
    return 1900 + int(digits[3]) // 2 * 100 + int(digits[4:6])


def tax_code(text: str, today: date | None = None) -> str:
    """Return a tax code: 10 digits with their check digit, also with -001, or a personal number."""
    compact = re.sub(r"[\s.\u00a0]", "", text)
    if re.fullmatch(r"[0-9]{12}", compact):
        return national_id(compact, today)
    match = re.fullmatch(r"([0-9]{10})(?:-?([0-9]{3}))?", compact)
    if not match:
        raise KindError(N_("Enter the tax code as 10 digits, or with a branch: 0100109106-001"))
    digits, branch = match.groups()
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits[:9], strict=True))
    if 10 - total % 11 != int(digits[9]):
        raise KindError(N_("The tax code holds a wrong digit: its last digit does not fit"))
    return f"{digits}-{branch}" if branch else digits


KINDS: Mapping[str, Callable[[str, date | None], str]] = {
    "phone": phone,
    "national-id": national_id,
    "tax-code": tax_code,
}
"""By the kind of a text field what brings a typed text into the stored one; raises KindError."""


def written(kind: str, text: str) -> str:
    """Return a stored text as people read it: phones of Viet Nam without their country."""
    if kind != "phone":
        return text
    try:
        number = phonenumbers.parse(text, HOME)
    except phonenumbers.NumberParseException:
        return text
    home = number.country_code == phonenumbers.country_code_for_region(HOME)
    style = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(number, style.NATIONAL if home else style.INTERNATIONAL)


def disagreement(kind: str, values: Mapping[str, Any]) -> tuple[str, Message] | None:
    """Return the field and what is wrong where two answers about a person contradict."""
    number, born = values.get("so_dinh_danh"), values.get("ngay_sinh")
    if kind != PERSON or not isinstance(number, str) or not isinstance(born, date):
        return None
    if birth_year(number) == born.year:
        return None
    return "so_dinh_danh", Message(
        N_("The identification number holds the year of birth %(year)s, not %(born)s"),
        {"year": birth_year(number), "born": born.year},
    )


def address_line(address: Mapping[str, Any]) -> str:
    """Return an address in one line, the smallest place first; districts of old ones as well."""
    parts = (
        address.get("dia_chi"),
        address.get("xa_ten") or address.get("xa"),
        address.get("huyen_ten") or address.get("huyen"),
        address.get("tinh_ten") or address.get("tinh"),
    )
    return ", ".join(str(part) for part in parts if part)
