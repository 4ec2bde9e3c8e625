"""Standing texts of forms: the editor's light markup, and nothing of HTML."""

import json

import pytest

from engine import forms as models
from webapp.forms import views
from webapp.forms.standing import Block, Span, blocks_of


def test_headings_paragraphs_and_lists_are_told_apart() -> None:
    text = "# Lưu ý\nĐọc **kỹ** trước\nkhi ký.\n\n- một\n- hai\n\n1. trước\n2. sau"

    heading, words, bullets, numbers = blocks_of(text)

    assert heading == Block("heading", ((Span("Lưu ý"),),))
    assert words.lines == (
        (Span("Đọc "), Span("kỹ", is_strong=True), Span(" trước")),
        (Span("khi ký."),),
    )
    assert [bullets.kind, numbers.kind] == ["list", "numbers"]
    assert [line[0].text for line in (*bullets.lines, *numbers.lines)] == [
        "một",
        "hai",
        "trước",
        "sau",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "[bấm](javascript:alert(1))",
        "![ảnh](x.png)",
        "5 * 3 ** 2",
        "-5",
    ],
)
def test_what_is_no_such_markup_stays_as_it_was_written(text: str) -> None:
    assert blocks_of(text) == (Block("text", ((Span(text),),)),)


def test_a_link_leads_to_its_page() -> None:
    assert blocks_of("Xem [cổng](https://dichvucong.gov.vn).")[0].lines == (
        (Span("Xem "), Span("cổng", href="https://dichvucong.gov.vn"), Span(".")),
    )


def test_a_text_component_carries_its_blocks() -> None:
    text = {"type": "text", "id": "T", "text": "# Lưu ý", "properties": {"en.text": "# Note"}}
    form = {"id": "f", "schemaVersion": 19, "components": [text]}

    ((view,),) = views.field_rows(
        models.read_form(json.dumps(form).encode(), "f.form"), {}, known={}, language="en"
    )

    assert view.blocks == (Block("heading", ((Span("Note"),),)),)
