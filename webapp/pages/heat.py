"""The timings of one procedure as people read them: colours, lines, ranking, one sentence."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from flask_babel import gettext

import engine
from engine.bpmn.elements import FlowNode, Scope
from engine.texts import N_
from engine.worktime import parse_limit
from webapp.pages.wording import HOUR, OFFICE_DAY, language, office_short
from webapp.queries.names import ProcedureNames
from webapp.queries.samples import ENOUGH, LIMIT_AT, Spread
from webapp.queries.timings import ElementFigures

METRICS = {
    "median": N_("Median"),
    "mean": N_("Mean"),
    "p90": N_("P90"),
    "waiting": N_("Waiting"),
    "volume": N_("Volume"),
}
_LEGEND = (N_("under 2 h"), N_("2–4 h"), N_("4–8 h"), N_("1–2 days"), N_("over 2 days"))
EDGES = (2 * HOUR, 4 * HOUR, OFFICE_DAY, 2 * OFFICE_DAY)  # between the five colours
TOO_MANY_OVER = 25  # per cent: more than that is drawn in red
RANKED = 5


@dataclass(frozen=True, slots=True)
class Element:
    """An element that tokens stay at, as the model describes it."""

    id: str
    name: str
    unit: str
    limit_seconds: int


@dataclass(frozen=True, slots=True)
class Line:
    """One element with its figures in words; "–" where there is nothing to say."""

    element: Element
    count: int
    figures: ElementFigures | None
    total: tuple[str, str, str]  # median, mean, 90th percentile
    waiting: tuple[str, str, str]
    working: tuple[str, str, str]
    limit: str
    limit_bin: int
    over: str
    is_over: bool
    before: ElementFigures | None = None  # of the period before
    change: str = ""  # of the median since then, in per cent


@dataclass(frozen=True, slots=True)
class Rank:
    element: Element
    hours: int
    text: str


def elements_of(
    scope: Scope, names: ProcedureNames, lanes: Mapping[str, str] | None = None
) -> tuple[Element, ...]:
    """Return the tasks and waiting events of a process, in the order of the model.

    ``lanes`` are those around a sub-process, by id.
    """
    own = {lane.id: names.element(lane.id, lane.name, language()) for lane in scope.lanes}
    lanes = {**(lanes or {}), **own}
    found: list[Element] = []
    for node in scope.nodes.values():
        if node.kind.lower().endswith("task") or node.kind in _RESTING:
            unit = lanes.get(node.lane or "", node.lane or "")
            name = names.element(node.id, node.name, language())
            found.append(Element(node.id, name, unit, _limit_seconds(node)))
        if node.scope is not None:
            found.extend(elements_of(node.scope, names, lanes))
    return tuple(found)


def names_of(scope: Scope, names: ProcedureNames) -> dict[str, str]:
    """Return the name of every element of a process by id, of sub-processes, too."""
    found = {
        node.id: names.element(node.id, node.name, language()) for node in scope.nodes.values()
    }
    for node in scope.nodes.values():
        found.update(names_of(node.scope, names) if node.scope is not None else {})
    return found


def lines(
    elements: tuple[Element, ...],
    figures: Mapping[str, ElementFigures],
    before: Mapping[str, ElementFigures],
) -> tuple[Line, ...]:
    """Return one line per element; ``before`` are the figures of the period before."""
    return tuple(_line(one, figures.get(one.id), before.get(one.id)) for one in elements)


def overlays(found: tuple[Line, ...], metric: str) -> dict[str, dict[str, object]]:
    """Return what lies over the diagram: colour, badge and red edge by element id."""
    most = max((line.count for line in found), default=0)
    marks: dict[str, dict[str, object]] = {}
    for line in found:
        if line.count < ENOUGH or line.figures is None:
            continue
        if metric == "volume":
            level, label = 1 + min(4, 5 * line.count // (most + 1)), str(line.count)
        else:
            seconds = _value(line.figures, metric)
            if seconds is None:
                continue
            level, label = _level(seconds), _words(seconds)
        marks[line.element.id] = {"level": level, "label": label, "over": line.is_over}
    return marks


def legend(found: tuple[Line, ...], metric: str) -> list[str]:
    """Return the words of the five colours."""
    if metric == "volume":
        most = max((line.count for line in found), default=0)
        edges = [most * step // 5 for step in range(6)]
        return [f"{low + 1}–{high}" for low, high in pairwise(edges)]
    return [gettext(text) for text in _LEGEND]


def ranking(found: tuple[Line, ...]) -> tuple[Rank, ...]:
    """Return the elements where most time is lost: beyond the limit, else altogether."""
    by_excess = any(line.figures and line.figures.excess_seconds for line in found)
    measure: Callable[[ElementFigures], int] = (
        (lambda f: f.excess_seconds) if by_excess else (lambda f: f.sum_seconds)
    )
    rows = [
        Rank(line.element, round(measure(line.figures) / 3600), _rank_text(line.figures))
        for line in found
        if line.figures and line.count >= ENOUGH and measure(line.figures) >= 1800
    ]
    return tuple(sorted(rows, key=lambda row: -row.hours)[:RANKED])


def bottleneck(found: tuple[Line, ...], ranks: tuple[Rank, ...]) -> tuple[str, str] | None:
    """Return the name of the worst element and a sentence about it, or None."""
    if not ranks:
        return None
    line = next(line for line in found if line.element == ranks[0].element)
    if line.figures is None or line.figures.total is None:
        return None
    parts = [gettext("median %(time)s", time=line.total[0])]
    if line.limit != "–":
        parts.append(gettext("the limit is %(time)s", time=line.limit))
    if line.figures.over:
        parts.append(gettext("%(percent)s%% take longer", percent=line.figures.over_percent))
    share = waiting_percent(line.figures)
    if share:
        parts.append(gettext("%(percent)s%% of the time is waiting to be taken", percent=share))
    return line.element.name, "; ".join(parts) + "."


def waiting_percent(figures: ElementFigures) -> int:
    """Return which part of the time passes before anybody takes the task, in per cent."""
    if figures.waiting is None or not figures.sum_seconds:
        return 0
    return round(100 * figures.waiting.mean * figures.waiting.count / figures.sum_seconds)


_RESTING = {"callActivity", "intermediateCatchEvent"}


def _limit_seconds(node: FlowNode) -> int:
    text = node.assignment.work_limit
    try:
        return round(parse_limit(text).total_seconds()) if text else 0
    except (ValueError, engine.EngineError):  # cannot be published, but older versions may
        return 0


def _line(element: Element, figures: ElementFigures | None, before: ElementFigures | None) -> Line:
    percent = figures.over_percent if figures and figures.count >= ENOUGH else None
    return Line(
        element,
        figures.count if figures else 0,
        figures,
        _spread_words(figures.total if figures else None),
        _spread_words(figures.waiting if figures else None),
        _spread_words(figures.working if figures else None),
        _words(element.limit_seconds) if element.limit_seconds else "–",
        LIMIT_AT if element.limit_seconds else 0,
        f"{percent}%" if percent is not None else "–",
        percent is not None and percent > TOO_MANY_OVER,
        before,
        _change(figures, before),
    )


def _change(now: ElementFigures | None, before: ElementFigures | None) -> str:
    """Return "+12%" where the median is longer than in the period before; "" where none is."""
    if not (now and now.total and before and before.total and before.total.median):
        return ""
    percent = round(100 * (now.total.median / before.total.median - 1))
    return f"{percent:+d}%".replace("-", "−")


def _spread_words(sample: Spread | None) -> tuple[str, str, str]:
    if sample is None:
        return ("–", "–", "–")
    return (_words(sample.median), _words(sample.mean), _words(sample.p90))


def _words(seconds: float) -> str:
    return office_short(timedelta(seconds=seconds))


def _value(figures: ElementFigures, metric: str) -> float | None:
    if metric == "waiting":
        return figures.waiting.median if figures.waiting else None
    if figures.total is None:
        return None
    return {
        "mean": figures.total.mean,
        "p90": figures.total.p90,
    }.get(metric, figures.total.median)


def _level(seconds: float) -> int:
    return 1 + sum(seconds >= edge.total_seconds() for edge in EDGES)


def _rank_text(figures: ElementFigures) -> str:
    parts = []
    if figures.over:
        parts.append(gettext("%(num)s dossiers over the limit", num=figures.over))
    share = waiting_percent(figures)
    if share:
        parts.append(gettext("%(percent)s%% of the time is waiting to be taken", percent=share))
    return "; ".join(parts)
