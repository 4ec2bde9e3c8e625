"""Which form-js components the product shows, and why not the others."""

from engine.texts import N_

SEVERAL = frozenset({"checklist", "taglist"})
CHOICES = SEVERAL | {"select", "radio"}
ASKED = CHOICES | {"textfield", "textarea", "number", "datetime", "checkbox", "filepicker"}
INPUTS = ASKED | {"expression"}
LISTS = frozenset({"dynamiclist"})
RECORDS = LISTS | {"group"}  # with a path: their members stand inside their value
STANDING = frozenset({"text", "separator", "spacer", "table", "image"})
RENDERED = INPUTS | RECORDS | STANDING

SUBTYPES = frozenset({"date", "time", "datetime"})
"""The kinds of datetime that the pages can ask for."""

REFUSED = {
    "html": N_("Free HTML is not shown, because it could carry scripts."),
    "iframe": N_("Other web pages inside a form are not shown, because they see who works on it."),
    "documentPreview": N_("Previews of documents are not supported; files are shown as links."),
    "button": N_("Buttons are not supported; every form has its own buttons already."),
}
"""Type by the reason why it is not shown."""


MOST_ROWS = 100  # of one repeating group


def key_part(kind: str) -> str:
    """Return which part of a component of that type names its variable; "" where none does."""
    return "key" if kind in INPUTS else "path" if kind in RECORDS else ""
