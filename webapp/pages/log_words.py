"""What the event log of a procedure calls its elements, processes and desks."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

import engine
from engine.bpmn.elements import Scope
from webapp.models import ProcessDefinition
from webapp.operations.deployments import files_of
from webapp.pages.wording import language
from webapp.queries.names import ProcedureNames, procedure_names
from webapp.queries.people import groups
from webapp.queries.xes import Activity, Named
from webapp.stays import USER_TASKS

_Elements = dict[str, Activity]


def named(session: Session, definition_ids: Collection[UUID]) -> Named:
    """Return the words of a log in the reader's language.

    A dossier that was moved to another version has elements of the earlier one in its log, so
    each version knows those of all versions of its process.
    """
    keys = select(ProcessDefinition.key).where(ProcessDefinition.id.in_(definition_ids))
    rows = session.execute(
        select(ProcessDefinition.id, ProcessDefinition.key, ProcessDefinition.deployment_id)
        .where(ProcessDefinition.key.in_(keys))
        .order_by(ProcessDefinition.version)
    ).all()
    names = procedure_names(session, {row.id for row in rows})
    read: dict[UUID, tuple[engine.Definitions, ...]] = {}
    own: dict[UUID, _Elements] = {}
    all_versions: dict[str, _Elements] = {}
    for row in rows:
        if row.deployment_id not in read:
            read[row.deployment_id] = engine.read_definitions(files_of(session, row.deployment_id))
        own[row.id] = _elements(read[row.deployment_id], names[row.id])
        all_versions.setdefault(row.key, {}).update(own[row.id])
    return Named(
        {row.id: {**all_versions[row.key], **own[row.id]} for row in rows},
        {row.id: names[row.id].title(language()) for row in rows},
        {one.key: one.name for one in groups(session)},
    )


def _elements(files: tuple[engine.Definitions, ...], names: ProcedureNames) -> _Elements:
    found: _Elements = {}
    for definitions in files:
        scope = definitions.processes.get(names.key)
        if scope is not None:
            _add(found, scope, names)
    return found


def _add(found: _Elements, scope: Scope, names: ProcedureNames) -> None:
    for node in scope.nodes.values():
        words = names.element(node.id, node.name, language())
        found[node.id] = Activity(words, node.kind in USER_TASKS)
        if node.scope is not None:
            _add(found, node.scope, names)
