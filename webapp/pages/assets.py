"""The built styles, scripts and images: their addresses, and serving them for ever."""

import json
from collections.abc import Callable
from pathlib import Path

from whitenoise import WhiteNoise

BUILD = Path(__file__).parent.parent / "static" / "build"
_FOREVER = 365 * 24 * 3600  # seconds; the name changes with the content


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
        max_age=_FOREVER,
        immutable_file_test=lambda _path, _url: True,
        add_headers_function=_never_sniff,
    )


def _never_sniff(headers: "dict[str, str]", _path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
