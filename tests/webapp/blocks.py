"""The ready blocks, published in a test's office."""

from datetime import datetime
from pathlib import Path

from webapp.actors import SYSTEM, Actor
from webapp.db import Database
from webapp.models import UserAccount
from webapp.operations import deployments, people

FOLDER = Path(__file__).parents[2] / "procedures_bpmn" / "blocks"


def publish_block(database: Database, name: str, actor: Actor, at: datetime) -> str:
    """Publish a block, with the groups it names, and return the key of its process."""
    files = {path.name: path.read_bytes() for path in sorted((FOLDER / name).iterdir())}
    with database.transaction() as session:
        draft = deployments.save_draft(session, files, f"{name}.zip", actor=actor, at=at)
        deployments.publish(session, draft, note="", actor=actor, at=at)
    return f"khoi_{name.replace('-', '_')}"


def staff(database: Database, actors: dict[str, Actor]) -> dict[str, Actor]:
    """Put hanh into the group that appraises and long into the leaders; return all people."""
    with database.transaction() as session:
        for key, username in (("chuyen-mon", "hanh"), ("lanh-dao", "long")):
            people.create_group(session, key, key, actor=SYSTEM)
            user_id = people.get_user_id(session, username)
            people.set_groups(session, user_id, [key], actor=SYSTEM)
            session.flush()
            actors[username] = people.actor_of(session.get_one(UserAccount, user_id))
    return actors
