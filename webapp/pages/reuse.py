"""The buttons of the counter by which papers of earlier dossiers are used again."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import request

from engine.texts import N_
from webapp.actors import Actor
from webapp.forms import intake
from webapp.forms.intake import PaperEntry
from webapp.forms.messages import Message
from webapp.operations import reusing
from webapp.pages.product import database
from webapp.queries.reusing import PAPER, EarlierPaper, earlier_papers, foreign_file

REUSE = "reuse:"  # of the buttons that take over a file; paper and file follow
_FOREIGN = N_(
    "“%(file)s” was handed in by a person with another identity number."
    " Correct the number, or take the file away"
)
Earlier = dict[str, tuple[EarlierPaper, ...]]
"""Files of earlier dossiers by the field of the paper they may stand for."""


def earlier(identity: str, key: str, listed: Sequence[Mapping[str, Any]]) -> Earlier:
    """Return what the person with that number handed in before for the papers of a list."""
    with database().reading() as session:
        return earlier_papers(session, identity, key, listed)


def taken(actor: Actor, at: datetime) -> list[UUID]:
    """Take the file over that the pressed button names, where it is such a button; its id."""
    paper, wanted = _pressed()
    if wanted is None:
        return []
    identity = intake.read_applicant(request.form)["identity"]
    with database().transaction() as session:
        field = f"{PAPER}{paper}"
        return [reusing.reuse(session, wanted, field, identity=identity, actor=actor, at=at)]


def ticked(papers: tuple[PaperEntry, ...]) -> tuple[PaperEntry, ...]:
    """Return the checklist, where the paper that was just taken over came electronically."""
    paper, wanted = _pressed()
    return tuple(
        replace(one, state=intake.COMPLETE, form="electronic")
        if wanted and one.id == paper
        else one
        for one in papers
    )


def complaints(identity: str, ids: Collection[UUID]) -> dict[str, Message]:
    """Return what to say beside the identity number that was changed after a file was chosen."""
    with database().reading() as session:
        name = foreign_file(session, ids, identity)
    return {"identity": Message(_FOREIGN, {"file": name})} if name else {}


def _pressed() -> tuple[str, UUID | None]:
    action = request.form.get("action", "")
    paper, _, wanted = action.removeprefix(REUSE).partition(":")
    try:
        return (paper, UUID(wanted)) if action.startswith(REUSE) else ("", None)
    except ValueError:
        return "", None
