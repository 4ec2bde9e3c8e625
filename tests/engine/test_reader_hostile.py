"""Files that are broken or meant to harm: each is refused with a true reason and a line."""

import pytest

from engine.bpmn.reader import read
from engine.bpmn.xml import parse
from engine.errors import InvalidModelError
from engine.lint import lint
from engine.xml import MAX_DEPTH, MAX_ELEMENTS, MAX_SIZE_BYTES
from tests.engine.model_files import diagram

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">&b;</definitions>"""
FOREIGN = b"""<!DOCTYPE d SYSTEM "file:///etc/passwd"><definitions/>"""


@pytest.mark.parametrize(
    ("content", "words", "line"),
    [
        (b"", "empty", None),
        (b" \n\t", "empty", None),
        (b"Process", "not XML", 1),
        (b"PK\x03\x04rest", "ZIP", 1),
        (b'{"id": 1}', "JSON", 1),
        (b"<a>\n<b></a>", "not well-formed", 2),
        (b"<a>\n\x01</a>", "does not allow", 2),
        (BOMB, "DOCTYPE", 2),
        (FOREIGN, "DOCTYPE", 1),
        (b"<!-- x -->\n<!DOCTYPE a>\n<a/>", "DOCTYPE", 2),
        (b"<?xml version='1.0' encoding='UTF-16'?>\n<!DOCTYPE a><a/>", "DOCTYPE", 2),
        ("<!DOCTYPE a><a/>".encode("utf-16"), "DOCTYPE", 1),
        (b"<?xml version='1.0' encoding='UTF-7'?><a/>", "utf-7", 1),
        (b"<?xml version='1.0' encoding='EBCDIC-CP-US'?><a/>", "ebcdic", 1),
        (b"<a>\n\xff</a>", "encoding", 2),
        (b"<html/>", "HTML", 1),
        (b"<mxfile/>", "draw.io", 1),
        (b"<process/>", "root element is <process>", 1),
        (b"<d:x xmlns:d='https://www.omg.org/spec/DMN/20191111/MODEL/'/>", "DMN", 1),
        (f"<process xmlns='{BPMN}'/>".encode(), "root element is <process>", 1),
        (b"&xxe;", "not XML", 1),
    ],
)
def test_what_is_no_bpmn_file_is_refused_with_reason_and_line(content, words, line):
    with pytest.raises(InvalidModelError) as refused:
        read(content, "m.bpmn")

    assert words in str(refused.value)
    assert refused.value.line == line
    assert refused.value.file == "m.bpmn"


def test_a_file_that_is_too_large_is_refused_before_it_is_read():
    with pytest.raises(InvalidModelError, match="too large"):
        parse(b"<" * (MAX_SIZE_BYTES + 1), "m.bpmn")


def test_elements_nested_too_deeply_are_refused():
    deep = "<subProcess>" * MAX_DEPTH + "</subProcess>" * MAX_DEPTH

    with pytest.raises(InvalidModelError, match="nested too deeply"):
        read(diagram(deep), "m.bpmn")


def test_too_many_elements_are_refused():
    with pytest.raises(InvalidModelError, match="too many elements"):
        read(diagram("<task/>" * MAX_ELEMENTS), "m.bpmn")


def test_depth_far_beyond_any_stack_is_refused():
    with pytest.raises(InvalidModelError):
        read(b"<a>" * 100_000, "m.bpmn")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_file_is_read_in_each_usual_encoding(encoding):
    text = diagram('<task id="t" name="Thẩm định"/>').decode()

    process = read(text.encode(encoding), "m.bpmn").processes["p"]

    assert process.nodes["t"].name == "Thẩm định"


def test_blank_lines_before_the_declaration_are_forgiven_and_counted():
    content = diagram('<task id="t"/>')

    moved = read(b"\n\n" + content, "m.bpmn").processes["p"].nodes["t"].line

    assert moved == read(content, "m.bpmn").processes["p"].nodes["t"].line + 2


@pytest.mark.parametrize("name", ["a.bpmn", "a.bpmn20.xml", "a.xml", "a.BPMN"])
def test_lint_turns_an_unreadable_file_into_a_finding(name):
    [finding] = lint({name: BOMB})

    assert (finding.rule, finding.severity) == ("unreadable-file", "error")
    assert (finding.file, finding.line) == (name, 2)


def test_a_script_that_is_program_code_is_an_error_at_its_line():
    body = (
        "<startEvent id='s'/>\n<scriptTask id='t'>\n<script>__import__('os')</script></scriptTask>"
    )
    content = diagram(body)

    findings = [one for one in lint({"m.bpmn": content}) if one.severity == "error"]

    line = content[: content.index(b"<script>")].count(b"\n") + 1
    assert [(one.rule, one.element_id, one.line) for one in findings] == [
        ("script-is-program-code", "t", line)
    ]


@pytest.mark.parametrize(
    "element",
    [
        f'<task id="t" startQuantity="{"9" * 5000}" motcua:state="{"9" * 5000}"/>',
        f'<userTask id="t" camunda:candidateGroups="{"${" * 100_000}"/>',
        f'<userTask id="t" camunda:priority="{"9" * 5000}" camunda:dueDate="P{"9" * 5000}D"/>',
        f'<scriptTask id="t"><script>{"(" * 100_000}</script></scriptTask>',
    ],
    ids=["numbers", "groups", "due", "script"],
)
def test_absurd_values_are_findings_and_no_crash(element):
    findings = lint({"m.bpmn": diagram(element)})

    assert "error" in {one.severity for one in findings}
