"""What is wrong with a form, as findings that name the component and say what to do."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from engine.feel import FeelError, matches, parse
from engine.forms.document import (
    DEEPEST,
    Raw,
    UnreadableDocumentError,
    every_component,
    is_too_deep,
    line_of,
    load,
    objects,
    scope_of,
)
from engine.forms.formulas import RESULT, formula_problems, in_order, is_formula
from engine.forms.kind_rules import special_remarks
from engine.forms.kinds import ASKED, CHOICES, RECORDS, REFUSED, RENDERED, SUBTYPES, key_part
from engine.forms.shapes import shape_problems
from engine.model import OWNED_VARIABLES, Finding, Severity
from engine.texts import N_

NEWEST_SCHEMA = 19
MOST_COMPONENTS = 500
_KEY = re.compile(r"[^\W\d]\w*")
_NUMBER = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,10})?")
_Remark = tuple[str, str, str, dict[str, object]]  # rule, problem, remedy, params


def lint_form(content: bytes, file: str) -> tuple[Finding, ...]:
    """Return what keeps a form from being used, in the order of the file; empty when nothing."""
    try:
        raw = load(content)
    except UnreadableDocumentError as error:
        remedy = N_("Save the form again with the form editor.")
        unreadable = Finding(
            "form-unreadable",
            Severity.ERROR,
            error.message,
            remedy,
            file,
            line=1,
            params=error.params,
        )
        return (unreadable,)
    report = _Report(content, file)
    findings = [report.finding(raw, remark) for remark in _form_remarks(raw)]
    for component in every_component(raw):
        remarks = list(shape_problems(component)) or _component_remarks(component)
        findings += [report.finding(component, remark) for remark in remarks]
    findings += [report.finding(*twice) for twice in _doubled_keys(raw)]
    if not findings:
        findings += [report.finding(*circle) for circle in _circles(raw)]
    return tuple(findings)


@dataclass(frozen=True, slots=True)
class _Report:
    content: bytes
    file: str

    def finding(self, raw: Raw, remark: _Remark) -> Finding:
        rule, problem, remedy, params = remark
        name = str(raw.get("label") or raw.get("key") or raw.get("id") or raw.get("type") or "")
        place = next((raw[key] for key in ("id", "key") if isinstance(raw.get(key), str)), None)
        return Finding(
            rule=rule,
            severity=Severity.ERROR,
            problem=problem,
            remedy=remedy,
            file=self.file,
            element_id=place,
            element_name=name,
            line=line_of(self.content, place),
            params={"name": name} | params,
        )


def _form_remarks(raw: Raw) -> Iterator[_Remark]:
    if not isinstance(raw.get("id"), str) or not raw["id"].strip():
        yield (
            "form-id",
            N_("The form has no id."),
            N_("Give the form an id; tasks refer to it."),
            {},
        )
    version = raw.get("schemaVersion", NEWEST_SCHEMA)
    if not isinstance(version, int) or not 1 <= version <= NEWEST_SCHEMA:
        yield (
            "form-schema-version",
            N_("The form has schema version %(version)s; versions up to %(newest)s are read."),
            N_("Save the form with an older form editor."),
            {"version": str(version)[:20], "newest": NEWEST_SCHEMA},
        )
    if is_too_deep(raw):
        yield (
            "form-too-deep",
            N_("Groups of the form stand inside each other deeper than %(allowed)s levels."),
            N_("Split the form over several tasks."),
            {"allowed": DEEPEST},
        )
    if sum(1 for _ in every_component(raw)) > MOST_COMPONENTS:
        yield (
            "form-too-long",
            N_("The form has more than %(allowed)s components."),
            N_("Split the form over several tasks."),
            {"allowed": MOST_COMPONENTS},
        )


def _component_remarks(raw: Raw) -> Iterator[_Remark]:
    kind = raw["type"]
    if kind not in RENDERED:
        yield _not_shown(kind)
        return
    for rule in _RULES:
        yield from rule(raw)


def _not_shown(kind: str) -> _Remark:
    remedy = N_("Remove the component or replace it with one of these: %(known)s.")
    params: dict[str, object] = {"type": kind[:40], "known": ", ".join(sorted(RENDERED))}
    unknown = N_("The component type “%(type)s” is not known.")
    return "form-component-type", REFUSED.get(kind, unknown), remedy, params


def _key_remarks(raw: Raw) -> Iterator[_Remark]:
    part = key_part(raw["type"])
    key = raw.get(part) or ""
    if not part or (raw["type"] == "group" and not key):
        return
    if not key:
        yield (
            "form-key-missing",
            N_("“%(name)s” has no %(part)s, so its answer would be lost."),
            N_("Give the field a %(part)s, for example so_tang."),
            {"part": part},
        )
    elif not _KEY.fullmatch(key):
        yield (
            "form-key-invalid",
            N_("The key “%(key)s” cannot be used as the name of a variable."),
            N_("Use letters, digits and underscores, and begin with a letter."),
            {"key": key[:80]},
        )
    elif key in OWNED_VARIABLES:
        yield (
            "form-key-owned",
            N_("The key “%(key)s” belongs to the product: it always holds facts of the dossier."),
            N_("Choose another key for the field."),
            {"key": key},
        )
    label = raw.get("label") or raw.get("dateLabel") or raw.get("timeLabel") or ""
    if raw["type"] in ASKED and not str(label).strip():
        yield (
            "form-label-missing",
            N_("The field “%(name)s” has no label."),
            N_("Write what the field asks for; people who cannot see the page hear it."),
            {},
        )


def _option_remarks(raw: Raw) -> Iterator[_Remark]:
    if raw["type"] not in CHOICES:
        return
    key = raw.get("valuesKey")
    if key and not _KEY.fullmatch(key):
        yield (
            "form-options-key",
            N_("“%(name)s” takes its options from “%(key)s”, which is no name of a variable."),
            N_("Name a variable that holds a list, or write an expression for the options."),
            {"key": key[:80]},
        )
    if key or raw.get("valuesExpression"):
        return
    values = [entry.get("value") for entry in objects(raw.get("values"))]
    if not values or not all(isinstance(value, str) and value for value in values):
        yield (
            "form-options-missing",
            N_("“%(name)s” has no options, or one without a value."),
            N_("Give every option a label and a value."),
            {},
        )
    elif len(set(values)) < len(values):
        yield (
            "form-option-duplicate",
            N_("Two options of “%(name)s” have the same value."),
            N_("Give every option its own value."),
            {},
        )


def _condition_remarks(raw: Raw) -> Iterator[_Remark]:
    hide = (raw.get("conditional") or {}).get("hide")
    if not hide:
        return
    try:
        parse(hide)
    except FeelError as error:
        yield (
            "form-condition",
            N_("The condition that hides “%(name)s” cannot be read: %(condition)s"),
            error.message,
            {"condition": hide[:200], **error.params},
        )


def _pattern_remarks(raw: Raw) -> Iterator[_Remark]:
    pattern = (raw.get("validate") or {}).get("pattern")
    if not pattern:
        return
    try:
        matches("", pattern, "", lambda _: None)
    except FeelError:
        yield (
            "form-pattern",
            N_("The pattern of “%(name)s” cannot be read: %(pattern)s"),
            N_("Use letters, classes such as [0-9], groups, and * + ? {2,5}; no look-around."),
            {"pattern": pattern[:200]},
        )


def _limit_remarks(raw: Raw) -> Iterator[_Remark]:
    validate = raw.get("validate") or {}
    for name in ("minLength", "maxLength", "min", "max"):
        value = validate.get(name)
        if value in (None, "") or is_formula(value):
            continue
        whole = name.endswith("Length")
        written = str(value)
        if not _NUMBER.fullmatch(written) or (whole and not written.isdigit()):
            yield (
                "form-limit",
                N_("The limit %(limit)s of “%(name)s” is not a number."),
                N_("Write a number, or an expression that starts with “=”."),
                {"limit": name},
            )


def _text_remarks(raw: Raw) -> Iterator[_Remark]:
    for part in ("label", "description", "text"):
        value = raw.get(part)
        if isinstance(value, str) and (value.lstrip().startswith("=") or "{{" in value):
            yield (
                "form-text-expression",
                N_("The %(part)s of “%(name)s” is an expression. That is not supported yet."),
                N_("Write plain text."),
                {"part": part},
            )


def _kind_remarks(raw: Raw) -> Iterator[_Remark]:
    if raw["type"] == "datetime" and raw.get("subtype", "date") not in SUBTYPES:
        yield (
            "form-datetime",
            N_("“%(name)s” asks for a moment of an unknown kind."),
            N_("Ask for a date, a time, or a date with its time."),
            {},
        )


_RULES: tuple[Callable[[Raw], Iterator[_Remark]], ...] = (
    _key_remarks,
    _option_remarks,
    _condition_remarks,
    _pattern_remarks,
    _limit_remarks,
    formula_problems,
    _text_remarks,
    _kind_remarks,
    special_remarks,
)


def _is_record(raw: Raw) -> bool:
    return raw.get("type") in RECORDS and bool(raw.get("path"))


def _doubled_keys(raw: Raw) -> Iterator[tuple[Raw, _Remark]]:
    seen: set[str] = set()
    for component in scope_of(raw):
        if _is_record(component):
            yield from _doubled_keys(component)
        key = component.get(key_part(str(component.get("type"))))
        if not isinstance(key, str) or not key:
            continue
        if key in seen:
            yield (
                component,
                (
                    "form-key-duplicate",
                    N_("Two fields have the key “%(key)s”; one answer would overwrite the other."),
                    N_("Give every field its own key."),
                    {"key": key[:80]},
                ),
            )
        seen.add(key)


def _circles(raw: Raw) -> Iterator[tuple[Raw, _Remark]]:
    for one in scope_of(raw):
        if _is_record(one):
            yield from _circles(one)
    live = {
        one["key"]: one
        for one in scope_of(raw)
        if one["type"] == "expression" and one.get("computeOn") != "presentation"
    }
    needs = {key: parse(one[RESULT], "feel").names for key, one in live.items()}
    for key in in_order(needs)[1]:
        yield (
            live[key],
            (
                "form-expression-circle",
                N_("The calculated field “%(key)s” needs its own result."),
                N_("Let no calculated field read itself, nor one that reads it."),
                {"key": key},
            ),
        )
