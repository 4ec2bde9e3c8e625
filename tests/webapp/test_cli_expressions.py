"""``motcua feel`` evaluates one expression."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from webapp.cli import main


@pytest.fixture
def context(tmp_path: Path) -> Path:
    file = tmp_path / "context.json"
    file.write_text(json.dumps({"số tầng": 4, "phi": 0.1, "ds": [1, 2]}), encoding="utf-8")
    return file


def feel(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["feel", *arguments])


def test_an_expression_is_evaluated_with_the_variables_of_a_file(context):
    told = feel("if số tầng > 3 then {tien: phi + 0.2} else null", "--context", str(context))

    assert told.exit_code == 0
    assert told.output == "{tien: 0.3}\n"


def test_a_dialect_may_be_named(context):
    told = feel("[x * 2 for x in ds]", "--context", str(context), "--dialect", "python")

    assert told.output == "[2, 4]\n"


def test_a_mistake_is_shown_at_its_place():
    told = feel("1 + and 2")

    assert told.exit_code == 1
    assert told.output.splitlines()[1:] == ["  1 + and 2", "      ^"]


def test_mistakes_are_told_in_the_language_that_is_asked_for():
    told = feel("2 + sumn([1])", "--language", "vi")
    other = feel("2 + sumn([1])")

    assert (
        told.output.splitlines()[0] == "Error: Không có hàm “sumn”. Hãy ghi “sum” nếu đó là ý bạn."
    )
    assert other.output.splitlines()[0] == (
        "Error: There is no function “sumn”. Write “sum” if that is meant."
    )


def test_a_file_without_variables_is_refused(tmp_path):
    file = tmp_path / "list.json"
    file.write_text("[1]", encoding="utf-8")

    told = feel("1", "--context", str(file))

    assert told.exit_code == 1
    assert "one entry per variable" in told.output
