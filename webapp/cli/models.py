"""Commands for files: lint and publish."""

import json
from pathlib import Path

import click

import engine
from webapp import clock
from webapp.actors import SYSTEM
from webapp.cli import house
from webapp.operations import deployments

_FILES = click.argument(
    "paths",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, path_type=Path),
    metavar="FILE...",
)


@click.command()
@_FILES
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@click.option(
    "--strict", is_flag=True, help="Ask all static rules of BPMN 2.0.2; warnings are errors."
)
@house.refusals_are_told
def lint(paths: tuple[Path, ...], *, as_json: bool, strict: bool) -> None:
    """Check models, forms and zip files or folders of them; status 1 where there are errors."""
    findings = engine.lint(_read(paths), strict=strict)
    if as_json:
        print(json.dumps([_as_json(finding) for finding in findings], ensure_ascii=False, indent=2))
    else:
        for finding in findings:
            print(_line(finding))
        print("No error was found." if not _has_errors(findings) else "There are errors.")
    if _has_errors(findings):
        raise SystemExit(1)


@click.command()
@_FILES
@click.option("--note", default="", help="What is new in this version.")
@click.option("--default-group", default="", help="The group that gets tasks which name nobody.")
@house.refusals_are_told
def publish(paths: tuple[Path, ...], note: str, default_group: str) -> None:
    """Publish the processes of these files as their next versions."""
    files = _read(paths)
    at = clock.now()
    with (
        house.migrated(house.settings()) as database,
        database.transaction() as session,
    ):
        draft = deployments.save_draft(session, files, paths[0].name, actor=SYSTEM, at=at)
        deployments.publish(
            session, draft, note=note, default_group=default_group, actor=SYSTEM, at=at
        )
        lines = deployments.versions(session, draft)
    for line in lines:
        print(line)


def _read(paths: tuple[Path, ...]) -> dict[str, bytes]:
    named = [
        file
        for path in paths
        for file in (sorted(path.iterdir()) if path.is_dir() else [path])
        if file.is_file()
    ]
    return deployments.read_upload((file.name, file.read_bytes()) for file in named)


def _has_errors(findings: tuple[engine.Finding, ...]) -> bool:
    return any(finding.severity == engine.Severity.ERROR for finding in findings)


def _line(finding: engine.Finding) -> str:
    place = ":".join(str(part) for part in (finding.file, finding.line, finding.column) if part)
    element = f" [{finding.element_id}]" if finding.element_id else ""
    return f"{place}: {finding.severity} {finding.rule}{element}: {finding.text()}"


def _as_json(finding: engine.Finding) -> dict[str, object]:
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "file": finding.file,
        "line": finding.line,
        "column": finding.column,
        "element_id": finding.element_id,
        "element_name": finding.element_name,
        "problem": finding.problem % finding.params,
        "remedy": finding.remedy % finding.params,
    }
