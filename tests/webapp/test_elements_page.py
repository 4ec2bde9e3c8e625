"""Which elements run: the page and the command say what the engine's table says."""

from click.testing import CliRunner

from engine.lint.explaining import element_states
from engine.lint.support import ELEMENTS, State
from tests.webapp.visitor import product, signed_in
from webapp.actors import Actor
from webapp.cli import main
from webapp.db import Database


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
