"""The ways that dossiers went: how many each, and where they came again."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.models import ElementTiming
from webapp.queries.breakdowns import StayFilter
from webapp.stay_days import instants

MOST_INSTANCES = 5_000  # the ones that ended last
SHOWN = 10
IN_FILES = 1_000  # different ways


@dataclass(frozen=True, slots=True)
class Variant:
    """One way through a procedure: the elements in their order, and how many went it."""

    elements: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Rework:
    """An element that dossiers came to more than once."""

    element_id: str
    dossiers: int
    visits: int  # of those dossiers, altogether
    most: int


@dataclass(frozen=True, slots=True)
class Ways:
    instances: int
    variants: tuple[Variant, ...]
    rework: tuple[Rework, ...]


def ways(session: Session, wanted: StayFilter, *, most: int = SHOWN) -> Ways:
    """Return the ways that instances went whose last stay ended in the period."""
    first, after = instants(wanted.since, wanted.until)
    newest = (
        select(ElementTiming.instance_id)
        .where(
            ElementTiming.definition_id.in_(wanted.definition_ids),
            ElementTiming.completed_at >= first,
            ElementTiming.completed_at < after,
        )
        .group_by(ElementTiming.instance_id)
        .order_by(func.max(ElementTiming.completed_at).desc(), ElementTiming.instance_id)
        .limit(MOST_INSTANCES)
    )
    rows = session.execute(
        select(ElementTiming.instance_id, ElementTiming.element_id)
        .where(ElementTiming.instance_id.in_(newest), ElementTiming.completed_at.is_not(None))
        .order_by(ElementTiming.instance_id, ElementTiming.entered_at, ElementTiming.element_id)
    )
    paths: dict[UUID, list[str]] = {}
    for instance_id, element_id in rows:
        paths.setdefault(instance_id, []).append(element_id)
    return Ways(len(paths), _variants(paths.values(), most), _rework(paths.values()))


def _variants(paths: Collection[list[str]], most: int) -> tuple[Variant, ...]:
    counted: dict[tuple[str, ...], int] = {}
    for path in paths:
        counted[tuple(path)] = counted.get(tuple(path), 0) + 1
    ordered = sorted(counted.items(), key=lambda one: (-one[1], one[0]))
    return tuple(Variant(*one) for one in ordered[:most])


def _rework(paths: Collection[list[str]]) -> tuple[Rework, ...]:
    visits: dict[str, list[int]] = {}
    for path in paths:
        for element_id in dict.fromkeys(path):
            times = path.count(element_id)
            if times > 1:
                visits.setdefault(element_id, []).append(times)
    found = [Rework(key, len(each), sum(each), max(each)) for key, each in visits.items()]
    return tuple(sorted(found, key=lambda one: (-one.dossiers, one.element_id)))
