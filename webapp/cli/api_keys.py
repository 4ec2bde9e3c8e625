"""Commands for the keys with which programs use the API."""

from datetime import timedelta
from uuid import UUID

import click
from sqlalchemy import select

from webapp import clock
from webapp.actors import SYSTEM, Role
from webapp.cli import house
from webapp.models import ApiKey
from webapp.operations import api_keys, people


@click.group(name="api-key")
def api_key() -> None:
    """Keys with which programs act in the name of an account."""


@api_key.command()
@click.argument("username")
@click.argument("name")
@click.option(
    "--role",
    "roles",
    multiple=True,
    type=click.Choice([role.value for role in Role]),
    help="One of the account's roles; without it the key has all of them.",
)
@click.option("--days", type=click.IntRange(1), help="After so many days the key ends.")
@house.refusals_are_told
def add(username: str, name: str, roles: tuple[str, ...], days: int | None) -> None:
    """Make a key and print it, once. NAME says what it is for."""
    at = clock.now()
    with house.migrated(house.settings()) as database, database.transaction() as session:
        secret = api_keys.create(
            session,
            people.get_user_id(session, username),
            name=name,
            roles=roles or None,
            expires_at=at + timedelta(days=days) if days else None,
            actor=SYSTEM,
            at=at,
        )
    print(secret)


@api_key.command(name="list")
@click.argument("username")
@house.refusals_are_told
def list_keys(username: str) -> None:
    """List the keys of an account."""
    with house.migrated(house.settings()) as database, database.reading() as session:
        user_id = people.get_user_id(session, username)
        for key in session.scalars(
            select(ApiKey).where(ApiKey.user_id == user_id).order_by(ApiKey.created_at)
        ):
            print(_line(key))


@api_key.command()
@click.argument("key_id", type=click.UUID)
@house.refusals_are_told
def revoke(key_id: UUID) -> None:
    """End a key for good."""
    with house.migrated(house.settings()) as database, database.transaction() as session:
        api_keys.revoke(session, key_id, actor=SYSTEM, at=clock.now())
    print(f"{key_id} opens nothing any more.")


def _line(key: ApiKey) -> str:
    roles = "all roles" if key.roles is None else ", ".join(key.roles) or "no role"
    used = f"used {key.used_at:%Y-%m-%d %H:%M} UTC" if key.used_at else "never used"
    if key.revoked_at is not None:
        state = f"revoked {key.revoked_at:%Y-%m-%d}"
    else:
        state = f"until {key.expires_at:%Y-%m-%d}" if key.expires_at else "without end"
    return f"{key.id} {key.name} | {roles} | {state} | {used}"
