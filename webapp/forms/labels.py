"""Labels, hints and options of form components in the reader's language."""

import json

from engine import forms as models


def label_of(component: models.Component, language: str) -> str:
    """Return the label; the model's own language where there is no other."""
    return _own(component, "label", component.label, language)


def hint_of(component: models.Component, language: str) -> str:
    """Return the description under the label."""
    return _own(component, "description", component.description, language)


def text_of(component: models.Component, language: str) -> str:
    """Return the standing text of a text component."""
    return _own(component, "text", component.text, language)


def suffix_of(component: models.Component, language: str) -> str:
    """Return the unit behind the box of a field."""
    return _own(component, "suffixAdorner", component.suffix, language)


def options_of(component: models.Component, language: str) -> tuple[tuple[str, str], ...]:
    """Return the options as pairs of value and label."""
    try:
        own = json.loads(component.properties.get(f"{language}.values", "") or "{}")
    except json.JSONDecodeError:
        own = {}
    words = own if isinstance(own, dict) else {}
    return tuple((one.value, str(words.get(one.value) or one.label)) for one in component.values)


def inner(label: str) -> str:
    """Return a label as it reads inside a sentence: "Kết luận" becomes "kết luận"."""
    return label if label[:2].isupper() else label[:1].lower() + label[1:]


def _own(component: models.Component, name: str, text: str, language: str) -> str:
    return str(component.properties.get(f"{language}.{name}") or text or "")
