"""The command that makes the projections anew, in small transactions on a running system.

Each part compares what is kept with what the log gives and writes only what differs. Issued reports
are documents, not projections: they stay.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import click
from sqlalchemy import select

from webapp import clock
from webapp.cli import house
from webapp.db import Database
from webapp.models import Dossier, ProcessInstance, TimingSummed
from webapp.operations import rebuilding, rebuilding_clocks

BATCH = 50  # instances or dossiers of one transaction


@dataclass(slots=True)
class Rebuilt:
    """How much was looked at so far, of how much, and what was not as the log says."""

    total: int = 0
    done: int = 0
    instances: int = 0
    days: int = 0
    dossiers: int = 0


@click.command()
@house.refusals_are_told
def rebuild() -> None:
    """Make timings, their sums and the columns of clocks anew from the event log.

    Safe while people work: small transactions, and only what differs is written.
    """
    told = Rebuilt()
    with (
        house.migrated(house.settings(log_level="WARNING")) as database,
        click.progressbar(length=1, label="Rebuilding") as bar,
    ):
        for told in everything(database, at=clock.now()):
            bar.length = told.total
            bar.update(told.done - bar.pos)
        bar.update((bar.length or 0) - bar.pos)
    print(f"Looked at {told.total} instances, dossiers and days.")
    print(
        f"Mended: timings of {told.instances} instances, clocks of {told.dossiers} dossiers, "
        f"sums of {told.days} days."
    )


def everything(database: Database, *, at: datetime) -> Iterator[Rebuilt]:
    """Make every projection anew; yield the same account after each transaction."""
    told = Rebuilt()
    with database.reading() as session:
        instances = session.scalars(select(ProcessInstance.id).order_by(ProcessInstance.id)).all()
        dossiers = session.scalars(select(Dossier.id).order_by(Dossier.id)).all()
        days = session.scalars(select(TimingSummed.day).order_by(TimingSummed.day)).all()
    told.total = len(instances) + len(dossiers) + len(days)
    for batch in _batches(dossiers):  # first, for sums of timings ask for pauses
        with database.transaction() as session:
            told.dossiers += rebuilding_clocks.rebuild(session, batch, at=at)
        yield _counted(told, len(batch))
    for batch in _batches(instances):
        with database.transaction() as session:
            told.instances += rebuilding.rebuild_timings(session, batch)
        yield _counted(told, len(batch))
    for day in days:
        with database.transaction() as session:
            told.days += rebuilding.rebuild_day(session, day, at)
        yield _counted(told, 1)


def _batches(ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))


def _counted(told: Rebuilt, done: int) -> Rebuilt:
    told.done += done
    return told
