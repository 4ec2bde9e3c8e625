"""Moving running dossiers to another version by a plan: checked first, moved one by one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.orm import Session

import engine
from engine.migrating import PlanLine as PlanLine
from engine.migrating import migrate, plan, targets_for
from engine.texts import N_
from webapp import agency_calendars
from webapp.actors import Actor, Role
from webapp.errors import ConflictError, NotFoundError, RejectedError
from webapp.models import (
    ItemStatus,
    Migration,
    MigrationItem,
    MigrationStatus,
    ProcessDefinition,
    ProcessInstance,
)
from webapp.operations import events
from webapp.operations.adopting import adopt, adopt_dossier
from webapp.operations.definitions import compiled
from webapp.operations.modifying import require_admin
from webapp.operations.moving import locked_instance, settle

LEASE = timedelta(seconds=60)
BATCH = 20  # instances between two looks at whether the migration goes on
Mapped = Mapping[str, str | None]
FIRST = {
    "execute": N_("%(name)s let this plan be carried out already, at %(at)s."),
    "pause": N_("%(name)s paused this plan already, at %(at)s."),
    "give-up": N_("%(name)s gave this plan up already, at %(at)s."),
}
"""What the last step of a plan tells whoever comes later, by what it was."""
_NEXT = {MigrationStatus.CHECKING: ItemStatus.NEW, MigrationStatus.RUNNING: ItemStatus.FITS}
_AFTERWARDS = {
    MigrationStatus.CHECKING: MigrationStatus.CHECKED,
    MigrationStatus.RUNNING: MigrationStatus.DONE,
}


@dataclass(frozen=True, slots=True)
class Batch:
    """Instances of one migration that one worker looks after until its lease ends."""

    migration_id: UUID
    instance_ids: tuple[UUID, ...]


def plan_lines(
    session: Session, source_id: UUID, target_id: UUID, mapping: Mapped | None = None
) -> tuple[PlanLine, ...]:
    """Return what becomes of tokens at each element. Raises RejectedError for other procedures."""
    _definitions(session, source_id, target_id)
    return plan(compiled(session, source_id), compiled(session, target_id), mapping)


def places_for(session: Session, target_id: UUID, kind: str) -> tuple[tuple[str, str], ...]:
    """Return id and drawn name of the elements where tokens from that kind of element may go."""
    nodes = targets_for(kind, compiled(session, target_id))
    return tuple((node.id, node.name or "") for node in nodes)


def names_of(session: Session, definition_id: UUID) -> tuple[tuple[str, str], ...]:
    """Return id and drawn name (or the id) of every element of a version."""
    process = compiled(session, definition_id)
    return tuple((node.id, node.name or node.id) for node in process.elements.values())


def create(
    session: Session,
    source_id: UUID,
    target_id: UUID,
    mapping: Mapped,
    *,
    recompute: bool,
    reason: str,
    actor: Actor,
    at: datetime,
) -> UUID:
    """Write a plan down for all running instances of a version, and let it be checked.

    Nothing moves before ``execute``. Raises RejectedError where the plan does not fit the models.
    """
    require_admin(actor, reason)
    source, target = _definitions(session, source_id, target_id)
    known = {line.element_id for line in plan_lines(session, source_id, target_id)}
    _check_mapping(mapping, known, compiled(session, target_id))
    row = Migration(
        process_key=source.key,
        source_id=source.id,
        target_id=target.id,
        mapping=dict(mapping),
        recompute=recompute,
        reason=reason.strip(),
        status=MigrationStatus.CHECKING,
        created_at=at,
        created_by=actor.user_id,
        created_by_name=actor.name,
    )
    session.add(row)
    session.flush()
    _add_items(session, row, at)
    return row.id


def execute(session: Session, migration_id: UUID, *, actor: Actor, at: datetime) -> None:
    """Let the worker move what fits; also after a pause."""
    row = _changeable(session, migration_id, actor)
    if row.status not in (MigrationStatus.CHECKED, MigrationStatus.PAUSED):
        raise _conflict(row, N_("Only a checked plan can be carried out."))
    row.status, row.started_at = MigrationStatus.RUNNING, row.started_at or at
    row.leased_until = None
    _note(row, "execute", actor, at)


def pause(session: Session, migration_id: UUID, *, actor: Actor, at: datetime) -> None:
    """Let no further dossier move until the plan is carried on."""
    row = _changeable(session, migration_id, actor)
    if row.status != MigrationStatus.RUNNING:
        raise _conflict(row, N_("This plan is not being carried out."))
    row.status = MigrationStatus.PAUSED
    _note(row, "pause", actor, at)


def give_up(session: Session, migration_id: UUID, *, actor: Actor, at: datetime) -> None:
    """End a plan; what has moved stays moved."""
    row = _changeable(session, migration_id, actor)
    if row.status in (MigrationStatus.DONE, MigrationStatus.GIVEN_UP):
        raise _conflict(row, N_("This plan has ended already."))
    row.status, row.ended_at = MigrationStatus.GIVEN_UP, at
    _note(row, "give-up", actor, at)


def claim(session: Session, *, at: datetime) -> Batch | None:
    """Lease the oldest plan that has something to do, with its next instances; None: nothing."""
    free = and_(
        Migration.status.in_(_NEXT),
        or_(Migration.leased_until.is_(None), Migration.leased_until <= at),
    )
    found = session.scalar(select(Migration.id).where(free).order_by(Migration.created_at).limit(1))
    if found is None:
        return None
    leased = session.execute(
        update(Migration)
        .where(Migration.id == found, free)
        .values(leased_until=at + LEASE)
        .returning(Migration.status)
        .execution_options(synchronize_session=False)
    ).first()
    if leased is None:
        return None
    wanted = _NEXT[MigrationStatus(leased.status)]
    ids = session.scalars(
        select(MigrationItem.instance_id)
        .where(MigrationItem.migration_id == found, MigrationItem.status == wanted)
        .order_by(MigrationItem.instance_id)
        .limit(BATCH)
    )
    return Batch(found, tuple(ids))


def take(session: Session, migration_id: UUID, instance_id: UUID, *, at: datetime) -> None:
    """Check or move one instance, as the plan stands now; after a pause nothing happens."""
    row = session.get(Migration, migration_id, populate_existing=True)
    wanted = _NEXT.get(MigrationStatus(row.status)) if row else None
    instance = locked_instance(session, instance_id)
    item = session.get(MigrationItem, (migration_id, instance_id), populate_existing=True)
    if row is None or item is None or wanted is None or item.status != wanted:
        return
    is_over = instance.status != engine.InstanceStatus.ACTIVE
    if is_over or instance.definition_id != row.source_id:
        _mark(item, ItemStatus.OVERTAKEN, at)
        return
    outcome = _outcome(session, row, instance, item, at)
    if outcome is None:
        return
    if wanted is ItemStatus.NEW:
        _mark(item, ItemStatus.FITS, at)
    else:
        _move(session, row, instance, outcome, at)
        _mark(item, ItemStatus.MOVED, at)
    session.flush()


def rehearse(session: Session, migration_id: UUID, instance_id: UUID, *, at: datetime) -> str:
    """Return why an instance could not move now, as a sentence; "" where it could.

    Nothing is written. Raises NotFoundError.
    """
    row = session.get(Migration, migration_id)
    instance = session.get(ProcessInstance, instance_id)
    if row is None or instance is None:
        raise NotFoundError(N_("There is no such plan."))
    is_over = instance.status != engine.InstanceStatus.ACTIVE
    if is_over or instance.definition_id != row.source_id:
        return "it ended or moved otherwise meanwhile"
    try:
        _migrated(session, row, instance, at)
    except (engine.CommandRejectedError, engine.ExecutionError) as error:
        return str(error)
    return ""


def waiting(session: Session, migration_id: UUID) -> tuple[UUID, ...]:
    """Return the instances of a plan that may move and have not yet."""
    found = session.scalars(
        select(MigrationItem.instance_id)
        .where(MigrationItem.migration_id == migration_id, MigrationItem.status == ItemStatus.FITS)
        .order_by(MigrationItem.instance_id)
    )
    return tuple(found)


def finish_batch(session: Session, migration_id: UUID, *, at: datetime) -> None:
    """Give the lease back; a plan without anything left to do goes into its next state."""
    row = session.get(Migration, migration_id, populate_existing=True)
    if row is None:
        return
    row.leased_until = None
    status = MigrationStatus(row.status)
    if status not in _NEXT:
        return
    left = session.scalar(
        select(func.count())
        .select_from(MigrationItem)
        .where(MigrationItem.migration_id == row.id, MigrationItem.status == _NEXT[status])
    )
    if not left:
        row.status = _AFTERWARDS[status]
        row.ended_at = at if row.status == MigrationStatus.DONE else None


def refuse(
    session: Session, migration_id: UUID, instance_id: UUID, message: str, *, at: datetime
) -> None:
    """Note that an instance stays because something failed that nobody foresaw."""
    row = session.get(Migration, migration_id)
    item = session.get(MigrationItem, (migration_id, instance_id), populate_existing=True)
    if row is not None and item is not None:
        _stay(row, item, "%(reason)s", {"reason": message[:500]}, at)


def _add_items(session: Session, row: Migration, at: datetime) -> None:
    """Note every instance that runs on the old version."""
    running = session.scalars(
        select(ProcessInstance.id).where(
            ProcessInstance.definition_id == row.source_id,
            ProcessInstance.status == engine.InstanceStatus.ACTIVE,
        )
    )
    session.add_all(
        MigrationItem(
            migration_id=row.id, instance_id=instance_id, status=ItemStatus.NEW, changed_at=at
        )
        for instance_id in running.all()
    )
    session.flush()


def _outcome(
    session: Session, row: Migration, instance: ProcessInstance, item: MigrationItem, at: datetime
) -> engine.Outcome | None:
    """Return the instance in the new version, or note why there is none."""
    try:
        return _migrated(session, row, instance, at)
    except (engine.CommandRejectedError, engine.ExecutionError) as error:
        _stay(row, item, error.message, error.params, at)
        return None


def _migrated(
    session: Session, row: Migration, instance: ProcessInstance, at: datetime
) -> engine.Outcome:
    return migrate(
        compiled(session, row.source_id),
        compiled(session, row.target_id),
        instance.snapshot,
        row.mapping,
        at=at,
        calendar=agency_calendars.current(session, instance.calendar_code),
        recompute=row.recompute,
    )


def _move(
    session: Session,
    row: Migration,
    instance: ProcessInstance,
    outcome: engine.Outcome,
    at: datetime,
) -> None:
    actor = Actor(row.created_by, "", row.created_by_name, roles=frozenset({Role.ADMIN}))
    mapping: Mapped = row.mapping
    adopt(session, instance, row.target_id, outcome, mapping, recompute=row.recompute)
    adopt_dossier(session, instance, mapping)
    source, target = _definitions(session, row.source_id, row.target_id)
    events.append(
        session,
        instance.id,
        events.INSTANCE_MIGRATED,
        actor=actor,
        at=at,
        data={"reason": row.reason, "before": source.version, "after": target.version},
    )
    settle(session, instance, outcome, actor=actor, at=at)


def _stay(
    row: Migration, item: MigrationItem, message: str, params: Mapping[str, Any], at: datetime
) -> None:
    checking = row.status == MigrationStatus.CHECKING
    _mark(item, ItemStatus.BLOCKED if checking else ItemStatus.REFUSED, at)
    item.message = message
    item.params = {name: str(value) for name, value in params.items()}


def _mark(item: MigrationItem, status: ItemStatus, at: datetime) -> None:
    item.status, item.changed_at = status, at
    item.message = item.params = None


def _changeable(session: Session, migration_id: UUID, actor: Actor) -> Migration:
    require_admin(actor, "known")
    row = session.get(Migration, migration_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFoundError(N_("There is no such plan."))
    return row


def _note(row: Migration, what: str, actor: Actor, at: datetime) -> None:
    row.steps = [*(row.steps or ()), {"what": what, "by": actor.name, "at": at.isoformat()}]


def _conflict(row: Migration, otherwise: str) -> ConflictError:
    """Return who was first with what, as far as anybody was."""
    if not row.steps:
        return ConflictError(otherwise)
    last = row.steps[-1]
    return ConflictError(
        FIRST[last["what"]], name=last["by"], at=datetime.fromisoformat(last["at"])
    )


def _definitions(
    session: Session, source_id: UUID, target_id: UUID
) -> tuple[ProcessDefinition, ProcessDefinition]:
    source = session.get(ProcessDefinition, source_id)
    target = session.get(ProcessDefinition, target_id)
    if source is None or target is None:
        raise NotFoundError(N_("There is no such version of this procedure."))
    if source.key != target.key or source.id == target.id:
        raise RejectedError(N_("Choose another version of the same procedure."))
    return source, target


def _check_mapping(mapping: Mapped, known: set[str], target: engine.CompiledProcess) -> None:
    for old, new in mapping.items():
        if old not in known or (new is not None and new not in target.elements):
            raise RejectedError(
                N_("The plan names “%(element)s”, which is not in that version."),
                element=new if old in known else old,
            )
