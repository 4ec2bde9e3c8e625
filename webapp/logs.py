"""Log lines: a constant phrase, then its facts as ``name=value``."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_PLAIN = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}
_bound: ContextVar[dict[str, str] | None] = ContextVar("bound", default=None)


def configure(level: str) -> None:
    """Send every log line of this process to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(LineFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)


@contextmanager
def bound(**facts: str) -> Iterator[None]:
    """Add ``facts`` (request_id, actor, instance_id) to every line written inside."""
    token = _bound.set({**(_bound.get() or {}), **facts})
    try:
        yield
    finally:
        _bound.reset(token)


class LineFormatter(logging.Formatter):
    """One line per record; the extra fields follow the phrase."""

    def format(self, record: logging.LogRecord) -> str:
        facts = dict(_bound.get() or {})
        facts.update({key: val for key, val in record.__dict__.items() if key not in _PLAIN})
        if not facts:
            return super().format(record)
        pairs = " ".join(f"{key}={json.dumps(str(val))}" for key, val in facts.items())
        first, newline, rest = super().format(record).partition("\n")
        return f"{first} {pairs}{newline}{rest}"
