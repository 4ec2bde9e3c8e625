"""Small decision models for tests, written with as few words as possible."""

from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from engine.dmn import Decided, decide, read_models

MODEL = "https://www.omg.org/spec/DMN/20230324/MODEL/"
FEEL = "https://www.omg.org/spec/DMN/20230324/FEEL/"


def model(
    *parts: str, namespace: str = "urn:one", name: str = "Model", version: str = MODEL
) -> bytes:
    """Return a file with these parts."""
    return (
        f'<definitions xmlns="{version}" xmlns:feel="{FEEL}" name="{name}" '
        f'namespace="{namespace}">\n' + "\n".join(parts) + "\n</definitions>"
    ).encode()


def given(name: str, type_ref: str = "Any") -> str:
    """Return an input; its id is its name."""
    return (
        f"<inputData id={quoteattr(name)} name={quoteattr(name)}>"
        f"<variable name={quoteattr(name)} typeRef={quoteattr(type_ref)}/></inputData>"
    )


def decision(
    name: str,
    body: str,
    requires: Sequence[str] = (),
    type_ref: str = "Any",
    knowledge: Sequence[str] = (),
) -> str:
    """Return a decision; its id is its name. Inputs begin with a small letter, decisions not."""
    needs = "".join(
        f"<informationRequirement><{_required(one)} href={quoteattr(_href(one))}/>"
        "</informationRequirement>"
        for one in requires
    ) + "".join(
        f"<knowledgeRequirement><requiredKnowledge href={quoteattr(_href(one))}/>"
        "</knowledgeRequirement>"
        for one in knowledge
    )
    return (
        f"<decision id={quoteattr(name)} name={quoteattr(name)}>"
        f"<variable name={quoteattr(name)} typeRef={quoteattr(type_ref)}/>{needs}{body}</decision>"
    )


def literal(text: str, type_ref: str | None = None) -> str:
    """Return a literal expression."""
    typed = f" typeRef={quoteattr(type_ref)}" if type_ref else ""
    return f"<literalExpression{typed}><text>{escape(text)}</text></literalExpression>"


def table(
    inputs: Sequence[str],
    outputs: Sequence[str],
    rules: Sequence[Sequence[str]],
    policy: str = "UNIQUE",
    aggregation: str | None = None,
    values: Mapping[str, str] | None = None,
    defaults: Mapping[str, str] | None = None,
) -> str:
    """Return a table. A rule has one text per column; one more is its annotation."""
    columns = len(inputs) + len(outputs)
    sums = f' aggregation="{aggregation}"' if aggregation else ""
    head = "".join(
        f"<input><inputExpression><text>{escape(one)}</text></inputExpression>"
        + _values("inputValues", values, one)
        + "</input>"
        for one in inputs
    ) + "".join(
        f"<output name={quoteattr(one)}>"
        + _values("outputValues", values, one)
        + _default(defaults, one)
        + "</output>"
        for one in outputs
    )
    rows = "".join(_rule(rule, len(inputs), columns) for rule in rules)
    header = '<annotation name="Căn cứ"/>'
    return f'<decisionTable hitPolicy="{policy}"{sums}>{head}{header}{rows}</decisionTable>'


def decided(
    files: bytes | Mapping[str, bytes], name: str, inputs: Mapping[str, Any] | None = None
) -> Decided:
    """Return what a decision of the only or the first file gives."""
    named = {"a.dmn": files} if isinstance(files, bytes) else files
    return decide(read_models(named)[next(iter(named))], name, inputs or {})


def _required(name: str) -> str:
    return "requiredInput" if _local(name)[:1].islower() else "requiredDecision"


def _local(name: str) -> str:
    return name.rpartition("#")[2]


def _href(name: str) -> str:
    return name if "#" in name else f"#{name}"


def _values(tag: str, values: Mapping[str, str] | None, name: str) -> str:
    text = (values or {}).get(name)
    return f"<{tag}><text>{escape(text)}</text></{tag}>" if text else ""


def _default(defaults: Mapping[str, str] | None, name: str) -> str:
    text = (defaults or {}).get(name)
    return f"<defaultOutputEntry><text>{escape(text)}</text></defaultOutputEntry>" if text else ""


def _rule(rule: Sequence[str], inputs: int, columns: int) -> str:
    def cell(at: int, text: str) -> str:
        tag = "inputEntry" if at < inputs else "outputEntry" if at < columns else "annotationEntry"
        return f"<{tag}><text>{escape(text)}</text></{tag}>"

    return f"<rule>{''.join(cell(at, text) for at, text in enumerate(rule))}</rule>\n"
