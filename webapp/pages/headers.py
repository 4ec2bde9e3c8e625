"""What every answer tells the browser about trust and caching."""

from secrets import token_urlsafe

from flask import Flask, g, request
from werkzeug.wrappers import Response

_POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self';"
    " img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self';"
    " frame-ancestors 'none'; base-uri 'none'"
)

FILLED_IN = frozenset({"actions", "counter", "user_tasks"})
"""Blueprints of pages where people fill forms in: what they typed is there when they go back, which
browsers grant only to pages that they may keep. Signing out takes them from the browser."""


def install(app: Flask) -> None:
    """Set the headers of ``app``. Must come first: later refusals need the nonce too."""
    app.before_request(_choose_nonce)
    app.after_request(_set_headers)


def _choose_nonce() -> None:
    g.csp_nonce = token_urlsafe(16)


def _set_headers(response: Response) -> Response:
    nonce = g.get("csp_nonce") or token_urlsafe(16)
    headers = response.headers
    headers.setdefault("Content-Security-Policy", _POLICY.format(nonce=nonce))
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("X-Frame-Options", "DENY")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
    fills_in = request.blueprint in FILLED_IN
    headers.setdefault("Cache-Control", "private, no-cache" if fills_in else "no-store")
    return response
