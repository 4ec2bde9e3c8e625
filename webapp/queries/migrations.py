"""Plans that move running dossiers to another version, and how far they are."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import String, cast, func, select
from sqlalchemy.orm import Session

from engine.texts import N_
from webapp.errors import NotFoundError
from webapp.models import Dossier, ItemStatus, Migration, MigrationItem, ProcessDefinition
from webapp.queries.names import ProcedureNames, procedure_names

PAGE_SIZE = 100
REASONS_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Step:
    """Who let a plan be carried out, paused it or gave it up: ``what`` is as operations call it."""

    what: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MigrationView:
    """A plan and how far it is."""

    id: UUID
    procedure: ProcedureNames
    before: int
    after: int
    source_id: UUID
    target_id: UUID
    mapping: Mapping[str, str | None]
    recompute: bool
    reason: str
    status: str
    created_at: datetime
    created_by: str
    started_at: datetime | None
    ended_at: datetime | None
    steps: tuple[Step, ...]
    counts: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def concerned(self) -> int:
        """How many the present state of the plan is about: all, or those that fitted."""
        return self.total - (self.status != "checking") * self.counts.get(ItemStatus.BLOCKED, 0)

    @property
    def done(self) -> int:
        """How many of these the worker has looked at."""
        return self.concerned - self.open

    @property
    def open(self) -> int:
        """How many the worker has still to look at in the present state of the plan."""
        waiting = {"checking": ItemStatus.NEW, "running": ItemStatus.FITS}.get(self.status)
        return self.counts.get(waiting or "", 0)


@dataclass(frozen=True, slots=True)
class ItemView:
    """One instance of a plan; ``applicant`` is empty where it has no dossier."""

    instance_id: UUID
    code: str
    applicant: str
    status: str
    message: str
    params: Mapping[str, Any]


def migrations(session: Session, key: str | None = None) -> tuple[MigrationView, ...]:
    """Return the plans, newest first, of one procedure where a key is given."""
    found = select(Migration).order_by(Migration.created_at.desc()).limit(50)
    if key is not None:
        found = found.where(Migration.process_key == key)
    return tuple(_view(session, row) for row in session.scalars(found))


def get_migration(session: Session, migration_id: UUID) -> MigrationView:
    """Return one plan with how far it is. Raises NotFoundError."""
    row = session.get(Migration, migration_id)
    if row is None:
        raise NotFoundError(N_("There is no such plan."))
    return _view(session, row)


def items(
    session: Session,
    migration_id: UUID,
    *,
    status: str = "",
    limit: int = PAGE_SIZE,
    offset: int = 0,
) -> tuple[ItemView, ...]:
    """Return instances of a plan, those that stay first, then by code; of one status if given."""
    staying = MigrationItem.message.is_(None)
    wanted = select(MigrationItem, Dossier.code, Dossier.applicant_name).outerjoin(
        Dossier, Dossier.instance_id == MigrationItem.instance_id
    )
    if status:
        wanted = wanted.where(MigrationItem.status == status)
    found = session.execute(
        wanted.where(MigrationItem.migration_id == migration_id)
        .order_by(staying, MigrationItem.status, Dossier.code, MigrationItem.instance_id)
        .limit(limit)
        .offset(offset)
    )
    return tuple(
        ItemView(
            item.instance_id,
            code or str(item.instance_id),
            applicant or "",
            item.status,
            item.message or "",
            item.params or {},
        )
        for item, code, applicant in found
    )


def reasons(session: Session, migration_id: UUID) -> tuple[tuple[str, Mapping[str, Any], int], ...]:
    """Return why instances stay (template and params) and how many for each, most first."""
    params, number = cast(MigrationItem.params, String), func.count()
    rows = session.execute(
        select(MigrationItem.message, params, number)
        .where(MigrationItem.migration_id == migration_id, MigrationItem.message.is_not(None))
        .group_by(MigrationItem.message, params)
        .order_by(number.desc(), MigrationItem.message)
        .limit(REASONS_SHOWN)
    )
    return tuple((row[0] or "", json.loads(row[1] or "{}"), row[2]) for row in rows)


def _view(session: Session, row: Migration) -> MigrationView:
    versions = {
        one.id: one.version
        for one in session.scalars(
            select(ProcessDefinition).where(
                ProcessDefinition.id.in_((row.source_id, row.target_id))
            )
        )
    }
    counts = session.execute(
        select(MigrationItem.status, func.count())
        .where(MigrationItem.migration_id == row.id)
        .group_by(MigrationItem.status)
    )
    return MigrationView(
        id=row.id,
        procedure=procedure_names(session, {row.target_id})[row.target_id],
        before=versions[row.source_id],
        after=versions[row.target_id],
        source_id=row.source_id,
        target_id=row.target_id,
        mapping=row.mapping,
        recompute=row.recompute,
        reason=row.reason,
        status=row.status,
        created_at=row.created_at,
        created_by=row.created_by_name,
        started_at=row.started_at,
        ended_at=row.ended_at,
        steps=tuple(
            Step(one["what"], one["by"], datetime.fromisoformat(one["at"]))
            for one in row.steps or ()
        ),
        counts={row.status: row[1] for row in counts},
    )
