"""``python -m tests.conformance SUITE --data FOLDER [--json OUT]``: run one suite and report."""

import argparse
import sys
from pathlib import Path

from tests.conformance.suites import SUITES
from tests.conformance.verdicts import report


def main(arguments: list[str]) -> int:
    """Run a suite; return 0 when it ran to its end, whatever the cases say, and 2 without data."""
    parser = argparse.ArgumentParser(prog="python -m tests.conformance")
    parser.add_argument("suite", choices=sorted(SUITES))
    parser.add_argument("--data", type=Path, required=True, help="the suite's folder")
    parser.add_argument("--json", type=Path, help="where to write every verdict")
    given = parser.parse_args(arguments)
    if not given.data.is_dir():
        print(f"There is no folder {given.data}.", file=sys.stderr)
        return 2
    report(given.suite, SUITES[given.suite](given.data), given.json)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
