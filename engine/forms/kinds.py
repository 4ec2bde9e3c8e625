"""Which form-js components the product shows, and why not the others."""

from engine.texts import N_

CHOICES = frozenset({"select", "radio", "checklist"})
ASKED = CHOICES | {"textfield", "textarea", "number", "datetime", "checkbox", "filepicker"}
INPUTS = ASKED | {"expression"}
RENDERED = INPUTS | {"text", "group", "separator", "spacer"}

SUBTYPES = frozenset({"date", "time", "datetime"})
"""The kinds of datetime that the pages can ask for."""

REFUSED = {
    "html": N_("Free HTML is not shown, because it could carry scripts."),
    "iframe": N_("Other web pages inside a form are not shown, because they see who works on it."),
    "documentPreview": N_("Previews of documents are not supported; files are shown as links."),
    "table": N_("Tables are not supported yet."),
    "dynamiclist": N_("Repeating groups are not supported yet."),
    "image": N_("Images are not supported in forms."),
    "taglist": N_("Tag lists are not supported; a checklist asks the same."),
    "button": N_("Buttons are not supported; every form has its own buttons already."),
}
"""Type by the reason why it is not shown."""
