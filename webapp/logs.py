"""Log lines: a constant phrase, then its facts as ``name=value``."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_PLAIN = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}
_bound: ContextVar[dict[str, str] | None] = ContextVar("bound", default=None)


def configure(level: str, *, log_format: str = "text") -> None:
    """Send every log line of this process to standard error, as ``text`` or ``json``."""
    handler = logging.StreamHandler()
    handler.setFormatter(
        JsonFormatter()
        if log_format == "json"
        else LineFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
    )
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


class JsonFormatter(logging.Formatter):
    """One JSON object per record: time, level, logger, message, then its facts."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **_facts(record),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


class LineFormatter(logging.Formatter):
    """One line per record; the extra fields follow the phrase."""

    def format(self, record: logging.LogRecord) -> str:
        facts = _facts(record)
        if not facts:
            return super().format(record)
        pairs = " ".join(
            f"{key}={json.dumps(val, ensure_ascii=False)}" for key, val in facts.items()
        )
        first, newline, rest = super().format(record).partition("\n")
        return f"{first} {pairs}{newline}{rest}"


def _facts(record: logging.LogRecord) -> dict[str, str]:
    facts = dict(_bound.get() or {})
    own = {key: str(val) for key, val in record.__dict__.items() if key not in _PLAIN}
    return {**facts, **own}
