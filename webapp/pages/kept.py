"""What somebody typed while their session ended: carried through the door and sent again.

Nothing of it is stored: the pages in between hold it as hidden fields, for this browser only.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import g, render_template, request

from webapp.pages.repeats import FORM_ONLY

PREFIX = "kept:"  # of the fields at the door, which has some of its own
TO = "kept-to"  # where they were sent
_SECRETS = ("password",)  # never written into a page
Fields = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Kept:
    """The address a form was sent to, its fields, and the names of files that cannot be kept."""

    to: str
    fields: Fields
    files: tuple[str, ...] = ()


def find_typed() -> Kept | None:
    """Return what this request sent to a page, or None where there is nothing to carry."""
    fields = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in FORM_ONLY and not name.startswith(_SECRETS)
    ]
    if request.method != "POST" or not fields or not _is_from_here():
        return None
    files = (one.filename for one in request.files.values() if one.filename)
    return Kept(request.full_path.rstrip("?"), fields, tuple(str(one) for one in files))


def find_carried() -> Kept | None:
    """Return what the door was given to keep, or None."""
    to = request.form.get(TO, "")
    fields = [
        (name.removeprefix(PREFIX), value)
        for name, value in request.form.items(multi=True)
        if name.startswith(PREFIX)
    ]
    return Kept(to, fields, tuple(request.form.getlist("kept-file-name"))) if to else None


def resume_page(kept: Kept, *, is_new_session: bool) -> str:
    """Return the page that sends a form again, with a token that is valid now."""
    g.pop("csrf_token", None)
    return render_template("session/resume.html", kept=kept, is_new_session=is_new_session)


def _is_from_here() -> bool:
    """Whether a page of ours sent the form; what other sites send is never offered again."""
    site = request.headers.get("Sec-Fetch-Site")
    if site:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return not origin or urlsplit(origin).netloc == request.host
