"""Commands that change running dossiers by hand, each by a named person with a reason."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any
from uuid import UUID

import click
from sqlalchemy.orm import Session

import engine
from engine.errors import EngineError
from webapp import clock
from webapp.actors import Actor
from webapp.cli import house
from webapp.db import Database
from webapp.errors import ConflictError, NotAllowedError, NotFoundError, RejectedError
from webapp.models import UserAccount
from webapp.operations import modifying, people
from webapp.queries.modifications import InstanceView, get_instance, instance_called

_REFUSALS = (ConflictError, NotAllowedError, NotFoundError, RejectedError, EngineError)
_Act = Callable[..., None]

_by = click.option("--by", "username", required=True, help="The administrator who does it.")
_reason = click.option("--reason", required=True, help="It stays in the history, with the name.")
_one = click.argument("dossier", metavar="DOSSIER")
_many = click.argument("dossiers", nargs=-1, required=True, metavar="DOSSIER...")
_to = click.option("--to", "element", required=True, metavar="ELEMENT", help="Id of the element.")
_after = click.option("--after", is_flag=True, help="Behind it, as if it were done.")
_inside = click.option("--inside", metavar="TOKEN", help="In which sub-process, where several are.")
_token = click.option("--token", required=True, metavar="TOKEN", help="Its number in `show`.")


@click.group()
def instance() -> None:
    """Change running dossiers by hand. DOSSIER is a code or the id of an instance."""


@instance.command()
@_one
@house.refusals_are_told
def show(dossier: str) -> None:
    """Show where a dossier stands, with the numbers of its tokens and its variables."""
    config = house.settings(log_level="WARNING")
    with house.opened(config) as database, database.reading() as session:
        found = get_instance(session, instance_called(session, dossier))
        tokens = modifying.live_tokens(session, found.id, at=clock.now())
        variables = modifying.variables(session, found.id)
    print(_head(found))
    for token in tokens:
        inside = f", inside {token.inside}" if token.inside else ""
        print(f"  token {token.token_id} at {token.element_id}{inside}")
    for name, value in sorted(variables.items()):
        print(f"  {name} = {modifying.value_words(value)}")
    for one in found.called:
        print(f"  called {one.id} ({one.procedure.key}, {one.status})")


@instance.command()
@_many
@_by
@_reason
@house.refusals_are_told
def suspend(dossiers: tuple[str, ...], username: str, reason: str) -> None:
    """Let nothing happen to dossiers, nor to what they called, until they are resumed."""
    _each(modifying.suspend, dossiers, username, reason)


@instance.command()
@_many
@_by
@_reason
@house.refusals_are_told
def resume(dossiers: tuple[str, ...], username: str, reason: str) -> None:
    """Let suspended dossiers go on."""
    _each(modifying.resume, dossiers, username, reason)


@instance.command()
@_many
@_by
@_reason
@house.refusals_are_told
def cancel(dossiers: tuple[str, ...], username: str, reason: str) -> None:
    """End dossiers where they stand, with everything they called."""
    _each(modifying.cancel, dossiers, username, reason)


@instance.command()
@_many
@_to
@_after
@_by
@_reason
@house.refusals_are_told
def restart(
    dossiers: tuple[str, ...], element: str, *, after: bool, username: str, reason: str
) -> None:
    """Let dossiers that have ended go on at an element."""
    targets = [engine.Target(element, after=after)]
    _each(partial(_restarted, targets=targets), dossiers, username, reason)


@instance.command()
@_one
@_token
@_to
@_after
@_inside
@_by
@_reason
@house.refusals_are_told
def move(
    dossier: str,
    token: str,
    element: str,
    *,
    after: bool,
    inside: str | None,
    username: str,
    reason: str,
) -> None:
    """Move a token to another element."""
    target = engine.Target(element, after=after, inside=inside)
    _each(_modifying(engine.MoveToken(token, (target,))), [dossier], username, reason)


@instance.command()
@_one
@_to
@_after
@_inside
@_by
@_reason
@house.refusals_are_told
def start(
    dossier: str, element: str, *, after: bool, inside: str | None, username: str, reason: str
) -> None:
    """Start a token beside what is under way."""
    target = engine.Target(element, after=after, inside=inside)
    _each(_modifying(engine.StartToken(target)), [dossier], username, reason)


@instance.command()
@_one
@_token
@_by
@_reason
@house.refusals_are_told
def take(dossier: str, token: str, username: str, reason: str) -> None:
    """Take a token away, with everything inside it."""
    _each(_modifying(engine.CancelToken(token)), [dossier], username, reason)


@instance.command(name="set")
@_many
@click.option("--name", required=True, help="Of the variable.")
@click.option("--value", help='As in expressions: "text", 12.5, true; without it, it is removed.')
@_by
@_reason
@house.refusals_are_told
def set_variable(
    dossiers: tuple[str, ...], name: str, value: str | None, username: str, reason: str
) -> None:
    """Set or remove a variable."""
    change = (
        engine.SetVariables(remove=(name,))
        if value is None
        else engine.SetVariables({name: modifying.written_value(value)})
    )
    _each(_modifying(change), dossiers, username, reason)


def _modifying(change: engine.Change) -> _Act:
    return partial(_modified, changes=(change,))


def _modified(
    session: Session, instance_id: UUID, *, changes: Sequence[engine.Change], **who: Any
) -> None:
    modifying.modify(session, instance_id, changes, **who)


def _restarted(
    session: Session, instance_id: UUID, *, targets: Sequence[engine.Target], **who: Any
) -> None:
    modifying.restart(session, instance_id, targets, **who)


def _each(act: _Act, dossiers: Sequence[str], username: str, reason: str) -> None:
    """Do it to each dossier in a transaction of its own; say which were refused, and why."""
    refused: list[str] = []
    with house.migrated(house.settings(log_level="WARNING")) as database:
        actor = administrator(database, username)
        with click.progressbar(dossiers, label="Dossiers") as bar:
            for name in bar:
                try:
                    with database.transaction() as session:
                        found = instance_called(session, name)
                        act(session, found, reason=reason, actor=actor, at=clock.now())
                except _REFUSALS as error:
                    refused.append(f"{name}: {error}")
    for line in refused:
        print(line)
    print(f"{len(dossiers) - len(refused)} of {len(dossiers)} done.")
    if refused:
        raise SystemExit(1)


def administrator(database: Database, username: str) -> Actor:
    """Return the person of that name; who may do it is decided where it is done."""
    with database.reading() as session:
        user = session.get_one(UserAccount, people.get_user_id(session, username))
        if not user.is_active:
            raise click.ClickException(f"The account {username} is closed.")
        return people.actor_of(user)


def _head(found: InstanceView) -> str:
    version = f"{found.procedure.key}, version {found.procedure.version}"
    halted = f", suspended by {found.suspended_by}" if found.suspended_at else ""
    return f"{found.code}: {version}, {found.status}{halted}"
