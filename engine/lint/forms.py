"""Rules about the forms of an upload."""

import json

from engine.lint.report import Place, error
from engine.model import Files, Finding
from engine.texts import N_


def read_forms(files: Files) -> tuple[set[str], list[Finding]]:
    """Return the ids of the forms in an upload and what is wrong with their files."""
    ids: set[str] = set()
    findings: list[Finding] = []
    for name in sorted(files):
        if name.lower().endswith(".form"):
            try:
                ids.add(json.loads(files[name])["id"])
            except (ValueError, KeyError, TypeError):
                findings.append(
                    error(
                        Place(name, 1),
                        "unreadable-form",
                        N_("The form cannot be read."),
                        N_("Save the form again with the form editor."),
                    )
                )
    return ids, findings
