"""Rules about the types in the expressions of forms."""

from collections.abc import Iterator, Mapping

from engine.feel.expected import Expected
from engine.feel.inferring import Misfit
from engine.forms.inferring import WANTED, misfits_of
from engine.lint.report import warning
from engine.lint.upload import Upload
from engine.model import Finding
from engine.texts import N_


def check_form_types(upload: Upload, known: Mapping[str, Expected]) -> Iterator[Finding]:
    """Yield what in the forms of an upload can never give what it is there for."""
    for asked in upload.forms.values():
        for component, part, wrong in misfits_of(asked.form, known):
            label = component.label or component.key or component.id
            place = asked.place(component.id or component.key, label)
            if isinstance(wrong, Misfit):
                yield warning(place, wrong.rule, wrong.problem, wrong.remedy, **wrong.params)
                continue
            yield warning(
                place,
                "form-expression-type",
                N_("The expression “%(part)s” of “%(name)s” is a %(found)s, which cannot be used."),
                N_("Write an expression that gives one of: %(wanted)s."),
                part=part,
                found=wrong.kind,
                wanted=", ".join(WANTED[part]),
            )
