"""One dossier with everything known about it, and its files."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, send_file
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from engine.texts import N_
from webapp import clock
from webapp.actors import Actor
from webapp.errors import NotFoundError
from webapp.operations import definitions
from webapp.pages import case, clocks, contents, timeline, uploads, wording
from webapp.pages.guard import current_actor
from webapp.pages.product import database
from webapp.queries import dossiers as queries
from webapp.queries.deadlines import dossier_clocks, forecast_of
from webapp.queries.diagrams import Position, position
from webapp.queries.dossiers import DossierView
from webapp.queries.states import words_of
from webapp.queries.user_tasks import completed_tasks, current_tasks

bp = Blueprint("dossiers", __name__)
INLINE = frozenset({"application/pdf", "image/png", "image/jpeg"})


@bp.get("/dossiers/<uuid:dossier_id>")
def dossier(dossier_id: UUID) -> str:
    """Show one dossier: where it is, why the date, papers, answers, what happened."""
    actor, at = current_actor(), clock.now()
    with database().reading() as session:
        found = _get(session, dossier_id, actor)
        counted = next(iter(dossier_clocks(session, found.id, at)), None)
        files = queries.attachments(session, found.instance_id)
        elements = definitions.compiled(session, found.definition_id).elements
        drawn = position(session, found.definition_id, found.instance_id)
        called = timeline.called_in(session, found.instance_id)
        context = {
            "outcome": timeline.outcome_words(found, elements),
            **case.context(session, found, actor),
            "waiting": current_tasks(session, found.instance_id, actor),
            "files": files,
            "results": contents.result_versions(session, found),
            "papers": contents.papers_of(found, uploads.by_field(files)),
            "answered": contents.answered_in(
                session, found, completed_tasks(session, found.instance_id)
            ),
            "events": timeline.entries(
                queries.timeline(session, found.instance_id), found, elements, called
            ),
            "called": _positions(session, called),
            "diagram": drawn,
            **clocks.forecast_context(forecast_of(session, found.id, at), found.promised_at),
            "overlays": drawn.overlays(),
        }
    case.remember_look(found.id, "dossier", actor, at)
    return render_template(
        "dossiers/dossier.html",
        dossier=found,
        state=words_of(found.state),
        procedure=found.procedure.title(wording.language()),
        lines=clocks.clock_lines(counted),
        days=clocks.day_strip(
            counted, found.decided_at or at, is_over=found.decided_at is not None
        ),
        **context,
    )


@bp.get("/files/<uuid:attachment_id>")
def file(attachment_id: UUID) -> Response:
    """Give out one file of a dossier the actor may see."""
    with database().reading() as session:
        found = queries.find_file(session, attachment_id, current_actor())
    if found is None:
        raise NotFoundError(N_("There is no such file."))
    if found.dossier_id is not None:
        case.remember_look(found.dossier_id, found.name, current_actor(), clock.now())
    if found.scan_pending:
        uploads.let_open(attachment_id, found.sha256)
    response = send_file(
        uploads.file_store().open(found.sha256),
        mimetype=found.media_type,
        as_attachment=found.media_type not in INLINE,
        download_name=found.name,
        conditional=True,
    )
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _positions(
    session: Session, called: Mapping[UUID, timeline.CalledElements]
) -> list[tuple[Any, Position]]:
    """Return each called instance and where it stands on its diagram."""
    return [
        (one.instance, position(session, one.instance.definition_id, key))
        for key, one in called.items()
    ]


def _get(session: Session, dossier_id: UUID, actor: Actor) -> DossierView:
    found = queries.find_dossier(session, dossier_id, actor)
    if found is None:
        raise NotFoundError(N_("There is no such dossier."))
    return found
