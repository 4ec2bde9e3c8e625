"""Where the conformance material lies: beside the project, where it is there at all."""

from pathlib import Path

import pytest

DATA = Path(__file__).parents[3] / "shared" / "conformance"
needs_material = pytest.mark.skipif(
    not DATA.is_dir(), reason="the conformance material does not lie beside the project"
)
