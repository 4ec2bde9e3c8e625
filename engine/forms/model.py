"""Forms as frozen values: what a page needs to draw and to check one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from engine.feel import Expression


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a select, radio or checklist."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Component:
    """One part of a form: a field that asks for a value, a text, a group or white space.

    ``type`` is the name form-js uses. Texts are empty and limits ``None`` where the form has none.
    ``properties`` may hold texts in other languages: ``en.label``, ``en.description``,
    ``en.values`` (JSON by option value), ``en.text``. ``hide`` is the condition to hide it.
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


@dataclass(frozen=True, slots=True)
class Form:
    """A form by the id that tasks refer to."""

    id: str
    file: str
    components: tuple[Component, ...]
    calculated: tuple[Component, ...] = ()  # each after those it reads


def inputs(form: Form) -> Iterator[Component]:
    """Yield the components that have a value, also those inside groups, in reading order."""
    return inputs_of(form.components)


def inputs_of(components: tuple[Component, ...]) -> Iterator[Component]:
    """Yield those of ``components`` and their members that have a value, in reading order."""
    for component in components:
        if component.components:
            yield from inputs_of(component.components)
        elif component.key:
            yield component
