"""Answers that programs give as JSON: their shape is a marshmallow schema made from the form."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from threading import Lock
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields

from engine import forms as models
from engine.model import Variables
from engine.texts import N_
from webapp.forms.entry import WRITERS
from webapp.forms.labels import label_of
from webapp.forms.messages import Message
from webapp.forms.reading import Reading, Typed, check
from webapp.forms.rows import ORIGIN
from webapp.forms.understanding import is_given

LONGEST_NUMBER = 100  # characters
SHAPES_AT_MOST = 128  # kept; to make one takes longer than to use it


class Number(fields.Field[Decimal]):
    """A JSON number, or a text such as "1250.5": a point before decimals, nothing else."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
            raise self.make_error("invalid")
        try:
            number = Decimal(str(value)[: LONGEST_NUMBER + 1])
        except InvalidOperation as error:
            raise self.make_error("invalid") from error
        too_long = len(str(value)) > LONGEST_NUMBER or abs(number.adjusted()) > LONGEST_NUMBER
        if not number.is_finite() or too_long:
            raise self.make_error("invalid")
        return number


class Tick(fields.Boolean):
    """JSON's true and false; no words for them."""

    def __init__(self, **keywords: Any) -> None:
        super().__init__(truthy={True}, falsy={False}, **keywords)


class _Shapes:
    """The shapes of the forms that were answered last. A form of a published version stays."""

    def __init__(self) -> None:
        self._made: OrderedDict[tuple[int, str], tuple[models.Form, Schema]] = OrderedDict()
        self._lock = Lock()

    def of(self, form: models.Form, language: str) -> Schema:
        key = (id(form), language)
        with self._lock:
            found = self._made.get(key)
            if found is not None and found[0] is form:
                self._made.move_to_end(key)
                return found[1]
        shape = schema_of(form, language)(unknown=EXCLUDE)
        with self._lock:
            self._made[key] = (form, shape)  # which keeps the form, and so its id
            while len(self._made) > SHAPES_AT_MOST:
                self._made.popitem(last=False)
        return shape


_shapes = _Shapes()


def schema_of(form: models.Form, language: str) -> type[Schema]:
    """Return the shape of a form's answers: records are nested, repeating groups lists of them."""
    return Schema.from_dict(
        {
            one.key: _shape(one, language)
            for one in models.inputs(form)
            if one.is_record or not is_given(one)
        }
    )


def check_answers(
    form: models.Form, given: Mapping[str, Any], *, known: Variables, language: str
) -> Reading:
    """Return the checked answers of a form, or what is wrong with them by name.

    Numbers are JSON numbers, days and moments ISO 8601, several options and rows lists.
    What the program fills in, and what is hidden, is not taken from ``given``.
    """
    try:
        loaded = _shapes.of(form, language).load(dict(given))
    except ValidationError as error:
        return Reading({}, {}, dict(_told(error.messages, "")))
    return check(form, _typed(form, loaded), known=known, language=language)


_SENTENCES = {
    "number": N_("%(label)s must be a number, for example 1250.5"),
    "date": N_("%(label)s must be a date such as 2026-03-27"),
    "time": N_("%(label)s must be a time such as 14:30:00"),
    "datetime": N_("%(label)s must be an instant with its zone such as 2026-03-27T14:30:00+07:00"),
    "checkbox": N_("%(label)s must be true or false"),
    "record": N_("%(label)s must be an object of its fields"),
    "list": N_("%(label)s must be a list"),
    "text": N_("%(label)s must be a text"),
}
_KINDS: Mapping[str, Callable[..., fields.Field[Any]]] = {
    "number": Number,
    "date": fields.Date,
    "time": fields.Time,
    "datetime": fields.AwareDateTime,
    "checkbox": Tick,
    "text": fields.String,
}


def _shape(component: models.Component, language: str) -> fields.Field[Any]:
    words = _Words(label_of(component, language) or component.key)
    if component.is_record:
        inner = schema_of(models.part_of(component), language)
        nested = fields.Nested(inner, unknown=EXCLUDE, **words.of("record"))
        return fields.List(nested, **words.of("list")) if component.is_list else nested
    if component.type in models.SEVERAL:
        return fields.List(fields.String(**words.of("text")), **words.of("list"))
    if component.type == "filepicker":
        return fields.List(fields.Dict(**words.of("record")), **words.of("list"))
    kind = component.subtype or component.type
    kind = kind if kind in _KINDS else "text"
    return _KINDS[kind](**words.of(kind))


class _Words:
    """The sentences about one field, whatever marshmallow finds wrong with its shape."""

    def __init__(self, label: str) -> None:
        self.label = label

    def of(self, kind: str) -> dict[str, Any]:
        told = [Message(_SENTENCES[kind], {"label": self.label})]
        names = ("invalid", "type", "null", "format", "invalid_awareness", "invalid_utf8")
        return {"allow_none": True, "error_messages": dict.fromkeys(names, told)}


def _told(messages: Any, prefix: str) -> list[tuple[str, Message]]:
    """Complaints of nested schemas by dotted names: path, number of the row, key."""
    if isinstance(messages, dict):
        found = []
        for key, one in messages.items():
            name = prefix if key == "_schema" else f"{prefix}.{key}".lstrip(".")
            found += _told(one, name)
        return found
    first = messages[0] if isinstance(messages, list) else messages
    return [(prefix, first if isinstance(first, Message) else Message(str(first)))]


def _typed(form: models.Form, loaded: Mapping[str, Any]) -> Typed:
    typed: Typed = {}
    for one in models.inputs(form):
        value = loaded.get(one.key)
        if one.is_list:
            part = models.part_of(one)
            rows = [row for row in value or [] if row is not None]
            typed[one.key] = [
                _typed(part, row) | {ORIGIN: str(number)} for number, row in enumerate(rows)
            ]
        elif one.is_record:
            typed[one.key] = _typed(models.part_of(one), value or {})
        elif value is not None:
            typed[one.key] = WRITERS[one.subtype](value) if one.subtype else value
    return typed
