"""The schemas of fields that were checked last, kept: making one takes longer than using it."""

from collections import OrderedDict
from collections.abc import Sequence
from datetime import date
from threading import Lock

from marshmallow import EXCLUDE, Schema

from engine import forms as models
from webapp.forms.fields import field_of

SHAPES_AT_MOST = 500
_Key = tuple[tuple[int, ...], str, date | None]


def shape_of(asked: Sequence[models.Component], language: str, day: date | None) -> Schema:
    """Return the schema of fields of one level, by their keys, as read on a day.

    Fields whose limits or options an expression gives are others each time, and not kept.
    """
    if any(one.formulas for one in asked):
        return _made(asked, language, day)
    return _kept.of(asked, language, day)


class _Shapes:
    """Schemas by the very components they are of, which they keep."""

    def __init__(self) -> None:
        self._found: OrderedDict[_Key, tuple[Sequence[models.Component], Schema]] = OrderedDict()
        self._lock = Lock()

    def of(self, asked: Sequence[models.Component], language: str, day: date | None) -> Schema:
        key = (tuple(id(one) for one in asked), language, day)
        with self._lock:
            found = self._found.get(key)
            if found is not None:
                self._found.move_to_end(key)
                return found[1]
        schema = _made(asked, language, day)
        with self._lock:
            self._found[key] = (tuple(asked), schema)  # and so the ids stay theirs
            while len(self._found) > SHAPES_AT_MOST:
                self._found.popitem(last=False)
        return schema


def _made(asked: Sequence[models.Component], language: str, day: date | None) -> Schema:
    fields = {one.key: field_of(one, language, day) for one in asked}
    return Schema.from_dict({key: one for key, one in fields.items() if one})(unknown=EXCLUDE)


_kept = _Shapes()
