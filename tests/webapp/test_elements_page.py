"""Which elements run: the page and the command say what the engine's table says."""

from io import BytesIO
from zipfile import ZipFile

from click.testing import CliRunner

from engine.lint.explaining import element_states
from engine.lint.support import ELEMENTS, State
from tests.webapp.visitor import product, signed_in
from webapp.actors import Actor
from webapp.cli import main
from webapp.db import Database
from webapp.pages.blocks import BLOCKS, SHIPPED


def test_the_page_lists_every_element_and_is_for_analysts(
    database: Database, people: dict[str, Actor]
) -> None:
    app = product(database)

    page = signed_in(app, database, "binh").get("/procedures/elements")
    refused = signed_in(app, database, "hanh").get("/procedures/elements")

    assert all(f"<code>{name}</code>" in page.text for name in ELEMENTS)
    assert "Draw a start, intermediate or end event." in page.text
    assert refused.status_code == 403


def test_the_list_of_procedures_leads_to_the_page(
    database: Database, people: dict[str, Actor]
) -> None:
    page = signed_in(product(database), database, "binh").get("/procedures")

    assert 'href="/procedures/elements"' in page.text


def test_the_command_prints_a_line_per_element() -> None:
    printed = CliRunner().invoke(main, ["elements"]).stdout.splitlines()

    states = {line.split(":")[0]: line.split(": ")[1].split(".")[0] for line in printed}
    assert {name: states[name] for name in ELEMENTS} == {
        name: state.value for name, state in ELEMENTS.items()
    }
    assert "startEvent timer: runs" in printed


def test_every_refused_element_comes_with_what_to_do() -> None:
    assert all(row.remedy for row in element_states() if row.state is State.REFUSED)


def test_an_analyst_finds_every_block_with_its_diagram_and_files(
    database: Database, people: dict[str, Actor]
) -> None:
    analyst = signed_in(product(database), database, "binh")
    shipped = {one.name for one in SHIPPED.iterdir() if one.is_dir()}

    listed = analyst.get("/procedures/blocks").text

    assert set(BLOCKS) == shipped
    for key in sorted(shipped):
        assert f"/procedures/blocks/{key}.zip" in listed
        assert f"{key}.bpmn" in analyst.get(f"/procedures/blocks/{key}").text
        with analyst.get(f"/procedures/blocks/{key}.zip") as made:
            names = ZipFile(BytesIO(made.data)).namelist()
        assert names == [f"{key}.bpmn", *sorted(one for one in names if one.endswith(".form"))]
    assert analyst.get("/procedures/blocks/none").status_code == 404
