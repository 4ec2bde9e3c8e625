"""What the form editor says, in the reader's language: the library itself speaks English only."""

from typing import Any

from flask_babel import gettext

from engine.forms import RENDERED
from engine.texts import N_
from webapp.pages.wording import language

WORDS = (
    N_("Components"),
    N_("Search components"),
    N_("Clear content"),
    N_("No components found."),
    N_("Create"),
    N_("Input"),
    N_("Selection"),
    N_("Presentation"),
    N_("Containers"),
    N_("Text field"),
    N_("Text area"),
    N_("Number"),
    N_("Date time"),
    N_("Expression"),
    N_("File picker"),
    N_("Checkbox"),
    N_("Checkbox group"),
    N_("Radio group"),
    N_("Select"),
    N_("Tag list"),
    N_("Text view"),
    N_("Image view"),
    N_("Table"),
    N_("Spacer"),
    N_("Separator"),
    N_("Group"),
    N_("Dynamic list"),
    N_("Date"),
    N_("Time"),
    N_("Date & Time"),
    N_("Build your form"),
    N_("Drag and drop components here to start designing."),
    N_("Drag and drop components here."),
    N_("Use the preview window to test your form."),
    N_("Select a form field to edit its properties."),
    N_("Multiple form fields are selected. Select a single form field to edit its properties."),
    N_("General"),
    N_("Field label"),
    N_("Field description"),
    N_("Group label"),
    N_("Table label"),
    N_("Date label"),
    N_("Time label"),
    N_("Path"),
    N_("Binds to a form variable"),
    N_("Where the child variables of this component are pathed to."),
    N_("Default value"),
    N_("Subtype"),
    N_("Use 24h"),
    N_("Text"),
    N_("Height"),
    N_("Decimal digits"),
    N_("Increment"),
    N_("Define an expression to calculate the value of this field"),
    N_("Compute on"),
    N_("Value changes"),
    N_("Form submission"),
    N_("Image source"),
    N_("Alternative text"),
    N_("Supported file formats"),
    N_("Upload multiple files"),
    N_("Disabled"),
    N_("Read only"),
    N_("Data source"),
    N_("Pagination"),
    N_("Number of rows per page"),
    N_("Options source"),
    N_("Static options"),
    N_("Dynamic options"),
    N_("Input values key"),
    N_("Options expression"),
    N_("Define an expression to populate the options from."),
    N_("Define which input property to populate the values from"),
    N_("Label"),
    N_("Value"),
    N_("Headers source"),
    N_("Header items"),
    N_("List of items"),
    N_("Column"),
    N_("Columns"),
    N_("Column 1"),
    N_("Column 2"),
    N_("Column 3"),
    N_("Specify the source from which to populate the table"),
    N_("Specify an expression to populate column items"),
    N_("Condition"),
    N_("Hide if"),
    N_("Layout"),
    N_("Auto"),
    N_("Appearance"),
    N_("Prefix"),
    N_("Suffix"),
    N_("Show outline"),
    N_("Vertical alignment"),
    N_("Top"),
    N_("Center"),
    N_("Bottom"),
    N_("Serialization"),
    N_("Output as string"),
    N_("Time format"),
    N_("Constraints"),
    N_("Disallow past dates"),
    N_("Time interval"),
    N_("Validation"),
    N_("Required"),
    N_("Minimum"),
    N_("Maximum"),
    N_("Minimum length"),
    N_("Maximum length"),
    N_("Validation pattern"),
    N_("Custom"),
    N_("Custom regular expression"),
    N_("Custom error message"),
    N_("Email"),
    N_("Phone"),
    N_("Custom properties"),
    N_("Repeatable"),
    N_("Default number of items"),
    N_("Allow add/delete items"),
    N_("Disable collapse"),
    N_("Number of non-collapsing items"),
    N_("Searchable"),
    N_("Version tag"),
    N_("Version tag by which this form can be referenced."),
    N_("Checked"),
    N_("Not checked"),
    N_("<none>"),
    N_("<empty>"),
    N_("Toggle section"),
    N_("Toggle list item"),
    N_("Create new list item"),
    N_("Delete item"),
    N_("Section contains edits"),
    N_("Section contains an error"),
    N_("Open pop-up editor"),
    N_("Click to set a dynamic value with FEEL expression"),
    N_("Click to remove dynamic value with FEEL expression"),
    N_("Opened in editor"),
    N_("Number of items"),
    N_("Condition under which the field is hidden"),
    N_("Deactivate if"),
    N_("Condition under which the field is deactivated"),
    N_("FEEL expression is mandatory"),
    N_("Allows arbitrary precision values"),
    N_("Type"),
    N_("Static"),
    N_("Input data"),
    N_("Target value"),
    N_("A comma-separated list of"),
    N_("file type specifiers"),
    N_("Learn more"),
    N_("Must not be empty."),
    N_("Must be unique."),
    N_("Must not contain spaces."),
    N_("Must be a variable or a dot separated path."),
    N_("Should be a valid number."),
    N_("Should be an integer."),
    # the product's own part of the panel
    N_("For the one-stop shop"),
    N_("Kind of answer"),
    N_("Fields that must be filled in"),
    N_("Their keys, separated by commas"),
    N_("The applicant sees the answer"),
    N_("These files are the result"),
    N_("Label in Vietnamese"),
    N_("Label in English"),
    N_("Description in English"),
    N_("Text in English"),
    N_("Largest file in MB"),
    N_("At most 10"),
    N_("Fewest rows"),
    N_("Most rows"),
    N_("At most 100"),
    N_("Required when (FEEL)"),
    N_('For example = loai = "moi"'),
)

_KINDS = {
    "number": (("", N_("any")), ("money", N_("money in dong"))),
    "textfield": (
        ("", N_("any")),
        ("phone", N_("phone number")),
        ("national-id", N_("national id number")),
        ("tax-code", N_("tax code")),
    ),
    "group": (
        ("", N_("any")),
        ("person", N_("person")),
        ("organisation", N_("organisation")),
        ("address", N_("address")),
    ),
}

_OTHERWISE = {
    "Supports markdown and templating.": N_(
        "Headings (#), lists (-), **strong** words and links are shown; no expressions."
    ),
    "Expression or static value (link/data URI)": N_("A picture inside the form: data:image/…"),
}
"""What the library promises, and what holds here."""


def for_script() -> dict[str, Any]:
    """Return what the editor's script needs: components that are shown, kinds, its words."""
    return {"rendered": sorted(RENDERED), "kinds": _kinds(), "words": _words()}


def _words() -> dict[str, str]:
    """Return the library's words with ours; those that are the same are left out."""
    ours = {word: gettext(text) for word, text in _OTHERWISE.items()}
    if language() == "en":
        return ours
    named = {"Form": gettext("The form"), "Key": gettext("Name of the variable")}
    return {word: gettext(word) for word in WORDS} | named | ours


def _kinds() -> dict[str, list[tuple[str, str]]]:
    """Return, by component type, the kinds that a field of it can have, with their names."""
    return {
        type_: [(kind, gettext(words)) for kind, words in choices]
        for type_, choices in _KINDS.items()
    }
