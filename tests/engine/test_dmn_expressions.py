"""Boxed expressions, knowledge models, services, imports and types."""

from typing import Any

import pytest

from engine.dmn import InvalidDecisionModelError, UnknownDecisionError, decide, read_models
from engine.feel import FeelLimitError
from tests.engine.decision_files import decided, decision, given, literal, model

CONTEXT = """<context>
<contextEntry><variable name="giảm"/>
<literalExpression><text>x / 10</text></literalExpression></contextEntry>
<contextEntry>
<literalExpression><text>x - giảm</text></literalExpression></contextEntry></context>"""
RELATION = """<relation><column name="tên"/><column name="tuổi" typeRef="number"/>
<row><literalExpression><text>"An"</text></literalExpression>
<literalExpression><text>30</text></literalExpression></row>
<row><literalExpression><text>"Bo"</text></literalExpression>
<literalExpression><text>"?"</text></literalExpression></row>
</relation>"""
ITERATION = """<{kind} iteratorVariable="n"><in>{source}</in><{body}>{text}</{body}></{kind}>"""
DOUBLE = """<businessKnowledgeModel id="double" name="double"><variable name="double"/>
<encapsulatedLogic><formalParameter name="n" typeRef="number"/>
<literalExpression><text>n * 2</text></literalExpression>
</encapsulatedLogic></businessKnowledgeModel>"""
FACTORIAL = """<businessKnowledgeModel id="factorial" name="factorial"><variable name="factorial"/>
<encapsulatedLogic><formalParameter name="n" typeRef="number"/>
<literalExpression><text>if n &lt; 2 then 1 else n * factorial(n - 1)</text></literalExpression>
</encapsulatedLogic></businessKnowledgeModel>"""
SERVICE = """<decisionService id="Service" name="Service"><variable name="Service"/>
<outputDecision href="#Total"/><encapsulatedDecision href="#Half"/><inputData href="#x"/>
</decisionService>"""


def value(body: str, inputs: dict[str, Any] | None = None, *parts: str, **facts: Any) -> Any:
    drawn = decision("D", body, [*(inputs or {})], **facts)
    file = model(*(given(name) for name in inputs or {}), *parts, drawn)
    return decided(file, "D", inputs).outputs


def iteration(kind: str, source: str, text: str) -> str:
    body = "return" if kind == "for" else "satisfies"
    return ITERATION.format(kind=kind, source=literal(source), body=body, text=literal(text))


def item(name: str, inner: str, *, many: bool = False) -> str:
    return (
        f'<itemDefinition name="{name}" isCollection="{str(many).lower()}">{inner}</itemDefinition>'
    )


def test_a_context_without_a_last_name_gives_its_last_entry() -> None:
    assert value(CONTEXT, {"x": 100}) == 90


def test_a_relation_is_a_list_of_contexts_with_typed_columns() -> None:
    assert value(RELATION) == [{"tên": "An", "tuổi": 30}, {"tên": "Bo", "tuổi": None}]


def test_a_list_holds_the_values_of_its_expressions() -> None:
    assert value(f"<list>{literal('1 + 1')}{literal('x')}</list>", {"x": "a"}) == [2, "a"]


@pytest.mark.parametrize(("x", "expected"), [(5, "big"), (1, "small"), ("a", "small")])
def test_a_conditional_takes_else_unless_the_condition_is_true(x: Any, expected: str) -> None:
    parts = {"if": "x > 3", "then": '"big"', "else": '"small"'}
    body = "".join(f"<{tag}>{literal(text)}</{tag}>" for tag, text in parts.items())

    assert value(f"<conditional>{body}</conditional>", {"x": x}) == expected


def test_a_filter_keeps_what_matches_and_sees_entries_by_name() -> None:
    body = f"<filter><in>{literal('x')}</in><match>{literal('age > 20')}</match></filter>"
    people = [{"age": 30}, {"age": 10}]

    assert value(body, {"x": people}) == [{"age": 30}]
    assert value(body.replace("age &gt; 20", "2"), {"x": people}) == {"age": 10}


@pytest.mark.parametrize(
    ("kind", "source", "text", "expected"),
    [
        ("for", "[1, 2, 3]", "n * 2", [2, 4, 6]),
        ("for", "[1..3]", "count(partial) + n", [1, 3, 5]),
        ("for", "null", "n", None),
        ("some", "[1, 2, 3]", "n > 2", True),
        ("some", "[1, 2, 3]", "n > 3", False),
        ("every", "[1, 2, 3]", "n > 0", True),
        ("every", "[]", "n > 0", True),
        ("some", "[1, null]", "n > 2", None),
    ],
)
def test_iterators_go_through_a_list(kind: str, source: str, text: str, expected: Any) -> None:
    assert value(iteration(kind, source, text)) == expected


def test_an_invocation_calls_a_knowledge_model_by_parameter_names() -> None:
    body = (
        f"<invocation>{literal('double')}<binding><parameter name='n'/>{literal('21')}</binding>"
        "</invocation>"
    )

    assert value(body, None, DOUBLE, knowledge=["double"]) == 42


def test_a_knowledge_model_refuses_arguments_of_another_type() -> None:
    assert value(literal('double("a")'), None, DOUBLE, knowledge=["double"]) is None
    assert value(literal("double([4])"), None, DOUBLE, knowledge=["double"]) == 8


def test_a_knowledge_model_may_call_itself_but_not_for_ever() -> None:
    assert value(literal("factorial(10)"), None, FACTORIAL, knowledge=["factorial"]) == 3628800
    with pytest.raises(Exception, match="deeper"):
        value(literal("factorial(100)"), None, FACTORIAL, knowledge=["factorial"])


def mutual(own: str, other: str, end: str) -> str:
    """A knowledge model that calls another one, which requires it in turn."""
    return (
        f'<businessKnowledgeModel id="{own}" name="{own}"><variable name="{own}"/>'
        '<encapsulatedLogic><formalParameter name="n" typeRef="number"/><literalExpression>'
        f"<text>if n = 0 then {end} else {other}(n - 1)</text></literalExpression>"
        f'</encapsulatedLogic><knowledgeRequirement><requiredKnowledge href="#{other}"/>'
        "</knowledgeRequirement></businessKnowledgeModel>"
    )


def test_knowledge_models_may_call_each_other_but_not_for_ever() -> None:
    models = (mutual("even", "odd", "true"), mutual("odd", "even", "false"))

    assert value(
        literal("[even(6), even(7), odd(7)]"), None, *models, knowledge=["even", "odd"]
    ) == [
        True,
        False,
        True,
    ]
    with pytest.raises(FeelLimitError, match="deeper"):
        value(literal("even(5000)"), None, *models, knowledge=["even"])


def test_only_what_is_required_is_seen_where_the_standard_is_kept_to() -> None:
    file = model(given("x"), given("y"), decision("D", literal("[x, y]"), ["x"]))

    read = read_models({"a.dmn": file})["a.dmn"]

    assert decide(read, "D", {"x": 1, "y": 2}, only_required=True).outputs == [1, None]
    assert decide(read, "D", {"x": 1, "y": 2}).outputs == [1, 2]


def test_a_function_of_another_language_is_never_run() -> None:
    body = (
        "<context><contextEntry><variable name='f'/><functionDefinition kind='Java'>"
        f"{literal('1')}</functionDefinition></contextEntry><contextEntry>{literal('f()')}"
        "</contextEntry></context>"
    )

    found = decided(model(decision("D", body)), "D")

    assert found.outputs is None
    assert "Java" in found.explanation[0].problems[0][0]


def test_a_decision_service_is_a_function_and_can_be_asked_by_name() -> None:
    parts = (
        given("x", "number"),
        decision("Half", literal("x / 2"), ["x"], "number"),
        decision("Total", literal("Half + 1"), ["Half"], "number"),
        SERVICE,
    )
    user = decision("D", literal("Service(40)"), [], knowledge=["Service"])

    assert decided(model(*parts, user), "D").outputs == 21
    assert decided(model(*parts, user), "Service", {"x": 10}).outputs == 6


def test_a_decision_is_made_once_and_explained_in_order() -> None:
    file = model(
        given("x"),
        decision("A", literal("x + 1"), ["x"]),
        decision("B", literal("A * 2"), ["A"]),
        decision("C", literal("A + B"), ["A", "B"]),
    )

    found = decided(file, "C", {"x": 1})

    assert found.outputs == 6
    assert [(made.name, made.output) for made in found.explanation] == [
        ("A", 2),
        ("B", 4),
        ("C", 6),
    ]


@pytest.mark.parametrize(
    ("inner", "good", "bad"),
    [
        ("<typeRef>string</typeRef><allowedValues><text>'a','b'</text></allowedValues>", "a", "c"),
        ("<typeRef>number</typeRef><typeConstraint><text>[0..9]</text></typeConstraint>", 5, 10),
        ("<itemComponent name='n'><typeRef>number</typeRef></itemComponent>", {"n": 1}, {"n": "1"}),
    ],
)
def test_a_value_that_its_type_does_not_allow_becomes_null(inner: str, good: Any, bad: Any) -> None:
    declared = item("tGood", inner.replace("'a','b'", '"a","b"'))
    file = model(declared, given("x", "tGood"), decision("D", literal("x"), ["x"]))

    assert decided(file, "D", {"x": good}).outputs == good
    assert decided(file, "D", {"x": bad}).outputs is None


def test_each_entry_of_a_collection_must_be_allowed_and_the_whole_must_hold() -> None:
    inner = (
        "<typeRef>number</typeRef><allowedValues><text>&lt; 10</text></allowedValues>"
        "<typeConstraint><text>count(?) &lt; 3</text></typeConstraint>"
    )
    file = model(
        item("tFew", inner, many=True), given("x", "tFew"), decision("D", literal("x"), ["x"])
    )

    assert decided(file, "D", {"x": [1, 2]}).outputs == [1, 2]
    assert decided(file, "D", {"x": [1, 20]}).outputs is None
    assert decided(file, "D", {"x": [1, 2, 3]}).outputs is None


@pytest.mark.parametrize(
    ("text", "type_ref", "expected"),
    [
        ("[5]", "number", 5),
        ("5", "integer", 5),
        ('"5"', "double", None),
        ("5", "tList", [5]),
        ('"5"', "number", None),
        ("5", "Any", 5),
    ],
)
def test_values_are_coerced_as_the_standard_says(text: str, type_ref: str, expected: Any) -> None:
    declared = item("tList", "<typeRef>number</typeRef>", many=True)

    found = decided(model(declared, decision("D", literal(text), type_ref=type_ref)), "D").outputs

    assert found == expected


def test_a_model_uses_another_file_by_the_name_of_its_import() -> None:
    imported = model(
        item(
            "tAge", "<typeRef>number</typeRef><allowedValues><text>[0..150]</text></allowedValues>"
        ),
        given("age", "tAge"),
        decision("Adult", literal("age >= 18"), ["age"]),
        namespace="urn:two",
    )
    wanted = '<import name="lib" namespace="urn:two" importType="x/DMN/y"/>'
    own = decision("D", literal("lib.Adult"), ["urn:two#Adult"])
    files = {"a.dmn": model(wanted, own), "b.dmn": imported}

    assert decided(files, "D", {"lib": {"age": 20}}).outputs is True
    assert decided(files, "D", {"age": 7}).outputs is False
    assert decided(files, "D", {"age": 700}).outputs is None


def test_an_import_without_a_name_gives_its_names_away() -> None:
    imported = model(
        given("age"), decision("Adult", literal("age >= 18"), ["age"]), namespace="urn:two"
    )
    wanted = '<import name="" namespace="urn:two" importType="x/DMN/y"/>'
    files = {
        "a.dmn": model(wanted, decision("D", literal("Adult"), ["urn:two#Adult"])),
        "b.dmn": imported,
    }

    assert decided(files, "D", {"age": 20}).outputs is True


def test_imports_that_are_missing_or_go_in_a_circle_are_refused() -> None:
    def file(own: str, other: str) -> bytes:
        return model(f'<import name="i" namespace="{other}" importType=""/>', namespace=own)

    with pytest.raises(InvalidDecisionModelError, match="imported namespace"):
        read_models({"a.dmn": file("urn:a", "urn:b")})
    with pytest.raises(InvalidDecisionModelError, match="circle"):
        read_models({"a.dmn": file("urn:a", "urn:b"), "b.dmn": file("urn:b", "urn:a")})


def test_a_decision_that_is_not_there_is_refused_by_name() -> None:
    with pytest.raises(UnknownDecisionError, match="Fee"):
        decided(model(decision("D", literal("1"))), "Fee")


def test_names_with_spaces_and_signs_are_read_where_the_model_declares_them() -> None:
    file = model(
        given("số ngày (làm việc)", "number"),
        decision("Phí & lệ phí", literal("số ngày (làm việc) * 2"), ["số ngày (làm việc)"]),
    )

    assert decided(file, "Phí & lệ phí", {"số ngày (làm việc)": 4}).outputs == 8


@pytest.mark.parametrize(
    "version",
    [
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
    ],
)
def test_older_versions_are_read_as_well(version: str) -> None:
    file = model(decision("D", literal("1 + 1", "feel:number")), version=version)

    assert decided(file, "D").outputs == 2


def test_what_was_given_is_never_changed() -> None:
    inputs = {"x": [1, 2]}

    value(literal("append(x, 3)"), inputs)

    assert inputs == {"x": [1, 2]}


def test_one_budget_holds_for_everything_a_decision_requires() -> None:
    slow = literal("for i in 1..9000 return i * 2")
    file = model(*(decision(f"D{n}", slow) for n in range(60)), _sum_of(60))

    with pytest.raises(Exception, match=r"too (many steps|much data)|longer than"):
        decide(read_models({"a.dmn": file})["a.dmn"], "D", {})


def _sum_of(count: int) -> str:
    names = [f"D{n}" for n in range(count)]
    return decision("D", literal("1"), names)
