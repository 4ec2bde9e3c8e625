"""Decisions of a deployment become versions of their own, for tasks of other deployments."""

import hashlib
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

import engine
from engine import dmn
from webapp.actors import Actor
from webapp.models import DecisionDefinition, Deployment

ENDING = ".dmn"


def new_versions(
    session: Session,
    draft: Deployment,
    files: engine.Files,
    note: str,
    actor: Actor,
    at: datetime,
) -> list[DecisionDefinition]:
    """Return the next version of each decision of these files, not yet in the session.

    Where the decision models are the same as those published last, there is nothing new.
    """
    checksum = decisions_checksum(files)
    rows = []
    for model in dmn.read_models(files).values():
        for decision in dmn.decisions_of(model):
            latest = _latest(session, decision.element_id)
            if latest is not None and latest.checksum == checksum:
                continue
            rows.append(
                DecisionDefinition(
                    deployment_id=draft.id,
                    key=decision.element_id,
                    version=latest.version + 1 if latest else 1,
                    name=decision.name or decision.element_id,
                    file_name=model.drawn.file,
                    checksum=checksum,
                    version_tag=getattr(decision, "version_tag", "") or None,
                    note=note,
                    published_at=at,
                    published_by=actor.user_id,
                )
            )
    return rows


def decisions_checksum(files: engine.Files) -> str:
    """Return the SHA-256 over names and contents of the decision models alone."""
    digest = hashlib.sha256()
    for name in sorted(name for name in files if name.lower().endswith(ENDING)):
        digest.update(f"{name}\0{len(files[name])}\0".encode())
        digest.update(files[name])
    return digest.hexdigest()


def _latest(session: Session, key: str) -> DecisionDefinition | None:
    return session.scalar(
        select(DecisionDefinition)
        .where(DecisionDefinition.key == key)
        .order_by(DecisionDefinition.version.desc())
        .limit(1)
    )
