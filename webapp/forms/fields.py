"""Each form component as a marshmallow field: its shape, its limits, its complaints."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from marshmallow import ValidationError, fields, validate

from engine import forms as models
from engine.feel import FeelError, matches
from engine.feel.limits import Budget
from engine.texts import N_
from webapp.forms import kinds
from webapp.forms.entry import READERS, read_number, write_number
from webapp.forms.labels import inner, label_of
from webapp.forms.messages import Message

_EMAIL = validate.Email()
_PHONE = validate.Regexp(r"(\+84|0)[\d .]{8,13}$")
Check = Callable[[Any], None]


def field_of(
    component: models.Component, language: str, today: date | None = None
) -> fields.Field[Any] | None:
    """Return the field that reads one component, or None where it asks nothing.

    ``today`` on the agency's clock is the first day that a field without past dates takes.
    """
    build = _BUILDERS.get(component.type)
    field = build(component, language) if build else None
    if field and component.type == "datetime":
        field.validators.append(_moment_check(component, label_of(component, language), today))
    if isinstance(field, TypedText):
        field.today = today
    return field


class TypedNumber(fields.Field[Decimal]):
    """A number as typed; see ``entry.read_number``."""

    def __init__(self, *, language: str, **keywords: Any) -> None:
        super().__init__(**keywords)
        self.language = language

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Decimal:
        try:
            return read_number(value, self.language)
        except ValueError as error:
            raise self.make_error("invalid") from error


class TypedText(fields.String):
    """A text as typed, brought into the one way in which its kind is stored; see ``kinds``."""

    def __init__(
        self, *, canonical: Callable[[str, date | None], str] | None, **keywords: Any
    ) -> None:
        super().__init__(**keywords)
        self.today: date | None = None
        self.canonical = canonical

    def _deserialize(self, value: Any, *rest: Any, **keywords: Any) -> Any:
        text = super()._deserialize(value, *rest, **keywords)
        if not self.canonical or not text:
            return text
        try:
            return self.canonical(text, self.today)
        except kinds.KindError as error:
            raise ValidationError([Message(error.message)]) from error


class TypedMoment(fields.Field[date | time]):
    """A day, a time of day or both as typed; see ``entry.READERS``."""

    def __init__(self, *, subtype: str, **keywords: Any) -> None:
        super().__init__(**keywords)
        self.subtype = subtype

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> date | time:
        try:
            return READERS[self.subtype](str(value))
        except ValueError as error:
            raise self.make_error("invalid") from error


def _text(component: models.Component, language: str) -> fields.Field[Any]:
    label = label_of(component, language)
    known = kinds.KINDS.get(component.properties.get("kind", ""))
    return TypedText(
        canonical=known,
        **_presence(component, N_("Enter %(label)s"), language),
        validate=[*_length_checks(component, label), *_pattern_checks(component, label, language)],
    )


_ANY_NUMBER = N_("%(label)s must be a number, for example 1250,5")
_MONEY = N_("%(label)s must be a sum of money in dong, for example 1.250.000")


def _number(component: models.Component, language: str) -> fields.Field[Any]:
    label = label_of(component, language)
    return TypedNumber(
        language=language,
        **_presence(
            component,
            N_("Enter %(label)s"),
            language,
            invalid=_MONEY if component.properties.get("kind") == "money" else _ANY_NUMBER,
        ),
        validate=_range_checks(component, label, language),
    )


_INVALID = {
    "date": N_("%(label)s must be a real date, for example 27/3/2026"),
    "time": N_("%(label)s must be a time of day, for example 14:30"),
    "datetime": N_("%(label)s must be a date with its time, for example 27/3/2026 14:30"),
}


def _moment(component: models.Component, language: str) -> fields.Field[Any]:
    return TypedMoment(
        subtype=component.subtype,
        **_presence(
            component,
            N_("Enter %(label)s"),
            language,
            invalid=_INVALID[component.subtype],
        ),
    )


def _choice(component: models.Component, language: str) -> fields.Field[Any]:
    template = N_("Choose %(label)s")
    complaint = Message(template, {"label": inner(label_of(component, language))})
    return fields.String(
        **_presence(component, template, language),
        validate=[_one_of([option.value for option in component.values], complaint)],
    )


def _choices(component: models.Component, language: str) -> fields.Field[Any]:
    template = N_("Choose %(label)s")
    complaint = Message(template, {"label": inner(label_of(component, language))})
    one = fields.String(
        validate=[_one_of([option.value for option in component.values], complaint)]
    )
    return fields.List(
        one,
        **_presence(component, template, language),
        validate=[_some(complaint)] if component.required else [],
    )


def _tick(component: models.Component, language: str) -> fields.Field[Any]:
    complaint = Message(N_("Tick “%(label)s”"), {"label": label_of(component, language)})
    checks = [_some(complaint)] if component.required else []
    return fields.Boolean(load_default=False, validate=checks)


def _files(component: models.Component, language: str) -> fields.Field[Any]:
    template = N_("Attach %(label)s")
    complaint = Message(template, {"label": inner(label_of(component, language))})
    return fields.List(
        fields.Dict(),
        **_presence(component, template, language),
        validate=[*_file_count(component), *([_some(complaint)] if component.required else [])],
    )


def _file_count(component: models.Component) -> list[Check]:
    def check(value: list[Any]) -> None:
        if len(value) > 1:
            _refuse(N_("Only one file belongs here. Remove the others."))

    return [] if component.multiple else [check]


_BUILDERS: Mapping[str, Callable[[models.Component, str], fields.Field[Any]]] = {
    "textfield": _text,
    "textarea": _text,
    "number": _number,
    "datetime": _moment,
    "select": _choice,
    "radio": _choice,
    "checklist": _choices,
    "taglist": _choices,
    "checkbox": _tick,
    "filepicker": _files,
}


def _presence(
    component: models.Component, template: str, language: str, *, invalid: str = ""
) -> dict[str, Any]:
    label = label_of(component, language)
    missing = [Message(template, {"label": inner(label)})]
    wrong = [Message(invalid, {"label": label})] if invalid else missing
    return {
        "required": component.required,
        "allow_none": not component.required,
        "error_messages": {"required": missing, "null": missing, "invalid": wrong},
    }


def _length_checks(component: models.Component, label: str) -> list[Check]:
    def check(value: str) -> None:
        length = len(value.strip())
        if component.min_length is not None and length < component.min_length:
            _refuse(
                N_("%(label)s must have at least %(length)s characters"),
                label=label,
                length=component.min_length,
            )
        if component.max_length is not None and length > component.max_length:
            _refuse(
                N_("%(label)s must have at most %(length)s characters"),
                label=label,
                length=component.max_length,
            )

    return [check]


def _pattern_checks(component: models.Component, label: str, language: str) -> list[Check]:
    kind = component.validation_type
    if kind == "email":
        return [_matches(_EMAIL, Message(N_("Enter an e-mail address such as lan@example.vn")))]
    if kind == "phone":
        return [_matches(_PHONE, Message(N_("Enter a phone number such as 0905 123 478")))]
    if not component.pattern:
        return []
    own = component.properties.get(f"{language}.patternErrorMessage") or component.pattern_message
    complaint = (
        Message(own)
        if own
        else Message(N_("%(label)s is not written as expected"), {"label": label})
    )
    return [_found(component.pattern, complaint)]


def _range_checks(component: models.Component, label: str, language: str) -> list[Check]:
    low, high, digits = component.minimum, component.maximum, component.decimal_digits

    def check(value: Decimal) -> None:
        if low is not None and value < low:
            _refuse(
                N_("%(label)s must be at least %(limit)s"),
                label=label,
                limit=write_number(low, language),
            )
        if high is not None and value > high:
            _refuse(
                N_("%(label)s must be at most %(limit)s"),
                label=label,
                limit=write_number(high, language),
            )
        step = component.increment
        if step and value % step:
            _refuse(
                N_("%(label)s must be a multiple of %(step)s"),
                label=label,
                step=write_number(step, language),
            )
        exponent = value.normalize().as_tuple().exponent
        if digits is not None and isinstance(exponent, int) and -exponent > digits:
            _refuse(
                N_("%(label)s may have at most %(digits)s digits after the decimal mark"),
                label=label,
                digits=digits,
            )

    return [check]


def _moment_check(component: models.Component, label: str, today: date | None) -> Check:
    def check(value: date | time) -> None:
        day = value.date() if isinstance(value, datetime) else value
        if component.no_past_dates and today and isinstance(day, date) and day < today:
            _refuse(N_("%(label)s must not be in the past"), label=label)
        step = component.time_interval or 1
        if isinstance(value, datetime | time) and (value.hour * 60 + value.minute) % step:
            _refuse(
                N_("%(label)s must be a time in steps of %(step)s minutes, for example 14:00"),
                label=label,
                step=step,
            )

    return check


def _one_of(values: list[str], complaint: Message) -> Check:
    def check(value: str) -> None:
        if value not in values:
            raise ValidationError([complaint])

    return check


def _some(complaint: Message) -> Check:
    def check(value: Any) -> None:
        if not value:
            raise ValidationError([complaint])

    return check


def _matches(validator: Callable[[str], object], complaint: Message) -> Check:
    def check(value: str) -> None:
        try:
            validator(value)
        except ValidationError as error:
            raise ValidationError([complaint]) from error

    return check


def _found(pattern: str, complaint: Message) -> Check:
    """The model's own pattern comes from an upload: it is searched with bounded work."""

    def check(value: str) -> None:
        try:
            found = matches(value, pattern, "", Budget().charge)
        except FeelError:
            found = False
        if not found:
            raise ValidationError([complaint])

    return check


def _refuse(template: str, **params: object) -> None:
    raise ValidationError([Message(template, params)])
