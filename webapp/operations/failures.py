"""Errors that nothing caught and that ended an outermost process: kept, told, given up."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

import engine
from engine.events import Event, EventKind
from engine.model import InstanceStatus
from engine.texts import N_
from webapp.actors import SYSTEM, Actor
from webapp.errors import ProductError
from webapp.models import (
    Dossier,
    Incident,
    IncidentKind,
    InstanceBeforeEnd,
    InstanceEvent,
    ProcessInstance,
)
from webapp.operations import before_end, incidents, progress, suspension
from webapp.told import told


class Endings:
    """What one command ends, with all that it leads to in callers and called instances."""

    def __init__(self) -> None:
        self._kept: dict[UUID, InstanceBeforeEnd] = {}
        self._first: tuple[ProcessInstance, Event] | None = None
        self._root: ProcessInstance | None = None
        self._risen: ProcessInstance | None = None  # it had failed, and goes on

    def take(self, instance: ProcessInstance, outcome: engine.Outcome, at: datetime) -> None:
        """Note an instance that its outcome ends; to be called before that is recorded."""
        if instance.status == InstanceStatus.FAILED and instance.root_id is None:
            self._risen = instance
        if outcome.status not in (InstanceStatus.FAILED, InstanceStatus.CANCELLED):
            return
        before = before_end.look(instance, at)
        if before is not None:
            self._kept[instance.id] = before
        suspension.clear(instance)
        if outcome.status == InstanceStatus.FAILED:
            self._first = self._first or (instance, _error(outcome))
            if instance.root_id is None:
                self._root = instance

    def keep(self, session: Session, *, at: datetime) -> None:
        """Keep what ended, and open an incident, where an outermost instance failed."""
        if self._risen is not None and self._root is None:
            _overtake(session, self._risen, at)
        if self._root is None or self._first is None:
            return
        before_end.forget(session, self._root.id)
        session.add_all(self._kept.values())
        instance, error = self._first
        incidents.open_incident(
            session,
            incidents.Trouble(
                _message(error),
                IncidentKind.FAILED,
                instance_id=instance.id,
                element_id=error.element_id,
                subject_id=self._root.id,
                attempts=_times(session, instance),
            ),
            at=at,
        )


def give_up(session: Session, incident: Incident, *, actor: Actor, at: datetime) -> None:
    """Let a failed dossier be ended for good, as one that was stopped."""
    if incident.subject_id is None:
        return
    before_end.forget(session, incident.subject_id)
    dossier = session.scalar(select(Dossier).where(Dossier.instance_id == incident.subject_id))
    if dossier is not None and dossier.ended_at is None:
        progress.stop(session, dossier, actor=actor, at=at)


def _overtake(session: Session, root: ProcessInstance, at: datetime) -> None:
    """Drop what was kept of a dossier that goes on after its failure, and its incident."""
    before_end.forget(session, root.id)
    failed = (Incident.kind == IncidentKind.FAILED) & (Incident.subject_id == root.id)
    incidents.close(session, failed, incidents.Resolution.OVERTAKEN, at, SYSTEM, "")


def _error(outcome: engine.Outcome) -> Event:
    """Return where the error was thrown, as far as the outcome says, with code and message."""
    thrown = [event for event in outcome.events if event.kind == EventKind.ERROR_THROWN]
    failed = next(one for one in outcome.events if one.kind == EventKind.INSTANCE_FAILED)
    return thrown[-1] if thrown else failed


def _message(error: Event) -> str:
    code, words = error.data.get("code") or "–", error.data.get("message")
    if words:
        text = N_("Nothing caught the error “%(code)s”, so the process ended: %(words)s")
        return told(ProductError(text, code=code, words=words))
    text = N_("Nothing caught the error “%(code)s”, so the process ended.")
    return told(ProductError(text, code=code))


def _times(session: Session, instance: ProcessInstance) -> int:
    """Return how often an instance has failed, this time included."""
    failed = InstanceEvent.kind == EventKind.INSTANCE_FAILED
    mine = select(func.count()).where(InstanceEvent.instance_id == instance.id, failed)
    return session.scalar(mine) or 0
