"""The tutorial says what the program does: its snippets work, its mistakes are found."""

import json
import re
from pathlib import Path

import pytest

import engine
from engine.forms import read_form

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "docs" / "examples" / "xac-nhan-cu-tru"
MODEL = "xac-nhan-cu-tru.bpmn"
TEXT = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


@pytest.fixture
def files() -> dict[str, bytes]:
    """The six files of the tutorial's procedure."""
    return {path.name: path.read_bytes() for path in EXAMPLE.iterdir()}


def test_the_form_in_the_text_asks_what_the_example_asks(files: dict[str, bytes]) -> None:
    [block] = [text for kind, text in BLOCKS if kind == "json" and '"schemaVersion"' in text]

    written = read_form(block.encode(), "xnct-ky.form")

    shipped = read_form(files["xnct-ky.form"], "xnct-ky.form")
    assert [part.key for part in written.components] == [part.key for part in shipped.components]
    assert [part.values for part in written.components] == [
        part.values for part in shipped.components
    ]


def test_the_drawing_in_the_text_is_the_one_in_the_example(files: dict[str, bytes]) -> None:
    model = _flat(files[MODEL].decode())
    written = [_flat(text) for kind, text in BLOCKS if kind == "xml"]

    tags = [tag for text in written for tag in re.findall(r"<bpmn:[^>]+>", text)]

    assert len(tags) >= 4
    assert [tag for tag in tags if tag not in model] == []


def test_version_2_can_be_published(files: dict[str, bytes]) -> None:
    [block] = [text for kind, text in BLOCKS if kind == "json" and '"schemaVersion"' not in text]
    form = json.loads(files["xnct-kiem-tra.form"])
    form["components"].insert(-1, json.loads(block.strip().rstrip(",")))
    files["xnct-kiem-tra.form"] = json.dumps(form).encode()

    assert engine.lint(files) == ()


@pytest.mark.parametrize(
    ("written", "mistake"),
    [(' default="Flow_Ky_TraKetQua"', ""), ('motcua:limit="P1D"', 'motcua:limit="1 ngày"')],
)
def test_a_mistake_in_the_drawing_is_found(
    files: dict[str, bytes], written: str, mistake: str
) -> None:
    files[MODEL] = files[MODEL].decode().replace(written, mistake).encode()

    [finding] = engine.lint(files)

    _assert_told(finding)


def test_a_missing_form_is_found(files: dict[str, bytes]) -> None:
    del files["xnct-ky.form"]

    [finding] = engine.lint(files)

    _assert_told(finding)


def _assert_told(finding: engine.Finding) -> None:
    assert finding.severity == engine.Severity.ERROR
    assert finding.problem % finding.params in TEXT
    assert finding.remedy % finding.params in TEXT


def _flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)
