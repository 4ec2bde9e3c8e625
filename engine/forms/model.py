"""Forms as frozen values: what a page needs to draw and to check one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from engine.feel import Expression
from engine.forms.kinds import LISTS, RECORDS


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a select, radio, checklist or taglist; or a column of a table."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Component:
    """One part of a form: a field that asks for a value, a text, a group or white space.

    ``type`` is the name form-js uses. Texts are empty and limits ``None`` where the form has none.
    ``properties`` may hold texts in other languages: ``en.label``, ``en.description``,
    ``en.values`` (JSON by option value), ``en.text``. ``hide`` is the condition to hide it.

    A record, which is a repeating group or a group with a path, has a key and components: its
    value is a list of contexts, or one context, of what its components ask for.
    """

    type: str
    id: str = ""
    key: str = ""
    label: str = ""
    description: str = ""
    text: str = ""
    subtype: str = ""  # of a datetime: date, time or datetime
    values: tuple[Option, ...] = ()
    default: str | Decimal | bool | tuple[str, ...] | None = None
    required: bool = False
    readonly: bool = False
    min_length: int | None = None
    max_length: int | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    decimal_digits: int | None = None
    increment: Decimal | None = None  # a number must be a multiple of it
    is_text: bool = False  # of a number: stored as text
    time_interval: int | None = None  # minutes between the times that may be given
    pattern: str = ""  # searched anywhere in the text; see ``engine.feel.matches``
    pattern_message: str = ""
    validation_type: str = ""  # email or phone
    prefix: str = ""
    suffix: str = ""
    accept: str = ""  # of a filepicker: ".pdf,.jpg"
    multiple: bool = False
    columns: int | None = None  # of the 16 that a row has
    row: str = ""  # components with the same row stand side by side
    show_outline: bool = False
    no_past_dates: bool = False
    hide: Expression | None = None
    formulas: Mapping[str, Expression] = field(default_factory=dict)  # by form-js part
    is_live: bool = True  # of a calculated field: it follows what is typed
    properties: Mapping[str, str] = field(default_factory=dict)
    components: tuple["Component", ...] = ()
    calculated: tuple["Component", ...] = ()  # of a record: each after those it reads
    repetitions: int = 0  # of a repeating group: rows that an empty one begins with
    may_repeat: bool = False  # rows can be added and taken away
    fewest_rows: int = 0
    most_rows: int = 0
    columns_shown: tuple[Option, ...] = ()  # of a table: key and heading
    cells: tuple[Any, ...] = ()  # of a table, when it is settled: a tuple for each row
    source: str = ""  # of an image: a data address
    alternative: str = ""  # of an image: what it shows, in words

    @property
    def is_list(self) -> bool:
        """Whether the value is a list of contexts, one for each row."""
        return self.type in LISTS

    @property
    def member_keys(self) -> frozenset[str]:
        """The keys that stand inside the value of a record."""
        return frozenset(one.key for one in inputs_of(self.components))

    @property
    def is_record(self) -> bool:
        """Whether the value is made of those of the components."""
        return bool(self.key) and self.type in RECORDS


@dataclass(frozen=True, slots=True)
class Form:
    """A form by the id that tasks refer to."""

    id: str
    file: str
    components: tuple[Component, ...]
    calculated: tuple[Component, ...] = ()  # each after those it reads


def inputs(form: Form) -> Iterator[Component]:
    """Yield the components that have a value, in reading order; of a record not its members."""
    return inputs_of(form.components)


def inputs_of(components: tuple[Component, ...]) -> Iterator[Component]:
    """Yield those of ``components`` that have a value, those in plain groups too, in order."""
    for component in components:
        if component.key:
            yield component
        else:
            yield from inputs_of(component.components)


def told_of(components: tuple[Component, ...]) -> Iterator[Component]:
    """Yield what ``Settled.problems`` may speak of: what has a value, and tables."""
    for component in components:
        if component.key or component.type == "table":
            yield component
        else:
            yield from told_of(component.components)


def part_of(record: Component) -> Form:
    """Return what one row of a record asks for as a form of its own."""
    return Form(record.id, "", record.components, record.calculated)
