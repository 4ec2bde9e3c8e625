import logging
from datetime import timedelta
from pathlib import Path

import pytest

from engine.feel import LIMITS
from webapp.config import Config, ConfigError, MissingSecretError
from webapp.logs import LineFormatter, bound

SECRET = "s" * 32
NEEDED = {"MOTCUA_SECRET_KEY": SECRET}


def test_a_missing_secret_stops_the_start_and_names_the_variable(tmp_path: Path) -> None:
    with pytest.raises(MissingSecretError, match="MOTCUA_SECRET_KEY"):
        Config.from_env({"MOTCUA_DATA_DIR": str(tmp_path)})


def test_the_secret_may_lie_in_the_data_folder(tmp_path: Path) -> None:
    (tmp_path / "secret-key").write_text(f"{SECRET}\n")

    config = Config.from_env({"MOTCUA_DATA_DIR": str(tmp_path)})

    assert config.secret_key == SECRET
    assert config.database_url == f"sqlite:///{tmp_path}/motcua.db"
    assert config.files_dir == tmp_path / "files"


def test_settings_come_from_the_environment() -> None:
    config = Config.from_env(
        {
            "MOTCUA_SECRET_KEY": SECRET,
            "MOTCUA_PORT": "9000",
            "MOTCUA_DEMO": "1",
            "MOTCUA_BASE_URL": "https://motcua.example.vn/",
            "MOTCUA_SESSION_IDLE_HOURS": "0.5",
        }
    )

    assert (config.port, config.demo) == (9000, True)
    assert config.base_url == "https://motcua.example.vn"
    assert config.secure_cookies
    assert config.session_idle == timedelta(minutes=30)
    assert config.agency_code == "H99.26"


def test_the_address_follows_host_and_port() -> None:
    config = Config.from_env({"MOTCUA_SECRET_KEY": SECRET, "MOTCUA_PORT": "8123"})

    assert config.base_url == "http://127.0.0.1:8123"
    assert not config.secure_cookies


def test_a_number_that_is_none_is_named() -> None:
    with pytest.raises(ConfigError, match="MOTCUA_PORT is not a number: eighty"):
        Config.from_env({"MOTCUA_SECRET_KEY": SECRET, "MOTCUA_PORT": "eighty"})


def test_a_log_line_is_a_phrase_and_its_facts() -> None:
    record = logging.makeLogRecord({"msg": "user task completed", "user_task_id": "7"})

    with bound(request_id="r1"):
        line = LineFormatter("%(message)s").format(record)

    assert line == 'user task completed request_id="r1" user_task_id="7"'
    assert LineFormatter("%(message)s").format(logging.makeLogRecord({"msg": "a"})) == "a"


def test_limits_of_expressions_are_pairs() -> None:
    config = Config.from_env(NEEDED | {"MOTCUA_EXPRESSION_LIMITS": "steps=2000 seconds=0.5"})

    assert config.expression_limits.steps == 2000
    assert config.expression_limits.seconds == 0.5
    assert config.expression_limits.nesting == LIMITS.nesting


@pytest.mark.parametrize("text", ["steps", "steps=many", "speed=1"])
def test_limits_that_cannot_be_read_stop_the_start(text: str) -> None:
    with pytest.raises(ConfigError, match="known are: text_length"):
        Config.from_env(NEEDED | {"MOTCUA_EXPRESSION_LIMITS": text})
