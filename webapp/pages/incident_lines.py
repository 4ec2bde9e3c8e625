"""Incidents as pages and files show them: names as drawn, what a retry or closing leads to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from flask import Response
from flask_babel import gettext
from sqlalchemy.orm import Session

from engine.errors import EngineError
from engine.texts import N_
from webapp import clock
from webapp.errors import NotFoundError
from webapp.models import IncidentKind
from webapp.operations import definitions
from webapp.operations.incidents import Resolution
from webapp.pages import clocks, sheets, wording
from webapp.pages.sentences import said
from webapp.queries.incident_details import IncidentView
from webapp.queries.incidents import IncidentLine, open_in

RESOLUTIONS = {
    Resolution.RETRIED: N_("tried again"),
    Resolution.DISMISSED: N_("closed without a retry"),
    Resolution.OVERTAKEN: N_("no longer needed"),
}
CONSEQUENCES = {
    IncidentKind.JOB: (
        N_(
            "The job is done once more with the same inputs. Where that succeeds the dossier goes "
            "on; where it fails there is a new incident. Mend the cause first."
        ),
        N_(
            "Nothing is tried. The dossier goes on waiting at this step until an administrator "
            "moves it by hand."
        ),
    ),
    IncidentKind.TIMER: (
        N_("The timer fires at once; what it leads to begins now, not when it was due."),
        N_("The timer stays silent, and what it should have begun does not begin."),
    ),
    IncidentKind.START_TIMER: (
        N_("The procedure is begun at once for the round that was missed; the others follow."),
        N_("The procedure is not begun by this timer any more before a new version is published."),
    ),
    IncidentKind.DELIVERY: (
        N_("The message is brought to its receiver once more."),
        N_("The message is not brought; its receiver goes on waiting."),
    ),
    IncidentKind.OUTSIDE: (
        N_(
            "What is missing is looked for once more; where a called process was cancelled, "
            "another one is started."
        ),
        N_(
            "The dossier goes on waiting here. It goes on by itself as soon as what is missing is "
            "published."
        ),
    ),
    IncidentKind.FAILED: (
        N_(
            "The dossier and all that it called go back to where they were before the error, and "
            "people find their tasks again. Mend the cause first."
        ),
        N_("The dossier ends as stopped, and the applicant sees that."),
    ),
    IncidentKind.UNHANDLED: (
        N_(
            "The job waits on for its program. If nobody has asked for it in an hour, there is a "
            "new incident. Once the program runs, the incident closes itself."
        ),
        N_("The same, but the log says that you did not wait for the program."),
    ),
}
"""By kind: what a retry leads to, and what closing without one leads to."""


def drawn(session: Session, lines: Iterable[IncidentLine]) -> tuple[IncidentLine, ...]:
    """Return the lines with the name drawn at each one's element, where the model has one."""
    return tuple(_drawn(session, line) for line in lines)


def troubles(session: Session, dossier_id: UUID) -> tuple[IncidentLine, ...]:
    """Return what waits for a person in a dossier and in all that it called, oldest first."""
    return drawn(session, open_in(session, dossier_id))


def consequences(line: IncidentLine) -> tuple[str, str]:
    """Return what a retry and closing lead to, as msgids."""
    return CONSEQUENCES[IncidentKind(line.kind)]


def overlays(incident: IncidentView) -> Mapping[str, Mapping[str, object]]:
    """Return the marks on the drawing: where the instance stands, and what failed."""
    marks: dict[str, dict[str, object]] = {
        key: {"state": state} for key, state in incident.states.items()
    }
    if incident.line.element_id:
        marks.setdefault(incident.line.element_id, {}).update(mark="error", n="!")
    return marks


def file(
    kind: str, rows: Sequence[IncidentLine], kinds: Mapping[IncidentKind, str], *, is_whole: bool
) -> Response:
    """Return incidents as a table to take along."""
    now, language = clock.now(), wording.language()
    headings = sheets.headings(
        *(N_("What happened"), N_("Kind"), N_("Procedure"), N_("Version"), N_("Element")),
        *(N_("Dossier"), N_("Applicant"), N_("Promised"), N_("Beside the promise")),
        *(N_("Tried"), N_("Since"), N_("Seen to"), N_("How"), N_("Note for the log")),
    )
    cells: list[list[sheets.Value]] = [
        [
            said(one.message),
            gettext(kinds[IncidentKind(one.kind)]),
            one.procedure.title(language) if one.procedure else "",
            one.procedure.version if one.procedure else None,
            one.procedure.element(one.element_id, one.element_name, language)
            if one.procedure
            else one.element_id or "",
            one.code,
            one.applicant,
            wording.moment_words(one.promised_at),
            (clocks.standing_words(one, now) or ("", ""))[1],
            one.attempts,
            wording.moment_words(one.created_at),
            wording.moment_words(one.resolved_at),
            gettext(RESOLUTIONS[Resolution(one.resolution)]) if one.resolution else "",
            one.note or "",
        ]
        for one in rows
    ]
    head = [] if is_whole else [gettext("The first %(num)s", num=len(rows))]
    table = sheets.Sheet("incidents", gettext("Incidents"), head, headings, cells)
    return sheets.answer(kind, table)


def _drawn(session: Session, line: IncidentLine) -> IncidentLine:
    if line.element_name or not line.element_id or line.definition_id is None:
        return line
    try:
        node = definitions.compiled(session, line.definition_id).elements.get(line.element_id)
    except (EngineError, NotFoundError):  # an incident is shown whatever became of its model
        return line
    return replace(line, element_name=node.name or "") if node else line
