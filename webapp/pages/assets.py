"""The built styles, scripts and images: their addresses, and serving them for ever."""

import json
import re
from collections.abc import Callable
from pathlib import Path

from whitenoise import WhiteNoise

BUILD = Path(__file__).parent.parent / "static" / "build"
_HASHED = re.compile(r"\.[0-9a-f]{12}\.\w+$")
_HOUR = 3600  # seconds, for the few files whose name does not change with their content


def asset_addresses() -> Callable[[str], str]:
    """Return the function from a name such as ``motcua.css`` to its present address."""
    manifest = BUILD / "manifest.json"
    names: dict[str, str] = json.loads(manifest.read_text()) if manifest.is_file() else {}
    return lambda name: f"/static/{names.get(name, name)}"


def serve_assets(app: Callable[..., object]) -> WhiteNoise:
    """Return the WSGI app with the built files in front of it."""
    return WhiteNoise(
        app,
        root=BUILD if BUILD.is_dir() else None,
        prefix="static/",
        max_age=_HOUR,
        immutable_file_test=lambda path, _url: bool(_HASHED.search(path)),
        allow_all_origins=False,
        add_headers_function=_never_sniff,
    )


def _never_sniff(headers: "dict[str, str]", _path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
