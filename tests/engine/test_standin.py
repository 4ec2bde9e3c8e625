"""The kernel leans on few lines of SpiffWorkflow: the same tests pass on a stand-in for them."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def test_the_kernel_passes_its_tests_on_the_stand_in():
    tests = sorted(str(path) for path in HERE.glob("test_kernel_*.py"))
    arguments = ["-p", "tests.engine.standin", "-p", "no:cacheprovider", "-q", "-x", *tests]

    done = subprocess.run(
        [sys.executable, "-m", "pytest", *arguments],
        cwd=HERE.parent.parent,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
