"""What stands before the demo's first dossier comes: people, agencies, procedures."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from webapp.actors import SYSTEM, Actor
from webapp.db import Database
from webapp.demo import procedures, rhythm
from webapp.demo.agencies import add_agencies
from webapp.demo.people import add_people
from webapp.models import ProcessDefinition
from webapp.operations import place_lists


def set_up(
    database: Database, first_day: datetime, ward_code: str
) -> tuple[dict[str, Actor], Mapping[str, UUID]]:
    """Add people, agencies and procedures; return people by user name, who decides by key."""
    opened = first_day - timedelta(days=10)
    with database.transaction() as session:
        add_people(session, opened)
        offices = add_agencies(session, ward_code, rhythm.day_of(opened))
        for name, text in place_lists.shipped().items():  # address fields offer its communes
            place_lists.take_over(session, text, name, actor=SYSTEM, at=opened)
        people = add_people(session, opened)  # again: now they belong to their agencies
        if session.scalars(select(ProcessDefinition.id).limit(1)).first() is None:
            procedures.publish_first(
                session,
                actor=people["binh"],
                at=rhythm.later(first_day - timedelta(days=7), 0),
            )
    return people, offices
