"""Behind a proxy, limits count each visitor by their own address."""

from uuid import UUID

import pytest

from tests.webapp.visitor import product
from webapp.db import Database
from webapp.operations import api_keys

WRONG = {"Authorization": "Bearer mck_wrong"}


@pytest.mark.parametrize(("proxies", "other"), [(0, 429), (1, 401)])
def test_the_address_that_the_proxy_tells_is_counted_only_where_it_is_believed(
    database: Database, proxies: int, other: int
) -> None:
    api_keys.forget_known()
    client = product(database, proxies=proxies).test_client()

    def ask(address: str) -> int:
        headers = {**WRONG, "X-Forwarded-For": address}
        return client.get(f"/api/v1/user-tasks/{UUID(int=1)}", headers=headers).status_code

    first, *_, last = [ask("203.0.113.7") for _ in range(61)]

    assert (first, last) == (401, 429)
    assert ask("203.0.113.8") == other
