"""Commands for people: who may sign in, and what they may do."""

from uuid import UUID

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp import clock
from webapp.actors import SYSTEM, Role
from webapp.cli import house
from webapp.models import UserAccount
from webapp.operations import people

_PASSWORD = click.option(
    "--password",
    prompt=True,
    hide_input=True,
    confirmation_prompt=True,
    help="Asked for where it is not given.",
)
_ROLE = click.Choice([role.value for role in Role])


@click.group()
def user() -> None:
    """Accounts, roles and groups."""


@user.command()
@click.argument("username")
@click.argument("name")
@click.option("--title", default="")
@click.option("--role", "roles", multiple=True, type=_ROLE)
@click.option("--group", "groups", multiple=True, metavar="KEY")
@_PASSWORD
@house.refusals_are_told
def add(
    username: str,
    name: str,
    title: str,
    roles: tuple[str, ...],
    groups: tuple[str, ...],
    password: str,
) -> None:
    """Create an account."""
    with (
        house.migrated(house.settings()) as database,
        database.transaction() as session,
    ):
        people.create_user(
            session,
            username=username,
            name=name,
            title=title,
            password=password,
            roles=roles,
            groups=groups,
            actor=SYSTEM,
            at=clock.now(),
        )
    print(f"{username} may sign in.")


@user.command()
@click.argument("username")
@_PASSWORD
@house.refusals_are_told
def password(username: str, password: str) -> None:
    """Set a new password; this lifts a lock and ends all sessions of the person."""
    with house.migrated(house.settings()) as database, database.transaction() as session:
        people.set_password(session, _id(session, username), password, actor=SYSTEM)
    print(f"{username} has a new password.")


@user.command()
@click.argument("username")
@click.argument("roles", nargs=-1, type=_ROLE)
@house.refusals_are_told
def role(username: str, roles: tuple[str, ...]) -> None:
    """Give a person exactly these roles."""
    with house.migrated(house.settings()) as database, database.transaction() as session:
        people.set_roles(session, _id(session, username), roles, actor=SYSTEM)
    print(f"{username}: {', '.join(roles) or 'no role'}")


@user.command()
@click.argument("username")
@click.argument("groups", nargs=-1, metavar="KEY...")
@house.refusals_are_told
def group(username: str, groups: tuple[str, ...]) -> None:
    """Put a person into exactly these groups."""
    with house.migrated(house.settings()) as database, database.transaction() as session:
        people.set_groups(session, _id(session, username), groups, actor=SYSTEM)
    print(f"{username}: {', '.join(groups) or 'no group'}")


@user.command()
@click.argument("username")
@house.refusals_are_told
def deactivate(username: str) -> None:
    """Let a person sign in no more; what they did stays."""
    with house.migrated(house.settings()) as database, database.transaction() as session:
        people.set_active(
            session, _id(session, username), active=False, actor=SYSTEM, at=clock.now()
        )
    print(f"{username} may no longer sign in.")


@user.command(name="list")
@house.refusals_are_told
def list_people() -> None:
    """List all accounts with their roles and groups."""
    with house.migrated(house.settings()) as database, database.reading() as session:
        for row in session.scalars(select(UserAccount).order_by(UserAccount.username)):
            actor = people.actor_of(row)
            ended = "" if row.is_active else " (ended)"
            print(
                f"{row.username:12} {row.name}{ended}"
                f" | {', '.join(sorted(actor.roles))} | {', '.join(sorted(actor.groups))}"
            )


def _id(session: Session, username: str) -> UUID:
    return people.get_user_id(session, username)
