"""Rules about the drawing."""

from collections.abc import Iterator

from engine.bpmn.elements import Definitions
from engine.lint.report import Place, warning
from engine.lint.upload import Upload
from engine.model import Finding
from engine.texts import N_


def check(model: Definitions, upload: Upload) -> Iterator[Finding]:
    """Yield a warning for a file with processes but without a drawing."""
    running = list(upload.running(model))
    if running and not model.has_diagram and any(process.nodes for process in running):
        yield warning(
            Place(model.file, 1),
            "no-drawing",
            N_("The file contains no drawing, so its pages cannot show a diagram."),
            N_("Open it in a modelling tool, arrange the elements and save it again."),
        )
