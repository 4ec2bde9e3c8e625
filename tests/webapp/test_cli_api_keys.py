from pathlib import Path

import pytest

from tests.webapp.test_cli import run
from webapp import clock
from webapp.db import Database
from webapp.operations import api_keys


@pytest.fixture
def url(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path}/motcua.db"
    added = run(
        tmp_path, url, "user", "add", "tax", "Tax office", "--role", "program",
        "--password", "motcua-test",
    )  # fmt: skip
    assert added.exit_code == 0
    return url


def test_a_key_is_printed_once_listed_and_revoked(tmp_path: Path, url: str) -> None:
    secret = run(tmp_path, url, "api-key", "add", "tax", "payments", "--days", "30").output.strip()
    assert _opens(url, secret)

    listed = run(tmp_path, url, "api-key", "list", "tax").output
    key_id = listed.split()[0]
    revoked = run(tmp_path, url, "api-key", "revoke", key_id)

    assert "payments | all roles | until" in listed
    assert secret not in listed
    assert revoked.exit_code == 0
    assert not _opens(url, secret)
    assert "revoked" in run(tmp_path, url, "api-key", "list", "tax").output


def test_a_key_for_nobody_is_refused_in_one_sentence(tmp_path: Path, url: str) -> None:
    refused = run(tmp_path, url, "api-key", "add", "nobody", "payments")

    assert refused.exit_code == 1
    assert "There is no person nobody." in refused.output


def _opens(url: str, secret: str) -> bool:
    database = Database(url)
    with database.reading() as session:
        found = api_keys.actor_of_key(session, secret, clock.now())
    database.dispose()
    return found is not None
