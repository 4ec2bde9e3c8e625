"""Reading form-js JSON into frozen components."""

from decimal import Decimal
from typing import Any

from engine.errors import InvalidModelError
from engine.feel import Expression, parse
from engine.forms.document import Raw, load, objects
from engine.forms.formulas import calculation_order, is_formula, read_formulas
from engine.forms.kinds import LISTS, MOST_ROWS, key_part
from engine.forms.linting import lint_form
from engine.forms.model import Component, Form, Option
from engine.model import Severity


def read_form(content: bytes, file: str) -> Form:
    """Return the form in a form-js JSON file (schemaVersion up to 19).

    Raises InvalidModelError with the id of the component that ``lint_form`` finds an error in.
    """
    for finding in lint_form(content, file):
        if finding.severity is Severity.ERROR:
            raise InvalidModelError(
                finding.problem,
                params=finding.params,
                element_id=finding.element_id,
                line=finding.line,
                file=file,
            )
    raw = load(content)
    components = _components(raw)
    return Form(raw["id"], file, components, calculation_order(components))


def _components(raw: Raw) -> tuple[Component, ...]:
    return tuple(_component(entry) for entry in objects(raw.get("components")))


def _component(raw: Raw) -> Component:
    kind = raw["type"]
    validate = raw.get("validate") or {}
    appearance = raw.get("appearance") or {}
    layout = raw.get("layout") or {}
    members = _components(raw)
    return Component(
        type=kind,
        id=raw.get("id") or raw.get("key") or "",
        key=_key(raw),
        label=_label(raw),
        description=raw.get("description") or "",
        text=raw.get("text") or "",
        subtype=raw.get("subtype", "date") if kind == "datetime" else "",
        values=_options(raw),
        default=_default(raw.get("defaultValue")),
        required=_always(validate.get("required")),
        readonly=_always(raw.get("readonly")) or _always(raw.get("disabled")),
        min_length=_whole(validate.get("minLength")),
        max_length=_whole(validate.get("maxLength")),
        minimum=_number(validate.get("min")),
        maximum=_number(validate.get("max")),
        pattern=validate.get("pattern") or "",
        pattern_message=validate.get("patternErrorMessage") or "",
        validation_type=_validation_type(validate),
        prefix=appearance.get("prefixAdorner") or "",
        suffix=appearance.get("suffixAdorner") or "",
        accept=raw.get("accept") or "",
        multiple=bool(raw.get("multiple")),
        columns=_whole(layout.get("columns")),
        row=layout.get("row") or "",
        show_outline=bool(raw.get("showOutline")),
        hide=_hide(raw),
        formulas=read_formulas(raw),
        is_live=raw.get("computeOn") != "presentation",
        properties={key: str(value) for key, value in (raw.get("properties") or {}).items()},
        components=members,
        calculated=calculation_order(members),
        **_special(raw),
    )


def _special(raw: Raw) -> dict[str, Any]:
    """What only numbers, moments, lists, tables and images have."""
    if raw["type"] == "number":
        return {
            "decimal_digits": _whole(raw.get("decimalDigits")),
            "increment": _number(raw.get("increment")),
            "is_text": bool(raw.get("serializeToString")),
        }
    if raw["type"] == "datetime":
        return {
            "no_past_dates": bool(raw.get("disallowPassedDates")),
            "time_interval": _whole(raw.get("timeInterval")),
        }
    if raw["type"] in LISTS:
        repeats = raw.get("isRepeating", True) is not False
        first = _whole(raw.get("defaultRepetitions"))
        return {
            "repetitions": min(1 if first is None else max(first, 0), MOST_ROWS) if repeats else 1,
            "fewest_rows": int((raw.get("properties") or {}).get("minRows", 0)),
            "most_rows": int((raw.get("properties") or {}).get("maxRows", MOST_ROWS)),
            "may_repeat": repeats and raw.get("allowAddRemove", True) is not False,
        }
    if raw["type"] == "table":
        heads = (
            Option(str(one.get("key") or ""), str(one.get("label") or one.get("key") or ""))
            for one in objects(raw.get("columns"))
        )
        return {"columns_shown": tuple(heads)}
    if raw["type"] == "image":
        return {"source": raw.get("source") or "", "alternative": raw.get("alt") or ""}
    return {}


def _key(raw: Raw) -> str:
    """The name of the variable that a component fills; "" where it fills none."""
    return str(raw.get(key_part(raw["type"])) or "")


def _label(raw: Raw) -> str:
    return str(raw.get("dateLabel") or raw.get("timeLabel") or raw.get("label") or "")


def _options(raw: Raw) -> tuple[Option, ...]:
    return tuple(
        Option(str(entry["value"]), str(entry.get("label") or entry["value"]))
        for entry in objects(raw.get("values"))
    )


def _default(value: Any) -> str | Decimal | bool | tuple[str, ...] | None:
    if isinstance(value, list):
        return tuple(str(entry) for entry in value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number(value)
    return value if isinstance(value, str | bool) and not is_formula(value) else None


def _always(value: Any) -> bool:
    return bool(value) and not is_formula(value)


def _number(value: Any) -> Decimal | None:
    return None if value in (None, "") or is_formula(value) else Decimal(str(value))


def _whole(value: Any) -> int | None:
    return None if value in (None, "") or is_formula(value) else int(value)


def _validation_type(validate: Raw) -> str:
    kind = str(validate.get("validationType") or "")
    return kind if kind in {"email", "phone"} else ""


def _hide(raw: Raw) -> Expression | None:
    text = (raw.get("conditional") or {}).get("hide")
    return parse(text) if text else None
