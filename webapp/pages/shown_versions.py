"""Which version of a procedure a page of timings shows, and its elements."""

import engine
from engine.texts import N_
from webapp.errors import NotFoundError
from webapp.pages import heat
from webapp.queries import procedures


def chosen_version(
    versions: tuple[procedures.Version, ...], number: int | None
) -> procedures.Version:
    """Return a version by number, or the newest. Raises NotFoundError."""
    for version in versions:
        if number is None or version.number == number:
            return version
    raise NotFoundError(N_("There is no such version of this procedure."))


def elements_of(files: engine.Files, version: procedures.Version) -> tuple[heat.Element, ...]:
    """Return the elements of a version that tokens stay at."""
    for definitions in engine.read_definitions(files):
        scope = definitions.processes.get(version.names.key)
        if scope is not None:
            return heat.elements_of(scope, version.names)
    return ()


def names_of(files: engine.Files, version: procedures.Version) -> dict[str, str]:
    """Return the name of every element of a version by id."""
    for definitions in engine.read_definitions(files):
        scope = definitions.processes.get(version.names.key)
        if scope is not None:
            return heat.names_of(scope, version.names)
    return {}
