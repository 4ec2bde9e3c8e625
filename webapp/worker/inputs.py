"""Reading a job's variables, which the input mappings of the model made."""

import re
from typing import Any

from engine.texts import N_
from webapp.operations.jobs import ClaimedJob
from webapp.worker.doing import HopelessError

_BREAK = re.compile(r"[\r\n]+")


def text(job: ClaimedJob, name: str, default: str = "") -> str:
    """Return a variable as text; a number as it is written. Hopeless for anything else."""
    value = job.variables.get(name)
    if value is None:
        return default
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return str(value)
    raise HopelessError(N_("The input %(name)s must be a text."), name=name)


def line(job: ClaimedJob, name: str, default: str = "") -> str:
    """Return a variable as one line of text."""
    return _BREAK.sub(" ", text(job, name, default)).strip()


def required(job: ClaimedJob, name: str) -> str:
    """Return a variable as one line of text. Hopeless where there is none."""
    found = line(job, name)
    if not found:
        raise HopelessError(N_("The input %(name)s is missing or empty."), name=name)
    return found


def names(job: ClaimedJob, name: str) -> list[str]:
    """Return a list of texts; a text is split at commas and semicolons."""
    value = job.variables.get(name)
    if isinstance(value, int):
        return [str(value)]
    if value is None:
        return []
    parts = re.split(r"[,;]", value) if isinstance(value, str) else value
    if not isinstance(parts, list) or not all(isinstance(part, str | int) for part in parts):
        raise HopelessError(N_("The input %(name)s must be a list of texts."), name=name)
    return [_BREAK.sub(" ", str(part)).strip() for part in parts if str(part).strip()]


def pairs(job: ClaimedJob, name: str) -> dict[str, str]:
    """Return a context of texts, for example headers."""
    value: Any = job.variables.get(name) or {}
    if not isinstance(value, dict):
        raise HopelessError(N_("The input %(name)s must be a context."), name=name)
    return {str(key): _BREAK.sub(" ", str(item)) for key, item in value.items() if item is not None}
