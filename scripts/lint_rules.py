"""Write ``docs/reference/lint-rules.md`` from the code: every rule that a check can report.

Run by ``python -m scripts.lint_rules``. The code is read, not run: a rule is the text that stands
beside its sentences, so that none can be left out.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PAGE = Path("docs/reference/lint-rules.md")
EVERYDAY = sorted(Path("engine/lint").glob("*.py"))
FORMS = [
    Path(f"engine/forms/{name}.py") for name in ("formulas", "kind_rules", "linting", "shapes")
]
TYPES, MISFITS = Path("engine/lint/expression_types.py"), Path("engine/feel/misfits.py")
STRICT = sorted(Path("engine/lint/standard").glob("*.py"))
SEVERITIES = ("error", "warning", "hint")
OWN_WORDS = "(the reason in its own words)"
HEAD = """# What a check can say

Written by `python -m scripts.lint_rules` from the code; do not edit. `motcua lint` and the upload
page report these rules with file, line, column and element. An **error** keeps a procedure from
being published, a **warning** should be looked at, a **hint** tells what will happen.
`motcua lint --strict` makes every warning an error and asks the strict rules, too.
"""
REFUSED = """## What is not run

Elements and extensions that are not run are refused with the rule `element-not-supported-yet`;
one that changes nothing in what happens only gets a warning, `extension-ignored`.

| what | what it says | what to do |
|---|---|---|
"""
STRICT_HEAD = """## Strict rules

The static rules of BPMN 2.0.2 in their formal shape, asked only by `--strict`, also of processes
that are not executable. Each is an error. The numbers are those of the catalogue of constraints
that bpmnspector and betsy use.

| rule | number | what it says | what to do |
|---|---|---|---|
"""


@dataclass(frozen=True, slots=True)
class Row:
    rule: str
    second: str  # its severity, or the numbers of its constraints
    problem: str
    remedy: str


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


def page() -> str:
    """Return the whole page as the code has it now."""
    parts = [HEAD]
    for path in EVERYDAY:
        rows = [row for row in _rows(path) if row.second in SEVERITIES]
        parts += _section(path, [*rows, *(_rows(MISFITS) if path == TYPES else ())])
    forms = [row for path in FORMS for row in _rows(path)]
    parts += _section(FORMS[0], forms, "Rules about forms")
    parts.append(REFUSED + _refusals())
    parts.append(STRICT_HEAD + _table(row for path in STRICT for row in _rows(path)))
    return "\n".join(parts)


def _section(path: Path, rows: list[Row], title: str = "") -> list[str]:
    if not rows:
        return []
    words = title or (ast.get_docstring(_tree(path)) or "").partition("\n")[0]
    heading = words.partition(":")[0].partition(";")[0].rstrip(".")
    head = "| rule | severity | what it says | what to do |\n|---|---|---|---|\n"
    return [f"## {heading}\n\n{head}{_table(rows)}"]


def _table(rows: Iterator[Row] | list[Row]) -> str:
    unique = dict.fromkeys(rows)
    lines = (
        f"| `{row.rule}` | {row.second} | {_cell(row.problem)} | {_cell(row.remedy)} |\n"
        for row in sorted(unique, key=lambda row: (row.rule, row.problem))
    )
    return "".join(lines)


def _cell(text: str) -> str:
    shown = text.replace("|", "\\|").replace("<", "&lt;")
    while "%(" in shown:
        before, _, rest = shown.partition("%(")
        name, _, after = rest.partition(")s")
        shown = f"{before}‹{name}›{after}"
    return shown


def _rows(path: Path) -> Iterator[Row]:
    """Yield the rules that a file's calls and tuples write down, in their order."""
    named = _constants(path)
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield from _call(node.func.id, node.args, named)
        elif isinstance(node, ast.Tuple) and path in FORMS and len(node.elts) == 4:
            yield from _call("error", [ast.Constant(""), *node.elts[:3]], named)


def _call(name: str, arguments: list[ast.expr], named: dict[str, str]) -> Iterator[Row]:
    if name == "Rule" and len(arguments) == 4:
        numbers = ", ".join(ast.literal_eval(arguments[1]))
        yield Row(
            ast.literal_eval(arguments[0]),
            numbers,
            _sentence(arguments[2], named),
            _sentence(arguments[3], named),
        )
    elif name == "Misfit":
        yield from _call("warning", [ast.Constant(""), *arguments[:3]], named)
    elif name == "Finding" and len(arguments) >= 4 and isinstance(arguments[0], ast.Constant):
        severity = arguments[1].attr.lower() if isinstance(arguments[1], ast.Attribute) else ""
        yield from _call(severity, [arguments[1], arguments[0], *arguments[2:]], named)
    elif name in SEVERITIES and len(arguments) >= 4:
        rule = arguments[1]
        if isinstance(rule, ast.Constant) and isinstance(rule.value, str) and "-" in rule.value:
            problem, remedy = (_sentence(one, named) for one in arguments[2:4])
            yield Row(rule.value, name, problem, remedy)


def _sentence(node: ast.expr, named: dict[str, str]) -> str:
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "N_":
        return str(ast.literal_eval(node.args[0]))
    return named.get(node.id, OWN_WORDS) if isinstance(node, ast.Name) else OWN_WORDS


def _constants(path: Path) -> dict[str, str]:
    """Return the sentences that a file gives a name, for several rules that share one."""
    return {
        target.id: _sentence(node.value, {})
        for node in _tree(path).body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
        for target in node.targets
        if isinstance(target, ast.Name) and getattr(node.value.func, "id", "") == "N_"
    }


def _refusals() -> str:
    path = Path("engine/lint/refusals.py")
    named = _constants(path)
    tables = [node for node in ast.walk(_tree(path)) if isinstance(node, ast.Dict)]
    return "".join(
        f"| `{ast.literal_eval(key)}` | {_cell(_sentence(value.elts[0], named))} "
        f"| {_cell(_sentence(value.elts[1], named))} |\n"
        for table in tables
        for key, value in zip(table.keys, table.values, strict=True)
        if isinstance(key, ast.Constant) and isinstance(value, ast.Tuple)
    )


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
