"""The form of a user task that has none: a remark."""

from engine import forms as models

REMARK_FORM = models.read_form(
    """{"type": "default", "id": "ghi-chu", "schemaVersion": 19, "components": [
      {"type": "textarea", "key": "ghi_chu", "label": "Ghi chú",
       "validate": {"maxLength": 2000}, "properties": {"en.label": "Remark"}}]}""".encode(),
    "ghi-chu.form",
)
