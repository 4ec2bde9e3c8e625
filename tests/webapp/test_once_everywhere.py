"""Every form of every page is carried out once, however often it is sent."""

import types
from collections.abc import Iterator

import pytest

from tests.webapp.visitor import product
from webapp.db import Database

WRITES_NOTHING_TWICE = {  # endpoint: why a second time does no harm
    "keyboard.choose": "sets a cookie of the browser",
    "session.enter": "a second session; the first one is forgotten with its cookie",
    "session.enter_demo": "the same",
    "session.keep": "shows what was typed, and the door",
    "session.sign_out": "there is no session any more",
    "tracking.find": "only reads",
    "trying.answer": "only reads",
    "trying.answer_decision": "only reads",
    "user_tasks.submit": "drafts have a revision, files of a form are kept once by part_key",
}


def reached(view: object, seen: set[object]) -> Iterator[types.CodeType]:
    """Yield the code of a view and of what it calls in the pages."""
    view = getattr(view, "__wrapped__", view)
    if not isinstance(view, types.FunctionType) or view in seen:
        return
    seen.add(view)
    codes = [view.__code__]
    while codes:
        code = codes.pop()
        yield code
        codes += [one for one in code.co_consts if isinstance(one, types.CodeType)]
        for name in code.co_names:
            found = view.__globals__.get(name)
            if str(getattr(found, "__module__", "")).startswith("webapp.pages"):
                yield from reached(found, seen)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_a_form_does_runs_under_the_key_of_its_page(database: Database) -> None:
    app = product(database)
    posts = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    open_ones = set()
    for endpoint in posts:
        codes = reached(app.view_functions[endpoint], set())
        names = {name for code in codes for name in code.co_names}
        if "acting" not in names and endpoint not in WRITES_NOTHING_TWICE:
            open_ones.add(endpoint)

    assert len(posts) > 60
    assert not open_ones, " ".join(sorted(open_ones))
    assert set(WRITES_NOTHING_TWICE) <= posts
