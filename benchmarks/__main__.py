"""``python -m benchmarks [NAME…] [--json FILE]``: measure, print a line each, keep the figures."""

import argparse
import gc
import json
from collections.abc import Callable
from pathlib import Path

from benchmarks import (
    calendars,
    completions,
    decisions,
    expressions,
    growth,
    inboxes,
    measures,
    provinces,
    scale,
    steps,
    timers,
    upkeep,
)
from benchmarks.measure import Result

BENCHMARKS: dict[str, Callable[[], Result]] = {
    "step_fresh_2k": steps.step_fresh,
    "step_fresh_200k": steps.step_large,
    "step_100_loops": steps.step_after_loops,
    "step_growth": growth.step_growth,
    "wide": growth.wide,
    "multi_instance": growth.multi_instance,
    "feel_condition": expressions.condition,
    "feel_filter_100": expressions.filter_of_a_hundred,
    "dmn_table_4x3": decisions.small_table,
    "dmn_table_200_rules": decisions.large_table,
    "calendar_10_years": calendars.ten_years,
    "scale_mi_parallel": scale.parallel_instances,
    "scale_mi_sequential": scale.sequential_instances,
    "scale_chain": scale.chain,
    "scale_calls": scale.nested_calls,
    "scale_sections": scale.parallel_sections,
    "scale_loops": scale.loops,
    "http_complete_sqlite": completions.on_sqlite,
    "http_complete_postgres": completions.on_postgresql,
    "http_start": completions.starts,
    "bytes_per_step": upkeep.bytes_per_step,
    "rss_worker": upkeep.rss_worker,
    "cold_start": upkeep.cold_start,
    "inbox_1k": lambda: inboxes.first_page(open_tasks=1_000),
    "inbox_sqlite_100k": lambda: inboxes.first_page(open_tasks=100_000),
    "inbox_100k": provinces.inbox_100k,
    "inbox_1m": provinces.inbox_1m,
    "timers_due": timers.due,
    "report_50k_dossiers": measures.report_50k,
    "report_1m_dossiers": measures.report_1m,
    "timings_10m": measures.timings_10m,
}


def main() -> None:
    """Run the benchmarks named, by default all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    parser.add_argument("--json", type=Path, metavar="FILE", help="where to write the figures")
    options = parser.parse_args()
    unknown = set(options.names) - set(BENCHMARKS)
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(BENCHMARKS)}")
    results = {}
    for name in options.names or BENCHMARKS:
        gc.collect()  # what the one before left behind is not for this one to clear away
        gc.freeze()  # as servers and workers do once they are loaded
        results[name] = BENCHMARKS[name]()
        print(results[name].line(name), flush=True)
    if options.json:
        figures = {name: result.as_json() for name, result in results.items()}
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
