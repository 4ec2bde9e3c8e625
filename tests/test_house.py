"""The house rules a linter has no word for."""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 40
MAX_FAN_OUT = 12  # modules of ours that one module may import; app.py alone knows every room
CROWDED = {  # known to be above it: pages join operations, queries and words. May only shrink
    "webapp.pages.counter": 19,
    "webapp.pages.dossiers": 18,
    "webapp.pages.procedures": 14,
    "webapp.pages.task_desk": 16,
    "webapp.pages.tracking": 13,
    "webapp.pages.user_tasks": 17,
}
UNCOUNTED = {"engine.texts"}  # only marks a sentence for translation
BELOW_THE_EDGES = ("operations", "queries", "models", "forms")
# The last two stand alone, each with its own root.
ERROR_TREES = {"EngineError", "ProductError", "FeelError", "HostileXmlError"}

TRACKED = subprocess.run(
    ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
).stdout.splitlines()
TREES = {
    name: ast.parse((ROOT / name).read_text(encoding="utf-8"))
    for name in TRACKED
    if name.endswith(".py") and (ROOT / name).exists()
}
PRODUCT = [name for name in TREES if name.startswith(("engine/", "webapp/"))]
MIGRATIONS = [name for name in PRODUCT if name.startswith("webapp/migrations/versions/0")]


@pytest.mark.parametrize("name", PRODUCT)
def test_files_and_functions_stay_small(name: str) -> None:
    too_long = [
        f"{node.name} has {_length(node)} lines"
        for node in ast.walk(TREES[name])
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and _length(node) > MAX_FUNCTION_LINES
    ]

    lines = (ROOT / name).read_text(encoding="utf-8").count("\n")

    assert not too_long
    assert lines <= MAX_FILE_LINES


def test_nothing_evaluates_text_as_python() -> None:
    found = [
        f"{name}:{node.lineno}"
        for name, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and node.id in {"eval", "exec", "compile", "__import__"}
    ]

    assert found == []


def test_spiffworkflow_is_imported_in_one_module() -> None:
    importers = {
        name
        for name in PRODUCT
        for module in _imports(TREES[name])
        if module.split(".")[0] == "SpiffWorkflow"
    }

    assert importers == {"engine/kernel/base.py"}


def test_the_engine_knows_no_web_and_no_database() -> None:
    strangers = {"flask", "sqlalchemy", "marshmallow", "webapp", "socket", "requests", "sqlite3"}

    found = [
        f"{name} imports {module}"
        for name in PRODUCT
        if name.startswith("engine/")
        for module in _imports(TREES[name])
        if module.split(".")[0] in strangers
    ]

    assert found == []


def test_only_the_configuration_reads_the_environment() -> None:
    found = [
        f"{name}:{node.lineno}"
        for name in PRODUCT
        if name != "webapp/config.py"
        for node in ast.walk(TREES[name])
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv", "environb"}
    ]

    assert found == []


def test_only_the_clock_reads_the_time() -> None:
    found = [
        f"{name}:{node.lineno}"
        for name in PRODUCT
        if name != "webapp/clock.py"
        for node in ast.walk(TREES[name])
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and (node.value.id, node.attr) in _CLOCKS
    ]

    assert found == []


def test_nothing_below_the_edges_ends_a_transaction() -> None:
    found = [
        f"{name}:{node.lineno} {node.attr}"
        for name in PRODUCT
        if name.startswith(tuple(f"webapp/{room}/" for room in BELOW_THE_EDGES))
        for node in ast.walk(TREES[name])
        if isinstance(node, ast.Attribute) and node.attr in {"commit", "rollback", "transaction"}
    ]

    assert found == []


def test_error_classes_end_in_error_and_belong_to_a_tree() -> None:
    bases = {
        node.name: {_last_name(base) for base in node.bases}
        for name in PRODUCT
        for node in ast.walk(TREES[name])
        if isinstance(node, ast.ClassDef)
    }

    strays = [
        name
        for name in bases
        if _is_error(name, bases)
        and not (name.endswith("Error") and _ancestors(name, bases) & ERROR_TREES)
    ]

    assert strays == []


def test_no_module_but_the_catalogues_knows_more_than_a_few_rooms() -> None:
    graph = _graph()
    for catalogue in ("webapp.app", "webapp.models"):  # they list every room, every table
        graph.pop(catalogue, None)

    crowded = {
        module: len(known - UNCOUNTED)
        for module, known in graph.items()
        if len(known - UNCOUNTED) > CROWDED.get(module, MAX_FAN_OUT)
    }

    assert crowded == {}


def test_modules_import_each_other_in_no_circle() -> None:
    list(TopologicalSorter(_graph()).static_order())


def test_the_import_floors_hold() -> None:
    command = "from importlinter.cli import lint_imports_command as run; run(['--no-cache'])"

    done = subprocess.run([sys.executable, "-c", command], cwd=ROOT, capture_output=True, text=True)

    assert done.returncode == 0, done.stdout + done.stderr


def test_migrations_are_numbered_without_a_gap_and_import_nothing_of_ours() -> None:
    numbers = [int(Path(name).name[:4]) for name in sorted(MIGRATIONS)]

    found = [
        f"{name} imports {module}"
        for name in MIGRATIONS
        for module in _imports(TREES[name])
        if module.split(".")[0] in {"engine", "webapp"}
    ]

    assert numbers == list(range(1, len(numbers) + 1))
    assert numbers
    assert found == []


def test_decisions_are_numbered_without_a_gap() -> None:
    pages = sorted(Path(name).name for name in TRACKED if name.startswith("docs/decisions/0"))

    numbers = [int(page[:4]) for page in pages]

    assert numbers == list(range(1, len(numbers) + 1))
    assert numbers


@pytest.mark.parametrize("name", [name for name in TRACKED if Path(name).suffix not in {".png"}])
def test_files_name_no_registry_host_and_no_place_of_one_machine(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8", errors="replace")

    assert not _REGISTRY.search(text)
    assert not _MACHINE_PATH.search(text)


def test_the_npm_lock_file_names_no_place_to_download_from() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]

    assert [name for name, entry in packages.items() if "resolved" in entry] == []


def test_the_lock_files_hold_plain_pins_only() -> None:
    lines = [
        line
        for name in ("requirements.txt", "requirements-dev.txt")
        for line in (ROOT / name).read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
    ]

    assert [line for line in lines if not _PIN.fullmatch(line)] == []


def test_the_lock_files_agree_with_what_the_project_asks_for() -> None:
    asked = re.findall(
        r'^ +"([\w.-]+)(?:\[.*\])?==([\w.]+)",', (ROOT / "pyproject.toml").read_text(), re.MULTILINE
    )

    locked = (ROOT / "requirements.txt").read_text() + (ROOT / "requirements-dev.txt").read_text()

    assert asked
    assert [f"{n}=={v}" for n, v in asked if f"\n{n.lower()}=={v}" not in locked] == []


def test_every_setting_is_documented_and_no_other() -> None:
    tree = TREES["webapp/config.py"]
    read = {
        f"MOTCUA_{node.args[0].value}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "reader"
        and isinstance(node.args[0], ast.Constant)
    }

    described = _first_cells("docs/reference/settings.md", r"MOTCUA_\w+")

    assert read
    assert described == read


def test_every_event_kind_is_documented_and_no_other() -> None:
    kinds = {
        node.value.value
        for name in ("engine/events.py", "webapp/operations/events.py")
        for node in ast.walk(TREES[name])
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    }

    described = _first_cells("docs/reference/events.md", r"[a-z_]+\.[a-z_]+")

    assert kinds
    assert described == kinds


def test_no_test_waits_by_the_clock() -> None:
    found = [
        f"{name}:{node.lineno}"
        for name, tree in TREES.items()
        if name.startswith("tests/")
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in {"sleep", "wait_for_timeout"}
    ]

    assert found == []


def test_no_page_takes_a_name_that_every_page_has() -> None:
    """A page that passes its own ``agency`` would write it into the header."""
    shared = {
        key.value
        for node in ast.walk(TREES["webapp/app.py"])
        if isinstance(node, ast.FunctionDef) and node.name == "_page_context"
        for returned in ast.walk(node)
        if isinstance(returned, ast.Dict)
        for key in returned.keys
        if isinstance(key, ast.Constant)
    }

    taken = [
        f"{name}:{node.lineno} {word.arg}"
        for name in PRODUCT
        for node in ast.walk(TREES[name])
        if isinstance(node, ast.Call) and _called(node) == "render_template"
        for word in node.keywords
        if word.arg in shared
    ]

    assert "agency" in shared
    assert taken == []


def test_the_papers_of_the_house_are_there() -> None:
    papers = {"LICENSE", "NOTICE", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "docs/index.md"}

    assert papers <= set(TRACKED)


def test_the_index_names_every_document() -> None:
    index = (ROOT / "docs/index.md").read_text(encoding="utf-8")
    named = {f"docs/{link}" for link in re.findall(r"\]\(([\w/.-]+\.md)", index)}
    documents = {name for name in TRACKED if re.fullmatch(r"docs/.+\.md", name)}

    assert documents - named - {"docs/index.md"} == set()


_CLOCKS = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
    ("time", "time_ns"),
}
_REGISTRY = re.compile(
    r'"resolved"\s*:|--(?:extra-)?index-url|https?://[\w.-]*(?:registry|pypi|pythonhosted)[\w.-]*',
    re.IGNORECASE,
)
_MACHINE_PATH = re.compile(r"(?<![\w.$}-])/(?:root|home|work|Users)/")
_PIN = re.compile(r'[a-z0-9-]+==[\w.]+(?:; python_version < "[\d.]+")?')


def _called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _graph() -> dict[str, set[str]]:
    """Return which modules of ours each module of ours imports, lazy imports included."""
    modules = {_module(name): name for name in PRODUCT if name not in MIGRATIONS}
    return {
        module: set(_known(TREES[name], set(modules))) - {module}
        for module, name in modules.items()
    }


def _known(tree: ast.AST, modules: set[str]) -> Iterator[str]:
    """Yield what ``tree`` names: ``from room import module`` means the module, not the room."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in modules)
        elif isinstance(node, ast.ImportFrom) and node.module in modules:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in modules else node.module


def _module(name: str) -> str:
    return name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _last_name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _ancestors(name: str, bases: dict[str, set[str]]) -> set[str]:
    found = {name}
    for base in bases.get(name, ()):
        found |= {base} if base == name else _ancestors(base, bases)
    return found


def _is_error(name: str, bases: dict[str, set[str]]) -> bool:
    return any(a.endswith(("Error", "Exception")) for a in _ancestors(name, bases) - {name})


def _first_cells(page: str, pattern: str) -> set[str]:
    """Return what stands in backticks at the start of the table rows of a reference page."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return set(re.findall(rf"^\| `({pattern})`", text, re.MULTILINE))
