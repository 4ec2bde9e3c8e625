"""What every room's tests may ask for."""

from collections.abc import Iterator

import pytest

from scripts.postgresql import Server, temporary_server


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """A PostgreSQL server that lives as long as the test run."""
    with temporary_server() as server:
        yield server


@pytest.fixture
def postgresql_url(postgresql: Server) -> str:
    """The URL of a new empty PostgreSQL database."""
    return postgresql.new_database()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the one test that runs for half a minute, so that no worker waits for it."""
    items.sort(key=lambda item: "test_feel_fuzz" not in item.nodeid)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--site", help="address of a running demonstration for the browser tests")
    parser.addoption(
        "--screenshots", action="store_true", help="keep pictures of pages in var/screenshots"
    )
    parser.addoption("--picture", action="store_true", help="take the README's picture anew")
